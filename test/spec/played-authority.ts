/** The identity platform as MSAL meets it, answer by answer: a token endpoint behind `fetch`, and the browser's posts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createMsalIdentity, type MsalIdentityOptions } from '../../main/auth/msal-identity.ts';
import type { LogFields, SignInRequest } from '../../main/domain/ports.ts';
import type { Account } from '../../main/domain/session.ts';
import { machineClock, mapKeyring, scopes } from '../integration/auth/desk.ts';

const clientId = '11111111-2222-4333-8444-555555555555';
const oid = '0a0a0a0a-0000-4000-8000-000000000001';
const tid = '0b0b0b0b-0000-4000-8000-000000000002';

export interface TokenCall {
  readonly url: string;
  readonly form: URLSearchParams;
}
export interface TokenAnswer {
  readonly status: number;
  readonly body: unknown;
}

const inBase64Url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A success for the form, as the v2.0 token endpoint words it. */
export function granted(changes: Readonly<Record<string, unknown>> = {}): TokenAnswer {
  const at = Math.floor(Date.now() / 1000);
  const claims = { iss: `https://login.microsoftonline.com/${tid}/v2.0`, aud: clientId, tid, oid, ver: '2.0' };
  const person = { sub: 'pairwise', name: 'Ada', preferred_username: 'ada@contoso.example', exp: at + 3600, iat: at };
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      scope: [...scopes, 'openid', 'profile', 'offline_access'].join(' '),
      expires_in: 3600,
      ext_expires_in: 3600,
      access_token: `access-${at}-${Math.random()}`,
      refresh_token: 'refresh-1',
      id_token: `${inBase64Url({ typ: 'JWT', alg: 'RS256' })}.${inBase64Url({ ...claims, ...person })}.c2lnbmVk`,
      client_info: inBase64Url({ uid: oid, utid: tid }),
      ...changes,
    },
  };
}

export function playAuthority(options: Partial<MsalIdentityOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-authority-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const tokenCalls: TokenCall[] = [];
  const logged: { readonly event: string; readonly fields: LogFields }[] = [];
  const pages: URL[] = [];
  const script = { token: (_call: TokenCall): TokenAnswer => granted() };
  const note = (event: string, fields: LogFields = {}): void => void logged.push({ event, fields });

  const identity = createMsalIdentity({
    clientId,
    authority: 'https://login.microsoftonline.com/common',
    async fetch(url, init) {
      const call = { url, form: new URLSearchParams(String(init.body)) };
      tokenCalls.push(call);
      const { status, body } = script.token(call);
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
    },
    cacheFolder: folder,
    log: { info: note, warn: note, error: note },
    clock: machineClock,
    scopes,
    keyring: mapKeyring(),
    ...options,
  });

  return {
    identity,
    script,
    tokenCalls,
    logged,
    /** Every page that the app sent the person to. */
    pages,
    /** Starts a sign-in; resolves with the page once the browser was opened. */
    async begin(request: Partial<SignInRequest> = {}): Promise<{ page: URL; outcome: Promise<Account> }> {
      await identity.open();
      const stop = new AbortController();
      onTestFinished(() => stop.abort());
      const opened = Promise.withResolvers<URL>();
      const outcome = identity.signIn({
        scopes,
        signal: stop.signal,
        async openBrowser(url) {
          pages.push(new URL(url));
          opened.resolve(new URL(url));
        },
        ...request,
      });
      outcome.catch(opened.reject);
      return { page: await opened.promise, outcome };
    },
    /** A whole sign-in in which the person says yes. */
    async signIn(): Promise<Account> {
      const { page, outcome } = await this.begin();
      await answer(page, { code: 'code-1' });
      return await outcome;
    },
  };
}

/** What the browser posts to the waiting port at the end. The state is the page's unless another is given. */
export async function answer(page: URL, form: Readonly<Record<string, string>>): Promise<Response> {
  const state = page.searchParams.get('state') ?? '';
  return await fetch(portOf(page), { method: 'POST', body: new URLSearchParams({ state, ...form }) });
}

/** The waiting port; MSAL listens on IPv4 only. */
export const portOf = (page: URL): string =>
  (page.searchParams.get('redirect_uri') ?? '').replace('localhost', '127.0.0.1');
