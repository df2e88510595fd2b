import { type CloudName, clouds } from './cloud.ts';
import type { Account, BlockedReason } from './session.ts';
import { fullScope } from './settings.ts';
import { momentText } from './wording.ts';

/** As what Tidings is known to Microsoft. */
export interface Registration {
  readonly clientId: string | null;
  readonly authority: string;
  readonly cloud: CloudName;
  readonly scopes: readonly string[];
}

/** What a person whom their organisation has stopped can hand on to those who decide. */
export interface HandOn {
  readonly text: string;
  /** Where an administrator approves Tidings for everybody, if that is what is missing. */
  readonly link: string | null;
}

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

/** What the permissions are for, for somebody who has never heard of Tidings. */
const purposes: Readonly<Record<string, string>> = {
  'Mail.ReadBasic': 'sender, subject and time of new mail, never its text',
  'Mail.Read': 'sender, subject and first words of new mail',
  'Mail.ReadWrite': 'marking a message as read, when the person says so; nothing else is ever changed',
  'Calendars.Read': 'meetings that are new, moved or cancelled',
};

/**
 * The text that goes to an administrator: who, what was refused and why, what is asked for, what to do.
 *
 * @param blocked.account null when it was the first sign-in: then nobody knows whose it was.
 */
export function handOn(
  registration: Registration,
  blocked: {
    readonly account: Account | null;
    readonly reason: BlockedReason;
    readonly aadsts: number | null;
    readonly since: Date;
    /** Short names: it was about these alone, and signing in works. */
    readonly extraScopes?: readonly string[];
  },
): HandOn {
  const { account, reason, aadsts, extraScopes = [] } = blocked;
  const scopes = [...registration.scopes, ...extraScopes];
  const wish = extraScopes.length === 0 ? 'sign in to' : 'use everything in';
  const who = account === null ? 'My account' : account.username;
  const number = aadsts === null ? '' : ` (AADSTS${aadsts})`;
  const link =
    reason === 'admin-approval' && aadsts !== notAssigned && registration.clientId !== null
      ? adminConsentUrl({
          ...registration,
          scopes,
          clientId: registration.clientId,
          tenantId: account === null || account.kind === 'personal' ? null : account.tenantId,
        })
      : null;
  const lines = [
    `${who} cannot ${wish} the desktop app Tidings: ${refusals[reason]}${number}, ${momentText(blocked.since)}.`,
    `Its application (client) id is ${registration.clientId ?? 'not set'}.`,
    'It asks for these delegated permissions of Microsoft Graph, for the signed-in person’s own mailbox only:',
    ...scopes.map((scope) => {
      const name = scope.slice(scope.lastIndexOf('/') + 1);
      const purpose = purposes[name];
      return purpose === undefined ? `- ${name}` : `- ${name}: ${purpose}`;
    }),
    'Tidings runs on this computer alone and sends nothing of it to anybody.',
    aadsts === notAssigned ? 'Please assign me to this application.' : requests[reason],
    ...(link === null ? [] : [link]),
  ];
  return { text: lines.join('\n'), link };
}

/** "The signed in user is not assigned to a role for the application": approval alone does not help. */
const notAssigned = 50105;

const refusals: Readonly<Record<BlockedReason, string>> = {
  'admin-approval': 'an administrator has to approve it',
  'conditional-access': 'a Conditional Access rule refuses it',
  device: 'a rule demands a managed or compliant device',
  'account-disabled': 'the account is disabled',
  'account-locked': 'the account is locked',
  'wrong-organisation': 'the account is not known in the organisation that Tidings is set up for',
  policy: 'a policy of the organisation refuses it',
};
const requests: Readonly<Record<BlockedReason, string>> = {
  'admin-approval': 'To approve it for the organisation, please open this link as an administrator:',
  'conditional-access': 'The sign-in logs in Entra name the rule; please tell me what I can do to satisfy it.',
  device: 'Please tell me how to register this computer, or which one to use.',
  'account-disabled': 'Please enable the account.',
  'account-locked': 'Please unlock the account.',
  'wrong-organisation': 'Please invite the account, or tell me which one to use.',
  policy: 'Please allow the application, or tell me that it is not wanted.',
};
