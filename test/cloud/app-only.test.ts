/** Programs without a person, and `.default`: what other people's clients ask of the stand-in. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createTransport } from '../../main/auth/transport.ts';
import { type CloudFetch, createCloudFetch } from '../integration/auth/cloud-fetch.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { defaultWebClientId, workTenantId } from './entra/accounts.ts';

const secret = 'a web secret of no worth';
const ada = 'ada@contoso.example';
const graph = 'https://graph.microsoft.com';

let cloud: Cloud;
let net: CloudFetch;
beforeEach(async () => {
  cloud = await startCloud();
  net = createCloudFetch(cloud);
});
afterEach(async () => {
  net.stop();
  await cloud.stop();
});

/** Microsoft's own library for daemons, unchanged. */
function daemon(): ConfidentialClientApplication {
  const clock = { now: () => new Date() };
  return new ConfidentialClientApplication({
    auth: {
      clientId: defaultWebClientId,
      authority: `https://login.microsoftonline.com/${workTenantId}`,
      clientSecret: secret,
    },
    system: { networkClient: createTransport({ fetch: net.fetch, clock }).networkClient },
  });
}
async function tokenOf(app = daemon()): Promise<string> {
  const result = await app.acquireTokenByClientCredential({ scopes: [`${graph}/.default`] });
  return result?.accessToken ?? '';
}
async function ask(path: string, token: string, method = 'GET') {
  const answer = await net.fetch(`${graph}/v1.0${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, body: await answer.json() };
}
async function redeem(form: Readonly<Record<string, string>>, tenant = workTenantId) {
  const usual = { client_id: defaultWebClientId, client_secret: secret, scope: `${graph}/.default` };
  const answer = await net.fetch(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...usual, ...form }).toString(),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('client credentials', () => {
  test('a daemon reads the mailboxes of its tenant, by name or by id, with what an administrator granted', async () => {
    cloud.graph.mailbox(ada).deliver({ subject: 'For the daemon' });
    const token = await tokenOf();
    const { oid } = cloud.entra.directory.byUsername(ada);
    for (const who of [ada, encodeURIComponent(ada), oid]) {
      const { status, body } = await ask(`/users/${who}/messages`, token);
      expect([status, body.value.map(({ subject }: { subject: string }) => subject)]).toEqual([
        200,
        ['For the daemon'],
      ]);
    }
    expect((await ask(`/users/${ada}/events`, token)).status).toBe(200);
    expect((await ask(`/users/${ada}/contacts`, token)).body.error.code).toBe('ErrorAccessDenied');
  });

  test.each([
    ['the person behind it, who is nobody', '/me/messages', 400, 'BadRequest'],
    ['somebody of another tenant', '/users/lee@agency.example/messages', 404, 'ErrorInvalidUser'],
    ['a name that cannot be read', '/users/%E0%A4%A/messages', 404, 'ErrorInvalidUser'],
    ['what is not played', '/subscriptions', 501, 'NotImplemented'],
  ])('a daemon that asks for %s is told so', async (_, path, status, code) => {
    const answer = await ask(path, await tokenOf());
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  test('a token of a daemon ends after an hour', async () => {
    const token = await tokenOf();
    await cloud.clock.advance(61 * 60_000);
    expect((await ask(`/users/${ada}/messages`, token)).status).toBe(401);
  });

  test('an app without application permissions gets a token that is good for nothing', async () => {
    cloud.entra.registerApp({ clientId: defaultWebClientId, name: 'Bare', redirectUris: [], secret });
    expect((await ask(`/users/${ada}/messages`, await tokenOf())).status).toBe(403);
  });

  test.each<[string, Readonly<Record<string, string>>, string, number, number]>([
    ['without a tenant', {}, 'common', 400, 50059],
    ['with single permissions', { scope: `${graph}/Mail.Read` }, workTenantId, 400, 1002012],
    ['with a wrong secret', { client_secret: 'guessed' }, workTenantId, 401, 7000215],
    ['for another cloud', { scope: 'https://graph.microsoft.us/.default' }, workTenantId, 400, 500011],
  ])('%s they are refused', async (_, form, tenant, status, aadsts) => {
    const answer = await redeem({ grant_type: 'client_credentials', ...form }, tenant);
    expect([answer.status, answer.body.error_codes]).toEqual([status, [aadsts]]);
  });
});

describe('.default', () => {
  /** A web app's callback, and a person who signs in where it sends them. */
  async function startWebApp() {
    const came = Promise.withResolvers<URLSearchParams>();
    const server = createServer((incoming, response) => {
      came.resolve(new URL(incoming.url ?? '/', 'http://localhost').searchParams);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const redirectUri = `http://localhost:${port}/auth/callback`;
    return {
      redirectUri,
      async signIn(url: string, changes: Readonly<Record<string, string>> = {}) {
        const page = new URL(url);
        for (const [name, value] of Object.entries({ response_mode: 'query', ...changes })) {
          page.searchParams.set(name, value);
        }
        await cloud.person.signIn(page.href, { username: ada });
        return came.promise;
      },
    };
  }
  const scopes = [`${graph}/.default`];

  test('means the permissions of the registration, and the answer names them', async () => {
    const { redirectUri, signIn } = await startWebApp();
    const app = daemon();
    const back = await signIn(await app.getAuthCodeUrl({ scopes, redirectUri }));
    const result = await app.acquireTokenByCode({ code: back.get('code') ?? '', scopes, redirectUri });
    expect(result.scopes).toEqual(
      expect.arrayContaining([`${graph}/User.Read`, `${graph}/Mail.Read`, `${graph}/.default`]),
    );
    expect((await ask('/me/messages', result.accessToken)).status).toBe(200);
    expect((await ask('/me/events', result.accessToken)).status).toBe(403);
  });

  test('goes with no other permission of the same resource', async () => {
    const { redirectUri, signIn } = await startWebApp();
    const url = await daemon().getAuthCodeUrl({ scopes, redirectUri });
    const back = await signIn(url, { scope: `openid ${graph}/.default ${graph}/Mail.Read` });
    expect(back.get('error')).toBe('invalid_scope');
  });
});
