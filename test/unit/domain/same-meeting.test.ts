import { expect, test } from 'vitest';
import { calendarsText, meetingKey, newsKey, sharedUid } from '../../../main/domain/same-meeting.ts';
import { alertOf, meeting } from './samples.ts';

const series = '040000008200E00074C5B7101A82E00800000000B0C1D2E3';
const occurrence = '040000008200E00074C5B7101A82E00807EA0B17B0C1D2E3';

test('an occurrence is named by its series, whichever of the two Graph names', () => {
  expect([sharedUid(occurrence), sharedUid(series), sharedUid('abc-07EA0B17@calendar.example')]).toEqual([
    series,
    series,
    'abc-07EA0B17@calendar.example',
  ]);
});

test('copies are the same meeting where id and time agree, and never where Graph names no id', () => {
  const one = meeting('ada’s', { iCalUId: occurrence });
  const keys = [
    meetingKey(meeting('sam’s', { iCalUId: series })),
    meetingKey({ ...one, start: new Date('2026-11-24T10:00:00Z') }),
    meetingKey({ ...one, isAllDay: true }),
    meetingKey({ ...one, iCalUId: 'another' }),
    meetingKey(meeting('no id')),
    meetingKey({ ...one, iCalUId: '' }),
  ];
  expect(keys.map((key) => (key === null ? null : key === meetingKey(one)))).toEqual([
    true,
    false,
    false,
    false,
    null,
    null,
  ]);
});

test('news is the same where kind, meeting, time and words agree; mail and reminders are never', () => {
  const event = { organizerAddress: null, isAllDay: false, isFree: false, isDeclined: false, iCalUId: series };
  const moved = alertOf('meetingMoved', { event, detail: 'Moved from Mon 10:00' });
  const same = (changes: Parameters<typeof alertOf>[1], kind = moved.kind): boolean =>
    newsKey(alertOf(kind, { event, detail: moved.detail, ...changes })) === newsKey(moved);
  expect({
    elsewhere: same({ account: 'sam', id: 'other', itemId: 'other' }),
    kind: same({}, 'meetingChanged'),
    words: same({ detail: 'Moved from Tue 10:00' }),
    time: same({ startsAt: new Date(0) }),
    gone: same({ event: { ...event, isGone: true } }),
    unnamed: newsKey(alertOf('meetingMoved')),
    reminder: newsKey(alertOf('reminder', { event })),
  }).toEqual({ elsewhere: true, kind: false, words: false, time: false, gone: false, unnamed: null, reminder: null });
});

test('names the calendars only where there is more than one', () => {
  expect([[], ['ada'], ['ada', 'sam'], ['ada', 'sam', 'grace']].map(calendarsText)).toEqual([
    '',
    '',
    'in the calendars of ada and sam',
    'in the calendars of ada, sam and grace',
  ]);
});
