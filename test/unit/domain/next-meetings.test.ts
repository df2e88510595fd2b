import { afterEach, describe, expect, test } from 'vitest';
import { type CalendarEvent, longestAlertId } from '../../../main/domain/alert.ts';
import { meetingsAhead, meetingsTurnAt, nextMeeting } from '../../../main/domain/next-meetings.ts';
import { leadText } from '../../../main/domain/reminder-text.ts';
import { ada, meeting } from './samples.ts';

const berlin = 'Europe/Berlin';
process.env.TZ = berlin;
afterEach(() => {
  process.env.TZ = berlin;
});

const at = (text: string): Date => new Date(text);
/** Monday, nine in the morning in Berlin. */
const now = at('2026-11-23T08:00:00Z');
const from = (id: string, start: string, end: string, changes: Partial<CalendarEvent> = {}): CalendarEvent =>
  meeting(id, { start: at(start), end: at(end), ...changes });
const day = (id: string, first: string, after: string): CalendarEvent =>
  from(id, `${first}T00:00:00Z`, `${after}T00:00:00Z`, { isAllDay: true });
const calendar = (events: readonly CalendarEvent[], account = ada, coming = new Map<string, Date>()) => ({
  account,
  events: new Map(events.map((event) => [event.id, event])),
  coming,
});
const ids = (events: readonly CalendarEvent[], when = now): readonly string[] =>
  meetingsAhead([calendar(events)], when).map(({ event }) => event.id);

describe('the list of what comes next', () => {
  test.each<readonly [string, CalendarEvent, boolean]>([
    ['this morning', from('e', '2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z'), true],
    ['running', from('e', '2026-11-23T07:00:00Z', '2026-11-23T08:01:00Z'), true],
    ['just over', from('e', '2026-11-23T07:00:00Z', '2026-11-23T08:00:00Z'), false],
    ['in the last minute of tomorrow', from('e', '2026-11-24T22:59:00Z', '2026-11-25T01:00:00Z'), true],
    ['at the first of the day after', from('e', '2026-11-24T23:00:00Z', '2026-11-25T01:00:00Z'), false],
    ['cancelled', from('e', '2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z', { isCancelled: true }), true],
    ['a day, today', day('e', '2026-11-23', '2026-11-24'), true],
    ['a day, tomorrow', day('e', '2026-11-24', '2026-11-25'), true],
    ['a day, after tomorrow', day('e', '2026-11-25', '2026-11-26'), false],
    ['a day, yesterday', day('e', '2026-11-22', '2026-11-23'), false],
    ['some days, which are not over', day('e', '2026-11-19', '2026-11-24'), true],
  ])('%s', (_what, event, isListed) => {
    expect(ids([event])).toEqual(isListed ? ['e'] : []);
  });

  test('over all accounts, earliest first, days where they begin', () => {
    const calendars = [
      calendar([
        from('noon', '2026-11-23T11:00:00Z', '2026-11-23T12:00:00Z'),
        day('tomorrow', '2026-11-24', '2026-11-25'),
      ]),
      calendar([from('ten', '2026-11-23T09:00:00Z', '2026-11-23T12:00:00Z')], 'sam'),
    ];
    expect(meetingsAhead(calendars, now).map(({ account, event }) => [account, event.id])).toEqual([
      ['sam', 'ten'],
      [ada, 'noon'],
      [ada, 'tomorrow'],
    ]);
  });

  test('says when each reminder comes, and names event and account in ids of bounded length', () => {
    const long = 'x'.repeat(2_000);
    const coming = new Map([[long, at('2026-11-23T08:45:00Z')]]);
    const list = meetingsAhead(
      [
        calendar([from(long, '2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z')], ada, coming),
        calendar([from(long, '2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z')], 'sam'),
      ],
      now,
    );
    expect(list.map(({ remindsAt }) => remindsAt)).toEqual([at('2026-11-23T08:45:00Z'), null]);
    expect(new Set(list.map(({ id }) => id)).size).toBe(2);
    expect(list.every(({ id }) => id.length <= longestAlertId)).toBe(true);
  });

  test('today and tomorrow are those of the person’s zone', () => {
    const event = from('e', '2026-11-25T09:00:00Z', '2026-11-25T10:00:00Z');
    const night = at('2026-11-23T23:30:00Z');
    const inBerlin = ids([event], night);
    process.env.TZ = 'America/New_York';
    expect([inBerlin, ids([event], night)]).toEqual([['e'], []]);
  });

  test('an all-day event is a date: it is over at the midnight of where one is', () => {
    const event = day('e', '2026-11-23', '2026-11-24');
    process.env.TZ = 'Pacific/Auckland';
    expect([ids([event], at('2026-11-23T10:59:00Z')), ids([event], at('2026-11-23T11:00:00Z'))]).toEqual([['e'], []]);
  });
});

describe('the meeting that the tray speaks of', () => {
  const list = (events: readonly CalendarEvent[]) => meetingsAhead([calendar(events)], now);
  const ten = from('ten', '2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z');
  test.each<readonly [string, readonly CalendarEvent[], string | null]>([
    ['none', [], null],
    ['the next', [from('noon', '2026-11-23T11:00:00Z', '2026-11-23T12:00:00Z'), ten], 'ten'],
    ['not one that runs', [from('runs', '2026-11-23T07:00:00Z', '2026-11-23T09:30:00Z'), ten], 'ten'],
    ['not a day', [day('day', '2026-11-24', '2026-11-25')], null],
    ['not a cancelled one', [{ ...ten, isCancelled: true }], null],
    ['not a declined one', [{ ...ten, response: 'declined' }], null],
  ])('%s', (_what, events, id) => {
    expect(nextMeeting(list(events), now)?.event.id ?? null).toBe(id);
  });

  test('changes when a meeting begins or ends, and at midnight', () => {
    const events = [ten];
    const turn = (when: string) => meetingsTurnAt(meetingsAhead([calendar(events)], at(when)), at(when)).toISOString();
    expect([turn('2026-11-23T08:00:00Z'), turn('2026-11-23T09:00:00Z'), turn('2026-11-23T10:00:00Z')]).toEqual([
      '2026-11-23T09:00:00.000Z',
      '2026-11-23T10:00:00.000Z',
      '2026-11-23T23:00:00.000Z',
    ]);
  });
});

describe('how far away a meeting is', () => {
  test.each([
    ['2026-11-23T08:10:00Z', 'in 10 min'],
    ['2026-11-23T08:09:40Z', 'in 10 min'],
    ['2026-11-23T08:00:40Z', 'in 1 min'],
    ['2026-11-23T08:00:20Z', 'now'],
    ['2026-11-23T07:59:40Z', 'now'],
    ['2026-11-23T07:56:00Z', 'started 4 min ago'],
    ['2026-11-23T06:45:00Z', 'started 1 h 15 min ago'],
    ['2026-11-23T09:00:00Z', 'in 1 h'],
    ['2026-11-23T09:30:00Z', 'in 1 h 30 min'],
    ['2026-11-23T22:00:00Z', 'in 14 h'],
    ['2026-11-24T08:00:00Z', 'tomorrow'],
    ['2026-11-25T08:00:00Z', 'in 2 days'],
    ['2026-11-21T08:00:00Z', 'started 2 days ago'],
  ])('%s: %s', (start, text) => {
    expect(leadText(at(start), false, now)).toBe(text);
  });

  test('shortly before midnight a meeting after it is told in minutes', () => {
    expect(leadText(at('2026-11-23T23:05:00Z'), false, at('2026-11-23T22:50:00Z'))).toBe('in 15 min');
  });

  test.each([
    ['2026-11-22T23:00:00Z', 'today'],
    ['2026-11-23T23:00:00Z', 'tomorrow'],
    ['2026-11-25T23:00:00Z', 'in 3 days'],
    ['2026-11-21T23:00:00Z', 'started 1 day ago'],
  ])('a day that begins at %s: %s', (start, text) => {
    expect(leadText(at(start), true, now)).toBe(text);
  });

  test.each([
    ['2027-03-28T06:00:00Z', '2027-03-27T23:30:00Z', 'in 6 h 30 min'],
    ['2026-10-25T03:00:00Z', '2026-10-24T22:30:00Z', 'in 4 h 30 min'],
  ])('over a change of summer time, true time counts: %s', (start, when, text) => {
    expect(leadText(at(start), false, at(when))).toBe(text);
  });
});
