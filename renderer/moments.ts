/** Instants in the person's zone and in words. English, like all of our text. */

/**
 * A formatter keeps the zone in which it was made, and a window stays open while the computer travels: each is made for
 * UTC, and is given the moment at which a clock in UTC shows what the person's clock shows.
 */
export function formatOnTheWall(options: Intl.DateTimeFormatOptions): (at: Date) => string {
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  return (at) => format.format(at.getTime() - at.getTimezoneOffset() * 60_000);
}

export const clockText = formatOnTheWall({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const shortDayText = formatOnTheWall({ weekday: 'short', day: 'numeric', month: 'short' });
const longDayText = formatOnTheWall({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** "09:12" today; "Fri 20 Nov, 09:12" on any other day. */
export function momentText(at: Date, now: Date): string {
  return isSameDay(at, now) ? clockText(at) : `${shortDayText(at)}, ${clockText(at)}`;
}

/** For a tooltip: everything there is to know. */
export const fullText = (at: Date): string => `${longDayText(at)}, ${clockText(at)}`;

/** "since 09:12 (3 minutes)". */
export function sinceText(since: Date, now: Date): string {
  const length = durationText(now.getTime() - since.getTime());
  return `since ${momentText(since, now)}${length === '' ? '' : ` (${length})`}`;
}

/** "3 minutes", "2 hours", "4 days"; empty below a minute. */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return '';
  if (minutes < 60) return counted(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return counted(hours, 'hour');
  return counted(Math.floor(hours / 24), 'day');
}

/** How long the person still has: "4 minutes left", "40 seconds left". */
export function leftText(until: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((until.getTime() - now.getTime()) / 1000));
  if (seconds === 0) return 'time is up';
  return `${seconds > 90 ? counted(Math.round(seconds / 60), 'minute') : counted(seconds, 'second')} left`;
}

/** A meeting's start: "Starts today at 14:00", "Starts Tue 24 Nov, 14:00", "Started yesterday at 09:00". */
export function startText(startsAt: Date, now: Date): string {
  return `${startsAt < now ? 'Started' : 'Starts'} ${dayAndTimeText(startsAt, now)}`;
}

/** "today at 14:00", "tomorrow at 09:00", "Tue 24 Nov, 14:00". */
export function dayAndTimeText(at: Date, now: Date): string {
  const name = (['yesterday', 'today', 'tomorrow'] as const).find((_, days) =>
    isSameDay(at, new Date(now.getFullYear(), now.getMonth(), now.getDate() + days - 1)),
  );
  return name === undefined ? momentText(at, now) : `${name} at ${clockText(at)}`;
}

/** "14:00–14:30", in the list of one day; where one end lies on another day, that day is named. */
export function spanText(start: Date, end: Date, day: Date): string {
  // The clock is set back meanwhile: one hour comes twice, and only the zone's name tells which is meant.
  const isTwice = end.getTimezoneOffset() > start.getTimezoneOffset();
  const told = (at: Date): string => `${momentText(at, day)}${isTwice ? ` ${zoneText(at)}` : ''}`;
  return isTwice || !isSameDay(start, day) || !isSameDay(end, day)
    ? `${told(start)} – ${told(end)}`
    : `${clockText(start)}–${clockText(end)}`;
}

/** "CEST", or "GMT+2" where the zone has no name in English. */
const zoneText = (at: Date): string =>
  new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** Further away than this, a time on the clock says more than how long it is until then. */
const nearMinutes = 6 * 60;

/** Where a meeting stands: "in 25 min", "in 3 h 5 min", "now", "12 min left"; empty when it is far away or over. */
export function nearText(start: Date, end: Date, now: Date): string {
  // Rounded as people do: a meeting at 14:00 is "in 10 min" from 13:49:30 on, and starts "now" at the minute itself.
  const until = Math.ceil((start.getTime() - now.getTime()) / 60_000);
  if (until > 0) return until <= nearMinutes ? `in ${shortLength(until)}` : '';
  const left = Math.ceil((end.getTime() - now.getTime()) / 60_000);
  if (left <= 0) return '';
  return until > -1 || left > nearMinutes ? 'now' : `${shortLength(left)} left`;
}

/** "Starts in 10 min", "Starts now", "Started 4 min ago": for a reminder, which may be looked at late. */
export function startedText(start: Date, now: Date): string {
  const until = Math.ceil((start.getTime() - now.getTime()) / 60_000);
  if (until > 0) return until <= nearMinutes ? `Starts in ${shortLength(until)}` : startText(start, now);
  if (until === 0) return 'Starts now';
  return -until <= nearMinutes ? `Started ${shortLength(-until)} ago` : startText(start, now);
}

/** "until 15:20", "until tomorrow, 07:30", "until Mon 23 Nov, 07:30". */
export function untilText(until: Date, now: Date): string {
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  return isSameDay(until, tomorrow) ? `until tomorrow, ${clockText(until)}` : `until ${momentText(until, now)}`;
}

/** "0.4 s", "12 s". */
export function tookText(ms: number): string {
  return ms < 9_950 ? `${(Math.max(ms, 100) / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

function shortLength(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const isSameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();
