import { expect, test } from 'vitest';
import type { MeetingView } from '../../../preload/contract.ts';
import { isJoinTime, isRunning, isSoon, meetingDays } from '../../../renderer/next-list.ts';
import { meeting } from './samples.ts';

// Local times on purpose: the days are the person's own, wherever the test runs.
const at = (text: string): string => new Date(`2026-11-${text}:00`).toISOString();
const now = new Date('2026-11-21T14:20:00');
const allDay = (id: string, from: string, to: string): MeetingView =>
  meeting(id, `2026-11-${from}T00:00:00Z`, `2026-11-${to}T00:00:00Z`, { isAllDay: true });
const told = (meetings: readonly MeetingView[], when = now) =>
  meetingDays(meetings, when).map(({ title, allDay: whole, timed, nowBefore }) => ({
    title,
    allDay: whole.map(({ id }) => id),
    timed: timed.map(({ id }) => id),
    nowBefore,
  }));

test('both days are there also when nothing is planned, with their dates', () => {
  expect(meetingDays([], now)).toEqual([
    {
      title: 'Today',
      from: new Date('2026-11-21T00:00:00'),
      date: 'Saturday 21 November',
      allDay: [],
      timed: [],
      nowBefore: null,
    },
    {
      title: 'Tomorrow',
      from: new Date('2026-11-22T00:00:00'),
      date: 'Sunday 22 November',
      allDay: [],
      timed: [],
      nowBefore: null,
    },
  ]);
});

test('goes by start, leaves out what is over, and shows where the present is', () => {
  const meetings = [
    meeting('later', at('21T16:00'), at('21T17:00')),
    meeting('over', at('21T10:00'), at('21T14:20')),
    meeting('running', at('21T14:00'), at('21T15:00')),
    meeting('tomorrow', at('22T09:00'), at('22T10:00')),
    meeting('soon', at('21T14:21'), at('21T15:00')),
  ];

  expect(told(meetings)).toEqual([
    { title: 'Today', allDay: [], timed: ['running', 'soon', 'later'], nowBefore: 1 },
    { title: 'Tomorrow', allDay: [], timed: ['tomorrow'], nowBefore: null },
  ]);
});

test('the present is drawn only between two of today’s', () => {
  const soon = meeting('soon', at('21T15:00'), at('21T16:00'));
  const running = meeting('running', at('21T14:00'), at('21T16:00'));
  const nowBefore = (...meetings: readonly MeetingView[]) => told(meetings)[0]?.nowBefore;

  expect([nowBefore(soon), nowBefore(running), nowBefore(running, soon)]).toEqual([null, null, 1]);
  expect(nowBefore(allDay('today', '21', '22'), soon)).toBe(0);
});

test('one is running from its start to its end, unless it lasts all day or the person is not in it', () => {
  const span = [at('21T14:20'), at('21T15:00')] as const;
  const of = (changes: Partial<MeetingView>, when = now): boolean => isRunning(meeting('one', ...span, changes), when);
  expect({
    runs: [of({}), of({ showAs: 'free' }), of({}, new Date('2026-11-21T14:59:59'))],
    runsNot: [
      of({ isCancelled: true }),
      of({ isDeclined: true }),
      of({}, new Date(now.getTime() - 1)),
      of({}, new Date('2026-11-21T15:00:00')),
      isRunning(allDay('today', '21', '22'), now),
    ],
  }).toEqual({ runs: [true, true, true], runsNot: [false, false, false, false, false] });
});

test('joining is near from a quarter of an hour before the start', () => {
  const start = new Date('2026-11-21T14:35:00');
  expect([isSoon(start, now), isSoon(start, new Date(now.getTime() + 1_000))]).toEqual([false, true]);
});

test('one that goes over midnight is on both days, one that ends at midnight only on its own', () => {
  const meetings = [
    meeting('over midnight', at('21T23:00'), at('22T01:00')),
    meeting('until midnight', at('21T22:00'), at('22T00:00')),
  ];

  expect(told(meetings).map(({ timed }) => timed)).toEqual([['until midnight', 'over midnight'], ['over midnight']]);
});

test('all-day events are dates of the person’s calendar in every zone', () => {
  const meetings = [
    allDay('today', '21', '22'),
    allDay('tomorrow', '22', '23'),
    allDay('the whole week', '16', '23'),
    allDay('yesterday', '20', '21'),
  ];

  // Shortly after midnight and shortly before it, UTC has another date than half of the world.
  for (const hour of ['00:05', '23:55']) {
    expect(told(meetings, new Date(`2026-11-21T${hour}:00`)).map((day) => day.allDay)).toEqual([
      ['the whole week', 'today'],
      ['the whole week', 'tomorrow'],
    ]);
  }
});

test.each([
  [-16, false],
  [-15, false],
  [-14, true],
  [0, true],
  [59, true],
  [60, false],
  [24 * 60, false],
])('news of a meeting offers to join it %i minutes after its start: %s', (minutes, isOffered) => {
  expect(isJoinTime(now, new Date(now.getTime() + minutes * 60_000))).toBe(isOffered);
});
