import { expect, test } from 'vitest';
import type { AlertView } from '../../../preload/contract.ts';
import { alertWords, settledWord } from '../../../renderer/alert-words.ts';
import { alert } from './samples.ts';

const now = new Date('2026-11-21T14:20:00');
const startsAt = new Date('2026-11-21T14:30:00').toISOString();
const about = (more: Partial<AlertView>): AlertView =>
  alert('a', now.toISOString(), { subject: 'Design review', who: 'Tomas Weber', startsAt, ...more });

test.each<[string, Partial<AlertView>, readonly [string, string, string]]>([
  ['mail', { kind: 'mail', detail: 'Hello' }, ['Tomas Weber', 'Design review', 'Hello']],
  ['mail without anything', { kind: 'mail', who: '', subject: '' }, ['Unknown sender', '(no subject)', '']],
  ['new', { kind: 'meetingNew' }, ['Design review', 'New meeting · Starts today at 14:30', 'Tomas Weber']],
  [
    'cancelled',
    { kind: 'meetingCancelled', detail: 'Was 14:30' },
    ['Design review', 'Cancelled · Was 14:30', 'Tomas Weber'],
  ],
  [
    'gone from the calendar',
    { kind: 'meetingCancelled', isGone: true, detail: 'No longer in your calendar · was 14:30' },
    ['Design review', 'No longer in your calendar · was 14:30', 'Tomas Weber'],
  ],
  ['cancelled without more', { kind: 'meetingCancelled' }, ['Design review', 'Cancelled', 'Tomas Weber']],
  ['moved', { kind: 'meetingMoved', detail: 'Moved from …' }, ['Design review', 'Moved from …', 'Tomas Weber']],
  ['changed', { kind: 'meetingChanged' }, ['Design review', 'Meeting changed', 'Tomas Weber']],
  ['reminder', { kind: 'reminder', detail: 'Room Birch' }, ['Design review', 'Starts in 10 min', 'Room Birch']],
  [
    'a reminder that was answered',
    { kind: 'reminder', settled: true },
    ['Design review', 'Was for today at 14:30', ''],
  ],
  [
    'a reminder of what was cancelled before it started',
    { kind: 'reminder', settled: true, startsAt: new Date('2026-11-21T14:00:00').toISOString() },
    ['Design review', 'Was for today at 14:00', ''],
  ],
  [
    'a snoozed reminder',
    { kind: 'reminder', snoozedUntil: new Date('2026-11-21T14:25:00').toISOString() },
    ['Design review', 'Snoozed until 14:25', ''],
  ],
])('%s', (_, more, [title, line, detail]) => {
  expect(alertWords(about(more), now)).toEqual({ title, line, detail });
});

test('what asks for nothing any more says why', () => {
  expect((['mail', 'reminder', 'meetingMoved'] as const).map((kind) => settledWord(about({ kind })))).toEqual([
    'Handled',
    'Done',
    'Overtaken',
  ]);
});
