/** POST /{tenant}/oauth2/v2.0/token: codes and refresh tokens become tokens, as strictly as the real endpoint does it. */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { graphsBehind, placesOf } from '../clouds.ts';
import type { CloudAccount, CloudClock, Report } from '../types.ts';
import { type EntraError, entraError } from './aadsts.ts';
import { audienceOf, type CloudApp } from './accounts.ts';
import { type ReadClaims, readClaims } from './claims.ts';
import type { DeviceCodes } from './device-code.ts';
import { clientInfo, type IdTokenSigner } from './id-token.ts';
import type { Grant, Memory } from './memory.ts';
import { readScopes, scopeAnswer } from './scopes.ts';
import { refusalOf } from './standing.ts';

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
  readonly devices: Pick<DeviceCodes, 'redeem'>;
}): (tenant: string, form: URLSearchParams, authorization: string | undefined, host: string) => TokenAnswer {
  const { clock, report, memory, apps, signer, lifetime, devices } = parts;

  function answer(tenant: string, form: URLSearchParams, authorization: string | undefined, host: string): TokenAnswer {
    const isAllowed = audienceOf(
      tenant,
      memory.people.map(({ account }) => account),
      host,
    );
    if (!isAllowed) return refuse(90002);
    const grantType = form.get('grant_type');
    if (!grantType) return refuse(900144, 'grant_type');
    const basic = readBasic(authorization);
    const clientId = form.get('client_id') ?? basic?.clientId;
    if (!clientId) return refuse(900144, 'client_id');
    const app = apps.find((one) => one.clientId === clientId);
    if (!app) return refuse(700016);
    if (form.has('resource')) return refuse(901002);
    const secret = form.get('client_secret') ?? basic?.secret;
    if (app.secret === undefined) {
      if (secret !== undefined || form.has('client_assertion')) return refuse(700025);
    } else if (secret === undefined) return refuse(7000218);
    else if (!isSame(secret, app.secret)) return refuse(7000215);
    const claims = readClaims(form.get('claims'));
    if (!claims) return refuse(9002313, 'claims');
    switch (grantType) {
      case 'authorization_code':
        return redeemCode(app, form, claims, isAllowed);
      case 'refresh_token':
        return refresh(clientId, form, claims, isAllowed);
      // MSAL uses the older name.
      case 'device_code':
      case 'urn:ietf:params:oauth:grant-type:device_code':
        return fromDevice(clientId, form, claims);
      case 'client_credentials':
        return asItself(app, tenant, form, host);
      default:
        return refuse(70003);
    }
  }

  function redeemCode(
    { clientId, secret }: CloudApp,
    form: URLSearchParams,
    claims: ReadClaims,
    isAllowed: (account: CloudAccount) => boolean,
  ): TokenAnswer {
    for (const name of ['code', 'redirect_uri']) if (!form.get(name)) return refuse(900144, name);
    const verifier = form.get('code_verifier');
    if (secret === undefined && !verifier) return refuse(900144, 'code_verifier');
    const code = memory.codes.get(form.get('code') ?? '');
    if (!code) return refuse(70000);
    if (code.used) return refuse(54005);
    code.used = true;
    if (memory.isPast(code.expiresAt)) return refuse(70008);
    if (code.clientId !== clientId) return refuse(700005);
    if (code.redirectUri !== form.get('redirect_uri')) return refuse(500112);
    const challenge = verifier ? createHash('sha256').update(verifier).digest('base64url') : '';
    if (challenge !== code.codeChallenge) return refuse(501481);
    if (!isAllowed(code.account)) return refuse(50020);
    const grant = memory.newGrant(code);
    return issue(grant, form, claims, code.nonce, 'signed in');
  }

  function fromDevice(clientId: string, form: URLSearchParams, claims: ReadClaims): TokenAnswer {
    const found = devices.redeem(clientId, form.get('device_code'));
    if ('aadsts' in found) return { ok: false, error: found };
    const code = memory.codes.get(found.code);
    if (!code || memory.isPast(code.expiresAt)) return refuse(70008);
    if (!form.get('scope')) form.set('scope', found.scope);
    return issue(memory.newGrant(code), form, claims, null, 'signed in on another device');
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
    const error = refusalOf(memory.person(grant.account.username), grant, clock.now());
    if (error) return { ok: false, error };
    if (memory.isPast(token.expiresAt)) return refuse(700082);
    if (!isAllowed(grant.account)) return refuse(50020);
    return issue(grant, form, claims, null, 'refreshed quietly');
  }

  /** A token for the app itself, without a person: application permissions in one tenant. */
  function asItself(app: CloudApp, tenant: string, form: URLSearchParams, host: string): TokenAnswer {
    if (app.secret === undefined) return refuse(7000218);
    if (['common', 'organizations', 'consumers'].includes(tenant)) return refuse(50059);
    const graphHost = /^https:\/\/([^/]+)\/\.default$/i.exec(form.get('scope')?.trim() ?? '')?.[1]?.toLowerCase();
    if (graphHost === undefined) return refuse(1002012);
    if (!graphsBehind(host).includes(graphHost)) return refuse(500011, graphHost);
    const seconds = lifetime.seconds ?? hour;
    const { clientId, roles = [] } = app;
    const access_token = memory.newAppToken({ clientId, tid: tenant, roles, graphHost }, seconds * 1000);
    report({
      site: 'entra',
      name: 'token.issued',
      text: `${app.name} got a token for itself: ${roles.join(', ') || 'without permissions'}, good for ${seconds} s`,
      fields: { grantType: 'client_credentials', expiresInSeconds: seconds, scopes: roles.join(' ') },
    });
    return { ok: true, body: { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token } };
  }

  const permissionsOf = (clientId: string) => apps.find((one) => one.clientId === clientId)?.permissions;

  function issue(
    grant: Grant,
    form: URLSearchParams,
    claims: ReadClaims,
    nonce: string | null,
    how: string,
  ): TokenAnswer {
    const asked = readScopes(form.get('scope') ?? '', permissionsOf(grant.clientId));
    if (asked.unknown.length > 0) return refuse(70011, asked.unknown.join(' '));
    if (asked.graph.length === 0 && asked.openId.length === 0) return refuse(900144, 'scope');
    const { graph: ownGraph } = placesOf(grant.account);
    const foreign = asked.graphHosts.find((each) => each !== ownGraph);
    if (foreign !== undefined) return refuse(500011, foreign);
    const consented = memory.consentsOf(memory.person(grant.account.username), grant.clientId);
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
        expiresAt,
        nonce,
      });
    }
    if (form.get('client_info') === '1') body.client_info = clientInfo(grant.account);
    report({
      site: 'entra',
      name: 'token.issued',
      text: `${grant.account.username} ${how}: a token for ${asked.graph.join(', ') || 'sign-in only'}, good for ${seconds} s`,
      fields: {
        username: grant.account.username,
        grantType: form.get('grant_type'),
        expiresInSeconds: seconds,
        scopes: asked.graph.join(' '),
      },
    });
    return { ok: true, body };
  }

  return answer;
}

function refuse(aadsts: number, detail?: string): TokenAnswer {
  return { ok: false, error: entraError(aadsts, detail ? { detail } : {}) };
}

/** Client id and secret from `Authorization: Basic`, each form-encoded as RFC 6749 §2.3.1 asks. */
function readBasic(authorization: string | undefined): { readonly clientId: string; readonly secret: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (!encoded) return null;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const fields = new URLSearchParams(`id=${id}&secret=${rest.join(':')}`);
  return { clientId: fields.get('id') ?? '', secret: fields.get('secret') ?? '' };
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The `client-request-id` a request came with, or a new one. */
export function correlationIdOf(parameters: URLSearchParams, header: string | string[] | undefined): string {
  const given = parameters.get('client-request-id') ?? (typeof header === 'string' ? header : null);
  return given && /^[0-9a-f-]{36}$/i.test(given) ? given : randomUUID();
}
