/** How far away a meeting is, in words: what a reminder says first. All days are the person's own. */

const minuteMs = 60_000;
/** Nearer than this a meeting is told in hours and minutes also over midnight; further away, by its day. */
const clockReachMs = 12 * 60 * minuteMs;

/** "10 min", "1 h", "1 h 30 min", "3 days". */
function lengthText(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / minuteMs));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours >= 24) return daysText(Math.round(minutes / (24 * 60)));
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
const daysText = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

/** Days of the calendar between two instants on the person's clock; negative for the past. */
export function daysBetween(from: Date, to: Date): number {
  const day = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
  return Math.round((day(to) - day(from)) / (24 * 60 * minuteMs));
}

/** "in 10 min", "tomorrow", "in 3 days", "now", "started 4 min ago". @param startsAt the true instant. */
export function leadText(startsAt: Date, isAllDay: boolean, now: Date): string {
  const aheadMs = startsAt.getTime() - now.getTime();
  const days = daysBetween(now, startsAt);
  if (isAllDay) {
    if (days === 0) return 'today';
    if (days < 0) return `started ${daysText(-days)} ago`;
    return days === 1 ? 'tomorrow' : `in ${daysText(days)}`;
  }
  if (Math.abs(aheadMs) < minuteMs / 2) return 'now';
  if (aheadMs < 0) return `started ${lengthText(-aheadMs)} ago`;
  if (aheadMs <= clockReachMs || days === 0) return `in ${lengthText(aheadMs)}`;
  return days === 1 ? 'tomorrow' : `in ${daysText(days)}`;
}
