import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { createCipher } from '../../../main/store/cipher.ts';
import { openStore, type Store } from '../../../main/store/store.ts';
import {
  ada,
  change,
  createRecordingLog,
  createTestClock,
  mailAlert,
  otherKey,
  post,
  testCipher,
} from '../../unit/store/fixtures.ts';

let folder: string;
let file: string;
let log: ReturnType<typeof createRecordingLog>;
const opened: { close(): void }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-damage-'));
  file = join(folder, 'history.db');
  log = createRecordingLog();
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (cipher = testCipher, path = file): Store => {
  const store = openStore({ file: path, cipher, clock: createTestClock(), log });
  opened.push(store);
  return store;
};
/** A closed store of some hundred kilobytes. */
function fill(): void {
  const store = open();
  const alerts = Array.from({ length: 300 }, (_, i) => ({
    alert: mailAlert(`a${i}`),
    announcement: 'waiting' as const,
  }));
  store.ledger.apply(change({ alerts }));
  store.queue.put(post('one'));
  store.close();
}
const overwrite = (position: number, length: number): void => {
  const bytes = readFileSync(file);
  bytes.fill(0x5a, position, position + length);
  writeFileSync(file, bytes);
};
const failureOf = (run: () => unknown): Failure => {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('did not fail');
};
const snapshot = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]);

test.each([
  ['emptied', () => truncateSync(file, 0)],
  ['cut to 10 bytes', () => truncateSync(file, 10)],
  ['cut to 100 bytes', () => truncateSync(file, 100)],
  ['cut to one page', () => truncateSync(file, 4096)],
  ['cut to half', () => truncateSync(file, Math.floor(statSync(file).size / 2))],
  ['cut in the middle of a page', () => truncateSync(file, statSync(file).size - 1000)],
  ['with a garbage header', () => overwrite(0, 100)],
  ['with a garbage first page', () => overwrite(100, 3996)],
  ['with garbage in the middle', () => overwrite(4096 * 6, 4096 * 8)],
  ['replaced by text', () => writeFileSync(file, 'not a database at all, just a text of some length\n'.repeat(100))],
  ['replaced by zeros', () => writeFileSync(file, Buffer.alloc(64 * 1024))],
  [
    "replaced by somebody else's database",
    () => {
      rmSync(file);
      const other = new DatabaseSync(file);
      other.exec('CREATE TABLE theirs (x)');
      other.close();
    },
  ],
])('a file %s is moved aside, and a new one works', (_what, damage) => {
  fill();
  damage();
  const lastWrite = new Date('2026-11-21T08:30:00Z');
  utimesSync(file, lastWrite, lastWrite);
  const before = readFileSync(file);

  const store = open();
  expect([store.condition, store.lostSince]).toEqual(['rebuilt', lastWrite]);
  expect(log.entries.map(({ event }) => event)).toEqual(['store.damaged', 'store.rebuilt']);
  const aside = join(folder, 'history.db.damaged-2026-11-21T09-00-00-000Z');
  expect(readFileSync(aside).equals(before)).toBe(true);
  expect(store.queue.size()).toBe(0);
  store.queue.put(post('two'));
  store.ledger.apply(change({ alerts: [{ alert: mailAlert('a1'), announcement: 'waiting' }] }));
  store.close();

  const again = open();
  expect([again.condition, again.queue.size(), again.ledger.waiting().length]).toEqual(['good', 1, 1]);
});

test('a file sealed with another key is moved aside: the key was lost, so is the text', () => {
  fill();
  const store = open(createCipher(otherKey));
  expect([store.condition, store.ledger.alerts({ limit: 9 })]).toEqual(['rebuilt', []]);
  store.close();
  expect(log.entries[0]).toEqual({ event: 'store.damaged', fields: { why: 'sealed with another key' } });
});

test('a young file whose write-ahead log is gone has lost everything, and is not taken for a fresh installation', () => {
  // Open, so that nothing was folded back yet: as after a kill.
  const store = open();
  store.ledger.apply(change({ alerts: [{ alert: mailAlert('a1'), announcement: 'waiting' }] }));
  const killed = join(folder, 'killed.db');
  copyFileSync(file, killed);
  const lastWrite = new Date('2026-11-21T08:30:00Z');
  utimesSync(killed, lastWrite, lastWrite);

  const next = open(testCipher, killed);
  expect([next.condition, next.lostSince]).toEqual(['rebuilt', lastWrite]);
});

test('a garbage write-ahead log costs nothing of what is in the file', () => {
  fill();
  writeFileSync(`${file}-wal`, Buffer.alloc(40_000, 0x5a));
  writeFileSync(`${file}-shm`, Buffer.alloc(32_768, 0x5a));
  const store = open();
  expect([store.condition, store.ledger.waiting().length, store.queue.size()]).toEqual(['good', 300, 1]);
});

test('one row that cannot be opened hides no other', () => {
  fill();
  const raw = new DatabaseSync(file);
  raw.exec("UPDATE alerts SET sealed = x'01020304' WHERE id = 'a7'; UPDATE queue SET post = '{' WHERE id = 1");
  raw.close();
  const store = open();
  store.queue.put(post('two'));
  expect(store.ledger.waiting()).toHaveLength(299);
  expect(store.ledger.alert('a7')).toBeNull();
  expect(store.queue.pending(9)).toMatchObject([post('two')]);
  expect(store.queue.size()).toBe(1);
  expect(log.entries.map(({ event }) => event)).toEqual(['row.unreadable', 'row.unreadable', 'queue.unreadable']);
});

test('three damaged files are kept, older ones go', () => {
  const clock = createTestClock();
  for (let i = 0; i < 5; i += 1) {
    writeFileSync(file, `damaged ${i}`);
    clock.move(1000);
    openStore({ file, cipher: testCipher, clock, log }).close();
  }
  const kept = readdirSync(folder).filter((name) => name.includes('damaged'));
  expect(kept.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['damaged 2', 'damaged 3', 'damaged 4']);
});

test('a file of a newer version is told and left as it is, byte for byte', () => {
  fill();
  const raw = new DatabaseSync(file);
  raw.exec('PRAGMA user_version = 99');
  raw.close();
  const before = snapshot();
  const failure = failureOf(() => open());
  expect([failure.code, failure.userMessage]).toEqual([
    'storage',
    'The history file history.db was written by a newer version of Tidings and was left as it is. Please install that version again, or move the file away.',
  ]);
  expect(snapshot()).toEqual(before);
});

test('a newer version that only the write-ahead log tells of is noticed as well', () => {
  fill();
  const raw = new DatabaseSync(file);
  opened.push(raw);
  raw.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 99');
  expect(failureOf(() => open()).userMessage).toContain('newer version');
  expect(raw.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
});

test('another program that holds the file is waited for, half a second, then it is a failure and nothing is half done', () => {
  const store = open();
  store.queue.put(post('one'));
  const raw = new DatabaseSync(file);
  opened.push(raw);
  raw.exec('BEGIN IMMEDIATE');
  const startMs = performance.now();
  expect(failureOf(() => store.queue.put(post('two'))).userMessage).toContain('Another program holds');
  expect(performance.now() - startMs).toBeLessThan(2_500);
  expect(failureOf(() => store.ledger.apply(change({ account: ada }))).code).toBe('storage');
  raw.exec('ROLLBACK');
  store.queue.put(post('three'));
  expect(store.queue.pending(9)).toMatchObject([post('one'), post('three')]);
  expect(store.queue.size()).toBe(2);
});

test('a place that cannot hold a file is a failure, and nothing is moved', () => {
  writeFileSync(join(folder, 'plain'), '');
  expect(failureOf(() => open(testCipher, join(folder, 'plain', 'history.db'))).code).toBe('storage');
  mkdirSync(join(folder, 'directory.db'));
  expect(failureOf(() => open(testCipher, join(folder, 'directory.db'))).code).toBe('storage');
  expect(readdirSync(folder).sort()).toEqual(['directory.db', 'plain']);
});

test('after close every call is a failure, none a crash', () => {
  const store = open();
  store.close();
  for (const call of [
    () => store.queue.put(post('one')),
    () => store.queue.pending(1),
    () => store.queue.done([1]),
    () => store.ledger.apply(change()),
    () => store.ledger.waiting(),
    () => store.ledger.cursor(ada, 'mail'),
    () => store.records.accounts(),
    () => store.records.setValue('x', '1'),
    () => store.records.removeAccount(ada),
  ]) {
    expect(failureOf(call)).toMatchObject({ code: 'storage', userMessage: 'Tidings has closed its history already.' });
  }
});

test('memory only makes no file', () => {
  const store = open(testCipher, ':memory:');
  store.queue.put(post('one'));
  expect([store.condition, store.queue.size(), readdirSync(folder), existsSync(':memory:')]).toEqual([
    'good',
    1,
    [],
    false,
  ]);
});

test('a damaged file that a wrong clock dates in the future has lost nothing beyond this moment', () => {
  fill();
  writeFileSync(file, 'no database');
  const future = new Date('2026-12-24T18:00:00Z');
  utimesSync(file, future, future);
  const store = open();
  expect([store.condition, store.lostSince]).toEqual(['rebuilt', new Date('2026-11-21T09:00:00Z')]);
  store.close();
});

test('a file whose own description of its tables was hit is moved aside like any other damage', () => {
  fill();
  const bytes = readFileSync(file);
  // A letter of a column's name: still a sound database, and not ours any more.
  bytes.write('X', bytes.indexOf('window_day'));
  writeFileSync(file, bytes);
  const store = open();
  expect(store.condition).toBe('rebuilt');
  expect(store.queue.size()).toBe(0);
  store.close();
});

test('a history that began anew says so until the accounts are settled, however often the app ends before that', () => {
  fill();
  writeFileSync(file, 'no database');
  const lastWrite = new Date('2026-11-21T08:30:00Z');
  utimesSync(file, lastWrite, lastWrite);
  open().close();

  const next = open();
  expect([next.condition, next.lostSince]).toEqual(['good', lastWrite]);
  next.accountsSettled();
  next.close();
  expect(open().lostSince).toBeNull();
});

test('an account whose row was hit is lost, not signed out: the history says since when', () => {
  const addedAt = new Date('2026-11-20T12:00:00Z');
  const account = {
    homeAccountId: ada,
    tenantId: 't',
    username: 'ada@contoso.example',
    name: null,
    kind: 'work',
  } as const;
  const filled = open();
  filled.ledger.apply(change({ alerts: [{ alert: mailAlert('a1'), announcement: 'waiting' }] }));
  filled.records.saveAccount({ account, session: { kind: 'signedIn' }, addedAt });
  filled.close();
  const connection = new DatabaseSync(file);
  const sealed = connection.prepare('SELECT sealed FROM accounts').get()?.sealed as Uint8Array;
  sealed[20] = (sealed[20] ?? 0) ^ 1;
  connection.prepare('UPDATE accounts SET sealed = ?').run(sealed);
  connection.close();

  const store = open();
  expect([store.condition, store.lostSince, store.records.accounts()]).toEqual(['good', addedAt, []]);
  expect(store.ledger.alerts({ limit: 9 })).toHaveLength(1);
  store.close();

  const next = open();
  expect(next.lostSince).toEqual(addedAt);
  next.accountsSettled();
  next.close();
  expect(open().lostSince).toBeNull();
});
