import { get } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MsalIdentity } from '../../../main/auth/msal-identity.ts';
import type { Fetch } from '../../../main/auth/transport.ts';
import type { SignInRequest } from '../../../main/domain/ports.ts';
import { personalTenantId } from '../../cloud/entra/accounts.ts';
import { ada, type Desk, scopes, startDesk } from './desk.ts';

let desk: Desk;
let identity: MsalIdentity;

beforeEach(async () => {
  desk = await startDesk();
  identity = await desk.newIdentity();
});
afterEach(() => desk.stop());

/** Starts a sign-in and waits until the browser is open. */
async function openBrowser(request: Partial<SignInRequest> = {}) {
  const controller = new AbortController();
  const opened = Promise.withResolvers<URL>();
  const account = identity.signIn({
    scopes,
    signal: controller.signal,
    openBrowser: async (url) => opened.resolve(new URL(url)),
    ...request,
  });
  account.catch(opened.reject);
  return { account, controller, url: await opened.promise };
}

/** Resolves when nobody listens at the redirect address any more. */
async function portIsClosed(url: URL): Promise<void> {
  const { port } = new URL(url.searchParams.get('redirect_uri') ?? '');
  const endMs = performance.now() + 5_000;
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      get({ host: '127.0.0.1', port, agent: false }, (response) => resolve(response.resume() !== null)).on(
        'error',
        () => resolve(false),
      );
    });
    if (!isOpen) return;
    if (performance.now() > endMs) throw new Error('the port is still open');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('signs a work account in and hands out its token', async () => {
  const { account, url, seen } = await desk.signIn(identity);
  const { oid, tid } = desk.cloud.entra.directory.byUsername(ada);
  expect(account).toEqual({
    homeAccountId: `${oid}.${tid}`,
    tenantId: tid,
    username: ada,
    name: 'Ada Example',
    kind: 'work',
  });
  expect(await identity.accounts()).toEqual([account]);
  expect(url.origin + url.pathname).toBe('https://login.microsoftonline.com/common/oauth2/v2.0/authorize');
  expect(seen).toMatchObject({
    page: { html: expect.stringContaining('You can close this tab and return to Tidings.') },
  });

  const token = await identity.accessToken(account.homeAccountId, { scopes });
  expect(desk.cloud.entra.directory.checkAccessToken(`Bearer ${token}`)).toMatchObject({
    ok: true,
    account: { username: ada },
  });
  expect(desk.tokenRequests()).toBe(1);
});

test('signs a personal account in', async () => {
  const { account } = await desk.signIn(identity, { username: 'sam@outlook.example' });
  expect(account).toMatchObject({ kind: 'personal', tenantId: personalTenantId, username: 'sam@outlook.example' });
});

test('asks which account when one is added, and names the account when it signs in again', async () => {
  const first = await desk.signIn(identity);
  expect(first.url.searchParams.get('prompt')).toBe('select_account');
  const again = await desk.signIn(identity, {}, { account: first.account });
  expect(again.url.searchParams.get('prompt')).toBeNull();
  expect(again.url.searchParams.get('login_hint')).toBe(ada);
  expect(again.account).toEqual(first.account);
});

test('declares that it understands claims challenges, and passes one on to the browser', async () => {
  const { url } = await desk.signIn(
    identity,
    {},
    { claims: '{"access_token":{"nbf":{"essential":true,"value":"1"}}}' },
  );
  expect(JSON.parse(url.searchParams.get('claims') ?? '')).toMatchObject({
    access_token: { nbf: { essential: true, value: '1' }, xms_cc: { values: ['cp1'] } },
  });
});

test('has the tokens in the keyring before it says that the person is signed in', async () => {
  const { account } = await desk.signIn(identity);
  expect(desk.keyringTexts.get('token-cache')).toContain(account.homeAccountId);
  const restarted = await desk.newIdentity();
  expect(await restarted.accounts()).toEqual([account]);
  await restarted.accessToken(account.homeAccountId, {});
  expect(desk.tokenRequests()).toBe(1);
});

test('lets somebody else than asked for sign in, so that the caller can compare', async () => {
  const { account } = await desk.signIn(identity);
  const other = await desk.signIn(identity, { username: 'sam@outlook.example' }, { account });
  expect(other.account.homeAccountId).not.toBe(account.homeAccountId);
  expect(await identity.accounts()).toHaveLength(2);
});

test.each(['cancel', 'decline'] as const)('calls it cancelled when the person chose to %s', async (action) => {
  await expect(desk.signIn(identity, { action })).rejects.toMatchObject({
    code: 'sign-in-cancelled',
    userMessage: 'Tidings cannot go on without your permission; sign in again when you like.',
  });
  expect(await identity.accounts()).toEqual([]);
});

test.each([
  { reason: undefined, code: 'sign-in-cancelled' },
  { reason: 'timeout', code: 'sign-in-timed-out' },
])('ends at once with $code when the caller gives up, and closes its port', async ({ reason, code }) => {
  const { account, controller, url } = await openBrowser();
  controller.abort(reason);
  await expect(account).rejects.toMatchObject({ code });
  await portIsClosed(url);
});

test('does not begin when the caller has given up already', async () => {
  const opened: string[] = [];
  const signal = AbortSignal.abort();
  const openBrowser = async (url: string) => void opened.push(url);
  await expect(identity.signIn({ scopes, signal, openBrowser })).rejects.toMatchObject({ code: 'sign-in-cancelled' });
  expect(opened).toEqual([]);
});

test('gives a forgotten attempt up when the person starts a new one', async () => {
  const first = await openBrowser();
  const forgotten = expect(first.account).rejects.toMatchObject({ code: 'sign-in-cancelled' });
  const { account } = await desk.signIn(identity);
  await forgotten;
  await portIsClosed(first.url);
  expect(await identity.accounts()).toEqual([account]);
});

test('is not held up by a browser that never reports back', async () => {
  const opened = Promise.withResolvers<string>();
  const controller = new AbortController();
  const account = identity.signIn({
    scopes,
    signal: controller.signal,
    openBrowser: (url) => {
      opened.resolve(url);
      return new Promise(() => {});
    },
  });
  const url = new URL(await opened.promise);
  controller.abort();
  await expect(account).rejects.toMatchObject({ code: 'sign-in-cancelled' });
  await portIsClosed(url);
});

test('says so when the browser cannot be opened', async () => {
  await expect(
    identity.signIn({
      scopes,
      signal: new AbortController().signal,
      openBrowser: () => Promise.reject(new Error('spawn xdg-open ENOENT')),
    }),
  ).rejects.toMatchObject({ code: 'unexpected', userMessage: expect.stringContaining('web browser') });
});

/** A network on which token answers wait until they are let through. */
function heldTokens() {
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const fetch: Fetch = async (url, init) => {
    const response = await desk.fetch(url, init);
    asked.resolve();
    await release.promise;
    return response;
  };
  return { fetch, asked: asked.promise, release: release.resolve };
}

test.each(['soon', 'late'])('throws tokens away that come %s after the person gave up', async (when) => {
  const held = heldTokens();
  identity = await desk.newIdentity({ fetch: held.fetch });
  const { account, controller, url } = await openBrowser();
  const rejected = expect(account).rejects.toMatchObject({ code: 'sign-in-cancelled' });
  await desk.cloud.person.signIn(url.href, { username: ada });
  await held.asked;
  controller.abort();
  if (when === 'soon') held.release();
  await rejected;
  held.release();
  const next = await desk.signIn(identity, { username: 'sam@outlook.example' });
  expect(await identity.accounts()).toEqual([next.account]);
  expect(desk.keyringTexts.get('token-cache')).not.toContain(ada);
});

/** A platform that grants less than it is asked for. */
const lessGranted: Fetch = async (url, init) => {
  const response = await desk.fetch(url, init);
  const body = (await response.json()) as Record<string, unknown>;
  return Response.json({ ...body, scope: 'openid profile Mail.ReadBasic' }, { status: response.status });
};

test('a new account that allows less than is needed is not kept', async () => {
  const strict = await desk.newIdentity({ fetch: lessGranted });
  await expect(desk.signIn(strict)).rejects.toMatchObject({
    code: 'sign-in-required',
    details: { reason: 'consent-needed' },
  });
  expect(await strict.accounts()).toEqual([]);
  expect(desk.keyringTexts.get('token-cache')).toBeUndefined();
});

test('a known account that allows less than before is kept, and needs consent', async () => {
  const { account } = await desk.signIn(identity);
  const strict = await desk.newIdentity({ fetch: lessGranted });
  const needsConsent = { code: 'sign-in-required', details: { reason: 'consent-needed' } };
  await expect(strict.accessToken(account.homeAccountId, { forceRefresh: true })).rejects.toMatchObject(needsConsent);
  await expect(desk.signIn(strict, {}, { account })).rejects.toMatchObject(needsConsent);
  expect(await strict.accounts()).toEqual([account]);
});

test('a person who tries again is not held back because the platform was busy before', async () => {
  desk.cloud.entra.failNextToken({ kind: 'error', aadsts: 90055, retryAfterSeconds: 600, status: 429 });
  await expect(desk.signIn(identity)).rejects.toMatchObject({
    code: 'identity-busy',
    details: { retryAfterMs: 600_000, aadsts: 90055, status: 429 },
  });
  const { account } = await desk.signIn(identity);
  expect(await identity.accounts()).toEqual([account]);
});

test('quiet requests stay away for as long as the platform asked', async () => {
  const { account } = await desk.signIn(identity);
  const refresh = () => identity.accessToken(account.homeAccountId, { forceRefresh: true });
  desk.cloud.entra.failNextToken({ kind: 'error', aadsts: 90055, retryAfterSeconds: 600, status: 429 });
  await expect(refresh()).rejects.toMatchObject({ code: 'identity-busy', details: { retryAfterMs: 600_000 } });
  const before = desk.tokenRequests();
  await expect(refresh()).rejects.toMatchObject({
    code: 'identity-busy',
    details: { retryAfterMs: expect.closeTo(600_000, -5) },
  });
  expect(desk.tokenRequests()).toBe(before);
});

test('leaves no account behind when the code cannot be redeemed', async () => {
  desk.cloud.entra.failNextToken({ kind: 'error', aadsts: 53003 });
  await expect(desk.signIn(identity)).rejects.toMatchObject({ code: 'blocked', details: { aadsts: 53003 } });
  expect(await identity.accounts()).toEqual([]);
});

test('says that an administrator must approve, and keeps nothing', async () => {
  desk.cloud.entra.setAdminOnlyScopes(['Mail.ReadBasic']);
  await expect(desk.signIn(identity)).rejects.toMatchObject({ code: 'blocked', details: { reason: 'admin-approval' } });
  expect(await identity.accounts()).toEqual([]);
});

test('writes nothing secret into the log', async () => {
  const { account, url } = await desk.signIn(identity);
  desk.cloud.entra.resetPassword(ada, { newPassword: 'new secret 3' });
  await identity.accessToken(account.homeAccountId, { forceRefresh: true }).catch(() => {});
  const log = JSON.stringify(desk.lines);
  const texts = desk.keyringTexts.get('token-cache') ?? '';
  const secrets = [...texts.matchAll(/"secret":"([^"]{12,})"/g)].map(([, secret]) => secret ?? '');
  expect(secrets.length).toBeGreaterThan(1);
  for (const secret of [...secrets, url.searchParams.get('state') ?? '', ada]) expect(log).not.toContain(secret);
  expect(desk.lines.map(({ event }) => event)).toEqual(['token-storage.changed', 'sign-in.done', 'token.refused']);
});
