import type { Alert } from '../../../main/domain/alert.ts';
import type { ReceivedPost } from '../../../main/domain/notification.ts';
import type { Cursor, LedgerChange, Log, LogFields } from '../../../main/domain/ports.ts';
import { createCipher } from '../../../main/store/cipher.ts';

export const testKey = Buffer.alloc(32, 7).toString('base64');
export const otherKey = Buffer.alloc(32, 8).toString('base64');
export const testCipher = createCipher(testKey);
export const ada = '00001111-aaaa-2222-bbbb-3333cccc4444.55556666-dddd-7777-eeee-8888ffff9999';
export const grace = '11112222-aaaa-2222-bbbb-3333cccc4444.55556666-dddd-7777-eeee-8888ffff9999';
export const DAY_MS = 24 * 60 * 60 * 1000;

export function createTestClock(start = '2026-11-21T09:00:00Z') {
  let nowMs = Date.parse(start);
  return {
    now: () => new Date(nowMs),
    move: (ms: number) => {
      nowMs += ms;
    },
  };
}

export function createRecordingLog(): Log & { readonly entries: { event: string; fields: LogFields }[] } {
  const entries: { event: string; fields: LogFields }[] = [];
  const write = (event: string, fields: LogFields = {}) => {
    entries.push({ event, fields });
  };
  return { entries, info: write, warn: write, error: write };
}

export const post = (subscriptionId: string, account = ada): ReceivedPost => ({
  receivedAt: new Date('2026-11-21T09:00:00.123Z'),
  changes: [{ account, resource: 'mail', subscriptionId, changeType: 'created' }],
  lifecycle: [{ account, resource: 'calendar', subscriptionId, lifecycleEvent: 'missed' }],
});

export const mailAlert = (id: string, changes: Partial<Alert> = {}): Alert => ({
  id,
  account: ada,
  kind: 'mail',
  itemId: `item-${id}`,
  who: 'Grace Hopper',
  subject: `Subject of ${id}`,
  detail: 'First words',
  at: new Date('2026-11-21T08:59:00Z'),
  startsAt: null,
  webLink: 'https://outlook.office365.com/owa/?ItemID=1',
  joinUrl: null,
  settled: false,
  ...changes,
});

export const cursor = (changes: Partial<Cursor> = {}): Cursor => ({
  deltaLink: 'https://graph.microsoft.com/v1.0/me/mailFolders(%27inbox%27)/messages/delta?$deltatoken=abc',
  baseline: new Date('2026-11-20T09:00:00Z'),
  caughtUpAt: new Date('2026-11-21T09:00:00Z'),
  madeFor: null,
  ...changes,
});

export const change = (changes: Partial<LedgerChange> = {}): LedgerChange => ({
  account: ada,
  resource: 'mail',
  cursor: cursor(),
  alerts: [],
  settle: [],
  messages: [],
  events: [],
  forgetEvents: [],
  ...changes,
});
