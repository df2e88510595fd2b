import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cloud, startCloud } from './cloud.ts';
import { defaultClientId, personalTenantId } from './entra/accounts.ts';
import { startTinyApp, type TinyApp } from './tiny-app-process.ts';

const scopes = ['Mail.Read', 'Calendars.Read'];
const ada = 'ada@contoso.example';
let cloud: Cloud;
let client: TinyApp;

beforeEach(async () => {
  cloud = await startCloud();
  client = await startTinyApp(cloud.env, defaultClientId);
});
afterEach(async () => {
  await client.stop();
  await cloud.stop();
});

async function signIn(username = ada) {
  const outcome = client.ask({ do: 'interactive', scopes });
  const result = await cloud.person.signIn(await client.browserUrl(), { username });
  expect(result).toMatchObject({ kind: 'returned', sent: 'code' });
  return outcome;
}

test('signs a work account in through its own authority, proxy and browser', async () => {
  const outcome = await signIn();
  const { oid, tid } = cloud.entra.directory.byUsername(ada);
  expect(outcome).toMatchObject({
    kind: 'token',
    fromCache: false,
    account: {
      homeAccountId: `${oid}.${tid}`,
      environment: 'login.windows.net',
      tenantId: tid,
      username: ada,
      name: 'Ada Example',
    },
  });
  if (outcome.kind !== 'token') throw new Error('no token');
  expect(outcome.scopes.toSorted()).toEqual(['Calendars.Read', 'Mail.Read', 'email', 'openid', 'profile']);
  expect(cloud.entra.directory.checkAccessToken(`Bearer ${outcome.accessToken}`)).toMatchObject({
    ok: true,
    account: { username: ada },
    scopes,
    clientId: defaultClientId,
  });
});

test('signs a personal account in', async () => {
  expect(await signIn('sam@outlook.example')).toMatchObject({
    kind: 'token',
    account: { username: 'sam@outlook.example', tenantId: personalTenantId },
  });
});

test('refreshes quietly, from the cache first and over the network when told to', async () => {
  await signIn();
  expect(await client.ask({ do: 'silent', scopes })).toMatchObject({ kind: 'token', fromCache: true });
  expect(await client.ask({ do: 'silent', scopes, forceRefresh: true })).toMatchObject({
    kind: 'token',
    fromCache: false,
  });
});

test.each([
  { suberror: null, name: 'ServerError' },
  { suberror: 'bad_token', name: 'InteractionRequiredAuthError' },
])('a password reset ends the grant: $name with suberror $suberror', async ({ suberror, name }) => {
  const before = await signIn();
  cloud.entra.resetPassword(ada, { newPassword: 'new secret 3', suberror });
  expect(await client.ask({ do: 'silent', scopes, forceRefresh: true })).toEqual({
    kind: 'error',
    name,
    errorCode: 'invalid_grant',
    subError: suberror ?? '',
    errorNo: '50173',
  });
  if (before.kind !== 'token') throw new Error('no token');
  const check = cloud.entra.directory.checkAccessToken(`Bearer ${before.accessToken}`);
  if (check.ok) throw new Error('the revoked token still works');
  expect(check.wwwAuthenticate).toContain('error="insufficient_claims"');
});

test('a challenge is met by a quiet refresh with its claims while the grant is good', async () => {
  const before = await signIn();
  if (before.kind !== 'token') throw new Error('no token');
  cloud.entra.demandFreshTokens(ada);
  const check = cloud.entra.directory.checkAccessToken(`Bearer ${before.accessToken}`);
  const encoded = check.ok ? '' : (/claims="([^"]+)"/.exec(check.wwwAuthenticate)?.[1] ?? '');
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  const after = await client.ask({ do: 'silent', scopes, claims });
  if (after.kind !== 'token') throw new Error(`refused: ${JSON.stringify(after)}`);
  expect(cloud.entra.directory.checkAccessToken(`Bearer ${after.accessToken}`).ok).toBe(true);
});

test('a second factor: MSAL asks for interaction, the person types the code, and quiet refreshing works again', async () => {
  await signIn();
  cloud.entra.demandSecondFactor(ada);
  expect(await client.ask({ do: 'silent', scopes, forceRefresh: true })).toEqual({
    kind: 'error',
    name: 'InteractionRequiredAuthError',
    errorCode: 'interaction_required',
    subError: 'basic_action',
    errorNo: '50076',
  });
  expect(await signIn()).toMatchObject({ kind: 'token' });
  expect(await client.ask({ do: 'silent', scopes, forceRefresh: true })).toMatchObject({ kind: 'token' });
});

test.each([
  { what: 'a locked account', errorNo: '50053', name: 'ServerError', arrange: () => cloud.entra.setLocked(ada, true) },
  {
    what: 'a policy',
    errorNo: '53003',
    name: 'InteractionRequiredAuthError',
    subError: 'message_only',
    arrange: () => cloud.entra.blockByPolicy(ada),
  },
  {
    what: 'a password that has expired',
    errorNo: '50055',
    name: 'InteractionRequiredAuthError',
    subError: 'user_password_expired',
    arrange: () => cloud.entra.expirePassword(ada),
  },
])('$what reaches MSAL with its number and suberror', async ({ errorNo, name, subError = '', arrange }) => {
  await signIn();
  arrange();
  expect(await client.ask({ do: 'silent', scopes, forceRefresh: true })).toEqual({
    kind: 'error',
    name,
    errorCode: 'invalid_grant',
    subError,
    errorNo,
  });
});

test('more permissions are asked for quietly in vain, and then allowed by the person', async () => {
  await signIn();
  const more = ['Mail.ReadWrite'];
  const refused = await client.ask({ do: 'silent', scopes: more });
  expect(refused).toMatchObject({ kind: 'error', subError: 'consent_required', errorNo: '65001' });
  const outcome = client.ask({ do: 'interactive', scopes: more, loginHint: ada });
  await cloud.person.signIn(await client.browserUrl(), { username: ada });
  expect(await outcome).toMatchObject({ kind: 'token', account: { username: ada } });
});

test('an account added at run time signs in beside the others', async () => {
  cloud.entra.addAccount({ username: 'zoe@contoso.example', name: 'Zoe Example' });
  expect(await signIn('zoe@contoso.example')).toMatchObject({ kind: 'token', account: { name: 'Zoe Example' } });
  expect(cloud.graph.mailbox('zoe@contoso.example').messages()).toEqual([]);
});

test('a person who declines sends access_denied back to the app', async () => {
  const outcome = client.ask({ do: 'interactive', scopes });
  await cloud.person.signIn(await client.browserUrl(), { username: ada, action: 'decline' });
  expect(await outcome).toMatchObject({ kind: 'error', name: 'ServerError', errorCode: 'access_denied' });
});

test('a wrong password keeps the person on the page with a reason', async () => {
  const outcome = client.ask({ do: 'interactive', scopes, prompt: 'select_account' });
  const url = await client.browserUrl();
  expect(await cloud.person.signIn(url, { username: ada, password: 'wrong' })).toEqual({
    kind: 'stuck',
    problem: 'Your account or password is incorrect.',
  });
  expect(await cloud.person.signIn(url, { username: ada })).toMatchObject({ kind: 'returned', sent: 'code' });
  expect(await outcome).toMatchObject({ kind: 'token' });
});

test.each([
  { what: 'no network', error: 'network_error', arrange: () => cloud.proxy.offline(true) },
  { what: 'a captive portal', error: 'token_parsing_error', arrange: () => cloud.proxy.fail('*', { kind: 'html' }) },
  {
    what: 'a proxy that cannot reach the host',
    error: 'network_error',
    arrange: () => cloud.proxy.fail('login.microsoftonline.com', { kind: 'reset' }),
  },
  {
    what: 'an overloaded service',
    error: 'temporarily_unavailable',
    arrange: () => cloud.entra.failNextToken({ kind: 'error', aadsts: 90033, retryAfterSeconds: 5 }),
  },
])('$what reaches MSAL as $error', async ({ error, arrange }) => {
  await signIn();
  arrange();
  expect(await client.ask({ do: 'silent', scopes, forceRefresh: true })).toMatchObject({
    kind: 'error',
    errorCode: error,
  });
});
