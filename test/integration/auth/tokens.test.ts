import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MsalIdentity } from '../../../main/auth/msal-identity.ts';
import type { Account } from '../../../main/domain/session.ts';
import type { TokenScript } from '../../cloud/entra/script.ts';
import { ada, type Desk, scopes, startDesk } from './desk.ts';

let desk: Desk;
let identity: MsalIdentity;
let account: Account;

beforeEach(async () => {
  desk = await startDesk();
  identity = await desk.newIdentity();
  ({ account } = await desk.signIn(identity));
});
afterEach(() => desk.stop());

const refresh = (claims?: string) =>
  identity.accessToken(account.homeAccountId, claims === undefined ? { forceRefresh: true } : { claims });

test('fifty callers at once cost one refresh', async () => {
  const before = desk.tokenRequests();
  const tokens = await Promise.all(Array.from({ length: 50 }, () => refresh()));
  expect(new Set(tokens).size).toBe(1);
  expect(desk.tokenRequests()).toBe(before + 1);
});

test('fifty callers at once are all refused with one request, and nobody asks again with the dead grant', async () => {
  desk.cloud.entra.resetPassword(ada, { newPassword: 'new secret 3' });
  const before = desk.tokenRequests();
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => refresh()));
  for (const result of results) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { code: 'sign-in-required', details: { reason: 'password-changed', aadsts: 50173, status: 400 } },
    });
  }
  expect(desk.tokenRequests()).toBe(before + 1);
  await expect(identity.accessToken(account.homeAccountId, { scopes })).rejects.toMatchObject({
    code: 'sign-in-required',
  });
  expect(desk.tokenRequests()).toBe(before + 1);
});

test.each([null, 'bad_token', 'basic_action'])(
  'a changed password (suberror %s) is mended by signing in again',
  async (suberror) => {
    desk.cloud.entra.resetPassword(ada, { newPassword: 'new secret 3', suberror });
    await expect(refresh()).rejects.toMatchObject({ details: { reason: 'password-changed' } });
    await desk.signIn(identity, {}, { account });
    await expect(refresh()).resolves.toEqual(expect.any(String));
  },
);

test('a claims challenge gets a new token, with the claims in the request', async () => {
  const old = await identity.accessToken(account.homeAccountId, {});
  desk.cloud.entra.demandFreshTokens(ada);
  const check = desk.cloud.entra.directory.checkAccessToken(`Bearer ${old}`);
  if (check.ok) throw new Error('the old token is still good');
  const base64 = /claims="([^"]+)"/.exec(check.wwwAuthenticate)?.[1] ?? '';
  const fresh = await refresh(Buffer.from(base64, 'base64').toString('utf8'));
  expect(fresh).not.toBe(old);
  expect(desk.cloud.entra.directory.checkAccessToken(`Bearer ${fresh}`)).toMatchObject({ ok: true });
  expect(await identity.accessToken(account.homeAccountId, {})).toBe(fresh);
});

test('claims that are not JSON are refused before MSAL drops them silently', async () => {
  const before = desk.tokenRequests();
  for (const claims of ['eyJhIjoxfQ==', '"text"', '']) {
    await expect(refresh(claims)).rejects.toMatchObject({ code: 'unexpected' });
  }
  expect(desk.tokenRequests()).toBe(before);
});

test('a withdrawn permission asks for consent', async () => {
  desk.cloud.entra.withdrawConsent(ada);
  await expect(refresh()).rejects.toMatchObject({ code: 'sign-in-required', details: { reason: 'consent-needed' } });
});

test('a disabled account is blocked', async () => {
  desk.cloud.entra.setDisabled(ada, true);
  await expect(refresh()).rejects.toMatchObject({ code: 'blocked', details: { reason: 'account-disabled' } });
});

test.each<[string, TokenScript, string]>([
  ['a page of something in between', { kind: 'html' }, 'identity-unreachable'],
  ['a refusing page of something in between', { kind: 'html', status: 403 }, 'identity-unreachable'],
  ['{} as a success', { kind: 'empty' }, 'identity-unreachable'],
  ['{} as an error', { kind: 'empty', status: 400 }, 'identity-unreachable'],
  ['a connection that breaks', { kind: 'reset' }, 'identity-unreachable'],
  ['503 in plain text', { kind: 'status', status: 503, retryAfterSeconds: 120 }, 'identity-busy'],
  ['a page with status 502', { kind: 'html', status: 502 }, 'identity-busy'],
  ['a transient error', { kind: 'error', aadsts: 90033 }, 'identity-busy'],
  ['a wrong registration', { kind: 'error', aadsts: 7000218 }, 'configuration'],
])('%s means %s, and the sign-in is kept', async (_, script, code) => {
  desk.cloud.entra.failNextToken(script);
  await expect(refresh()).rejects.toMatchObject({ code });
  expect(await identity.accounts()).toEqual([account]);
  await expect(identity.accessToken(account.homeAccountId, {})).resolves.toEqual(expect.any(String));
});

test('without network the cached token is served, and a refresh is called unreachable', async () => {
  await desk.cloud.offline(true);
  const restarted = await desk.newIdentity();
  await expect(restarted.accessToken(account.homeAccountId, {})).resolves.toEqual(expect.any(String));
  await expect(restarted.accessToken(account.homeAccountId, { forceRefresh: true })).rejects.toMatchObject({
    code: 'identity-unreachable',
  });
  await desk.cloud.offline(false);
  await expect(restarted.accessToken(account.homeAccountId, { forceRefresh: true })).resolves.toEqual(
    expect.any(String),
  );
});

test('signs out without network, and nothing is left in the keyring', async () => {
  await desk.cloud.offline(true);
  await identity.signOut(account.homeAccountId);
  expect(await identity.accounts()).toEqual([]);
  expect([...desk.keyringTexts]).toEqual([]);
  await expect(identity.accessToken(account.homeAccountId, {})).rejects.toMatchObject({ code: 'sign-in-required' });
});

test('signing one account out leaves the other one alone', async () => {
  const other = await desk.signIn(identity, { username: 'sam@outlook.example' });
  await identity.signOut(account.homeAccountId);
  const restarted = await desk.newIdentity();
  expect(await restarted.accounts()).toEqual([other.account]);
  await expect(restarted.accessToken(other.account.homeAccountId, { forceRefresh: true })).resolves.toEqual(
    expect.any(String),
  );
  expect(desk.keyringTexts.get('token-cache')).not.toContain(account.homeAccountId);
});

test('an account the keyring no longer holds needs a sign-in, for that reason', async () => {
  desk.keyringTexts.clear();
  const restarted = await desk.newIdentity();
  await expect(restarted.accessToken(account.homeAccountId, {})).rejects.toMatchObject({
    code: 'sign-in-required',
    details: { reason: 'keyring-emptied' },
  });
});

test('a refreshed grant is in the keyring, so that the next start uses the new one', async () => {
  const before = desk.keyringTexts.get('token-cache');
  await refresh();
  expect(desk.keyringTexts.get('token-cache')).not.toBe(before);
});

test.each([
  ['a client id that is none', { clientId: 'my-app' }],
  ['an authority that is no https address', { authority: 'http://login.microsoftonline.com/common' }],
  ['an authority that is no address', { authority: 'common' }],
])('%s is a configuration error that never leaves the machine', async (_, changes) => {
  const wrong = await desk.newIdentity(changes);
  const before = desk.cloud.requests.length;
  await expect(wrong.accessToken(account.homeAccountId, {})).rejects.toMatchObject({ code: 'configuration' });
  const signal = new AbortController().signal;
  await expect(wrong.signIn({ scopes, signal, openBrowser: async () => {} })).rejects.toMatchObject({
    code: 'configuration',
  });
  expect(desk.cloud.requests.length).toBe(before);
});
