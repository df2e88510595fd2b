/** A web app with a secret, over raw HTTP: what other people's clients do with the stand-in. */
import { expect, test } from 'vitest';
import { readProblem } from '../browser.ts';
import { defaultWebClientId } from './accounts.ts';
import { ada, type Changes, startEntraRig, verifier } from './rig.ts';

const webRedirect = 'http://localhost:3000/auth/callback';
const secret = 'a web secret of no worth';
const web: Changes = {
  client_id: defaultWebClientId,
  redirect_uri: webRedirect,
  response_mode: 'query',
  code_challenge: null,
  code_challenge_method: null,
};
const redeemed: Changes = { client_id: defaultWebClientId, redirect_uri: webRedirect, code_verifier: null };

async function start() {
  const rig = await startEntraRig();
  /** Signs in; where the browser is sent. */
  async function callback(changes: Changes = {}): Promise<URL> {
    let at = await rig.typePassword({ ...web, ...changes });
    if (at.html.includes('Permissions requested')) at = await rig.press(at, { action: 'accept' });
    expect(at.status).toBe(302);
    return new URL(at.headers.get('location') ?? '');
  }
  const codeOf = async (changes?: Changes) => (await callback(changes)).searchParams.get('code') ?? '';
  return { rig, callback, codeOf };
}

test('signs in by redirect and redeems the code with its secret, in the body or in the header', async () => {
  const { rig, callback, codeOf } = await start();
  const target = await callback({ response_mode: null });
  expect([`${target.origin}${target.pathname}`, target.searchParams.get('state')]).toEqual([webRedirect, 'state-1']);
  const code = target.searchParams.get('code') ?? '';
  const { body } = await rig.token({ ...redeemed, code, client_secret: secret });
  expect(body).toMatchObject({
    token_type: 'Bearer',
    access_token: expect.any(String),
    refresh_token: expect.any(String),
  });
  expect(rig.entra.directory.checkAccessToken(`Bearer ${body.access_token}`)).toMatchObject({
    ok: true,
    account: { username: ada },
    clientId: defaultWebClientId,
  });
  const basic = Buffer.from(`${defaultWebClientId}:${encodeURIComponent(secret)}`).toString('base64');
  const byHeader = await rig.token({ ...redeemed, client_id: null, code: await codeOf() }, 'common', {
    authorization: `Basic ${basic}`,
  });
  expect(byHeader.status).toBe(200);
  const again = { ...redeemed, grant_type: 'refresh_token', redirect_uri: null, client_secret: secret };
  expect((await rig.token({ ...again, refresh_token: String(byHeader.body.refresh_token) })).status).toBe(200);
});

test.each<[string, Changes, number, number]>([
  ['no secret', {}, 401, 7000218],
  ['a wrong secret', { client_secret: 'guessed' }, 401, 7000215],
  ['a verifier nobody announced', { client_secret: secret, code_verifier: verifier }, 400, 501481],
])('is refused with %s', async (_, changes, status, aadsts) => {
  const { rig, codeOf } = await start();
  const answer = await rig.token({ ...redeemed, code: await codeOf(), ...changes });
  expect([answer.status, answer.body.error_codes]).toEqual([status, [aadsts]]);
});

test('PKCE it announced is demanded', async () => {
  const { rig, codeOf } = await start();
  const announced = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
  const code = await codeOf(announced);
  expect((await rig.token({ ...redeemed, code, client_secret: secret })).body.error_codes).toEqual([501481]);
});

test('hears of refusals in its address, and of nothing when the address is not its own', async () => {
  const { rig } = await start();
  const refused = await rig.authorize({ ...web, scope: 'openid Mail.Everything' });
  const target = new URL(refused.headers.get('location') ?? '');
  expect(Object.fromEntries(target.searchParams)).toMatchObject({ error: 'invalid_scope', state: 'state-1' });
  expect(readProblem(await rig.authorize({ ...web, redirect_uri: 'https://elsewhere.example/' }))).toMatch(
    /^AADSTS50011/,
  );
  expect(readProblem(await rig.authorize({ ...web, response_mode: 'fragment' }))).toMatch(/^AADSTS70007/);
  const cancelled = await rig.press(await rig.authorize(web), { action: 'cancel' });
  expect(new URL(cancelled.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied');
});

test('its pages let their forms end at its address, as browsers hold the policy against redirects too', async () => {
  const { rig } = await start();
  const policy = (await rig.authorize(web)).headers.get('content-security-policy');
  expect(policy).toContain("form-action 'self' http://localhost:3000;");
});

test('finds everything by discovery', async () => {
  const { rig } = await start();
  const at = async (path: string) => (await fetch(`${rig.base}${path}`)).json() as Promise<Record<string, unknown>>;
  expect(await at('/common/v2.0/.well-known/openid-configuration')).toMatchObject({
    issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
    authorization_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    token_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    jwks_uri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
    response_modes_supported: ['query', 'form_post'],
  });
  expect((await at('/common/discovery/v2.0/keys')).keys).toMatchObject([{ kty: 'RSA', use: 'sig', alg: 'RS256' }]);
  expect(await at('/common/discovery/instance?api-version=1.1')).toMatchObject({
    tenant_discovery_endpoint: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
  });
});

test('an app of one’s own is registered while the cloud runs', async () => {
  const { rig } = await start();
  const clientId = 'aaaaaaaa-0000-4000-8000-000000000001';
  expect(readProblem(await rig.authorize({ ...web, client_id: clientId }))).toMatch(/^AADSTS700016/);
  rig.entra.registerApp({ clientId, name: 'Mine', redirectUris: ['https://mine.example/back'], secret: 'mine' });
  const shown = await rig.typePassword({ ...web, client_id: clientId, redirect_uri: 'https://mine.example/back' });
  const back = await rig.press(shown, { action: 'accept' });
  expect(back.headers.get('location')).toMatch(/^https:\/\/mine\.example\/back\?code=/);
});
