/** The page an app's admin-consent link opens: an administrator allows the app for a whole organisation. */
import { randomBytes } from 'node:crypto';
import type { Report } from '../types.ts';
import { entraError } from './aadsts.ts';
import { audienceOf, type CloudApp, redirectUriMatches } from './accounts.ts';
import type { Memory } from './memory.ts';
import { errorPage, type Page } from './page.ts';
import { adminConsentPage } from './pages.ts';
import { readScopes } from './scopes.ts';
import type { SignInAnswer } from './sign-in.ts';

interface Ask {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly state: string | null;
  /** Tenants that the answer is for. */
  readonly tids: readonly string[];
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent */
export function createAdminConsent(parts: {
  readonly memory: Memory;
  readonly apps: readonly CloudApp[];
  readonly report: Report;
}) {
  const { memory, apps, report } = parts;
  const asks = new Map<string, Ask>();

  function open(tenant: string, query: URLSearchParams, host: string): SignInAnswer {
    const refuse = (aadsts: number, detail?: string) => errorPage(entraError(aadsts, detail ? { detail } : {}));
    const accounts = memory.people.map(({ account }) => account);
    const isAllowed = audienceOf(tenant, accounts, host);
    const inside = accounts.filter((one) => one.kind === 'work' && isAllowed?.(one) === true);
    if (inside.length === 0) return refuse(90002);
    for (const name of ['client_id', 'scope', 'redirect_uri']) if (!query.get(name)) return refuse(900144, name);
    const app = apps.find(({ clientId }) => clientId === query.get('client_id'));
    if (!app) return refuse(700016);
    const redirectUri = query.get('redirect_uri') ?? '';
    if (!redirectUriMatches(app, redirectUri)) return refuse(50011);
    const scopes = readScopes(query.get('scope') ?? '', app.permissions);
    if (scopes.unknown.length > 0) return refuse(70011, scopes.unknown.join(' '));
    const id = randomBytes(24).toString('base64url');
    const { clientId } = app;
    const tids = [...new Set(inside.map(({ tid }) => tid))];
    asks.set(id, { clientId, scopes: scopes.graph, redirectUri, state: query.get('state'), tids });
    const step = { action: `/${tenant}/adminconsent`, flow: id, appName: app.name };
    const page: Page = adminConsentPage(step, tenant, scopes.graph);
    return { ...page, formTarget: new URL(redirectUri).origin };
  }

  function submit(form: URLSearchParams): SignInAnswer {
    const id = form.get('flow') ?? '';
    const ask = asks.get(id);
    asks.delete(id);
    if (!ask) return errorPage(entraError(9002313, { detail: 'This page is too old.' }));
    const isAccepted = form.get('action') === 'accept';
    if (isAccepted) grant(ask);
    const target = new URL(ask.redirectUri);
    const fields = isAccepted
      ? { admin_consent: 'True', tenant: ask.tids[0] ?? '', scope: ask.scopes.join(' ') }
      : { error: 'access_denied', error_subcode: 'cancel', admin_consent: 'True' };
    for (const [name, value] of Object.entries(fields)) target.searchParams.set(name, value);
    if (ask.state !== null) target.searchParams.set('state', ask.state);
    return { redirectTo: target.href };
  }

  function grant({ tids, clientId, scopes }: Pick<Ask, 'tids' | 'clientId' | 'scopes'>): void {
    for (const tid of tids) memory.allowForTenant(tid, clientId, [...scopes, 'offline_access']);
    report({
      site: 'entra',
      name: 'consent.admin',
      text: `An administrator allowed ${scopes.join(', ')} for everybody`,
    });
  }

  return { open, submit, grant };
}
