/** On which days of the calendar a rule falls. Days are midnights in UTC, standing for dates on the wall. */
import type { DayOfWeek, WeekIndex } from '@microsoft/microsoft-graph-types';

export const DAY_MS = 24 * 60 * 60_000;
export const days: readonly DayOfWeek[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];
export const weekIndexes: readonly WeekIndex[] = ['first', 'second', 'third', 'fourth', 'last'];

export interface DayRule {
  readonly every: 'day' | 'week' | 'month' | 'year';
  /** Every so many days, weeks, months or years; default 1. */
  readonly interval?: number;
  /** For weeks, and with `index`; default the day of the first occurrence. */
  readonly daysOfWeek?: readonly DayOfWeek[];
  /**
   * For months and years: the first, …, last of these days of the week, in place of a day of the month. With several days
   * of the week, of all of them together: the last of Monday to Friday is the last working day.
   */
  readonly index?: WeekIndex;
  /** For months and years without `index`; default the day of the first occurrence. A short month takes its last day. */
  readonly dayOfMonth?: number;
}

export function dayName(ms: number): DayOfWeek {
  return days[new Date(ms).getUTCDay()] ?? 'sunday';
}

/** Whether the rule, which begins on the day `firstMs`, falls on the day `ms`. */
export function fallsOn(rule: DayRule, firstMs: number, ms: number): boolean {
  const { every, interval = 1 } = rule;
  const wanted = rule.daysOfWeek ?? [dayName(firstMs)];
  if (every === 'day') return ((ms - firstMs) / DAY_MS) % interval === 0;
  if (every === 'week') {
    const weekMs = firstMs - new Date(firstMs).getUTCDay() * DAY_MS;
    return wanted.includes(dayName(ms)) && Math.floor((ms - weekMs) / (7 * DAY_MS)) % interval === 0;
  }
  const [first, day] = [new Date(firstMs), new Date(ms)];
  const months = (day.getUTCFullYear() - first.getUTCFullYear()) * 12 + day.getUTCMonth() - first.getUTCMonth();
  if (months % (every === 'year' ? interval * 12 : interval) !== 0) return false;
  const dates = datesOf(day.getUTCFullYear(), day.getUTCMonth());
  if (rule.index === undefined) {
    return day.getUTCDate() === Math.min(rule.dayOfMonth ?? first.getUTCDate(), dates.length);
  }
  const matching = dates.filter((at) => wanted.includes(dayName(at)));
  return matching.at(rule.index === 'last' ? -1 : weekIndexes.indexOf(rule.index)) === ms;
}

/** Every day of a month. */
function datesOf(year: number, month: number): readonly number[] {
  const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Array.from({ length: count }, (_, index) => Date.UTC(year, month, index + 1));
}
