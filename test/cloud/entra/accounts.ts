/** Who lives in the cloud, and which apps are registered there. */
import { randomBytes, randomUUID } from 'node:crypto';
import { signsInAt } from '../clouds.ts';
import type { CloudAccount } from '../types.ts';

/** The tenant every personal Microsoft account belongs to. */
export const personalTenantId = '9188040d-6c67-4c5b-b112-36a304b66dad';
export const workTenantId = '5a1f6c2e-8d4b-4e1a-9c57-0b7d3f2e6a91';
export const defaultClientId = '11111111-2222-4333-8444-555555555555';

export const defaultAccounts: readonly CloudAccount[] = [
  {
    kind: 'work',
    username: 'ada@contoso.example',
    name: 'Ada Example',
    password: 'correct horse 1',
    oid: '7c0d1b52-3f4e-4a61-8b0a-1d2e3f405162',
    tid: workTenantId,
  },
  {
    kind: 'personal',
    username: 'sam@outlook.example',
    name: 'Sam Example',
    password: 'battery staple 2',
    oid: '00000000-0000-0000-1a2b-3c4d5e6f7081',
    tid: personalTenantId,
  },
  {
    kind: 'work',
    username: 'lee@agency.example',
    name: 'Lee Example',
    password: 'paper clip 3',
    oid: '9d2e4f60-5a7b-4c81-9e3d-2f4a6b8c0d1e',
    tid: 'b7c8d9e0-1f2a-4b3c-8d4e-5f6a7b8c9d0e',
    cloud: 'usGov',
  },
];

/** What may be left out when an account is added at run time. */
export type NewAccount = Pick<CloudAccount, 'username'> & Partial<CloudAccount>;

/**
 * Fills in what a new account leaves out: `work`, the tenant of its domain (its own when nobody else is there), a name made
 * from the address, fresh ids and a password.
 */
export function completeAccount(input: NewAccount, others: readonly CloudAccount[]): CloudAccount {
  const { username, kind = 'work' } = input;
  const [local = '', domain = ''] = username.split('@');
  if (local === '' || domain === '')
    throw new Error(`An account is an address such as ada@contoso.example: ${username}`);
  if (kind === 'personal' && (input.cloud ?? 'global') !== 'global') {
    throw new Error('Personal accounts live in the global cloud');
  }
  const neighbour = others.find(
    (one) => one.kind === 'work' && one.username.toLowerCase().endsWith(`@${domain.toLowerCase()}`),
  );
  const tail = randomBytes(8).toString('hex');
  return {
    kind,
    name: `${local.charAt(0).toUpperCase()}${local.slice(1)} Example`,
    password: `password of ${local}`,
    oid: kind === 'work' ? randomUUID() : `00000000-0000-0000-${tail.slice(0, 4)}-${tail.slice(4)}`,
    tid: kind === 'personal' ? personalTenantId : (neighbour?.tid ?? randomUUID()),
    ...input,
  };
}

/**
 * An app registration for any directory and personal accounts: without `secret` a public client ("Mobile and desktop
 * applications"), with it a confidential one ("Web").
 */
export interface CloudApp {
  readonly clientId: string;
  readonly name: string;
  /** `http://localhost` matches every port, and no path but its own. */
  readonly redirectUris: readonly string[];
  readonly secret?: string;
  /** Delegated permissions listed in the registration: what `.default` means. `User.Read` when absent, as portals do. */
  readonly permissions?: readonly string[];
  /** Application permissions that an administrator has granted: what client credentials are good for. */
  readonly roles?: readonly string[];
}

export const defaultWebClientId = '22222222-3333-4444-8555-666666666666';

export const defaultApps: readonly CloudApp[] = [
  { clientId: defaultClientId, name: 'Desktop app under test', redirectUris: ['http://localhost'] },
  {
    clientId: defaultWebClientId,
    name: 'Web app under test',
    redirectUris: ['http://localhost/auth/callback'],
    secret: 'a web secret of no worth',
    permissions: ['User.Read', 'Mail.Read'],
    roles: ['Mail.Read', 'Calendars.Read'],
  },
];

/** True if the app registered this redirect URI; a loopback name matches with any port. */
export function redirectUriMatches(app: CloudApp, redirectUri: string): boolean {
  const asked = URL.parse(redirectUri);
  if (!asked || asked.username || asked.password || asked.hash) return false;
  return app.redirectUris.some((registered) => {
    const known = new URL(registered);
    const samePort = known.hostname === 'localhost' || known.port === asked.port;
    const samePath = known.pathname === asked.pathname && known.search === asked.search;
    return known.protocol === asked.protocol && known.hostname === asked.hostname && samePort && samePath;
  });
}

/**
 * What the tenant part of an address lets in, of the people who sign in at this host; null for a tenant that does not
 * exist there.
 */
export function audienceOf(
  tenant: string,
  accounts: readonly CloudAccount[],
  host: string,
): ((account: CloudAccount) => boolean) | null {
  const lives = (account: CloudAccount): boolean => signsInAt(account, host);
  switch (tenant) {
    case 'common':
      return lives;
    case 'organizations':
      return (account) => account.kind === 'work' && lives(account);
    case 'consumers':
      return (account) => account.kind === 'personal' && lives(account);
    default:
      return tenant === personalTenantId || accounts.some((account) => account.tid === tenant && lives(account))
        ? (account) => account.tid === tenant && lives(account)
        : null;
  }
}
