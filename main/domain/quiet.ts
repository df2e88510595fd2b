import type { Quiet } from './app-state.ts';
import { type QuietHours, type QuietSpan, type Weekday, weekdays } from './settings.ts';

/** The person's own "not now". */
export interface Pause {
  readonly since: Date;
  readonly until: Date;
}
export type PauseLength = 'oneHour' | 'untilTomorrow';

/** A time in which toasts are held back, from its first moment on. */
export interface QuietPeriod extends Quiet {
  readonly since: Date;
}
export interface QuietVerdict {
  readonly quiet: QuietPeriod | null;
  /** When to ask again at the latest; null when nothing will change by itself. */
  readonly changesAt: Date | null;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Clocks are set back by so little without anybody noticing. */
const clockToleranceMs = 5 * 60_000;
/** Somebody who works into the night has not reached "tomorrow" yet, and does not want to be told at midnight. */
const pauseHours = { dayTurns: 3, morning: 6 } as const;
/** Whoever is quiet for longer than any week can be without a gap is quiet for good. */
const lookDays = 9;

/**
 * When a pause that begins now ends: after an hour, or at 06:00 of the next day, where the day turns at 03:00: at 01:30
 * "tomorrow" is this morning.
 */
export function pauseFor(length: PauseLength, now: Date): Pause {
  if (length === 'oneHour') return { since: now, until: new Date(now.getTime() + hourMs) };
  const { year, month, day } = localDay(now);
  const nights = now.getHours() < pauseHours.dayTurns ? 0 : 1;
  return { since: now, until: new Date(year, month, day + nights, pauseHours.morning) };
}

/**
 * Whether a pause holds at this instant. One that begins in the future was made by a clock that has been set right since:
 * it is over, because nobody can say how long it would last.
 */
export const isPausing = ({ since, until }: Pause, now: Date): boolean =>
  now < until && now.getTime() >= since.getTime() - clockToleranceMs;

/**
 * Whether toasts are held back at this instant, and until when. A pause comes before quiet hours; spans that touch or
 * overlap are one.
 *
 * Spans are read from the clock on the wall of the system's zone. Where it is set forward over an end, that end is
 * where the clock leaps; where it is set back, the span lasts until its end has come for the second time: nobody wants
 * to be told twice a night.
 *
 * @throws {RangeError} for a time that is none, and for an instant that is none.
 */
export function quietAt(now: Date, hours: QuietHours, pause: Pause | null): QuietVerdict {
  const nowMs = now.getTime();
  if (Number.isNaN(nowMs)) throw new RangeError('now is no instant');
  const periods = hours.enabled ? mergedPeriods(now, hours.spans) : [];
  const current = periods.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs) ?? null;
  const next = periods.find(({ fromMs }) => fromMs > nowMs) ?? null;
  const paused = pause !== null && isPausing(pause, now) ? pause : null;
  // The edges of the days that were looked at are no edges of quiet.
  const isEndless = current !== null && current.toMs - nowMs > (lookDays - 1) * dayMs;
  const changes = [
    paused?.until.getTime() ?? null,
    current === null || isEndless ? null : current.toMs,
    next?.fromMs ?? null,
  ].filter((each) => each !== null);
  const changesAt = changes.length === 0 ? null : new Date(Math.min(...changes));
  if (paused !== null) return { quiet: { why: 'paused', since: paused.since, until: paused.until }, changesAt };
  if (current === null) return { quiet: null, changesAt };
  const since = new Date(isEndless ? nowMs : current.fromMs);
  return { quiet: { why: 'quietHours', since, until: isEndless ? null : new Date(current.toMs) }, changesAt };
}

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** All that begins on the days around `now`, in order, each apart from the next. */
function mergedPeriods(now: Date, spans: readonly QuietSpan[]): readonly Period[] {
  const today = localDay(now);
  const periods: Period[] = [];
  for (let ahead = -lookDays; ahead <= lookDays; ahead += 1) {
    // Counted in UTC, where every day is there: a zone may have left one out.
    const midnight = Date.UTC(today.year, today.month, today.day + ahead);
    const weekday = weekdayOf(midnight);
    for (const { days, from, to } of spans) {
      if (!days.some((day) => day === weekday)) continue;
      const begins = midnight + millisecondsOf(from);
      const ends = midnight + millisecondsOf(to);
      const fromMs = instantOf(begins, 'first');
      const toMs = instantOf(ends > begins ? ends : ends + dayMs, 'last');
      if (toMs > fromMs) periods.push({ fromMs, toMs });
    }
  }
  const merged: Period[] = [];
  for (const period of periods.sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || period.fromMs > last.toMs) merged.push(period);
    else if (period.toMs > last.toMs) merged[merged.length - 1] = { ...last, toMs: period.toMs };
  }
  return merged;
}

const localDay = (at: Date): { year: number; month: number; day: number } => ({
  year: at.getFullYear(),
  month: at.getMonth(),
  day: at.getDate(),
});

/** 1 January 1970 was a Thursday. */
function weekdayOf(midnightUtcMs: number): Weekday | undefined {
  const days = Math.round(midnightUtcMs / dayMs);
  return weekdays[(((days + 3) % 7) + 7) % 7];
}

function millisecondsOf(time: string): number {
  const [, hours = '', minutes = ''] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (minutes === '') throw new RangeError(`“${time}” is no time of day`);
  return Number(hours) * hourMs + Number(minutes) * 60_000;
}

/**
 * The instant at which the clock on the wall shows a time. One that is left out is where the clock leaps over it; of one
 * that comes twice either is meant.
 *
 * @param wallMs the time as if the zone were UTC.
 */
function instantOf(wallMs: number, which: 'first' | 'last'): number {
  const offsetAt = (ms: number): number => new Date(ms).getTimezoneOffset() * 60_000;
  // No zone is further from UTC than this.
  const before = offsetAt(wallMs - 26 * hourMs);
  const after = offsetAt(wallMs + 26 * hourMs);
  if (before === after) return wallMs + before;
  const fits = [wallMs + before, wallMs + after].filter((ms) => ms - offsetAt(ms) === wallMs);
  if (fits.length > 0) return which === 'first' ? Math.min(...fits) : Math.max(...fits);
  let low = Math.min(wallMs + before, wallMs + after);
  let high = Math.max(wallMs + before, wallMs + after);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
