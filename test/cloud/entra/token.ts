/** POST /{tenant}/oauth2/v2.0/token: codes and refresh tokens become tokens, as strictly as the real endpoint does it. */
import { createHash, randomUUID } from 'node:crypto';
import type { CloudAccount, CloudClock, Report } from '../types.ts';
import { type EntraError, entraError } from './aadsts.ts';
import { audienceOf, type CloudApp } from './accounts.ts';
import { type ReadClaims, readClaims } from './claims.ts';
import { clientInfo, type IdTokenSigner } from './id-token.ts';
import type { Grant, Memory } from './memory.ts';
import { readScopes, scopeAnswer } from './scopes.ts';

export interface TokenLifetime {
  /** Seconds; null leaves it to Entra: an hour, or 24 hours for a client that declared cp1. */
  seconds: number | null;
}

export type TokenAnswer =
  | { readonly ok: true; readonly body: Readonly<Record<string, string | number>> }
  | { readonly ok: false; readonly error: EntraError };

const hour = 3600;

export function createTokenEndpoint(parts: {
  readonly clock: CloudClock;
  readonly report: Report;
  readonly memory: Memory;
  readonly apps: readonly CloudApp[];
  readonly signer: IdTokenSigner;
  readonly lifetime: TokenLifetime;
}): (tenant: string, form: URLSearchParams) => TokenAnswer {
  const { clock, report, memory, apps, signer, lifetime } = parts;

  function answer(tenant: string, form: URLSearchParams): TokenAnswer {
    const isAllowed = audienceOf(
      tenant,
      memory.people.map(({ account }) => account),
    );
    if (!isAllowed) return refuse(90002);
    const grantType = form.get('grant_type');
    if (!grantType) return refuse(900144, 'grant_type');
    const clientId = form.get('client_id');
    if (!clientId) return refuse(900144, 'client_id');
    if (!apps.some((app) => app.clientId === clientId)) return refuse(700016);
    if (form.has('resource')) return refuse(901002);
    if (form.has('client_secret') || form.has('client_assertion')) return refuse(700025);
    const claims = readClaims(form.get('claims'));
    if (!claims) return refuse(9002313, 'claims');
    switch (grantType) {
      case 'authorization_code':
        return redeemCode(clientId, form, claims, isAllowed);
      case 'refresh_token':
        return refresh(clientId, form, claims, isAllowed);
      default:
        return refuse(70003);
    }
  }

  function redeemCode(
    clientId: string,
    form: URLSearchParams,
    claims: ReadClaims,
    isAllowed: (account: CloudAccount) => boolean,
  ): TokenAnswer {
    for (const name of ['code', 'redirect_uri', 'code_verifier']) if (!form.get(name)) return refuse(900144, name);
    const code = memory.codes.get(form.get('code') ?? '');
    if (!code) return refuse(70000);
    if (code.used) return refuse(54005);
    code.used = true;
    if (memory.isPast(code.expiresAt)) return refuse(70008);
    if (code.clientId !== clientId) return refuse(700005);
    if (code.redirectUri !== form.get('redirect_uri')) return refuse(500112);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (challenge !== code.codeChallenge) return refuse(501481);
    if (!isAllowed(code.account)) return refuse(50020);
    const grant = memory.newGrant(code.account, clientId);
    return issue(grant, form, claims, code.nonce, 'signed in');
  }

  function refresh(
    clientId: string,
    form: URLSearchParams,
    claims: ReadClaims,
    isAllowed: (account: CloudAccount) => boolean,
  ): TokenAnswer {
    const value = form.get('refresh_token');
    if (!value) return refuse(900144, 'refresh_token');
    const token = memory.refreshTokens.get(value);
    if (!token) return refuse(70000);
    const { grant } = token;
    if (grant.clientId !== clientId) return refuse(700005);
    if (memory.person(grant.account.username).isDisabled) return refuse(50057);
    if (grant.revoked) {
      const { aadsts, suberror } = grant.revoked;
      return { ok: false, error: entraError(aadsts, suberror ? { suberror } : { noSuberror: true }) };
    }
    if (memory.isPast(token.expiresAt)) return refuse(700082);
    if (!isAllowed(grant.account)) return refuse(50020);
    return issue(grant, form, claims, null, 'refreshed quietly');
  }

  function issue(
    grant: Grant,
    form: URLSearchParams,
    claims: ReadClaims,
    nonce: string | null,
    how: string,
  ): TokenAnswer {
    const asked = readScopes(form.get('scope') ?? '');
    if (asked.unknown.length > 0) return refuse(70011, asked.unknown.join(' '));
    if (asked.graph.length === 0 && asked.openId.length === 0) return refuse(900144, 'scope');
    const consented = memory.person(grant.account.username).consents.get(grant.clientId) ?? new Set();
    if (!asked.graph.every((scope) => consented.has(scope))) return refuse(65001);
    // A challenge asks for a token issued at or after a moment; one issued now meets it unless that is yet to come.
    if (claims.notBefore && claims.notBefore.getTime() > clock.now().getTime()) return refuse(9002313, 'claims');

    const seconds = lifetime.seconds ?? (claims.cp1 ? 24 * hour : hour);
    const issuedAt = clock.now();
    const expiresAt = new Date(issuedAt.getTime() + seconds * 1000);
    const body: Record<string, string | number> = {
      token_type: 'Bearer',
      scope: scopeAnswer(asked),
      expires_in: seconds,
      ext_expires_in: seconds,
      // Long-lived tokens come with the moment from which they should be renewed ahead of time.
      ...(seconds >= 2 * hour ? { refresh_in: Math.floor(seconds / 2) } : {}),
      access_token: memory.newAccessToken(grant, asked.graph, claims.cp1, seconds * 1000),
    };
    if (asked.openId.includes('offline_access')) body.refresh_token = memory.newRefreshToken(grant);
    if (asked.openId.includes('openid')) {
      body.id_token = signer.idToken({
        account: grant.account,
        clientId: grant.clientId,
        issuedAt,
        expiresAt: expiresAt,
        nonce,
      });
    }
    if (form.get('client_info') === '1') body.client_info = clientInfo(grant.account);
    report({
      site: 'entra',
      name: 'token.issued',
      text: `${grant.account.username} ${how}: a token for ${asked.graph.join(', ') || 'sign-in only'}, good for ${seconds} s`,
      fields: { username: grant.account.username, grantType: form.get('grant_type'), expiresInSeconds: seconds },
    });
    return { ok: true, body };
  }

  return answer;
}

function refuse(aadsts: number, detail?: string): TokenAnswer {
  return { ok: false, error: entraError(aadsts, detail ? { detail } : {}) };
}

/** The `client-request-id` a request came with, or a new one. */
export function correlationIdOf(parameters: URLSearchParams, header: string | string[] | undefined): string {
  const given = parameters.get('client-request-id') ?? (typeof header === 'string' ? header : null);
  return given && /^[0-9a-f-]{36}$/i.test(given) ? given : randomUUID();
}
