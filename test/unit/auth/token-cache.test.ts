import { expect, test } from 'vitest';
import { DamagedEntry, type Keyring, type KeyringEntry } from '../../../main/auth/keyring.ts';
import { createTokenCache, type MemoryCache, mergeCaches } from '../../../main/auth/token-cache.ts';
import type { Log, TokenStorage } from '../../../main/domain/ports.ts';

const cacheOf = (...names: string[]) =>
  JSON.stringify({ Account: Object.fromEntries(names.map((name) => [name, { username: name }])) });
const accountsIn = (text: string | null | undefined) => Object.keys(JSON.parse(text ?? '{}').Account ?? {}).sort();

/** What MSAL's cache does, as far as it matters here. */
function fakeMemory() {
  let accounts: Record<string, unknown> = {};
  let changed = false;
  const memory: MemoryCache = {
    serialize() {
      changed = false;
      return JSON.stringify({ Account: accounts });
    },
    deserialize(text) {
      accounts = { ...accounts, ...JSON.parse(text).Account };
      changed = true;
    },
    hasChanged: () => changed,
    clear() {
      accounts = {};
      changed = true;
    },
    async check() {
      if ('broken' in accounts) throw new TypeError('cannot read it');
    },
  };
  return {
    memory,
    names: () => Object.keys(accounts).sort(),
    add(name: string) {
      accounts = { ...accounts, [name]: { username: name } };
      changed = true;
    },
    removeAll: () => memory.clear(),
  };
}

function fakeEntry(start: string | null = null) {
  const state = { text: start, saves: 0, removed: 0 };
  const entry: KeyringEntry = {
    load: async () => state.text,
    async save(text) {
      state.saves += 1;
      state.text = text;
    },
    async remove() {
      state.removed += 1;
      state.text = null;
    },
  };
  return { state, entry };
}

function set(options: { entry?: KeyringEntry; keyring?: Keyring; openLimitMs?: number }) {
  const events: string[] = [];
  const note = (event: string): void => void events.push(event);
  const log: Log = { info: note, warn: note, error: note };
  const msal = fakeMemory();
  const entry = options.entry ?? fakeEntry().entry;
  const keyring: Keyring = options.keyring ?? (async () => ({ ok: true, entry }));
  const cache = createTokenCache({ memory: msal.memory, keyring, log, openLimitMs: options.openLimitMs ?? 1_000 });
  const seen: TokenStorage[] = [];
  cache.onStorageChanged((storage) => seen.push(storage));
  return { cache, msal, events, seen };
}

const inKeyring = { kind: 'keyring' };
const inMemory = (why: string) => ({ kind: 'memory', why });

test('loads what the keyring holds, once', async () => {
  let loads = 0;
  const { entry } = fakeEntry(cacheOf('ada'));
  const counted = { ...entry, load: () => entry.load().finally(() => (loads += 1)) };
  const { cache, msal } = set({ entry: counted });
  expect(await Promise.all([cache.open(), cache.open()])).toEqual([inKeyring, inKeyring]);
  expect(await cache.open()).toEqual(inKeyring);
  expect(msal.names()).toEqual(['ada']);
  expect(loads).toBe(1);
});

test('saves only what differs from what the keyring holds', async () => {
  const { entry, state } = fakeEntry();
  const { cache, msal } = set({ entry });
  await cache.open();
  await cache.save(1_000);
  expect(state.saves).toBe(0);
  msal.add('ada');
  await cache.save(1_000);
  msal.add('ada');
  await cache.save(1_000);
  expect(state).toEqual({ text: cacheOf('ada'), saves: 1, removed: 0 });
});

test('removes the entry when there is nothing left to keep', async () => {
  const { entry, state } = fakeEntry(cacheOf('ada'));
  const { cache, msal } = set({ entry });
  await cache.open();
  msal.removeAll();
  await cache.save(1_000);
  await cache.save(1_000);
  expect(state).toEqual({ text: null, saves: 0, removed: 1 });
});

test('many changes at once cost two saves at most, and the last one wins', async () => {
  const { entry, state } = fakeEntry();
  const { cache, msal } = set({ entry });
  await cache.open();
  await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map((name) => {
      msal.add(name);
      return cache.save(1_000);
    }),
  );
  expect(accountsIn(state.text)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(state.saves).toBeLessThanOrEqual(2);
});

test('a save that fails is told, not thrown, and made up for with the next one', async () => {
  const { entry, state } = fakeEntry();
  let isLocked = true;
  const lockable: KeyringEntry = {
    ...entry,
    save: (text) =>
      isLocked ? Promise.reject(new Error('Cannot create an item in a locked collection')) : entry.save(text),
  };
  const { cache, msal, seen, events } = set({ entry: lockable });
  await cache.open();
  msal.add('ada');
  await cache.save(1_000);
  expect(cache.storage()).toEqual(inMemory('keyring-locked'));
  expect(events).toContain('token-cache.unsaved');
  isLocked = false;
  await cache.save(1_000);
  expect(accountsIn(state.text)).toEqual(['ada']);
  expect(seen).toEqual([inKeyring, inMemory('keyring-locked'), inKeyring]);
});

test('a save that hangs in an unlock prompt holds nobody up, and counts once the person has answered', async () => {
  const { entry, state } = fakeEntry();
  const answered = Promise.withResolvers<void>();
  const prompting: KeyringEntry = { ...entry, save: (text) => answered.promise.then(() => entry.save(text)) };
  const { cache, msal } = set({ entry: prompting });
  await cache.open();
  msal.add('ada');
  await cache.save(20);
  expect(cache.storage()).toEqual(inMemory('keyring-locked'));
  msal.add('sam');
  const startMs = performance.now();
  await cache.save(10_000);
  expect(performance.now() - startMs).toBeLessThan(1_000);
  const saved = new Promise((resolve) => cache.onStorageChanged(resolve));
  answered.resolve();
  expect(await saved).toEqual(inKeyring);
  await cache.save(1_000);
  expect(accountsIn(state.text)).toEqual(['ada', 'sam']);
});

test('a keyring that does not answer in time is taken over later, with what came meanwhile', async () => {
  const { entry, state } = fakeEntry(cacheOf('ada'));
  const answered = Promise.withResolvers<void>();
  const keyring: Keyring = () => answered.promise.then(() => ({ ok: true, entry }));
  const { cache, msal } = set({ keyring, openLimitMs: 20 });
  expect(await cache.open()).toEqual(inMemory('keyring-locked'));
  msal.add('sam');
  await cache.save(20);
  const opened = new Promise((resolve) => cache.onStorageChanged(resolve));
  answered.resolve();
  expect(await opened).toEqual(inKeyring);
  expect(msal.names()).toEqual(['ada', 'sam']);
  await cache.save(1_000);
  expect(accountsIn(state.text)).toEqual(['ada', 'sam']);
});

test('opening again after trouble tries again', async () => {
  const { entry } = fakeEntry(cacheOf('ada'));
  let isThere = false;
  const keyring: Keyring = async () => (isThere ? { ok: true, entry } : { ok: false, why: 'no-keyring' });
  const { cache, msal } = set({ keyring });
  expect(await cache.open()).toEqual(inMemory('no-keyring'));
  isThere = true;
  expect(await cache.open()).toEqual(inKeyring);
  expect(msal.names()).toEqual(['ada']);
});

test('a keyring that cannot be read leaves its text alone', async () => {
  const { entry, state } = fakeEntry(cacheOf('ada'));
  const failing: KeyringEntry = { ...entry, load: () => Promise.reject(new Error('the bus went away')) };
  const { cache, msal } = set({ entry: failing });
  expect(await cache.open()).toEqual(inMemory('keyring-unusable'));
  msal.add('sam');
  await cache.save(1_000);
  expect(state).toEqual({ text: cacheOf('ada'), saves: 0, removed: 0 });
});

test.each([
  ['text that is no cache', fakeEntry('nonsense').entry],
  ['a cache MSAL cannot make sense of', fakeEntry(cacheOf('broken')).entry],
  ['a text that cannot be decrypted', { ...fakeEntry().entry, load: () => Promise.reject(new DamagedEntry()) }],
])('removes %s and keeps what is in memory', async (_, damaged) => {
  const done: string[] = [];
  const { cache, msal, events } = set({ entry: { ...damaged, remove: async () => void done.push('removed') } });
  msal.add('sam');
  expect(await cache.open()).toEqual(inKeyring);
  expect(done).toEqual(['removed']);
  expect(events).toContain('token-cache.damaged');
  expect(msal.names()).toEqual(['sam']);
});

test('forgetting throttling keeps every account', async () => {
  const { cache, msal } = set({});
  msal.add('ada');
  cache.forgetThrottling();
  expect(msal.names()).toEqual(['ada']);
});

test.each([
  ['{"Account":{"a":{"v":1}},"Other":1}', '{"Account":{"a":{"v":2},"b":{}}}', { a: { v: 2 }, b: {} }],
  ['{}', '{"Account":{"b":{}}}', { b: {} }],
])('merges %s with the newer %s', (stored, own, accounts) => {
  expect(JSON.parse(mergeCaches(stored, own) ?? '')).toMatchObject({ Account: accounts, RefreshToken: {} });
});

test.each(['', 'x', '[]', '5', 'null', '{"Account":[]}', '{"AccessToken":{"a":"b"}}'])('%j is no cache', (text) => {
  expect(mergeCaches(text, '{}')).toBeNull();
});
