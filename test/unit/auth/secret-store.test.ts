import { expect, test } from 'vitest';
import { DamagedEntry, type Keyring, type KeyringEntry } from '../../../main/auth/keyring.ts';
import { createSecretStore } from '../../../main/auth/secret-store.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const storeOver = (keyring: Keyring, limitMs = 1_000) =>
  createSecretStore({ cacheFolder: '/nowhere', log: silent, keyring, limitMs });
const entryWith = (changes: Partial<KeyringEntry>): Keyring => {
  const entry: KeyringEntry = { load: async () => null, save: async () => {}, remove: async () => {}, ...changes };
  return async () => ({ ok: true, entry });
};

test('writes each secret to an entry of its own and reads it back', async () => {
  const texts = new Map<string, string>();
  const store = storeOver(async (name) => ({
    ok: true,
    entry: {
      load: async () => texts.get(name) ?? null,
      save: async (text) => void texts.set(name, text),
      remove: async () => void texts.delete(name),
    },
  }));
  await store.write('history-key', 'one');
  await store.write('other', 'two');
  expect([...texts]).toEqual([
    ['secret-history-key', 'one'],
    ['secret-other', 'two'],
  ]);
  expect(await store.read('history-key')).toBe('one');
  await store.remove('history-key');
  expect(await store.read('history-key')).toBeNull();
  expect(store.storage()).toEqual({ kind: 'keyring' });
});

test('without a keyring keeps secrets in memory, and says so', async () => {
  const store = storeOver(async () => ({ ok: false, why: 'no-keyring' }));
  expect(await store.read('history-key')).toBeNull();
  expect(store.storage()).toEqual({ kind: 'memory', why: 'no-keyring' });
  await store.write('history-key', 'one');
  expect(await store.read('history-key')).toBe('one');
  await store.remove('history-key');
  expect(await store.read('history-key')).toBeNull();
});

test('a keyring that gives no answer counts as locked', async () => {
  const store = storeOver(() => new Promise(() => {}), 20);
  expect(await store.read('history-key')).toBeNull();
  expect(store.storage()).toEqual({ kind: 'memory', why: 'keyring-locked' });
});

test('says when a keyring fails, rather than keep a secret that is lost at the next start', async () => {
  const broken = () => Promise.reject(new Error('Cannot create an item in a locked collection'));
  const store = storeOver(entryWith({ load: broken, save: broken, remove: broken }));
  for (const attempt of [store.read('a'), store.write('a', 'x'), store.remove('a')]) {
    await expect(attempt).rejects.toMatchObject({ code: 'storage', userMessage: expect.stringContaining('unlock') });
  }
  const hanging = storeOver(entryWith({ save: () => new Promise(() => {}) }), 20);
  await expect(hanging.write('a', 'x')).rejects.toMatchObject({ code: 'storage' });
});

test('a secret that cannot be decrypted any more is removed and counts as absent', async () => {
  const done: string[] = [];
  const store = storeOver(
    entryWith({ load: () => Promise.reject(new DamagedEntry()), remove: async () => void done.push('removed') }),
  );
  expect(await store.read('a')).toBeNull();
  expect(done).toEqual(['removed']);
});

test.each(['', '../x', 'A', 'a b', 'a'.repeat(41)])('%j is no name of a secret', async (name) => {
  await expect(storeOver(entryWith({})).read(name)).rejects.toThrow(TypeError);
});

test('an empty secret is refused', async () => {
  await expect(storeOver(entryWith({})).write('a', '')).rejects.toThrow(TypeError);
});
