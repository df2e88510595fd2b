import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Cloud, startCloud } from './cloud.ts';
import { defaultWebClientId } from './entra/accounts.ts';

let cloud: Cloud;
let agent: Agent;

beforeEach(async () => {
  cloud = await startCloud();
  agent = new Agent({ proxyEnv: { HTTPS_PROXY: cloud.proxyUrl }, ca: cloud.caPem });
});
afterEach(async () => {
  agent.destroy();
  await cloud.stop();
});

/** What any HTTP client does: the production address, by way of the proxy. */
function ask(url: string, form: Record<string, string> | null, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const type = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const outgoing = request(url, { agent, method: form ? 'POST' : 'GET', headers: { ...type, ...headers } });
    outgoing.on('error', reject);
    outgoing.on('response', async (incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    outgoing.end(form ? new URLSearchParams(form).toString() : '');
  });
}

/** A web app's callback on loopback. */
async function startCallback() {
  const came: URLSearchParams[] = [];
  const server = createServer((incoming, response) => {
    came.push(new URL(incoming.url ?? '/', 'http://localhost').searchParams);
    response.end('<h1>Welcome</h1>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { came, redirectUri: `http://localhost:${(server.address() as AddressInfo).port}/auth/callback` };
}

test("a person signs in to somebody else's web app, which finds its way by discovery and reads mail", async () => {
  const { came, redirectUri } = await startCallback();
  const discovery = 'https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration';
  const { authorization_endpoint, token_endpoint } = (await ask(discovery, null)).body;
  const query = new URLSearchParams({
    client_id: defaultWebClientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid offline_access Mail.Read',
    state: 'of the web app',
  });
  const username = 'ada@contoso.example';
  cloud.entra.demandSecondFactor(username);
  const result = await cloud.person.signIn(`${authorization_endpoint}?${query}`, { username });
  expect(result).toMatchObject({ kind: 'returned', sent: 'code', page: { html: '<h1>Welcome</h1>' } });
  expect(came[0]?.get('state')).toBe('of the web app');

  const { body: tokens } = await ask(String(token_endpoint), {
    grant_type: 'authorization_code',
    client_id: defaultWebClientId,
    client_secret: 'a web secret of no worth',
    code: came[0]?.get('code') ?? '',
    redirect_uri: redirectUri,
    scope: 'openid offline_access Mail.Read',
  });
  cloud.graph.mailbox(username).deliver({ subject: 'For the web app' });
  const { status, body } = await ask('https://graph.microsoft.com/v1.0/me/messages', null, {
    authorization: `Bearer ${tokens.access_token}`,
  });
  expect([status, body.value]).toMatchObject([200, [{ subject: 'For the web app' }]]);
});

test('a person who declines is sent back with an error, one who is kept out by policy is stuck', async () => {
  const { came, redirectUri } = await startCallback();
  const query = new URLSearchParams({
    client_id: defaultWebClientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid Mail.Read',
  });
  const url = `https://login.microsoftonline.com/common/oauth2/v2.0/authorize?${query}`;
  const username = 'ada@contoso.example';
  const declined = await cloud.person.signIn(url, { username, action: 'decline' });
  expect([declined, came[0]?.get('error')]).toMatchObject([{ kind: 'returned', sent: 'error' }, 'access_denied']);
  cloud.entra.blockByPolicy(username);
  expect(await cloud.person.signIn(url, { username })).toEqual({
    kind: 'stuck',
    problem: 'AADSTS53003: Access is blocked by policy.',
  });
});
