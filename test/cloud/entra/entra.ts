/** Microsoft Entra ID, played at login.microsoftonline.com: sign-in pages, tokens, and what an administrator can do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CloudAccount, CloudClock, Directory, Report, Site } from '../types.ts';
import { type EntraError, entraError, errorBody } from './aadsts.ts';
import { type CloudApp, defaultAccounts, defaultApps } from './accounts.ts';
import { createDirectory } from './directory.ts';
import { createIdTokenSigner } from './id-token.ts';
import { createMemory } from './memory.ts';
import { errorPage, sendPage } from './pages.ts';
import { playScript, type TokenScript } from './script.ts';
import { createSignIn, type SignInPolicy } from './sign-in.ts';
import { correlationIdOf, createTokenEndpoint, type TokenLifetime } from './token.ts';

export interface Entra {
  readonly site: Site;
  readonly directory: Directory;
  /** Password reset: every grant ends. `suberror` is what refreshing then says beside AADSTS50173 (default: none). */
  resetPassword(username: string, options: { newPassword: string; suberror?: string | null }): void;
  /** An administrator revokes the sessions; the password stays. */
  revokeSessions(username: string, options?: { suberror?: string | null }): void;
  /** Access tokens so far meet a claims challenge (if cp1 was declared); refreshing still works. */
  demandFreshTokens(username: string): void;
  /** A disabled account: no sign-in, no refresh (AADSTS50057). */
  setDisabled(username: string, isDisabled: boolean): void;
  /** Takes back what the person allowed the apps: refreshing says consent_required. */
  withdrawConsent(username: string): void;
  /** Permissions (short names) only an administrator can grant; none by default. */
  setAdminOnlyScopes(scopes: readonly string[]): void;
  /** Life of access tokens issued from now on; null: an hour, or 24 with cp1. */
  setTokenLifetime(seconds: number | null): void;
  /** The next `times` token requests (default 1) get this answer. Returns a function that takes it back. */
  failNextToken(script: TokenScript, times?: number): () => void;
  currentPassword(username: string): string;
}

const host = 'login.microsoftonline.com';
/** The largest form read, in bytes. */
const largestForm = 64 * 1024;

export function createEntra(options: {
  readonly clock: CloudClock;
  readonly report: Report;
  readonly accounts?: readonly CloudAccount[];
  readonly apps?: readonly CloudApp[];
}): Entra {
  const { clock, report, accounts = defaultAccounts, apps = defaultApps } = options;
  const memory = createMemory(clock, accounts);
  const directory = createDirectory(memory);
  const signer = createIdTokenSigner();
  const lifetime: TokenLifetime = { seconds: null };
  const policy: SignInPolicy = { adminOnlyScopes: new Set() };
  const signIn = createSignIn({ clock, report, memory, apps, policy });
  const redeem = createTokenEndpoint({ clock, report, memory, apps, signer, lifetime });
  const scripts: { readonly script: TokenScript; left: number }[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `https://${host}`);
    const [, tenant = '', ...rest] = url.pathname.split('/');
    const route = `${request.method} ${rest.join('/')}`;
    response.setHeader('date', clock.now().toUTCString());
    switch (route) {
      case 'GET oauth2/v2.0/authorize':
        sendPage(response, signIn.authorize(tenant, url.searchParams, correlationIdOf(url.searchParams, undefined)));
        return;
      case 'POST login': {
        const form = await readForm(request);
        sendPage(response, form ? signIn.submit(tenant, form) : errorPage(entraError(9002313)));
        return;
      }
      case 'POST oauth2/v2.0/token':
        await token(tenant, request, response);
        return;
      case 'GET oauth2/v2.0/token':
        sendError(response, entraError(900561), correlationIdOf(url.searchParams, undefined));
        return;
      case 'GET v2.0/.well-known/openid-configuration':
        sendJson(response, 200, openIdConfiguration(tenant));
        return;
      case 'GET discovery/v2.0/keys':
        sendJson(response, 200, signer.keys());
        return;
      default:
        response.writeHead(404, { 'content-type': 'text/plain' });
        response.end(`The stand-in cloud does not play ${request.method} ${url.pathname}\n`);
    }
  }

  async function token(tenant: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    const correlationId = correlationIdOf(form ?? new URLSearchParams(), request.headers['client-request-id']);
    const scripted = scripts[0];
    if (scripted) {
      scripted.left -= 1;
      if (scripted.left <= 0) scripts.shift();
      report({
        site: 'entra',
        name: 'token.refused',
        text: `A token request was answered as commanded: ${describeScript(scripted.script)}`,
      });
      playScript(scripted.script, response, clock.now(), correlationId);
      return;
    }
    if (!form) {
      sendError(response, entraError(9002313), correlationId);
      return;
    }
    const answer = redeem(tenant, form);
    if (answer.ok) sendJson(response, 200, answer.body);
    else sendError(response, answer.error, correlationId);
  }

  function sendError(response: ServerResponse, error: EntraError, correlationId: string): void {
    report({
      site: 'entra',
      name: 'token.refused',
      text: `A token request was refused: AADSTS${error.aadsts}, ${error.error}${error.suberror ? ` (${error.suberror})` : ''}`,
      fields: { aadsts: error.aadsts, error: error.error, suberror: error.suberror ?? null },
    });
    sendJson(response, error.status, errorBody(error, clock.now(), correlationId));
  }

  function revoke(username: string, suberror: string | null, name: string, text: string): void {
    const person = memory.person(username);
    const ended = memory.revokeGrants(person, 50173, suberror);
    report({ site: 'entra', name, text: `${text}; ${ended} sign-ins ended`, fields: { username, ended } });
    directory.tellRevoked(person.account);
  }

  return {
    site: { hosts: [host], handle },
    directory,
    resetPassword(username, { newPassword, suberror = null }) {
      memory.person(username).password = newPassword;
      revoke(username, suberror, 'password.reset', `The password of ${username} was reset`);
    },
    revokeSessions(username, { suberror = null } = {}) {
      revoke(username, suberror, 'sessions.revoked', `The sessions of ${username} were revoked`);
    },
    demandFreshTokens(username) {
      memory.demandFreshTokens(memory.person(username));
      report({
        site: 'entra',
        name: 'tokens.demanded',
        text: `${username} needs fresh access tokens`,
        fields: { username },
      });
    },
    setDisabled(username, isDisabled) {
      const person = memory.person(username);
      person.isDisabled = isDisabled;
      if (isDisabled) {
        memory.demandFreshTokens(person);
        directory.tellRevoked(person.account);
      }
      const name = isDisabled ? 'account.disabled' : 'account.enabled';
      report({
        site: 'entra',
        name,
        text: `${username} was ${isDisabled ? 'disabled' : 'enabled'}`,
        fields: { username },
      });
    },
    withdrawConsent(username) {
      memory.person(username).consents.clear();
      report({ site: 'entra', name: 'consent.withdrawn', text: `The permissions of ${username} were withdrawn` });
    },
    setAdminOnlyScopes(scopes) {
      policy.adminOnlyScopes = new Set(scopes);
    },
    setTokenLifetime(seconds) {
      if (seconds !== null && !(seconds > 0)) throw new RangeError('A token lives for more than 0 seconds');
      lifetime.seconds = seconds;
    },
    failNextToken(script, times = 1) {
      const entry = { script, left: times };
      scripts.push(entry);
      return () => {
        const index = scripts.indexOf(entry);
        if (index >= 0) scripts.splice(index, 1);
      };
    },
    currentPassword: (username) => memory.person(username).password,
  };
}

function openIdConfiguration(tenant: string) {
  const base = `https://${host}/${tenant}`;
  const issuerTenant = ['common', 'organizations', 'consumers'].includes(tenant) ? '{tenantid}' : tenant;
  return {
    issuer: `https://${host}/${issuerTenant}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['form_post'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
  };
}

function describeScript(script: TokenScript): string {
  switch (script.kind) {
    case 'error':
      return `AADSTS${script.aadsts}`;
    case 'status':
      return `status ${script.status}`;
    default:
      return script.kind;
  }
}

/** A form, or null if the body is something else or too large. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestForm) chunks.push(chunk);
  }
  if (type !== 'application/x-www-form-urlencoded' || size > largestForm) return null;
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
