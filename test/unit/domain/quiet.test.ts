import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { pauseFor, quietAt } from '../../../main/domain/quiet.ts';
import { defaultSettings, type QuietHours, type QuietSpan, weekdays } from '../../../main/domain/settings.ts';

const home = 'Europe/Berlin';
process.env.TZ = home;
afterEach(() => {
  process.env.TZ = home;
});

const at = (text: string): Date => new Date(text);
const hours = (...spans: QuietSpan[]): QuietHours => ({ ...defaultSettings.quietHours, enabled: true, spans });
const every = (from: string, to: string): QuietSpan => ({ days: [...weekdays], from, to });
const on = (days: QuietSpan['days'], from: string, to: string): QuietSpan => ({ days, from, to });
/** `since → until`, as the clock on the wall says it; null when it is not quiet. */
function period(now: string, quiet: QuietHours): string | null {
  const { quiet: found } = quietAt(at(now), quiet, null);
  return found === null ? null : `${wall(found.since)} → ${found.until === null ? 'ever' : wall(found.until)}`;
}
const wall = (moment: Date): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'shortOffset',
    timeZone: process.env.TZ,
  })
    .format(moment)
    .replace(/,| GMT/gu, '');

const weeknights = on(['mon', 'tue', 'wed', 'thu', 'fri'], '19:00', '07:30');
const weekend = on(['sat', 'sun'], '00:00', '00:00');

describe('quiet hours', () => {
  // Sat 21 Nov 2026 is a Saturday.
  test.each<[string, string, QuietHours, string | null]>([
    ['before they begin', '2026-11-19T18:59:59+01:00', hours(weeknights), null],
    ['from their first moment', '2026-11-19T19:00:00+01:00', hours(weeknights), 'Thu 19:00+1 → Fri 07:30+1'],
    ['after midnight', '2026-11-20T07:29:59+01:00', hours(weeknights), 'Thu 19:00+1 → Fri 07:30+1'],
    ['not at their end', '2026-11-20T07:30:00+01:00', hours(weeknights), null],
    [
      'over midnight they belong to the day they began on',
      '2026-11-21T03:00:00+01:00',
      hours(weeknights),
      'Fri 19:00+1 → Sat 07:30+1',
    ],
    ['and not to the day they end on', '2026-11-16T03:00:00+01:00', hours(weeknights), null],
    ['whole days', '2026-11-22T23:59:00+01:00', hours(weekend), 'Sat 00:00+1 → Mon 00:00+1'],
    ['what touches is one', '2026-11-21T12:00:00+01:00', hours(weeknights, weekend), 'Fri 19:00+1 → Mon 00:00+1'],
    [
      'what overlaps is one',
      '2026-11-18T13:00:00+01:00',
      hours(on(['wed'], '09:00', '14:00'), on(['wed'], '13:00', '17:00')),
      'Wed 09:00+1 → Wed 17:00+1',
    ],
    [
      'what lies within changes nothing',
      '2026-11-18T11:00:00+01:00',
      hours(on(['wed'], '09:00', '17:00'), on(['wed'], '10:00', '10:30')),
      'Wed 09:00+1 → Wed 17:00+1',
    ],
    [
      'a gap of a minute keeps them apart',
      '2026-11-18T11:59:30+01:00',
      hours(on(['wed'], '09:00', '11:59'), on(['wed'], '12:00', '13:00')),
      null,
    ],
    [
      'the same time twice is a whole day',
      '2026-11-19T08:00:00+01:00',
      hours(on(['wed'], '09:00', '09:00')),
      'Wed 09:00+1 → Thu 09:00+1',
    ],
    ['every day all day has no end', '2026-11-19T08:00:00+01:00', hours(every('00:00', '00:00')), 'Thu 08:00+1 → ever'],
    [
      'six days and a half are not for ever',
      '2026-11-19T08:00:00+01:00',
      hours(on(['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], '00:00', '00:00'), on(['sun'], '00:00', '12:00')),
      'Mon 00:00+1 → Sun 12:00+1',
    ],
    ['no days', '2026-11-19T20:00:00+01:00', hours(on([], '19:00', '07:30')), null],
    ['no spans', '2026-11-19T20:00:00+01:00', hours(), null],
    ['switched off', '2026-11-19T20:00:00+01:00', { ...hours(weeknights), enabled: false }, null],
    // Summer time: forward on 29 March 2026 from 02:00 to 03:00, back on 25 October 2026 from 03:00 to 02:00.
    [
      'the night that is an hour short',
      '2026-03-29T00:30:00+01:00',
      hours(every('22:00', '07:00')),
      'Sat 22:00+1 → Sun 07:00+2',
    ],
    [
      'the night that is an hour long',
      '2026-10-25T06:30:00+01:00',
      hours(every('22:00', '07:00')),
      'Sat 22:00+2 → Sun 07:00+1',
    ],
    [
      'an end that the clock leaps over',
      '2026-03-29T01:59:00+01:00',
      hours(every('22:00', '02:30')),
      'Sat 22:00+1 → Sun 03:00+2',
    ],
    [
      'a beginning that the clock leaps over',
      '2026-03-29T03:10:00+02:00',
      hours(every('02:30', '05:00')),
      'Sun 03:00+2 → Sun 05:00+2',
    ],
    [
      'nothing is left of what lies in the hour left out',
      '2026-03-29T03:00:00+02:00',
      hours(every('02:15', '02:45')),
      null,
    ],
    [
      'an end that comes twice is the second',
      '2026-10-25T02:45:00+02:00',
      hours(every('22:00', '02:30')),
      'Sat 22:00+2 → Sun 02:30+1',
    ],
    [
      'a beginning that comes twice is the first',
      '2026-10-25T02:30:00+02:00',
      hours(every('02:30', '05:00')),
      'Sun 02:30+2 → Sun 05:00+1',
    ],
    [
      'both come twice: one quiet time, not two',
      '2026-10-25T02:05:00+01:00',
      hours(every('02:15', '02:45')),
      'Sun 02:15+2 → Sun 02:45+1',
    ],
  ])('%s: at %s', (_what, now, quiet, expected) => {
    expect(period(now, quiet)).toBe(expected);
  });

  test('a zone that leaves out a day leaves out its quiet hours', () => {
    process.env.TZ = 'Pacific/Apia'; // there was no Friday, 30 December 2011
    expect([
      period('2011-12-29T23:00:00-10:00', hours(on(['fri'], '09:00', '17:00'))),
      period('2011-12-31T00:30:00+14:00', hours(on(['thu'], '20:00', '08:00'))),
    ]).toEqual([null, null]);
  });

  test('as they come, switched on: every evening to the next morning, and the whole weekend', () => {
    const quiet = { ...defaultSettings.quietHours, enabled: true };
    expect([
      period('2026-11-17T12:00:00+01:00', quiet),
      period('2026-11-17T23:00:00+01:00', quiet),
      period('2026-11-21T12:00:00+01:00', quiet),
      period('2026-11-23T03:00:00+01:00', quiet),
    ]).toEqual([null, 'Tue 19:00+1 → Wed 07:30+1', 'Fri 19:00+1 → Mon 07:30+1', 'Fri 19:00+1 → Mon 07:30+1']);
  });

  test('say when to ask again: at their end, or when they begin', () => {
    const next = (now: string, quiet: QuietHours) => quietAt(at(now), quiet, null).changesAt?.toISOString() ?? null;
    expect([
      next('2026-11-19T20:00:00+01:00', hours(weeknights)),
      next('2026-11-20T08:00:00+01:00', hours(weeknights)),
      next('2026-11-21T08:00:00+01:00', hours(weeknights)),
      next('2026-11-19T20:00:00+01:00', hours(every('00:00', '00:00'))),
      next('2026-11-19T20:00:00+01:00', hours()),
    ]).toEqual(['2026-11-20T06:30:00.000Z', '2026-11-20T18:00:00.000Z', '2026-11-23T18:00:00.000Z', null, null]);
  });

  test.each(['', '7:30', '24:00', '12:60', 'noon', '12:00:00'])(
    'a time that is none (%j) is an error, never a silence',
    (time) => {
      expect(() => quietAt(at('2026-11-19T20:00:00Z'), hours(every(time, '07:00')), null)).toThrow(RangeError);
      expect(() => quietAt(at('2026-11-19T20:00:00Z'), hours(every('19:00', time)), null)).toThrow(RangeError);
    },
  );

  test('an instant that is none is an error, never a silence', () => {
    expect(() => quietAt(new Date(Number.NaN), hours(weeknights), null)).toThrow(RangeError);
  });
});

describe('a pause', () => {
  test.each([
    ['2026-11-20T14:05:00+01:00', 'oneHour', '2026-11-20T15:05:00+01:00'],
    ['2026-11-20T14:05:00+01:00', 'untilTomorrow', '2026-11-21T06:00:00+01:00'],
    ['2026-11-20T23:59:59+01:00', 'untilTomorrow', '2026-11-21T06:00:00+01:00'],
    // Who is still up: "tomorrow" is after this night.
    ['2026-11-21T01:30:00+01:00', 'untilTomorrow', '2026-11-21T06:00:00+01:00'],
    // Who is up already: "tomorrow" is not today.
    ['2026-11-21T05:30:00+01:00', 'untilTomorrow', '2026-11-22T06:00:00+01:00'],
    ['2026-12-31T20:00:00+01:00', 'untilTomorrow', '2027-01-01T06:00:00+01:00'],
    // An hour is an hour, and six is what the clock shows.
    ['2026-03-29T01:30:00+01:00', 'oneHour', '2026-03-29T03:30:00+02:00'],
    ['2026-10-24T20:00:00+02:00', 'untilTomorrow', '2026-10-25T06:00:00+01:00'],
  ] as const)('from %s, %s, lasts until %s', (now, length, until) => {
    expect(pauseFor(length, at(now))).toEqual({ since: at(now), until: at(until) });
  });

  test('holds until its own last moment, and comes before quiet hours', () => {
    const pause = pauseFor('oneHour', at('2026-11-19T18:30:00+01:00'));
    const verdict = (now: string) => quietAt(at(now), hours(weeknights), pause);
    expect([
      verdict('2026-11-19T18:45:00+01:00'),
      verdict('2026-11-19T19:15:00+01:00'),
      verdict('2026-11-19T19:30:00+01:00'),
    ]).toEqual([
      { quiet: { why: 'paused', ...pause }, changesAt: at('2026-11-19T19:00:00+01:00') },
      { quiet: { why: 'paused', ...pause }, changesAt: pause.until },
      {
        quiet: { why: 'quietHours', since: at('2026-11-19T19:00:00+01:00'), until: at('2026-11-20T07:30:00+01:00') },
        changesAt: at('2026-11-20T07:30:00+01:00'),
      },
    ]);
  });
});

/** Zones with whole and half hours, at noon and at midnight, in both hemispheres, and one that has no summer time. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Asia/Beirut',
  'Pacific/Chatham',
  'Asia/Kathmandu',
  'America/St_Johns',
];
const minuteMs = 60_000;

const someTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const someSpan = fc.record({ days: fc.subarray([...weekdays]), from: someTime, to: someTime });
/** Days near which zones change their clocks, and any others. */
const someDay = fc.oneof(
  fc.constantFrom(
    '2026-03-29',
    '2026-10-25',
    '2026-03-08',
    '2026-11-01',
    '2026-04-05',
    '2026-10-04',
    '2026-09-06',
    '2026-09-27',
  ),
  fc
    .date({ min: at('2020-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10)),
);

/**
 * Minute by minute: a span begins with the first minute in which the clock on the wall has reached its beginning, and
 * ends with the first after which the clock never again shows less than its end.
 */
function playedMinutes(startMs: number, count: number, spans: readonly QuietSpan[]): readonly boolean[] {
  const walls = Array.from({ length: count }, (_, n) => {
    const ms = startMs + n * minuteMs;
    return ms - new Date(ms).getTimezoneOffset() * minuteMs;
  });
  const minutes = new Array<boolean>(count).fill(false);
  const firstDay = Math.floor((walls[0] ?? 0) / 86_400_000) - 1;
  const lastDay = Math.floor((walls.at(-1) ?? 0) / 86_400_000);
  const clock = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  for (let day = firstDay; day <= lastDay; day += 1) {
    const name = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' })
      .format(day * 86_400_000)
      .toLowerCase();
    for (const span of spans) {
      if (!span.days.some((each) => each === name)) continue;
      const fromWall = day * 86_400_000 + clock(span.from) * minuteMs;
      const toWall =
        day * 86_400_000 + (clock(span.to) > clock(span.from) ? clock(span.to) : clock(span.to) + 1_440) * minuteMs;
      const begins = walls.findIndex((wallMs) => wallMs >= fromWall);
      const ends = walls.findLastIndex((wallMs) => wallMs < toWall);
      if (begins !== -1) minutes.fill(true, begins, Math.max(begins, ends + 1));
    }
  }
  return minutes;
}

test('at every minute, in every zone, quiet is what the clock on the wall says', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      someDay,
      fc.array(someSpan, { minLength: 1, maxLength: 4 }),
      (zone, day, spans) => {
        process.env.TZ = zone;
        // The minutes of the two days before and after belong to spans that begin or end beyond them.
        const startMs = at(`${day}T00:00:00Z`).getTime() - 3 * 86_400_000;
        const minutes = playedMinutes(startMs, 6 * 1_440, spans);
        for (let n = 2 * 1_440; n < 4 * 1_440; n += 1) {
          const { quiet } = quietAt(new Date(startMs + n * minuteMs), hours(...spans), null);
          if ((quiet !== null) !== minutes[n])
            throw new Error(`${new Date(startMs + n * minuteMs).toISOString()}: ${quiet !== null}`);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('the end that is told is the first moment that is not quiet, and nothing changes before the moment to ask again', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      someDay,
      fc.integer({ min: 0, max: 1_439 }),
      fc.array(someSpan, { minLength: 1, maxLength: 4 }),
      (zone, day, minute, spans) => {
        process.env.TZ = zone;
        const now = new Date(at(`${day}T00:00:00Z`).getTime() + minute * minuteMs);
        const { quiet, changesAt } = quietAt(now, hours(...spans), null);
        const isQuiet = (ms: number): boolean => quietAt(new Date(ms), hours(...spans), null).quiet !== null;
        if (quiet !== null && quiet.until !== null) {
          expect([isQuiet(quiet.since.getTime()), isQuiet(quiet.since.getTime() - 1)]).toEqual([true, false]);
          expect([isQuiet(quiet.until.getTime() - 1), isQuiet(quiet.until.getTime())]).toEqual([true, false]);
          expect(changesAt).toEqual(quiet.until);
        }
        if (changesAt === null) return;
        expect([isQuiet(changesAt.getTime() - 1), isQuiet(changesAt.getTime())]).toEqual([
          quiet !== null,
          quiet === null,
        ]);
        const stepMs = Math.max(minuteMs, (changesAt.getTime() - now.getTime()) / 50);
        for (let ms = now.getTime(); ms < changesAt.getTime(); ms += stepMs) expect(isQuiet(ms)).toBe(quiet !== null);
      },
    ),
    { numRuns: 150 },
  );
});
