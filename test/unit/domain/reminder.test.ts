import { afterEach, describe, expect, test } from 'vitest';
import type { CalendarEvent } from '../../../main/domain/alert.ts';
import {
  planReminders,
  type ReminderNote,
  reminderAlert,
  reminderId,
  remindsAt,
  trueTimes,
} from '../../../main/domain/reminder.ts';
import { defaultSettings, type ReminderRules } from '../../../main/domain/settings.ts';
import { ada, meeting } from './samples.ts';

const berlin = 'Europe/Berlin';
process.env.TZ = berlin;
afterEach(() => {
  process.env.TZ = berlin;
});

const rules = defaultSettings.reminders;
const at = (text: string): Date => new Date(text);
/** Begins on 23 November at 10:00 UTC, ends at 11:00, reminds 15 minutes before. */
const review = meeting('e1');
const begin = review.start;
const minutes = (count: number, from = begin): Date => new Date(from.getTime() + count * 60_000);
const allDay = (day: string, next: string, changes: Partial<CalendarEvent> = {}): CalendarEvent =>
  meeting('day', { isAllDay: true, start: at(`${day}T00:00:00Z`), end: at(`${next}T00:00:00Z`), ...changes });
const text = (date: Date | null): string | null => date?.toISOString().slice(0, 16) ?? null;

const noteOf = (event: CalendarEvent, toldAt: Date, changes: Partial<ReminderNote> = {}): ReminderNote => ({
  id: reminderId(ada, event),
  account: ada,
  toldAt,
  snoozedAt: null,
  snoozedUntil: null,
  isDismissed: false,
  isOver: false,
  ...changes,
});

/** What the plan says, in words short enough for a table. */
function planned(
  now: Date,
  events: readonly CalendarEvent[],
  notes: readonly ReminderNote[] = [],
  by: ReminderRules = rules,
) {
  const plan = planReminders(ada, new Map(events.map((event) => [event.id, event])), notes, by, now);
  return {
    due: plan.due.map(({ event }) => event.id),
    over: plan.over.map(({ id }) => id),
    takeBack: plan.takeBack.map(({ id }) => id),
    next: text(plan.nextAt),
  };
}
const idle = { due: [], over: [], takeBack: [] };

describe('a reminder comes at its time', () => {
  test.each<readonly [string, Date, Partial<CalendarEvent>, string[]]>([
    ['not a second before', new Date(minutes(-15).getTime() - 1), {}, []],
    ['at that very moment', minutes(-15), {}, ['e1']],
    ['late, after the start', minutes(4), {}, ['e1']],
    ['late, in the last second', new Date(minutes(60).getTime() - 1), {}, ['e1']],
    ['not when it has ended', minutes(60), {}, []],
    ['at the start, with no minutes', begin, { reminderMinutesBeforeStart: 0 }, ['e1']],
    ['not before the start, with no minutes', new Date(begin.getTime() - 1), { reminderMinutesBeforeStart: 0 }, []],
    ['four weeks before', minutes(-28 * 24 * 60), { reminderMinutesBeforeStart: 28 * 24 * 60 }, ['e1']],
    ['after the start, as Outlook can say', minutes(30), { reminderMinutesBeforeStart: -30 }, ['e1']],
    ['not at the start, if it is meant for later', begin, { reminderMinutesBeforeStart: -30 }, []],
    ['never, if it is meant for after the end', minutes(59), { reminderMinutesBeforeStart: -90 }, []],
    ['of a meeting without length', begin, { end: begin, reminderMinutesBeforeStart: 0 }, ['e1']],
    ['never for a number that is none', begin, { reminderMinutesBeforeStart: Number.MAX_VALUE }, []],
  ])('%s', (_what, now, changes, due) => {
    expect(planned(now, [meeting('e1', changes)]).due).toEqual(due);
  });

  test('the next moment to look at is named: the reminder, then the end', () => {
    expect([
      planned(minutes(-60), [review]).next,
      planned(minutes(-15), [review], [noteOf(review, minutes(-15))]).next,
      planned(minutes(60), [review], [noteOf(review, minutes(-15), { isOver: true })]).next,
    ]).toEqual(['2026-11-23T09:45', '2026-11-23T11:00', null]);
  });

  test('back-to-back meetings each have their own', () => {
    const next = meeting('e2', { start: review.end, end: minutes(120) });
    expect(planned(minutes(45), [review, next], [noteOf(review, minutes(-15))]).due).toEqual(['e2']);
  });

  test('many that are due come in the order in which they begin', () => {
    const earlier = meeting('e0', { start: minutes(-5) });
    expect(planned(begin, [review, earlier]).due).toEqual(['e0', 'e1']);
  });
});

describe('the rules decide', () => {
  const by = (changes: Partial<ReminderRules>): ReminderRules => ({ ...rules, ...changes });
  test.each<readonly [string, Partial<CalendarEvent>, Partial<ReminderRules>, string | null]>([
    ['each event says itself', {}, {}, '2026-11-23T09:45'],
    ['the event has none', { isReminderOn: false }, {}, null],
    ['the event has none, the person has minutes', { isReminderOn: false }, { minutesBefore: 5 }, null],
    ['the person’s minutes', {}, { minutesBefore: 5 }, '2026-11-23T09:55'],
    ['at the start, by the person', {}, { minutesBefore: 0 }, '2026-11-23T10:00'],
    ['no reminders at all', {}, { enabled: false }, null],
    ['cancelled', { isCancelled: true }, {}, null],
    ['declined', { response: 'declined' }, {}, null],
    ['not answered yet', { response: 'notResponded' }, {}, '2026-11-23T09:45'],
    ['my own', { response: 'organizer', isOrganizer: true }, {}, '2026-11-23T09:45'],
    ['free', { showAs: 'free' }, {}, '2026-11-23T09:45'],
    ['free, not wanted', { showAs: 'free' }, { free: false }, null],
    ['tentative is not free', { showAs: 'tentative' }, { free: false }, '2026-11-23T09:45'],
  ])('%s', (_what, changes, rule, when) => {
    expect(text(remindsAt(meeting('e1', changes), by(rule)))).toBe(when);
  });

  test.each<readonly [string, Partial<ReminderRules>, string | null]>([
    ['by its own minutes', {}, '2026-11-24T08:00'],
    ['not wanted', { allDay: false }, null],
    ['the person’s minutes are for meetings with a time', { minutesBefore: 5 }, '2026-11-24T08:00'],
  ])('all-day: %s', (_what, rule, when) => {
    const event = allDay('2026-11-25', '2026-11-26', { reminderMinutesBeforeStart: 15 * 60 });
    expect(text(remindsAt(event, by(rule)))).toBe(when);
  });
});

describe('zones and summer time', () => {
  // 15 hours before the person's own midnight is nine in the morning of the day before, in every zone.
  test.each([
    ['UTC', '2026-11-24T09:00'],
    ['Europe/Berlin', '2026-11-24T08:00'],
    ['Asia/Kolkata', '2026-11-24T03:30'],
    ['Pacific/Auckland', '2026-11-23T20:00'],
    ['Pacific/Kiritimati', '2026-11-23T19:00'],
    ['America/Los_Angeles', '2026-11-24T17:00'],
    ['Pacific/Pago_Pago', '2026-11-24T20:00'],
  ])('an all-day event in %s counts from the midnight there', (zone, when) => {
    process.env.TZ = zone;
    const event = allDay('2026-11-25', '2026-11-26', { reminderMinutesBeforeStart: 15 * 60 });
    expect(text(remindsAt(event, rules))).toBe(when);
  });

  test.each([
    // Where summer time begins at midnight the day begins at one; where it ends, the day is 25 hours long.
    ['Europe/Berlin', '2027-03-28', '2027-03-29', '2027-03-27T23:00', '2027-03-28T22:00'],
    ['Europe/Berlin', '2026-10-25', '2026-10-26', '2026-10-24T22:00', '2026-10-25T23:00'],
    ['Africa/Cairo', '2026-04-24', '2026-04-25', '2026-04-23T22:00', '2026-04-24T21:00'],
    ['Asia/Beirut', '2026-03-29', '2026-03-30', '2026-03-28T22:00', '2026-03-29T21:00'],
    ['America/Havana', '2026-11-01', '2026-11-02', '2026-11-01T04:00', '2026-11-02T05:00'],
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-05', '2026-10-03T13:30', '2026-10-04T13:00'],
  ])('the day in %s of %s is whole', (zone, day, next, startsAt, endsAt) => {
    process.env.TZ = zone;
    const times = trueTimes(allDay(day, next));
    expect([text(times.startsAt), text(times.endsAt)]).toEqual([startsAt, endsAt]);
  });

  test.each([
    ['into summer time', '2027-03-28T06:00:00Z', '2027-03-27T06:00'],
    ['out of summer time', '2026-10-25T07:00:00Z', '2026-10-24T07:00'],
    ['of a meeting in the hour that comes twice', '2026-10-25T01:10:00Z', '2026-10-24T01:10'],
  ])('a day before is 24 hours before, %s', (_what, start, when) => {
    const event = meeting('e1', { start: at(start), reminderMinutesBeforeStart: 24 * 60 });
    expect(text(remindsAt(event, rules))).toBe(when);
  });

  test('a person who travels is reminded of a day by the midnight of where they are', () => {
    const event = allDay('2026-11-25', '2026-11-26', { reminderMinutesBeforeStart: 60 });
    const now = at('2026-11-24T22:30:00Z');
    const before = planned(now, [event]).due;
    process.env.TZ = 'America/New_York';
    expect([before, planned(now, [event]).due, planned(now, [event]).next]).toEqual([['day'], [], '2026-11-25T04:00']);
  });

  test('an all-day event is told until its last midnight, not until the one in Greenwich', () => {
    process.env.TZ = 'America/Los_Angeles';
    const event = allDay('2026-11-25', '2026-11-26');
    expect([
      planned(at('2026-11-26T07:59:00Z'), [event]).due,
      planned(at('2026-11-26T08:00:00Z'), [event]).due,
    ]).toEqual([['day'], []]);
  });
});

describe('once for each meeting', () => {
  const told = noteOf(review, minutes(-15));
  test.each<readonly [string, Date, readonly CalendarEvent[], readonly ReminderNote[], object]>([
    ['a told one is not told again', minutes(5), [review], [told], { ...idle, next: '2026-11-23T11:00' }],
    [
      'other minutes for a told one change nothing',
      minutes(-2),
      [meeting('e1', { reminderMinutesBeforeStart: 1 })],
      [told],
      { ...idle, next: '2026-11-23T11:00' },
    ],
    [
      'a change of place is no reason',
      minutes(-2),
      [meeting('e1', { location: 'Room 1' })],
      [told],
      { ...idle, next: '2026-11-23T11:00' },
    ],
    [
      'one that has ended is taken from the screen',
      minutes(60),
      [review],
      [told],
      { ...idle, over: [told.id], next: null },
    ],
    ['and only once', minutes(61), [review], [{ ...told, isOver: true }], { ...idle, next: null }],
    [
      'a dismissed one is never told',
      minutes(5),
      [review],
      [{ ...told, isDismissed: true }],
      { ...idle, next: '2026-11-23T11:00' },
    ],
    ['a deleted one is taken back', minutes(-2), [], [told], { ...idle, takeBack: [told.id], next: null }],
    [
      'a cancelled one is taken back',
      minutes(-2),
      [meeting('e1', { isCancelled: true })],
      [told],
      { ...idle, takeBack: [told.id], next: null },
    ],
    [
      'a declined one is taken back',
      minutes(-2),
      [meeting('e1', { response: 'declined' })],
      [told],
      { ...idle, takeBack: [told.id], next: null },
    ],
    [
      'a moved one is taken back, and waits for its new time',
      minutes(-2),
      [meeting('e1', { start: minutes(60), end: minutes(120) })],
      [told],
      { ...idle, takeBack: [told.id], next: '2026-11-23T10:45' },
    ],
    [
      'one that moved to a time that is near is told anew',
      minutes(-2),
      [meeting('e1', { start: minutes(5) })],
      [told],
      { due: ['e1'], over: [], takeBack: [told.id], next: null },
    ],
    [
      'a dismissed one that moved is told anew',
      minutes(-2),
      [meeting('e1', { start: minutes(5) })],
      [{ ...told, isDismissed: true }],
      { due: ['e1'], over: [], takeBack: [told.id], next: null },
    ],
  ])('%s', (_what, now, events, notes, plan) => {
    expect(planned(now, events, notes)).toEqual(plan);
  });

  test('rules that want no reminders leave what was told where it is', () => {
    expect(planned(minutes(-2), [review], [told], { ...rules, enabled: false })).toEqual({
      ...idle,
      next: '2026-11-23T11:00',
    });
  });
});

describe('a series', () => {
  const day = (id: string, date: string, changes: Partial<CalendarEvent> = {}): CalendarEvent =>
    meeting(id, {
      seriesMasterId: 'series',
      type: 'occurrence',
      start: at(`${date}T08:00:00Z`),
      end: at(`${date}T08:30:00Z`),
      ...changes,
    });
  const monday = day('mon', '2026-11-23');
  const tuesday = day('tue', '2026-11-24');

  test('each day has its own reminder', () => {
    const now = at('2026-11-24T07:45:00Z');
    const toldOnMonday = noteOf(monday, at('2026-11-23T07:45:00Z'), { isOver: true });
    expect(planned(now, [monday, tuesday], [toldOnMonday]).due).toEqual(['tue']);
  });

  test('an exception is told at its own time, not at that of the series', () => {
    const later = day('tue', '2026-11-24', {
      type: 'exception',
      start: at('2026-11-24T13:00:00Z'),
      end: at('2026-11-24T13:30:00Z'),
    });
    expect([planned(at('2026-11-24T07:45:00Z'), [later]), planned(at('2026-11-24T12:45:00Z'), [later]).due]).toEqual([
      { ...idle, next: '2026-11-24T12:45' },
      ['tue'],
    ]);
  });

  test('a day that is called off is silent, the others are not', () => {
    const off = day('tue', '2026-11-24', { type: 'exception', isCancelled: true });
    const wednesday = day('wed', '2026-11-25');
    expect(planned(at('2026-11-24T07:50:00Z'), [off, wednesday])).toEqual({ ...idle, next: '2026-11-25T07:45' });
  });
});

describe('snoozed', () => {
  const snoozed = (from: Date, until: Date): ReminderNote =>
    noteOf(review, minutes(-15), { snoozedAt: from, snoozedUntil: until });

  test.each<readonly [string, Date, ReminderNote, object]>([
    ['waits', minutes(-6), snoozed(minutes(-10), minutes(-5)), { ...idle, next: '2026-11-23T09:55' }],
    ['comes back', minutes(-5), snoozed(minutes(-10), minutes(-5)), { ...idle, due: ['e1'], next: '2026-11-23T11:00' }],
    [
      'comes back at the start',
      begin,
      snoozed(minutes(-10), begin),
      { ...idle, due: ['e1'], next: '2026-11-23T11:00' },
    ],
    [
      'slept over, comes late',
      minutes(20),
      snoozed(minutes(-10), minutes(-5)),
      { ...idle, due: ['e1'], next: '2026-11-23T11:00' },
    ],
    [
      'slept over its end, comes no more',
      minutes(60),
      snoozed(minutes(-10), minutes(-5)),
      { ...idle, over: [reminderId(ada, review)], next: null },
    ],
  ])('%s', (_what, now, note, plan) => {
    expect(planned(now, [review], [note])).toEqual(plan);
  });

  test('two at once do not disturb each other', () => {
    const other = meeting('e2', { start: minutes(5) });
    const first = snoozed(minutes(-10), minutes(-5));
    const second = noteOf(other, minutes(-10), { snoozedAt: minutes(-9), snoozedUntil: minutes(1) });
    expect([
      planned(minutes(-5), [review, other], [first, second]),
      planned(minutes(1), [other], [second]).due,
    ]).toEqual([{ ...idle, due: ['e1'], next: '2026-11-23T10:01' }, ['e2']]);
  });
});

describe('the clock leaps', () => {
  const told = noteOf(review, minutes(-15));
  test.each<readonly [string, Date, readonly ReminderNote[], object]>([
    ['forwards over the reminder', minutes(10), [], { ...idle, due: ['e1'], next: null }],
    ['forwards over the whole meeting', minutes(61), [], { ...idle, next: null }],
    ['back from there', minutes(-60), [], { ...idle, next: '2026-11-23T09:45' }],
    ['back by a little: it is not told twice', minutes(-18), [told], { ...idle, next: '2026-11-23T11:00' }],
    [
      'back to long before: it was told by a wrong clock, and is told again at its time',
      minutes(-120),
      [told],
      { ...idle, takeBack: [told.id], next: '2026-11-23T09:45' },
    ],
    [
      'back to long before: what was dismissed stays dismissed',
      minutes(-120),
      [{ ...told, isDismissed: true }],
      { ...idle, next: '2026-11-23T11:00' },
    ],
    [
      'back, but its time has still come: once is enough',
      minutes(-10),
      [noteOf(review, minutes(50))],
      { ...idle, next: '2026-11-23T11:00' },
    ],
    [
      'back over a snooze of minutes: they do not become hours',
      minutes(-14),
      [noteOf(review, minutes(-15), { snoozedAt: minutes(40), snoozedUntil: minutes(45) })],
      { ...idle, due: ['e1'], next: '2026-11-23T11:00' },
    ],
    [
      'back over a snooze until the start, which stays the start',
      minutes(-14),
      [noteOf(review, minutes(-15), { snoozedAt: minutes(-8), snoozedUntil: begin })],
      { ...idle, next: '2026-11-23T10:00' },
    ],
    [
      'back from beyond the end: a dismissed one stays dismissed',
      minutes(-14),
      [noteOf(review, minutes(-15), { isDismissed: true, isOver: true })],
      { ...idle, next: null },
    ],
  ])('%s', (_what, now, notes, plan) => {
    expect(planned(now, [review], notes)).toEqual(plan);
  });
});

describe('the alert of a reminder', () => {
  test('has all that list and toast need', () => {
    expect(reminderAlert(ada, review, minutes(-15))).toEqual({
      id: `reminder:${ada}:e1:2026-11-23T10:00:00.000Z`,
      account: ada,
      kind: 'reminder',
      itemId: 'e1',
      who: 'Grace Hopper',
      subject: 'Compiler review',
      detail: '11:00–12:00 · Room 12',
      at: minutes(-15),
      startsAt: begin,
      endsAt: review.end,
      webLink: 'https://outlook.office365.com/calendar/item/1',
      joinUrl: 'https://teams.microsoft.com/l/meetup-join/1',
      settled: false,
    });
  });

  test.each<readonly [string, CalendarEvent, Date, string]>([
    ['of another day', review, minutes(-24 * 60), 'Mon 23 Nov, 11:00–12:00 · Room 12'],
    ['without a place', meeting('e1', { location: '' }), minutes(-15), '11:00–12:00'],
    [
      'over the hour that comes twice',
      meeting('e1', { start: at('2026-10-25T00:30:00Z'), end: at('2026-10-25T01:30:00Z') }),
      at('2026-10-25T00:15:00Z'),
      '02:30 CEST – 02:30 CET · Room 12',
    ],
    ['of a day', allDay('2026-11-25', '2026-11-26'), at('2026-11-24T08:00:00Z'), 'Wed 25 Nov, all day · Room 12'],
  ])('says when, %s', (_what, event, now, detail) => {
    expect(reminderAlert(ada, event, now).detail).toBe(detail);
  });

  test('of a day begins and ends at the person’s own midnights', () => {
    expect(reminderAlert(ada, allDay('2026-11-25', '2026-11-27'), begin)).toMatchObject({
      isAllDay: true,
      startsAt: at('2026-11-24T23:00:00Z'),
      endsAt: at('2026-11-26T23:00:00Z'),
    });
  });
});
