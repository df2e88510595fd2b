/** Recurring events: on which days a series falls, and when its occurrences begin. */
import type { DayOfWeek, PatternedRecurrence } from '@microsoft/microsoft-graph-types';
import { ianaZone, instantAt, wallTime } from './zones.ts';

/** Kept by the clock on the wall of `timeZone`: nine o'clock stays nine o'clock when summer time begins. */
export interface SeriesRule {
  readonly every: 'day' | 'week';
  /** Every so many days or weeks; default 1. */
  readonly interval?: number;
  /** For weeks; default the day of the first occurrence. */
  readonly daysOfWeek?: readonly DayOfWeek[];
  /** How many occurrences there are, cancelled ones counted; without `count` and `until` there is no end. */
  readonly count?: number;
  /** Last day, `2026-12-31`. */
  readonly until?: string;
  /** IANA or Windows name; default UTC. */
  readonly timeZone?: string;
}

const days: readonly DayOfWeek[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_MS = 24 * 60 * 60_000;

interface Times {
  readonly start: Date;
  readonly end: Date;
}

/** @throws Error on a rule that makes no sense. */
export function checkRule({ interval = 1, count, until, timeZone = 'UTC', daysOfWeek = [] }: SeriesRule): void {
  if (!Number.isInteger(interval) || interval < 1)
    throw new Error('The interval of a series is a whole number above 0');
  if (count !== undefined && (!Number.isInteger(count) || count < 1))
    throw new Error('A series has 1 occurrence or more');
  if (until !== undefined && Number.isNaN(Date.parse(`${until}T00:00:00Z`))) throw new Error(`Not a day: ${until}`);
  if (ianaZone(timeZone) === undefined) throw new Error(`No such time zone: ${timeZone}`);
  const strange = daysOfWeek.find((day) => !days.includes(day));
  if (strange !== undefined) throw new Error(`No such day: ${strange}`);
}

/** The zone whose wall clock the series keeps. */
export function zoneOf({ timeZone = 'UTC' }: SeriesRule): string {
  return ianaZone(timeZone) ?? 'UTC';
}

/**
 * Days (`2026-11-21`, by the wall clock of the series' zone) whose occurrence touches the window.
 *
 * @param first times of the first occurrence; the series begins with it.
 */
export function daysWithin(rule: SeriesRule, first: Times, windowStart: Date, windowEnd: Date): string[] {
  const zone = zoneOf(rule);
  const { interval = 1, count = Number.POSITIVE_INFINITY, until = '9999-12-31' } = rule;
  const firstDay = wallTime(first.start, zone).slice(0, 10);
  const firstMs = Date.parse(`${firstDay}T00:00:00Z`);
  const wanted = rule.daysOfWeek ?? [dayName(firstMs)];
  const weekMs = firstMs - new Date(firstMs).getUTCDay() * DAY_MS;
  const found: string[] = [];
  let seen = 0;
  // A day later than the window in any zone of the earth ends the search.
  for (let ms = firstMs; ms <= windowEnd.getTime() + DAY_MS; ms += DAY_MS) {
    const day = new Date(ms).toISOString().slice(0, 10);
    if (day > until || seen >= count) break;
    const isOn =
      rule.every === 'day'
        ? ((ms - firstMs) / DAY_MS) % interval === 0
        : wanted.includes(dayName(ms)) && Math.floor((ms - weekMs) / (7 * DAY_MS)) % interval === 0;
    if (!isOn) continue;
    seen += 1;
    const { start, end } = timesOn(rule, first, day);
    if (start < windowEnd && (end > windowStart || start >= windowStart)) found.push(day);
  }
  return found;
}

/** When the occurrence of this day begins and ends. */
export function timesOn(rule: SeriesRule, first: Times, day: string): Times {
  const zone = zoneOf(rule);
  const start = instantAt(`${day}${wallTime(first.start, zone).slice(10)}`, zone);
  return { start, end: new Date(start.getTime() + first.end.getTime() - first.start.getTime()) };
}

/** As Graph shows it. */
export function recurrenceView(rule: SeriesRule, first: Times): PatternedRecurrence {
  const { every, interval = 1, daysOfWeek, count, until, timeZone = 'UTC' } = rule;
  const startDate = wallTime(first.start, zoneOf(rule)).slice(0, 10);
  const isWeekly = every === 'week';
  return {
    pattern: {
      type: isWeekly ? 'weekly' : 'daily',
      interval,
      month: 0,
      dayOfMonth: 0,
      ...(isWeekly ? { daysOfWeek: [...(daysOfWeek ?? [dayName(Date.parse(`${startDate}T00:00:00Z`))])] } : {}),
      firstDayOfWeek: 'sunday',
      index: 'first',
    },
    range: {
      type: count !== undefined ? 'numbered' : until !== undefined ? 'endDate' : 'noEnd',
      startDate,
      endDate: until ?? '0001-01-01',
      recurrenceTimeZone: timeZone,
      numberOfOccurrences: count ?? 0,
    },
  } satisfies PatternedRecurrence;
}

function dayName(ms: number): DayOfWeek {
  return days[new Date(ms).getUTCDay()] ?? 'sunday';
}
