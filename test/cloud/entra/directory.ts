/** Entra's memory as Graph may look into it: is this token worth anything, and what must the answer say if not. */
import { clouds, placesOf } from '../clouds.ts';
import type { CloudAccount, Directory, TokenCheck } from '../types.ts';
import { challengeFor } from './claims.ts';
import type { AppToken, Memory } from './memory.ts';

/** Microsoft Graph's own app id, the `client_id` of its challenges. */
const graphAppId = '00000003-0000-0000-c000-000000000000';
const realmOf = (graphHost: string): string => {
  const signIn = Object.values(clouds).find(({ graph }) => graph === graphHost)?.signIn[0] ?? clouds.global.signIn[0];
  return `Bearer realm="", authorization_uri="https://${signIn}/common/oauth2/authorize", client_id="${graphAppId}"`;
};

const audience = 'Access token validation failure. Invalid audience.';
const expired = 'Lifetime validation failed, the token is expired.';

interface Asked {
  readonly graphHost: string;
  readonly path: string;
}
const nothingNamed: Asked = { graphHost: clouds.global.graph, path: '' };

export interface OwnedDirectory extends Directory {
  /** Tells the listeners of `onRevoked`. */
  tellRevoked(account: CloudAccount): void;
}

export function createDirectory(memory: Memory): OwnedDirectory {
  const listeners = new Set<(account: CloudAccount) => void>();

  /** An app without a person, at the mailbox that the path names. */
  function checkAppToken(token: AppToken, { graphHost, path }: Asked): TokenCheck {
    const realm = realmOf(graphHost);
    if (token.graphHost !== graphHost) return refused(realm, audience);
    if (memory.isPast(token.expiresAt)) return refused(realm, expired);
    const who = /^\/v1\.0\/users\/([^/?]+)/i.exec(path)?.[1];
    const no = (status: 400 | 404 | 501, code: string, message: string): TokenCheck => ({
      ok: false,
      status,
      wwwAuthenticate: '',
      code,
      message,
    });
    if (/^\/v1\.0\/me\b/i.test(path)) {
      return no(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
    }
    if (who === undefined)
      return no(501, 'NotImplemented', 'The stand-in plays mailboxes only for apps without a person.');
    const name = nameIn(who);
    const account = memory.people
      .map((person) => person.account)
      .find((one) => one.tid === token.tid && (one.oid === name || one.username.toLowerCase() === name));
    if (account === undefined) return no(404, 'ErrorInvalidUser', 'The requested user is invalid.');
    const { clientId, expiresAt, roles } = token;
    return { ok: true, account, scopes: roles, clientId, expiresAt, tokenId: '' };
  }

  function checkAccessToken(authorization: string | undefined, asked = nothingNamed): TokenCheck {
    const { graphHost } = asked;
    const realm = realmOf(graphHost);
    const value = /^Bearer +([^ ]+)$/i.exec(authorization ?? '')?.[1];
    if (!value) return refused(realm, 'Access token is empty.');
    const token = memory.accessTokens.get(value);
    const appToken = memory.appTokens.get(value);
    if (appToken !== undefined) return checkAppToken(appToken, asked);
    if (!token) return refused(realm, 'The token could not be read.');
    if (placesOf(token.grant.account).graph !== graphHost) {
      return refused(realm, audience);
    }
    if (memory.isPast(token.expiresAt)) return refused(realm, expired);
    const invalidSince = memory.invalidSince(token);
    // Only a client that declared cp1 is challenged; for the others the token lives to its end.
    if (invalidSince && token.cp1) {
      return refused(
        `${realm}, error="insufficient_claims", claims="${challengeFor(invalidSince)}"`,
        'Continuous access evaluation: the token was issued before the session was revoked.',
      );
    }
    return {
      ok: true,
      account: token.grant.account,
      scopes: token.scopes,
      clientId: token.grant.clientId,
      expiresAt: token.expiresAt,
      tokenId: token.id,
    };
  }

  return {
    accounts: () => memory.people.map(({ account }) => account),
    byUsername: (username) => memory.person(username).account,
    checkAccessToken,
    tokenStillGood(tokenId) {
      const token = memory.accessTokensById.get(tokenId);
      return token !== undefined && !memory.isPast(token.expiresAt) && memory.invalidSince(token) === null;
    },
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tellRevoked(account) {
      for (const listener of [...listeners]) listener(account);
    },
  };
}

/** As it was meant; what cannot be decoded is nobody's name. */
function nameIn(segment: string): string {
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    return segment;
  }
}

function refused(wwwAuthenticate: string, message: string): TokenCheck {
  return { ok: false, wwwAuthenticate, code: 'InvalidAuthenticationToken', message };
}
