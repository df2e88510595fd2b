/** The identity platform without HTTP: grants, tokens, revocations, and what stands behind the app's `Identity`. */
import { Failure } from '../../main/domain/failure.ts';
import type { Identity, SignInRequest } from '../../main/domain/ports.ts';
import type { Account, SignInReason } from '../../main/domain/session.ts';
import type { CloudAccount, Directory } from '../cloud/types.ts';
import type { Conditions } from './conditions.ts';
import type { Dice } from './dice.ts';

export const clientId = '11111111-2222-4333-8444-555555555555';
const tokenLifeMs = { least: 60 * 60_000, most: 90 * 60_000 };
const freshMs = 5 * 60_000;

interface Token {
  readonly id: string;
  readonly account: CloudAccount;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
  good: boolean;
}
interface Grant {
  good: boolean;
  reason: SignInReason;
  token: Token | null;
  invalidSince: number;
}

export const homeAccountIdOf = ({ oid, tid }: CloudAccount): string => `${oid}.${tid}`;

export function createEntra(world: {
  readonly accounts: readonly CloudAccount[];
  readonly nowMs: () => number;
  /** The computer's clock: MSAL judges by it whether a token is fresh. */
  readonly wallMs: () => number;
  readonly dice: Dice;
  readonly conditions: Conditions;
}) {
  const { nowMs, dice, conditions } = world;
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, Token>();
  const revokedListeners = new Set<(account: CloudAccount) => void>();
  let issued = 0;
  /** Refusals that only the person can mend, as the app met them: when, and whether it was told the truth. */
  const refusals: { readonly atMs: number; readonly account: string }[] = [];

  const byId = (id: string): CloudAccount => {
    const found = world.accounts.find((account) => homeAccountIdOf(account) === id);
    if (found === undefined) throw new Error(`No such account: ${id}`);
    return found;
  };
  const accountOf = (account: CloudAccount): Account => ({
    homeAccountId: homeAccountIdOf(account),
    tenantId: account.tid,
    username: account.username,
    name: account.name,
    kind: account.kind,
  });

  function issue(account: CloudAccount, scopes: readonly string[]): Token {
    issued += 1;
    const expiresAt = new Date(nowMs() + dice.between(tokenLifeMs.least, tokenLifeMs.most));
    const token: Token = { id: `token-${issued}`, account, scopes, expiresAt, good: true };
    tokens.set(token.id, token);
    for (const [id, old] of tokens) if (old.expiresAt.getTime() < nowMs() - 86_400_000) tokens.delete(id);
    return token;
  }

  const directory: Directory = {
    accounts: () => world.accounts,
    byUsername(username) {
      const found = world.accounts.find((account) => account.username === username);
      if (found === undefined) throw new Error(`No such account: ${username}`);
      return found;
    },
    checkAccessToken(authorization) {
      const token = tokens.get(authorization?.replace(/^Bearer /, '') ?? '');
      const refused = (wwwAuthenticate: string) => ({
        ok: false as const,
        wwwAuthenticate,
        code: 'InvalidAuthenticationToken',
        message: 'Access token is empty or not valid.',
      });
      const realm = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"';
      if (token === undefined || token.expiresAt.getTime() <= nowMs()) return refused(realm);
      if (!token.good) {
        const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: String(nowMs()) } } });
        return refused(`${realm}, error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`);
      }
      const { account, scopes, expiresAt, id: tokenId } = token;
      return { ok: true, account, scopes, clientId, expiresAt, tokenId };
    },
    tokenStillGood(tokenId) {
      const token = tokens.get(tokenId);
      return token?.good === true && token.expiresAt.getTime() > nowMs();
    },
    onRevoked(listener) {
      revokedListeners.add(listener);
      return () => revokedListeners.delete(listener);
    },
  };

  function spoil(account: CloudAccount): void {
    for (const token of tokens.values()) if (token.account === account) token.good = false;
    for (const listener of revokedListeners) listener(account);
  }

  /** The way from the app to the platform, and back; it may fail on the way. */
  type Way = <T>(work: () => T) => Promise<T>;

  /** What the app of one life uses. `person` is who looks at the browser; `way` is its network. */
  function identityFor(life: {
    readonly way: Way;
    readonly person: (request: SignInRequest) => Promise<void>;
  }): Identity {
    return {
      open: async () => ({ kind: 'keyring' }),
      accounts: async () => [...grants.keys()].map((id) => accountOf(byId(id))),
      async accessToken(id, { scopes = [], claims, forceRefresh }) {
        const grant = grants.get(id);
        if (grant === undefined) throw signInRequired('keyring-emptied');
        const cached = grant.token;
        const isFresh = cached !== null && cached.expiresAt.getTime() - freshMs > world.wallMs();
        if (isFresh && claims === undefined && forceRefresh !== true) return cached.id;
        return await life.way(() => {
          if (conditions.has('identityDown')) {
            if (dice.chance(0.3)) throw new Failure('identity-busy', 'Busy.', { retryAfterMs: 20_000 });
            throw new Failure('identity-unreachable', 'Not reachable.');
          }
          if (!grant.good) {
            refusals.push({ atMs: nowMs(), account: id });
            throw signInRequired(grant.reason);
          }
          const token = issue(byId(id), scopes);
          grant.token = token;
          return token.id;
        });
      },
      async signIn(request) {
        await request.openBrowser('https://login.microsoftonline.com/common/oauth2/v2.0/authorize');
        await life.person(request);
        const account =
          request.account === undefined
            ? world.accounts.find((each) => !grants.has(homeAccountIdOf(each)))
            : byId(request.account.homeAccountId);
        if (account === undefined) throw new Failure('sign-in-cancelled', 'There is nobody left.');
        grants.set(homeAccountIdOf(account), {
          good: true,
          reason: 'sign-in-refused',
          token: issue(account, request.scopes),
          invalidSince: 0,
        });
        return accountOf(account);
      },
      signOut: async (id) => void grants.delete(id),
    };
  }

  return {
    directory,
    identityFor,
    refusals,
    /** The grant is dead: only the person can help. */
    revoke(account: CloudAccount, reason: SignInReason): void {
      const grant = grants.get(homeAccountIdOf(account));
      if (grant === undefined || !grant.good) return;
      grant.good = false;
      grant.reason = reason;
      spoil(account);
    },
    /** Only the access tokens are dead: the app can help itself. */
    spoilTokens: spoil,
    isSignedIn: (account: CloudAccount): boolean => grants.get(homeAccountIdOf(account))?.good === true,
    hasGrant: (account: CloudAccount): boolean => grants.has(homeAccountIdOf(account)),
  };
}
export type Entra = ReturnType<typeof createEntra>;

const signInRequired = (reason: SignInReason): Failure =>
  new Failure('sign-in-required', 'Please sign in again.', { reason });
