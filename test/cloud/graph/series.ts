/** Recurring events: on which days a series falls, and when its occurrences begin. */
import type { PatternedRecurrence, RecurrencePattern } from '@microsoft/microsoft-graph-types';
import { DAY_MS, type DayRule, dayName, days, fallsOn, weekIndexes } from './series-days.ts';
import { ianaZone, instantAt, wallTime } from './zones.ts';

/** Kept by the clock on the wall of `timeZone`: nine o'clock stays nine o'clock when summer time begins. */
export interface SeriesRule extends DayRule {
  /** How many occurrences there are, cancelled ones counted; without `count` and `until` there is no end. */
  readonly count?: number;
  /** Last day, `2026-12-31`. */
  readonly until?: string;
  /** IANA or Windows name; default UTC. */
  readonly timeZone?: string;
}

interface Times {
  readonly start: Date;
  readonly end: Date;
}

/** @throws Error on a rule that makes no sense. */
export function checkRule(rule: SeriesRule): void {
  const { every, interval = 1, count, until, timeZone = 'UTC', daysOfWeek = [], index, dayOfMonth } = rule;
  if (!Number.isInteger(interval) || interval < 1)
    throw new Error('The interval of a series is a whole number above 0');
  if (count !== undefined && (!Number.isInteger(count) || count < 1))
    throw new Error('A series has 1 occurrence or more');
  if (until !== undefined && Number.isNaN(Date.parse(`${until}T00:00:00Z`))) throw new Error(`Not a day: ${until}`);
  if (ianaZone(timeZone) === undefined) throw new Error(`No such time zone: ${timeZone}`);
  const strange = daysOfWeek.find((day) => !days.includes(day));
  if (strange !== undefined) throw new Error(`No such day: ${strange}`);
  if (index !== undefined && !weekIndexes.includes(index)) throw new Error(`No such week: ${index}`);
  if (dayOfMonth !== undefined && !(Number.isInteger(dayOfMonth) && dayOfMonth >= 1 && dayOfMonth <= 31))
    throw new Error('A day of the month is 1 to 31');
  const isLong = every === 'month' || every === 'year';
  if (!isLong && (index ?? dayOfMonth) !== undefined)
    throw new Error('Only months and years have weeks and days of their own');
  if (index !== undefined && dayOfMonth !== undefined) throw new Error('Either a week or a day of the month, not both');
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
  const { count = Number.POSITIVE_INFINITY, until = '9999-12-31' } = rule;
  const firstMs = Date.parse(`${wallTime(first.start, zone).slice(0, 10)}T00:00:00Z`);
  const found: string[] = [];
  let seen = 0;
  // A day later than the window in any zone of the earth ends the search.
  for (let ms = firstMs; ms <= windowEnd.getTime() + DAY_MS; ms += DAY_MS) {
    const day = new Date(ms).toISOString().slice(0, 10);
    if (day > until || seen >= count) break;
    if (!fallsOn(rule, firstMs, ms)) continue;
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
  const { count, until, timeZone = 'UTC' } = rule;
  const startDate = wallTime(first.start, zoneOf(rule)).slice(0, 10);
  return {
    pattern: patternView(rule, startDate),
    range: {
      type: count !== undefined ? 'numbered' : until !== undefined ? 'endDate' : 'noEnd',
      startDate,
      endDate: until ?? '0001-01-01',
      recurrenceTimeZone: timeZone,
      numberOfOccurrences: count ?? 0,
    },
  } satisfies PatternedRecurrence;
}

const absolute = { day: 'daily', week: 'weekly', month: 'absoluteMonthly', year: 'absoluteYearly' } as const;
const relative = { day: 'daily', week: 'weekly', month: 'relativeMonthly', year: 'relativeYearly' } as const;

/** What a kind of pattern does not use is shown as nought. */
function patternView({ every, interval = 1, ...rule }: SeriesRule, startDate: string): RecurrencePattern {
  const [, month = 0, date = 0] = startDate.split('-').map(Number);
  const isLong = every === 'month' || every === 'year';
  const byWeek = every === 'week' || rule.index !== undefined;
  return {
    type: (rule.index === undefined ? absolute : relative)[every],
    interval,
    month: every === 'year' ? month : 0,
    dayOfMonth: isLong && rule.index === undefined ? (rule.dayOfMonth ?? date) : 0,
    ...(byWeek ? { daysOfWeek: [...(rule.daysOfWeek ?? [dayName(Date.parse(`${startDate}T00:00:00Z`))])] } : {}),
    firstDayOfWeek: 'sunday',
    index: rule.index ?? 'first',
  } satisfies RecurrencePattern;
}
