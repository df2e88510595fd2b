/** A history in memory for each test of a file; what it logs is an error. */
import { afterEach, beforeEach, expect } from 'vitest';
import type { Account, Session } from '../../../main/domain/session.ts';
import { openStore, type Store } from '../../../main/store/store.ts';
import { ada, change, createRecordingLog, createTestClock, cursor, mailAlert, testCipher } from './fixtures.ts';

export let clock: ReturnType<typeof createTestClock>;
export let log: ReturnType<typeof createRecordingLog>;
export let store: Store;
beforeEach(() => {
  clock = createTestClock();
  log = createRecordingLog();
  store = openStore({ file: ':memory:', cipher: testCipher, clock, log });
});
afterEach(() => {
  store.close();
  expect(log.entries).toEqual([]);
});

export const person = (homeAccountId: string, changes: Partial<Account> = {}): Account => ({
  homeAccountId,
  tenantId: '55556666-dddd-7777-eeee-8888ffff9999',
  username: 'ada@contoso.example',
  name: 'Ada',
  kind: 'work',
  ...changes,
});
export const signedIn: Session = { kind: 'signedIn' };
export const waiting = 'waiting' as const;

export const record = {
  id: 's1',
  account: ada,
  resource: 'mail' as const,
  host: 'a.example',
  expiresAt: new Date('2026-11-24T09:00:00Z'),
  clientStateDigest: 'ab'.repeat(32),
  challenged: false,
};

/** A round in which one mail came, at the clock's time. */
export function catchUp(id: string, announcement: 'waiting' | 'shown' = 'shown') {
  const now = clock.now();
  return store.ledger.apply(
    change({
      cursor: cursor({ caughtUpAt: now }),
      alerts: [{ alert: mailAlert(id, { at: now }), announcement }],
      messages: [{ id: `m-${id}`, isRead: false, alertId: id }],
    }),
  );
}
