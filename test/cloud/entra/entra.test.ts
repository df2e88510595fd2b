import { createPublicKey, verify } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { readForms, readProblem } from '../browser.ts';
import { defaultClientId } from './accounts.ts';
import { ada, type EntraRig, redirectUri, startEntraRig } from './rig.ts';

let rig: EntraRig;
let clock: EntraRig['clock'];
let entra: EntraRig['entra'];
let base: string;

beforeEach(async () => {
  rig = await startEntraRig();
  ({ clock, entra, base } = rig);
});
const authorize: EntraRig['authorize'] = (...args) => rig.authorize(...args);
const press: EntraRig['press'] = (...args) => rig.press(...args);
const answerOfSignIn: EntraRig['answerOfSignIn'] = (...args) => rig.answerOfSignIn(...args);
const token: EntraRig['token'] = (...args) => rig.token(...args);
const refresh: EntraRig['refresh'] = (...args) => rig.refresh(...args);

test.each([
  ['an app that is not registered', { client_id: '99999999-0000-4000-8000-000000000000' }, 700016],
  ['no client_id', { client_id: null }, 900144],
  ['a redirect URI with a path', { redirect_uri: `${redirectUri}/callback` }, 50011],
  ['127.0.0.1 in place of localhost', { redirect_uri: 'http://127.0.0.1:4321' }, 50011],
  ['a response mode that puts the code in the address', { response_mode: 'query' }, 70007],
])('shows the person, not the app, what is wrong with %s', async (_, changes, aadsts) => {
  const shown = await authorize(changes);
  expect([shown.status, readProblem(shown)?.split(':')[0], readForms(shown)]).toEqual([400, `AADSTS${aadsts}`, []]);
});

test.each([
  ['no PKCE', { code_challenge: null }, 'invalid_request', 50147],
  ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request', 501491],
  ['a resource parameter', { resource: 'https://graph.microsoft.com' }, 'invalid_request', 901002],
  ['an unknown scope', { scope: 'openid Mail.Everything' }, 'invalid_scope', 70011],
  ['scopes of another resource', { scope: 'https://outlook.office.com/Mail.Read' }, 'invalid_scope', 70011],
  ['claims that are not JSON', { claims: 'eyJhY2Nlc3Nf' }, 'invalid_request', 9002313],
  ['an unknown prompt', { prompt: 'admin_consent' }, 'invalid_request', 90023],
  ['prompt=none with nobody signed in', { prompt: 'none' }, 'login_required', 50058],
])('posts to the app what is wrong with %s', async (_, changes, error, aadsts) => {
  const form = readForms(await authorize(changes))[0];
  expect(form?.action).toBe(`${redirectUri}/`);
  expect(form?.fields).toMatchObject({ error, state: 'state-1' });
  expect(form?.fields.error_description).toContain(`AADSTS${aadsts}:`);
});

test('the page that goes back to the app posts itself, has a button, and its policy allows just that', async () => {
  const start = await press(await authorize(), {
    username: ada,
    password: entra.currentPassword(ada),
    action: 'sign-in',
  });
  const back = await press(start, { action: 'accept' });
  const policy = back.headers.get('content-security-policy') ?? '';
  const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1];
  expect(policy).toContain(`form-action 'self' ${redirectUri};`);
  expect(back.html).toContain(`<script nonce="${nonce}">document.forms[0].submit();</script>`);
  expect(readForms(back)[0]?.buttons).toHaveLength(1);
});

test('what a person types cannot become part of a page', async () => {
  const shown = await press(await authorize({ login_hint: '"><script>alert(1)</script>' }), {
    username: '<img src=x>',
    password: 'x',
    action: 'sign-in',
  });
  expect(shown.html).not.toMatch(/<img|<script>alert/);
  expect(readForms(shown)[0]?.fields.username).toBe('<img src=x>');
});

test('asks for consent once, and again only for more', async () => {
  const signIn = { username: ada, password: entra.currentPassword(ada), action: 'sign-in' };
  await answerOfSignIn();
  expect((await press(await authorize(), signIn)).html).toContain('Going back to the app');
  const more = await press(await authorize({ scope: 'Mail.Read Mail.ReadWrite openid' }), signIn);
  expect(more.html).toContain('Mail.ReadWrite');
  expect(more.html).not.toContain('(Mail.Read)');
});

test('permissions only an administrator can grant end in access_denied', async () => {
  entra.setAdminOnlyScopes(['Mail.Read']);
  const shown = await press(await authorize(), {
    username: ada,
    password: entra.currentPassword(ada),
    action: 'sign-in',
  });
  const form = readForms(await press(shown, { action: 'without' }))[0];
  expect(form?.fields).toMatchObject({ error: 'access_denied', state: 'state-1' });
  expect(form?.fields.error_description).toContain('AADSTS90094');
});

test('work accounts cannot use the consumers address, nor personal ones the organizations address', async () => {
  const shown = await press(await authorize({}, 'consumers'), { username: ada, password: 'x', action: 'sign-in' });
  expect(readProblem(shown)).toBe('This account cannot be used here.');
  expect((await authorize({}, 'no-such-tenant')).status).toBe(400);
});

test('a code becomes tokens whose id_token its published keys verify', async () => {
  const answer = await answerOfSignIn({ nonce: 'nonce-1' });
  const { status, body } = await token({ code: answer.code ?? '' });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    token_type: 'Bearer',
    scope: 'Mail.Read openid profile email',
    expires_in: 86_400,
    ext_expires_in: 86_400,
    refresh_in: 43_200,
  });
  const { oid, tid } = entra.directory.byUsername(ada);
  expect(body.client_info).toBe(answer.client_info);
  expect(JSON.parse(Buffer.from(String(body.client_info), 'base64url').toString())).toEqual({ uid: oid, utid: tid });
  const [head = '', claims = '', signature = ''] = String(body.id_token).split('.');
  const { keys } = (await (await fetch(`${base}/common/discovery/v2.0/keys`)).json()) as { keys: JsonWebKey[] };
  const key = createPublicKey({ key: keys[0] as Record<string, string>, format: 'jwk' });
  expect(verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    aud: defaultClientId,
    iss: `https://login.microsoftonline.com/${tid}/v2.0`,
    oid,
    tid,
    preferred_username: ada,
    nonce: 'nonce-1',
    ver: '2.0',
  });
});

test.each([
  ['another verifier', { code_verifier: 'x'.repeat(43) }, 400, 'invalid_grant', 501481],
  ['another redirect URI', { redirect_uri: 'http://localhost:9999' }, 400, 'invalid_client', 500112],
  ['a secret', { client_secret: 'x' }, 401, 'invalid_client', 700025],
  ['no verifier', { code_verifier: null }, 400, 'invalid_request', 900144],
  ['a grant type of another kind', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
  ['a scope that was not consented to', { scope: 'Calendars.Read openid' }, 400, 'invalid_grant', 65001],
  ['a resource', { resource: 'x' }, 400, 'invalid_request', 901002],
])('refuses to redeem a code with %s', async (_, changes, status, error, aadsts) => {
  const { code = '' } = await answerOfSignIn();
  const answer = await token({ code, ...changes });
  expect([answer.status, answer.body.error, answer.body.error_codes]).toEqual([status, error, [aadsts]]);
  expect(Object.keys(answer.body)).toEqual(
    expect.arrayContaining(['error_description', 'timestamp', 'trace_id', 'correlation_id', 'error_uri']),
  );
});

test('a code is good once and for ten minutes', async () => {
  const first = await answerOfSignIn();
  expect((await token({ code: first.code ?? '' })).status).toBe(200);
  expect((await token({ code: first.code ?? '' })).body).toMatchObject({
    error: 'invalid_grant',
    error_codes: [54005],
  });
  const second = await answerOfSignIn();
  await clock.advance(10 * 60_000);
  expect((await token({ code: second.code ?? '' })).body).toMatchObject({
    error: 'invalid_grant',
    error_codes: [70008],
  });
});

test('each refresh hands out a new refresh token, and the old one still works until 90 days have passed', async () => {
  const { body: first } = await token({ code: (await answerOfSignIn()).code ?? '' });
  await clock.advance(60 * 24 * 3_600_000);
  const { body: second } = await refresh(first.refresh_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect((await refresh(first.refresh_token)).status).toBe(200);
  await clock.advance(30 * 24 * 3_600_000);
  expect((await refresh(first.refresh_token)).body).toMatchObject({ error: 'invalid_grant', error_codes: [700082] });
  expect((await refresh(second.refresh_token)).status).toBe(200);
});

test('a disabled account, a withdrawn consent and an unknown refresh token are refused each in its own way', async () => {
  const { body } = await token({ code: (await answerOfSignIn()).code ?? '' });
  const answers: unknown[] = [];
  const note = async (refreshToken: unknown) => {
    const { error, error_codes, suberror = null } = (await refresh(refreshToken)).body;
    answers.push([error, error_codes, suberror]);
  };
  entra.setDisabled(ada, true);
  await note(body.refresh_token);
  entra.setDisabled(ada, false);
  entra.withdrawConsent(ada);
  await note(body.refresh_token);
  await note('1.unknown');
  expect(answers).toEqual([
    ['invalid_grant', [50057], null],
    ['invalid_grant', [65001], 'consent_required'],
    ['invalid_grant', [70000], null],
  ]);
});

test('an access token is checked by value, by time and by what became of its grant', async () => {
  const { directory } = entra;
  const check = (value: unknown) => directory.checkAccessToken(`Bearer ${value}`);
  const { body } = await token({ code: (await answerOfSignIn()).code ?? '' });
  const good = check(body.access_token);
  if (!good.ok) throw new Error(good.message);
  expect([good.scopes, directory.tokenStillGood(good.tokenId)]).toEqual([['Mail.Read'], true]);
  expect([directory.checkAccessToken(undefined).ok, check('made-up').ok]).toEqual([false, false]);

  const told: string[] = [];
  directory.onRevoked(({ username }) => told.push(username));
  entra.resetPassword(ada, { newPassword: 'new secret 3' });
  const seconds = String(clock.now().getTime() / 1000);
  const claims = Buffer.from(JSON.stringify({ access_token: { nbf: { essential: true, value: seconds } } })).toString(
    'base64',
  );
  expect(check(body.access_token)).toEqual({
    ok: false,
    code: 'InvalidAuthenticationToken',
    message: 'Continuous access evaluation: the token was issued before the session was revoked.',
    wwwAuthenticate:
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", ' +
      `client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="${claims}"`,
  });
  expect([told, directory.tokenStillGood(good.tokenId)]).toEqual([[ada], false]);

  const { body: again } = await token({ code: (await answerOfSignIn()).code ?? '' });
  expect(check(again.access_token).ok).toBe(true);
  await clock.advance(24 * 3_600_000);
  expect(check(again.access_token)).toMatchObject({ ok: false, message: expect.stringContaining('expired') });
});

test('without cp1 a revoked token lives to its end, one hour', async () => {
  const { body } = await token({ code: (await answerOfSignIn()).code ?? '', claims: null });
  entra.revokeSessions(ada);
  const check = () => entra.directory.checkAccessToken(`Bearer ${body.access_token}`).ok;
  expect([body.expires_in, check()]).toEqual([3600, true]);
  await clock.advance(3_600_000);
  expect(check()).toBe(false);
});

test('answers as commanded, in order, then truthfully again', async () => {
  const { body } = await token({ code: (await answerOfSignIn()).code ?? '' });
  entra.failNextToken({ kind: 'error', aadsts: 90055, retryAfterSeconds: 30 });
  entra.failNextToken({ kind: 'empty' });
  const takeBack = entra.failNextToken({ kind: 'error', aadsts: 53003, claims: '{"access_token":{}}' }, 5);
  expect((await refresh(body.refresh_token)).status).toBe(429);
  expect((await refresh(body.refresh_token)).body).toEqual({});
  expect((await refresh(body.refresh_token)).body).toMatchObject({
    suberror: 'message_only',
    claims: '{"access_token":{}}',
  });
  takeBack();
  expect((await refresh(body.refresh_token)).status).toBe(200);
});
