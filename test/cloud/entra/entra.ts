/** Microsoft Entra ID, played at login.microsoftonline.com and its like in the national clouds: sign-in pages, tokens, and what an administrator can do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { signInHostOf, signInHosts } from '../clouds.ts';
import type { CloudAccount, CloudClock, Directory, Report, Site } from '../types.ts';
import { type EntraError, entraError, errorBody } from './aadsts.ts';
import { type CloudApp, defaultAccounts, defaultApps } from './accounts.ts';
import { createAdminConsent } from './admin-consent.ts';
import { type Administration, createAdministration } from './administration.ts';
import { createDeviceCodes } from './device-code.ts';
import { createDirectory } from './directory.ts';
import { instanceDiscovery, openIdConfiguration } from './discovery.ts';
import { createIdTokenSigner } from './id-token.ts';
import { createMemory } from './memory.ts';
import { errorPage, sendPage } from './page.ts';
import { describeScript, playScript, type TokenScript } from './script.ts';
import { createSignIn, type SignInAnswer, type SignInPolicy } from './sign-in.ts';
import { correlationIdOf, createTokenEndpoint, type TokenLifetime } from './token.ts';

export interface Entra extends Administration {
  readonly site: Site;
  readonly directory: Directory;
  /**
   * The next `times` token requests (default 1) get this answer; with `username` only those for this account. Returns a
   * function that takes it back.
   */
  failNextToken(script: TokenScript, times?: number, username?: string): () => void;
}

/** The largest form read, in bytes. */
const largestForm = 64 * 1024;

export function createEntra(options: {
  readonly clock: CloudClock;
  readonly report: Report;
  readonly accounts?: readonly CloudAccount[];
  readonly apps?: readonly CloudApp[];
}): Entra {
  const { clock, report, accounts = defaultAccounts } = options;
  const apps = [...(options.apps ?? defaultApps)];
  const memory = createMemory(clock, accounts);
  const directory = createDirectory(memory);
  const signer = createIdTokenSigner();
  const lifetime: TokenLifetime = { seconds: null };
  const policy: SignInPolicy = { adminOnlyScopes: new Set(), adminOnlyError: 90094 };
  const signIn = createSignIn({ clock, report, memory, apps, policy });
  const adminConsent = createAdminConsent({ memory, apps, report });
  const devices = createDeviceCodes({ clock, report, memory, apps, begin: signIn.begin });
  const redeem = createTokenEndpoint({ clock, report, memory, apps, signer, lifetime, devices });
  const scripts: { readonly script: TokenScript; readonly username: string | undefined; left: number }[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = signInHostOf(request.headers.host);
    const url = new URL(request.url ?? '/', `https://${host}`);
    const [, tenant = '', ...rest] = url.pathname.split('/');
    const route = `${request.method} ${rest.join('/')}`;
    response.setHeader('date', clock.now().toUTCString());
    switch (route) {
      case 'GET oauth2/v2.0/authorize':
        send(response, signIn.authorize(tenant, url.searchParams, correlationIdOf(url.searchParams, undefined), host));
        return;
      case 'POST login': {
        const form = await readForm(request);
        send(response, form ? signIn.submit(tenant, form) : errorPage(entraError(9002313)));
        return;
      }
      case 'GET v2.0/adminconsent':
        send(response, adminConsent.open(tenant, url.searchParams, host));
        return;
      case 'POST adminconsent': {
        const form = await readForm(request);
        send(response, form ? adminConsent.submit(form) : errorPage(entraError(9002313)));
        return;
      }
      case 'POST oauth2/v2.0/token':
        await token(tenant, request, response, host);
        return;
      case 'POST oauth2/v2.0/devicecode': {
        const form = (await readForm(request)) ?? new URLSearchParams();
        const answer = devices.ask(tenant, form, host);
        if (answer.ok) sendJson(response, 200, answer.body);
        else sendError(response, answer.error, correlationIdOf(form, request.headers['client-request-id']));
        return;
      }
      case 'GET oauth2/deviceauth':
        sendPage(response, devices.page());
        return;
      case 'POST device': {
        const form = await readForm(request);
        const correlationId = correlationIdOf(new URLSearchParams(), undefined);
        send(response, form ? devices.submit(form, correlationId) : errorPage(entraError(9002313)));
        return;
      }
      case 'GET device/done':
        sendPage(response, devices.arrived(url.searchParams));
        return;
      case 'GET oauth2/v2.0/token':
        sendError(response, entraError(900561), correlationIdOf(url.searchParams, undefined));
        return;
      case 'GET v2.0/.well-known/openid-configuration':
        sendJson(response, 200, openIdConfiguration(tenant, host));
        return;
      case 'GET discovery/instance':
        sendJson(response, 200, instanceDiscovery(tenant, host));
        return;
      case 'GET discovery/v2.0/keys':
        sendJson(response, 200, signer.keys());
        return;
      case 'GET oauth2/v2.0/logout':
        // No session is kept, so there is none to end.
        sendPage(response, { title: 'You signed out', main: '<p>You can close this page.</p>' });
        return;
      default:
        response.writeHead(404, { 'content-type': 'text/plain' });
        response.end(`The stand-in cloud does not play ${request.method} ${url.pathname}\n`);
    }
  }

  async function token(
    tenant: string,
    request: IncomingMessage,
    response: ServerResponse,
    host: string,
  ): Promise<void> {
    const form = await readForm(request);
    const correlationId = correlationIdOf(form ?? new URLSearchParams(), request.headers['client-request-id']);
    const script = takeScript(form);
    if (script) {
      const text = `A token request is answered as commanded: ${describeScript(script)}`;
      report({ site: 'entra', name: script.kind === 'slow' ? 'token.delayed' : 'token.refused', text });
      if (!(await playScript(script, response, clock.now(), correlationId))) return;
    }
    if (!form) {
      sendError(response, entraError(9002313), correlationId);
      return;
    }
    const answer = redeem(tenant, form, request.headers.authorization, host);
    if (answer.ok) sendJson(response, 200, answer.body);
    else sendError(response, answer.error, correlationId);
  }

  function takeScript(form: URLSearchParams | null): TokenScript | undefined {
    const asking = form ? memory.accountOf(form)?.username : undefined;
    const index = scripts.findIndex(({ username }) => username === undefined || username === asking);
    const entry = scripts[index];
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) scripts.splice(index, 1);
    return entry.script;
  }

  function sendError(response: ServerResponse, error: EntraError, correlationId: string): void {
    report({
      site: 'entra',
      name: 'token.refused',
      text: `A token request was refused: AADSTS${error.aadsts}, ${error.error}${error.suberror ? ` (${error.suberror})` : ''}`,
      fields: { aadsts: error.aadsts, error: error.error, suberror: error.suberror ?? null },
    });
    const retry = error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) };
    sendJson(response, error.status, errorBody(error, clock.now(), correlationId), retry);
  }

  return {
    site: { hosts: signInHosts, handle },
    directory,
    ...createAdministration({ clock, report, memory, directory, apps, policy, lifetime }),
    failNextToken(script, times = 1, username) {
      const account = username === undefined ? undefined : memory.person(username).account.username;
      const entry = { script, username: account, left: times };
      scripts.push(entry);
      return () => {
        const index = scripts.indexOf(entry);
        if (index >= 0) scripts.splice(index, 1);
      };
    },
  };
}

function send(response: ServerResponse, answer: SignInAnswer): void {
  if (!('redirectTo' in answer)) {
    sendPage(response, answer);
    return;
  }
  response.writeHead(302, {
    location: answer.redirectTo,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  response.end();
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

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  const usual = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...usual, ...headers });
  response.end(JSON.stringify(body));
}
