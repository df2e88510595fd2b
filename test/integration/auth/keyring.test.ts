import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../../main/domain/session.ts';
import { type Cloud, startCloud } from '../../cloud/cloud.ts';
import { ada, tokenPath } from './desk.ts';
import { type KeyringProcess, startKeyringProcess } from './keyring-process.ts';
import { missingForKeyring, type PrivateKeyring, startPrivateKeyring } from './private-keyring.ts';

const missing = missingForKeyring();
if (missing) console.log(`not run: the tests with a real gnome-keyring (${missing})`);

const inKeyring = { kind: 'keyring' };
const inMemory = (why: string) => ({ kind: 'memory', why });

describe.skipIf(missing !== null)(`with a real gnome-keyring${missing ? ` (not run: ${missing})` : ''}`, () => {
  let cloud: Cloud;
  let keyring: PrivateKeyring;
  const started: KeyringProcess[] = [];

  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(async () => {
    for (const child of started.splice(0)) await child.stop();
    await keyring.stop();
    await cloud.stop();
  });

  /** Tidings, started anew with the same folder. */
  function start(env: Readonly<Record<string, string>> = {}): KeyringProcess {
    const child = startKeyringProcess({ ...cloud.env, ...keyring.env, ...env }, join(keyring.home, 'data'));
    started.push(child);
    return child;
  }
  async function signIn(child: KeyringProcess): Promise<Account> {
    const account = child.ask({ do: 'signIn' });
    await cloud.person.signIn(await child.browserUrl(), { username: ada });
    expect(await account).toMatchObject({ username: ada });
    return (await account) as Account;
  }
  const tokenRequests = () => cloud.requests.filter(({ path }) => path.endsWith(tokenPath)).length;

  test('keeps a sign-in for the next start, and no token in any file', async () => {
    keyring = await startPrivateKeyring({ withService: true });
    const first = start();
    expect(await first.ask({ do: 'open' })).toEqual(inKeyring);
    const account = await signIn(first);
    const token = await first.ask({ do: 'accessToken', id: account.homeAccountId });
    await first.stop();

    const second = start();
    expect(await second.ask({ do: 'open' })).toEqual(inKeyring);
    expect(await second.ask({ do: 'accounts' })).toEqual([account]);
    expect(await second.ask({ do: 'accessToken', id: account.homeAccountId })).toBe(token);
    expect(tokenRequests()).toBe(1);
    await second.ask({ do: 'accessToken', id: account.homeAccountId, forceRefresh: true });
    expect(tokenRequests()).toBe(2);

    const folder = join(keyring.home, 'data');
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text.length).toBeLessThan(3);
  });

  test('forgets a sign-in for the next start', async () => {
    keyring = await startPrivateKeyring({ withService: true });
    const first = start();
    await first.ask({ do: 'open' });
    const { homeAccountId } = await signIn(first);
    expect(await first.ask({ do: 'readEntry', entry: 'token-cache' })).toContain(homeAccountId);
    await first.ask({ do: 'signOut', id: homeAccountId });
    expect(await first.ask({ do: 'readEntry', entry: 'token-cache' })).toBeNull();
  });

  test('without a secret service the person can sign in, and the tokens are in memory', async () => {
    keyring = await startPrivateKeyring({ withService: false });
    const child = start();
    expect(await child.ask({ do: 'open' })).toEqual(inMemory('no-keyring'));
    const { homeAccountId } = await signIn(child);
    expect(await child.ask({ do: 'accessToken', id: homeAccountId })).toEqual(expect.any(String));
    await child.stop();
    const next = start();
    await next.ask({ do: 'open' });
    expect(await next.ask({ do: 'accessToken', id: homeAccountId })).toMatchObject({
      code: 'sign-in-required',
      reason: 'keyring-emptied',
    });
  });

  test.each([
    ['without a message bus', { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: '' }],
    ['with a dead message bus', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }],
  ])('%s there is no keyring', async (_, env) => {
    keyring = await startPrivateKeyring({ withService: false });
    expect(await start(env).ask({ do: 'open' })).toEqual(inMemory('no-keyring'));
  });

  test('a keyring that locks while we run costs nobody a token, and is written to again once it opens', async () => {
    keyring = await startPrivateKeyring({ withService: true });
    const child = start();
    await child.ask({ do: 'open' });
    const { homeAccountId } = await signIn(child);
    await keyring.lock();
    const token = await child.ask({ do: 'accessToken', id: homeAccountId, forceRefresh: true });
    expect(token).toEqual(expect.any(String));
    expect(await child.ask({ do: 'storage' })).toMatchObject({ tokens: inMemory('keyring-locked') });
    expect(await child.ask({ do: 'accounts' })).toHaveLength(1);

    await keyring.unlock();
    await child.ask({ do: 'accessToken', id: homeAccountId });
    expect(await child.ask({ do: 'storage' })).toMatchObject({ tokens: inKeyring });
    await child.stop();
    const next = start();
    await next.ask({ do: 'open' });
    expect(await next.ask({ do: 'accessToken', id: homeAccountId })).toBe(token);
  });

  test('a start with a locked keyring says that it is locked, not that the person is signed out', async () => {
    keyring = await startPrivateKeyring({ withService: true });
    const first = start();
    await first.ask({ do: 'open' });
    const account = await signIn(first);
    await first.stop();
    await keyring.lock();

    const next = start();
    expect(await next.ask({ do: 'open' })).toEqual(inMemory('keyring-locked'));
    expect(await next.ask({ do: 'accessToken', id: account.homeAccountId })).toEqual({
      code: 'sign-in-required',
      reason: 'keyring-emptied',
      userMessage: 'Your keyring is locked, so Tidings cannot read your saved sign-in; unlock it, or sign in again.',
    });
    await keyring.unlock();
    expect(await next.ask({ do: 'open' })).toEqual(inKeyring);
    expect(await next.ask({ do: 'accounts' })).toEqual([account]);
    expect(await next.ask({ do: 'accessToken', id: account.homeAccountId })).toEqual(expect.any(String));
  });

  test.each(['not JSON', '[]', '{"Account":{"x":5}}', '{"Account":"x"}', '{"RefreshToken":{"a":null}}'])(
    'a damaged entry (%s) is removed, and one sign-in mends it',
    async (text) => {
      keyring = await startPrivateKeyring({ withService: true });
      const child = start();
      await child.ask({ do: 'damage', entry: 'token-cache', text });
      expect(await child.ask({ do: 'open' })).toEqual(inKeyring);
      expect(child.logged).toContain('token-cache.damaged');
      expect(await child.ask({ do: 'accounts' })).toEqual([]);
      expect(await child.ask({ do: 'readEntry', entry: 'token-cache' })).toBeNull();
      const account = await signIn(child);
      await child.stop();
      const next = start();
      await next.ask({ do: 'open' });
      expect(await next.ask({ do: 'accounts' })).toEqual([account]);
      expect(next.logged).not.toContain('token-cache.damaged');
    },
  );

  test('keeps small secrets for the next start, and none beside the keyring', async () => {
    keyring = await startPrivateKeyring({ withService: true });
    const first = start();
    expect(await first.ask({ do: 'readSecret', name: 'history-key' })).toBeNull();
    await first.ask({ do: 'writeSecret', name: 'history-key', value: 'a small secret' });
    await first.stop();
    const second = start();
    expect(await second.ask({ do: 'readSecret', name: 'history-key' })).toBe('a small secret');
    expect(await second.ask({ do: 'storage' })).toMatchObject({ secrets: inKeyring });
    await second.ask({ do: 'removeSecret', name: 'history-key' });
    expect(await second.ask({ do: 'readSecret', name: 'history-key' })).toBeNull();
  });

  test('a small secret is refused while the keyring is locked, rather than lost at the next start', async () => {
    keyring = await startPrivateKeyring({ withService: true });
    const child = start();
    await child.ask({ do: 'readSecret', name: 'history-key' });
    await keyring.lock();
    expect(await child.ask({ do: 'writeSecret', name: 'history-key', value: 'x' })).toMatchObject({ code: 'storage' });
  });
});
