import { describe, expect, test } from 'vitest';
import { type CalendarChange, type CalendarEvent, longestAlertId } from '../../../main/domain/alert.ts';
import {
  type CalendarRound,
  calendarWindow,
  eventsToLookUp,
  judgeCalendar,
} from '../../../main/domain/calendar-judgement.ts';
import { toastText } from '../../../main/domain/wording.ts';
import { ada, meeting } from './samples.ts';

// The person's zone: one hour ahead of UTC in winter, two in summer.
process.env.TZ = 'Europe/Berlin';

const now = new Date('2026-11-21T09:00:00Z');
const window = calendarWindow(now);
const at = (text: string): Date => new Date(text);
const listed = (event: CalendarEvent): CalendarChange => ({ kind: 'event', event });
const removed = (id: string): CalendarChange => ({ kind: 'removed', id });
const roundOf = (changes: readonly CalendarChange[], more: Partial<CalendarRound> = {}): CalendarRound => ({
  changes,
  full: false,
  first: false,
  window,
  newSince: at('2026-11-21T08:50:00Z'),
  now,
  ...more,
});
const map = (events: readonly CalendarEvent[]) => new Map(events.map((event) => [event.id, event]));

/** A whole round: what has to be looked up is answered by `server`. */
function play(
  changes: readonly CalendarChange[],
  options: { known?: readonly CalendarEvent[]; server?: readonly CalendarEvent[]; round?: Partial<CalendarRound> } = {},
) {
  const known = map(options.known ?? []);
  const server = map(options.server ?? []);
  const round = roundOf(changes, options.round);
  const lookUps = eventsToLookUp(round, known);
  const verdict = judgeCalendar(ada, round, known, new Map(lookUps.map((id) => [id, server.get(id) ?? null])));
  const remembered = new Map(known);
  for (const event of verdict.events) remembered.set(event.id, event);
  for (const id of verdict.forgetEvents) remembered.delete(id);
  return {
    ...verdict,
    told: verdict.alerts.map(({ alert }) => `${alert.kind} ${alert.itemId}: ${alert.detail}`),
    lookUps,
    remembered: [...remembered.keys()],
    next: [...remembered.values()],
  };
}
const later = { lastModifiedAt: at('2026-11-21T08:59:30Z') };
const moved = { start: at('2026-11-24T13:00:00Z'), end: at('2026-11-24T14:00:00Z'), ...later };

test('tells of a new meeting, with all that the list shows', () => {
  expect(play([listed(meeting('e1'))]).alerts).toEqual([
    {
      announcement: 'waiting',
      alert: {
        id: `meetingNew:${ada}:e1:2026-11-21T08:59:00.000Z`,
        account: ada,
        kind: 'meetingNew',
        itemId: 'e1',
        who: 'Grace Hopper',
        subject: 'Compiler review',
        detail: 'Mon 23 Nov, 11:00–12:00 · Room 12',
        at: at('2026-11-21T08:59:00Z'),
        startsAt: at('2026-11-23T10:00:00Z'),
        webLink: 'https://outlook.office365.com/calendar/item/1',
        joinUrl: 'https://teams.microsoft.com/l/meetup-join/1',
        settled: false,
        event: { organizerAddress: 'grace@contoso.example', isAllDay: false, isFree: false, isDeclined: false },
      },
    },
  ]);
});

test.each<[string, Partial<CalendarEvent>, object]>([
  ['an organiser in capitals', { organizer: { name: '', address: 'Grace@Contoso.Example' } }, {}],
  ['no organiser', { organizer: null }, { organizerAddress: null }],
  ['a free all-day event', { isAllDay: true, showAs: 'free' }, { isAllDay: true, isFree: true }],
  ['a declined one', { response: 'declined' }, { isDeclined: true }],
])('keeps with its alert what the rules ask of a meeting: %s', (_what, changes, facts) => {
  const usual = { organizerAddress: 'grace@contoso.example', isAllDay: false, isFree: false, isDeclined: false };
  expect(play([listed(meeting('e1', changes))]).alerts.map(({ alert }) => alert.event)).toEqual([
    { ...usual, ...facts },
  ]);
});

test('judges a cancelled meeting by what it was: Exchange shows as free what it cancels', () => {
  const cancelled = meeting('e1', { isCancelled: true, showAs: 'free', response: 'none', ...later });
  const known = [meeting('e1', { showAs: 'busy', response: 'declined' })];
  expect(play([listed(cancelled)], { known }).alerts.map(({ alert }) => alert.event)).toMatchObject([
    { isFree: false, isDeclined: true },
  ]);
});

test('tells of a cancelled meeting by its own name, without a way to join', () => {
  const cancelled = meeting('e1', { subject: 'Canceled: Compiler review', isCancelled: true, ...later });
  expect(play([listed(cancelled)], { known: [meeting('e1')] }).alerts.map(({ alert }) => alert)).toEqual([
    expect.objectContaining({
      id: `meetingCancelled:${ada}:e1:2026-11-23T10:00:00.000Z`,
      subject: 'Compiler review',
      detail: 'Was Mon 23 Nov, 11:00–12:00',
      at: now,
      joinUrl: null,
    }),
  ]);
});

test('what was told of a meeting is overtaken when it moves or goes, but not when another of its series does', () => {
  const known = ['moved', 'cancelled', 'gone', 'renamed'].map((id) => meeting(id));
  const series = { seriesMasterId: 'weekly', type: 'occurrence' } as const;
  const { overtaken } = play(
    [
      listed(meeting('moved', moved)),
      listed(meeting('cancelled', { isCancelled: true, ...later })),
      { kind: 'removed', id: 'gone' },
      listed(meeting('renamed', { subject: 'Another name', ...later })),
      listed(meeting('of-a-series', { ...series, ...moved })),
      listed(meeting('new')),
    ],
    { known: [...known, meeting('of-a-series', series)] },
  );
  expect(overtaken.toSorted()).toEqual(['cancelled', 'gone', 'moved']);
});

const e1 = meeting('e1');
test.each<readonly [string, CalendarChange[], Parameters<typeof play>[1], string[]]>([
  [
    'a meeting without a place',
    [listed(meeting('e1', { location: '' }))],
    {},
    ['meetingNew e1: Mon 23 Nov, 11:00–12:00'],
  ],
  [
    'a meeting that moves',
    [listed(meeting('e1', moved))],
    { known: [e1] },
    ['meetingMoved e1: Moved from Mon 23 Nov, 11:00 to Tue 24 Nov, 14:00–15:00'],
  ],
  [
    'a meeting that moves, and to another room',
    [listed(meeting('e1', { ...moved, location: 'Room 7' }))],
    { known: [e1] },
    ['meetingMoved e1: Moved from Mon 23 Nov, 11:00 to Tue 24 Nov, 14:00–15:00 · now in Room 7'],
  ],
  [
    'a meeting that takes longer',
    [listed(meeting('e1', { end: at('2026-11-23T12:00:00Z'), ...later }))],
    { known: [e1] },
    ['meetingMoved e1: Now until Mon 23 Nov, 13:00'],
  ],
  [
    'a meeting that becomes an all-day one',
    [
      listed(
        meeting('e1', { isAllDay: true, start: at('2026-11-23T00:00:00Z'), end: at('2026-11-24T00:00:00Z'), ...later }),
      ),
    ],
    { known: [e1] },
    ['meetingMoved e1: Moved from Mon 23 Nov, 11:00 to Mon 23 Nov, all day'],
  ],
  [
    'a meeting with another place and name',
    [listed(meeting('e1', { location: 'Room 7', subject: 'Linker review', ...later }))],
    { known: [e1] },
    ['meetingChanged e1: Now in Room 7 · Was called “Compiler review”'],
  ],
  [
    'a meeting that loses its place',
    [listed(meeting('e1', { location: '', ...later }))],
    { known: [e1] },
    ['meetingChanged e1: No longer in Room 12'],
  ],
  [
    'a meeting that was deleted',
    [removed('e1')],
    { known: [e1] },
    ['meetingCancelled e1: No longer in your calendar · was Mon 23 Nov, 11:00–12:00'],
  ],
  [
    'a meeting that moved out of the window',
    [removed('e1')],
    { known: [e1], server: [meeting('e1', { start: at('2027-06-01T08:00:00Z'), end: at('2027-06-01T09:00:00Z') })] },
    ['meetingMoved e1: Moved from Mon 23 Nov, 11:00 to Tue 1 Jun, 10:00–11:00'],
  ],
  [
    'a meeting that a round over the whole window lacks, and that was deleted',
    [],
    { known: [e1], round: { full: true } },
    ['meetingCancelled e1: No longer in your calendar · was Mon 23 Nov, 11:00–12:00'],
  ],
  [
    'an all-day meeting, by its date alone',
    [listed(meeting('e1', { isAllDay: true, start: at('2026-11-23T00:00:00Z'), end: at('2026-11-25T00:00:00Z') }))],
    {},
    ['meetingNew e1: Mon 23 Nov – Tue 24 Nov · Room 12'],
  ],
  [
    'a meeting that has begun and is not over',
    [listed(meeting('e1', { start: at('2026-11-21T08:30:00Z'), end: at('2026-11-21T09:30:00Z') }))],
    {},
    ['meetingNew e1: Sat 21 Nov, 09:30–10:30 · Room 12'],
  ],
])('tells of %s', (_promise, changes, options, told) => {
  expect(play(changes, options).told).toEqual(told);
});

test.each<readonly [string, CalendarChange[], Parameters<typeof play>[1], string[]]>([
  ['the very first round, and remembers it', [listed(e1)], { round: { first: true, full: true } }, ['e1']],
  ['what I organise', [listed(meeting('e1', { isOrganizer: true }))], {}, ['e1']],
  [
    'my own move of my own meeting',
    [listed(meeting('e1', { isOrganizer: true, ...moved }))],
    { known: [meeting('e1', { isOrganizer: true })] },
    ['e1'],
  ],
  ['my own deletion of my own meeting', [removed('e1')], { known: [meeting('e1', { isOrganizer: true })] }, []],
  [
    'responses, mine and other people’s',
    [listed(meeting('e1', { response: 'accepted', ...later }))],
    { known: [e1] },
    ['e1'],
  ],
  [
    'a reminder or a shown-as that changes',
    [listed(meeting('e1', { isReminderOn: false, reminderMinutesBeforeStart: 5, showAs: 'tentative', ...later }))],
    { known: [e1] },
    ['e1'],
  ],
  ['the same once more', [listed(e1)], { known: [e1] }, ['e1']],
  [
    'a new meeting that is over already',
    [listed(meeting('e1', { start: at('2026-11-21T08:00:00Z'), end: now }))],
    {},
    ['e1'],
  ],
  [
    'the deletion of a meeting that is over',
    [removed('e1')],
    { known: [meeting('e1', { start: at('2026-11-21T08:00:00Z'), end: at('2026-11-21T08:30:00Z') })] },
    [],
  ],
  ['a meeting that comes cancelled', [listed(meeting('e1', { isCancelled: true }))], {}, ['e1']],
  [
    'a change of what is cancelled',
    [listed(meeting('e1', { isCancelled: true, location: 'Room 7', ...moved }))],
    { known: [meeting('e1', { isCancelled: true })] },
    ['e1'],
  ],
  [
    'the removal of a cancelled meeting from the calendar',
    [removed('e1')],
    { known: [meeting('e1', { isCancelled: true })] },
    [],
  ],
  ['a removal of something unknown', [removed('e9')], { known: [e1] }, ['e1']],
  [
    'an old meeting that the window has moved over',
    [listed(e1), listed(meeting('e2', { lastModifiedAt: at('2026-10-01T08:00:00Z') }))],
    { known: [e1], round: { full: true } },
    ['e1', 'e2'],
  ],
  [
    'a meeting of unknown age that the window has moved over',
    [listed(meeting('e2', { lastModifiedAt: null }))],
    { round: { full: true } },
    ['e2'],
  ],
  [
    'a meeting that left the window by growing old, and forgets it',
    [],
    {
      known: [meeting('e1', { start: at('2026-11-19T10:00:00Z'), end: at('2026-11-19T11:00:00Z') })],
      round: { full: true },
    },
    [],
  ],
  [
    'a meeting that the list lacks though it is where it was',
    [],
    { known: [e1], server: [e1], round: { full: true } },
    ['e1'],
  ],
  [
    'a series master, which only carries what its occurrences share',
    [listed(meeting('s1', { type: 'seriesMaster' }))],
    {},
    [],
  ],
])('says nothing of %s', (_promise, changes, options, remembered) => {
  const played = play(changes, options);
  expect({ told: played.told, remembered: played.remembered }).toEqual({ told: [], remembered });
});

test('forgets what was deleted or has left the window, and tells of it only once', () => {
  const far = meeting('e2', { start: at('2027-06-01T08:00:00Z'), end: at('2027-06-01T09:00:00Z') });
  const first = play([removed('e1'), removed('e2')], { known: [e1, meeting('e2')], server: [far] });
  const second = play([removed('e1'), removed('e2')], { known: first.next, server: [far] });
  expect({ first: first.remembered, told: first.told.length, second: second.told, asked: second.lookUps }).toEqual({
    first: [],
    told: 2,
    second: [],
    asked: [],
  });
});

test('tells there and back as two happenings, each under its own id', () => {
  const there = play([listed(meeting('e1', moved))], { known: [e1] });
  const back = play([listed(meeting('e1', { lastModifiedAt: at('2026-11-21T08:59:50Z') }))], { known: there.next });
  expect([...there.alerts, ...back.alerts].map(({ alert }) => alert.id)).toEqual([
    `meetingMoved:${ada}:e1:2026-11-21T08:59:30.000Z`,
    `meetingMoved:${ada}:e1:2026-11-21T08:59:50.000Z`,
  ]);
});

test('says nothing when a meeting moved there and back between two looks', () => {
  expect(play([listed(meeting('e1', { lastModifiedAt: now }))], { known: [e1] }).told).toEqual([]);
});

test('a meeting that was deleted is not called cancelled, since nobody can tell who took it out', () => {
  const gone = play([removed('e1')], { known: [e1] });
  const cancelled = play([listed(meeting('e1', { isCancelled: true, ...later }))], { known: [e1] });
  expect([gone, cancelled].map(({ alerts }) => alerts.map(({ alert }) => toastText(alert, 'full', now)))).toEqual([
    [{ title: 'Meeting gone: Compiler review', body: 'No longer in your calendar · was Mon 23 Nov, 11:00–12:00' }],
    [{ title: 'Meeting cancelled: Compiler review', body: 'Was Mon 23 Nov, 11:00–12:00' }],
  ]);
});

test('tells once of a meeting that is cancelled and then removed', () => {
  const cancelled = meeting('e1', { isCancelled: true, ...later });
  const first = play([listed(cancelled)], { known: [e1] });
  const second = play([removed('e1')], { known: first.next });
  const both = play([listed(cancelled), removed('e1')], { known: [e1] });
  expect([first.told.length, second.told.length, both.told.length]).toEqual([1, 0, 1]);
});

test('gives the same happening the same id when a round is played again after a crash', () => {
  const changes = [listed(meeting('e1', moved)), listed(meeting('e2')), removed('e3')];
  const known = [e1, meeting('e3')];
  const ids = (played: ReturnType<typeof play>) => played.alerts.map(({ alert }) => alert.id);
  const again = play(changes, { known, round: { now: new Date(now.getTime() + 600_000) } });
  expect(ids(again)).toEqual(ids(play(changes, { known })));
});

test('tells once of what a page lists twice', () => {
  expect(play([listed(meeting('e1')), listed(meeting('e1'))]).told).toHaveLength(1);
  expect(play([listed(meeting('e1', moved)), listed(meeting('e1', moved))], { known: [e1] }).told).toHaveLength(1);
});

test('looks up only what is known and missing', () => {
  const known = map([e1, meeting('e2'), meeting('e3')]);
  expect(eventsToLookUp(roundOf([removed('e1'), removed('e9'), listed(meeting('e2'))]), known)).toEqual(['e1']);
  expect(eventsToLookUp(roundOf([removed('e1'), listed(e1)]), known)).toEqual([]);
  expect(eventsToLookUp(roundOf([listed(e1), removed('e1')]), known)).toEqual(['e1']);
  expect(eventsToLookUp(roundOf([listed(e1)], { full: true }), known)).toEqual(['e2', 'e3']);
});

describe('a series', () => {
  const weekly = (changes: Partial<CalendarEvent> = {}, weeks = [0, 1, 2, 3]): CalendarEvent[] =>
    weeks.map((week) =>
      meeting(`s1-${week}`, {
        seriesMasterId: 's1',
        type: 'occurrence',
        start: new Date(at('2026-11-23T10:00:00Z').getTime() + week * 7 * 86_400_000),
        end: new Date(at('2026-11-23T11:00:00Z').getTime() + week * 7 * 86_400_000),
        ...changes,
      }),
    );

  test('that is new is told once, by its first occurrence', () => {
    const master = meeting('s1', { type: 'seriesMaster' });
    const played = play([...weekly({}, [2, 0, 3, 1]), master].map(listed));
    expect({ told: played.told, remembered: played.remembered.length }).toEqual({
      told: ['meetingNew s1-0: Mon 23 Nov, 11:00–12:00 · Room 12 · and 3 more of this series'],
      remembered: 4,
    });
  });
  test('that changes as a whole is told once', () => {
    expect(play(weekly({ location: 'Room 7', ...later }).map(listed), { known: weekly() }).told).toEqual([
      'meetingChanged s1-0: Now in Room 7 · and 3 more of this series',
    ]);
  });
  test('that is deleted as a whole is told once', () => {
    expect(
      play(
        weekly().map(({ id }) => removed(id)),
        { known: weekly() },
      ).told,
    ).toEqual([
      'meetingCancelled s1-0: No longer in your calendar · was Mon 23 Nov, 11:00–12:00 · and 3 more of this series',
    ]);
  });
  test('of which one occurrence moves is told like a single meeting', () => {
    const [, second] = weekly();
    const exception = { ...meeting('s1-1', { ...second, type: 'exception', ...later }), location: 'Room 7' };
    expect(play([listed(exception)], { known: weekly() }).told).toEqual(['meetingChanged s1-1: Now in Room 7']);
  });
  test('that was told yesterday evening is no news when the window moves on over its next occurrence', () => {
    const fresh = weekly({ lastModifiedAt: at('2026-11-21T08:58:00Z') }, [0, 1, 2, 3, 4]);
    expect(play(fresh.map(listed), { known: fresh.slice(0, 4), round: { full: true } }).told).toEqual([]);
  });
});

test('watches from yesterday to sixty days ahead, by the day in UTC', () => {
  expect(calendarWindow(at('2026-11-21T23:59:59.999Z'))).toEqual({
    from: at('2026-11-20T00:00:00Z'),
    to: at('2027-01-20T00:00:00Z'),
    day: '2026-11-21',
  });
  expect(calendarWindow(at('2026-11-22T00:00:00Z')).day).toBe('2026-11-22');
});

test('keeps the id of an alert short, and distinct, however long Graph’s ids are', () => {
  const long = 'A'.repeat(600);
  const ids = play([listed(meeting(`${long}1`)), listed(meeting(`${long}2`))]).alerts.map(({ alert }) => alert.id);
  expect({ distinct: new Set(ids).size, longest: Math.max(...ids.map((id) => id.length)) }).toEqual({
    distinct: 2,
    longest: longestAlertId,
  });
});
