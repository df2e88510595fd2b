/** For the tests of this folder: Entra on a real port, and somebody who walks through its pages over raw HTTP. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { readForms } from '../browser.ts';
import { createManualClock } from '../clock.ts';
import type { CloudEvent } from '../types.ts';
import { defaultClientId } from './accounts.ts';
import { createEntra } from './entra.ts';

export const ada = 'ada@contoso.example';
export const redirectUri = 'http://localhost:4321';
export const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');
const cp1 = JSON.stringify({ access_token: { xms_cc: { values: ['CP1'] } }, id_token: {} });

/** Parameters that differ from the usual ones; null leaves one out. */
export type Changes = Readonly<Record<string, string | null>>;

export interface SeenPage {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
}

/** Ends with the test that started it. */
export async function startEntraRig() {
  const clock = createManualClock();
  const events: Omit<CloudEvent, 'at'>[] = [];
  const entra = createEntra({ clock, report: (event) => void events.push(event) });
  const server = createServer(entra.site.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function page(path: string, init?: RequestInit): Promise<SeenPage> {
    const response = await fetch(`${base}${path}`, { redirect: 'manual', ...init });
    return { url: `${base}${path}`, status: response.status, html: await response.text(), headers: response.headers };
  }

  function authorize(changes: Changes = {}, tenant = 'common') {
    const usual = {
      client_id: defaultClientId,
      response_type: 'code',
      response_mode: 'form_post',
      redirect_uri: redirectUri,
      scope: 'Mail.Read openid profile offline_access',
      state: 'state-1',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      client_info: '1',
    };
    return page(`/${tenant}/oauth2/v2.0/authorize?${parameters(usual, changes)}`);
  }

  /** Presses a button of the page's first form; `values` fill its fields in. */
  async function press(from: SeenPage, values: Record<string, string>) {
    const form = readForms(from)[0];
    if (!form) throw new Error('the page has no form');
    return page(new URL(form.action).pathname, {
      method: 'POST',
      body: new URLSearchParams({ ...form.fields, ...values }),
    });
  }

  /** Opens the sign-in and types account and password. */
  async function typePassword(changes: Changes = {}, username = ada): Promise<SeenPage> {
    const password = entra.currentPassword(username);
    return press(await authorize(changes), { username, password, action: 'sign-in' });
  }

  /** Goes through the pages; the fields that would be posted to the app. */
  async function answerOfSignIn(changes: Changes = {}, username = ada): Promise<Readonly<Record<string, string>>> {
    let at = await typePassword(changes, username);
    if (at.html.includes('Enter code') || at.html.includes('More information required')) {
      at = await press(at, { code: entra.currentCode(username), action: 'code' });
    }
    if (at.html.includes('Permissions requested')) at = await press(at, { action: 'accept' });
    return readForms(at)[0]?.fields ?? {};
  }

  async function token(changes: Changes, tenant = 'common', headers: Record<string, string> = {}) {
    const usual = {
      client_id: defaultClientId,
      grant_type: 'authorization_code',
      redirect_uri: redirectUri,
      code_verifier: verifier,
      scope: 'Mail.Read openid profile offline_access',
      client_info: '1',
      claims: cp1,
    };
    const body = parameters(usual, changes);
    const response = await fetch(`${base}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Record<string, unknown> };
  }

  const refresh = (refreshToken: unknown, changes: Changes = {}) =>
    token({
      grant_type: 'refresh_token',
      refresh_token: String(refreshToken),
      redirect_uri: null,
      code_verifier: null,
      ...changes,
    });

  /** Signs in and redeems the code. @returns the refresh token. */
  async function signedIn(username = ada, changes: Changes = {}): Promise<unknown> {
    const { body } = await token({ code: (await answerOfSignIn(changes, username)).code ?? '' });
    if (body.refresh_token === undefined) throw new Error(`No tokens: ${JSON.stringify(body)}`);
    return body.refresh_token;
  }

  return { clock, entra, events, base, page, authorize, press, typePassword, answerOfSignIn, token, refresh, signedIn };
}

export type EntraRig = Awaited<ReturnType<typeof startEntraRig>>;

function parameters(usual: Readonly<Record<string, string>>, changes: Changes): URLSearchParams {
  const merged = Object.entries({ ...usual, ...changes });
  return new URLSearchParams(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}
