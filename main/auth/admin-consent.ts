/** The page on which an administrator approves Tidings for a whole organisation. */
import { type CloudName, clouds } from '../domain/cloud.ts';
import { fullScope } from '../domain/settings.ts';

/**
 * A link for the person to hand on to their administrator.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 *
 * @param request.tenantId the organisation's; `organizations` when it is not known: then the administrator's own.
 */
export function adminConsentUrl(request: {
  readonly authority: string;
  readonly cloud: CloudName;
  readonly clientId: string;
  readonly tenantId: string | null;
  readonly scopes: readonly string[];
}): string {
  const { origin } = new URL(URL.canParse(request.authority) ? request.authority : clouds[request.cloud].authority);
  const url = new URL(`${origin}/${encodeURIComponent(request.tenantId ?? 'organizations')}/v2.0/adminconsent`);
  url.searchParams.set('client_id', request.clientId);
  url.searchParams.set('scope', request.scopes.map((scope) => fullScope(request.cloud, scope)).join(' '));
  url.searchParams.set('redirect_uri', 'http://localhost');
  return url.href;
}
