/** What Entra remembers: people, what they allowed, and every code, grant and token it handed out. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { CloudAccount, CloudClock } from '../types.ts';
import { goodStanding, type Standing } from './standing.ts';

/** One sign-in of one person to one app. Its refresh tokens and access tokens share its fate. */
export interface Grant {
  readonly account: CloudAccount;
  readonly clientId: string;
  readonly signedInAt: Date;
  readonly hasSecondFactor: boolean;
  revoked: { readonly at: Date; readonly aadsts: number; readonly suberror: string | null } | null;
}

export interface AuthorizationCode {
  readonly account: CloudAccount;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Empty when a confidential client left PKCE out. */
  readonly codeChallenge: string;
  readonly hasSecondFactor: boolean;
  readonly nonce: string | null;
  readonly expiresAt: Date;
  /** Set by the first redemption, successful or not. */
  used: boolean;
}

export interface RefreshToken {
  readonly grant: Grant;
  readonly expiresAt: Date;
}

export interface AccessToken {
  readonly id: string;
  readonly grant: Grant;
  /** Short Graph names. */
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
  readonly cp1: boolean;
  /** Position in the order of all events: two things can happen at one moment of a clock that stands still. */
  readonly order: number;
}

/** What an app may do by itself, in one tenant. */
export interface AppToken {
  readonly clientId: string;
  readonly tid: string;
  readonly roles: readonly string[];
  readonly graphHost: string;
  readonly expiresAt: Date;
}

export interface Person {
  readonly account: CloudAccount;
  password: string;
  readonly standing: Standing;
  /** Access tokens issued before this are refused where claims challenges are understood. */
  tokensValidFrom: { readonly at: Date; readonly order: number } | null;
  /** Client id → permissions allowed, `offline_access` among them. */
  readonly consents: Map<string, Set<string>>;
  /** The last code sent to the phone, until it is used. */
  sentCode: string | null;
}

export type Memory = ReturnType<typeof createMemory>;

const codeLifeMs = 10 * 60 * 1000;
const refreshTokenLifeMs = 90 * 24 * 60 * 60 * 1000;

export function createMemory(clock: CloudClock, accounts: readonly CloudAccount[]) {
  const people: Person[] = accounts.map(newPerson);
  const codes = new Map<string, AuthorizationCode>();
  const grants = new Set<Grant>();
  const refreshTokens = new Map<string, RefreshToken>();
  const accessTokens = new Map<string, AccessToken>();
  const accessTokensById = new Map<string, AccessToken>();
  const appTokens = new Map<string, AppToken>();
  /** Tenant and client id → permissions an administrator allowed for everybody. */
  const tenantConsents = new Map<string, Set<string>>();
  let order = 0;

  const later = (ms: number) => new Date(clock.now().getTime() + ms);

  function findPerson(username: string): Person | undefined {
    const wanted = username.trim().toLowerCase();
    return people.find(({ account }) => account.username.toLowerCase() === wanted);
  }

  function person(username: string): Person {
    const found = findPerson(username);
    if (!found) throw new Error(`The cloud has no account ${username}`);
    return found;
  }

  return {
    people,
    codes,
    refreshTokens,
    accessTokens,
    accessTokensById,
    appTokens,
    findPerson,
    person,
    /** @throws Error when somebody has that name or object id already. */
    addPerson(account: CloudAccount): Person {
      if (findPerson(account.username)) throw new Error(`The cloud has an account ${account.username} already`);
      if (people.some((one) => one.account.oid === account.oid)) throw new Error('The object id is taken');
      const added = newPerson(account);
      people.push(added);
      return added;
    },
    /** What this person and their administrator allowed an app. */
    consentsOf({ account, consents }: Person, clientId: string): ReadonlySet<string> {
      return new Set([...(consents.get(clientId) ?? []), ...(tenantConsents.get(`${account.tid} ${clientId}`) ?? [])]);
    },
    allowForTenant(tid: string, clientId: string, scopes: readonly string[]): void {
      const key = `${tid} ${clientId}`;
      tenantConsents.set(key, new Set([...(tenantConsents.get(key) ?? []), ...scopes]));
    },
    /** Takes back everything that was allowed to any app, by the person and by their administrator. */
    withdrawConsents({ account, consents }: Person): void {
      consents.clear();
      for (const key of tenantConsents.keys()) if (key.startsWith(`${account.tid} `)) tenantConsents.delete(key);
    },
    /** True once the moment has come. */
    isPast: (moment: Date) => clock.now().getTime() >= moment.getTime(),

    /** Whose code or refresh token a token request carries, if it is known. */
    accountOf(form: URLSearchParams): CloudAccount | undefined {
      const grant = refreshTokens.get(form.get('refresh_token') ?? '')?.grant;
      return (grant ?? codes.get(form.get('code') ?? ''))?.account;
    },
    newCode(code: Omit<AuthorizationCode, 'expiresAt' | 'used'>): string {
      const value = `0.${secret()}`;
      codes.set(value, { ...code, expiresAt: later(codeLifeMs), used: false });
      return value;
    },
    newGrant({ account, clientId, hasSecondFactor }: AuthorizationCode): Grant {
      const grant: Grant = { account, clientId, signedInAt: clock.now(), hasSecondFactor, revoked: null };
      grants.add(grant);
      return grant;
    },
    newRefreshToken(grant: Grant): string {
      const value = `1.${secret()}`;
      refreshTokens.set(value, { grant, expiresAt: later(refreshTokenLifeMs) });
      return value;
    },
    /** @param lifeMs cloud milliseconds until it expires. */
    newAccessToken(grant: Grant, scopes: readonly string[], cp1: boolean, lifeMs: number): string {
      const value = `opaque.${secret()}`;
      const token: AccessToken = { id: randomUUID(), grant, scopes, expiresAt: later(lifeMs), cp1, order: order++ };
      accessTokens.set(value, token);
      accessTokensById.set(token.id, token);
      return value;
    },
    /** @param lifeMs cloud milliseconds until it expires. */
    newAppToken(token: Omit<AppToken, 'expiresAt'>, lifeMs: number): string {
      const value = `opaque.${secret()}`;
      appTokens.set(value, { ...token, expiresAt: later(lifeMs) });
      return value;
    },
    /** Ends every grant of this person. @returns how many were alive. */
    revokeGrants(who: Person, aadsts: number, suberror: string | null): number {
      let ended = 0;
      for (const grant of grants) {
        if (grant.account !== who.account || grant.revoked) continue;
        grant.revoked = { at: clock.now(), aadsts, suberror };
        ended += 1;
      }
      return ended;
    },
    /** The refresh tokens of this person count as unused for 90 days. @returns how many there were. */
    expireRefreshTokens(who: Person): number {
      let ended = 0;
      for (const [value, token] of refreshTokens) {
        if (token.grant.account !== who.account) continue;
        refreshTokens.set(value, { ...token, expiresAt: clock.now() });
        ended += 1;
      }
      return ended;
    },
    /** Access tokens issued so far are to be refused with a challenge; refresh tokens stay good. */
    demandFreshTokens(who: Person): void {
      who.tokensValidFrom = { at: clock.now(), order: order++ };
    },
    /** When this token lost its worth before its time, or null while it did not. */
    invalidSince(token: AccessToken): Date | null {
      if (token.grant.revoked) return token.grant.revoked.at;
      const from = person(token.grant.account.username).tokensValidFrom;
      return from && token.order < from.order ? from.at : null;
    },
  };
}

function newPerson(account: CloudAccount): Person {
  return {
    account,
    password: account.password,
    standing: goodStanding(),
    tokensValidFrom: null,
    consents: new Map(),
    sentCode: null,
  };
}

function secret(): string {
  return randomBytes(48).toString('base64url');
}
