import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptMutes } from '../../../main/store/mutes.ts';
import { openStore, type Store } from '../../../main/store/store.ts';
import { ada, change, createRecordingLog, createTestClock, DAY_MS, grace, mailAlert, testCipher } from './fixtures.ts';

let clock: ReturnType<typeof createTestClock>;
let log: ReturnType<typeof createRecordingLog>;
let store: Store;
const open = (file = ':memory:'): Store => openStore({ file, cipher: testCipher, clock, log });
beforeEach(() => {
  clock = createTestClock();
  log = createRecordingLog();
  store = open();
});
afterEach(() => {
  store.close();
  expect(log.entries).toEqual([]);
});
/** Microsoft has dated something at this moment. */
const somethingCame = (): void => {
  const at = clock.now();
  const alert = mailAlert(`at ${at.toISOString()}`, { at });
  store.ledger.apply(change({ alerts: [{ alert, announcement: 'quiet' }] }));
};

test('a conversation is muted for the account that asked, until it is no more', () => {
  const { mutes } = store;
  mutes.set(ada, 'c1', true);
  mutes.set(ada, 'c1', true);
  expect([mutes.has(ada, 'c1'), mutes.has(ada, 'c2'), mutes.has(grace, 'c1')]).toEqual([true, false, false]);
  mutes.set(ada, 'c1', false);
  mutes.set(ada, 'c1', false);
  expect(mutes.has(ada, 'c1')).toBe(false);
});

test('what is muted survives a restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-mutes-'));
  try {
    const first = open(join(folder, 'history.db'));
    first.mutes.set(ada, 'c1', true);
    first.close();
    const second = open(join(folder, 'history.db'));
    expect(second.mutes.has(ada, 'c1')).toBe(true);
    second.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a conversation stays muted for 30 days after its last mail', () => {
  const { mutes } = store;
  mutes.set(ada, 'silent', true);
  mutes.set(ada, 'lively', true);
  clock.move(29 * DAY_MS);
  mutes.mailCame(ada, 'lively', clock.now());
  clock.move(2 * DAY_MS);
  somethingCame();
  mutes.set(ada, 'other', true);
  expect(['silent', 'lively', 'other'].map((each) => mutes.has(ada, each))).toEqual([false, true, true]);
});

test('mail of what is not muted mutes nothing', () => {
  store.mutes.mailCame(ada, 'c1', clock.now());
  expect(store.mutes.has(ada, 'c1')).toBe(false);
});

test('a clock that was set a year ahead for a moment unmutes nothing', () => {
  const { mutes } = store;
  somethingCame();
  mutes.set(ada, 'c1', true);
  clock.move(365 * DAY_MS);
  mutes.set(ada, 'c2', true);
  clock.move(-365 * DAY_MS);
  expect(['c1', 'c2'].map((each) => mutes.has(ada, each))).toEqual([true, true]);
});

test('of more than 5,000 those with the oldest mail are forgotten', () => {
  const { mutes } = store;
  expect(keptMutes).toBe(5_000);
  for (let n = 0; n < keptMutes; n += 1) {
    mutes.set(ada, `c${n}`, true);
    clock.move(1);
  }
  mutes.mailCame(ada, 'c0', clock.now());
  mutes.set(grace, 'one too many', true);
  expect(['c0', 'c1', 'c2'].map((each) => mutes.has(ada, each))).toEqual([true, false, true]);
  expect(mutes.has(grace, 'one too many')).toBe(true);
});

test('signing out forgets what was muted, and a click that comes late does not bring it back', () => {
  store.mutes.set(ada, 'c1', true);
  store.mutes.set(grace, 'c1', true);
  store.records.removeAccount(ada);
  store.mutes.set(ada, 'c2', true);
  expect([store.mutes.has(ada, 'c1'), store.mutes.has(ada, 'c2'), store.mutes.has(grace, 'c1')]).toEqual([
    false,
    false,
    true,
  ]);
});
