/** Instants in the person's zone and in words. English, like all of our text. */
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const shortDay = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const longDay = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

export const clockText = (at: Date): string => clock.format(at);

/** "09:12" today; "Fri 20 Nov, 09:12" on any other day. */
export function momentText(at: Date, now: Date): string {
  return isSameDay(at, now) ? clockText(at) : `${shortDay.format(at)}, ${clockText(at)}`;
}

/** For a tooltip: everything there is to know. */
export const fullText = (at: Date): string => `${longDay.format(at)}, ${clockText(at)}`;

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

/** A meeting's start: "Starts today at 14:00", "Starts Tue 24 Nov, 14:00", "Started 09:00". */
export function startText(startsAt: Date, now: Date): string {
  const word = startsAt < now ? 'Started' : 'Starts';
  return isSameDay(startsAt, now) ? `${word} today at ${clockText(startsAt)}` : `${word} ${momentText(startsAt, now)}`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const isSameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();
