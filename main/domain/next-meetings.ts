import { boundedId, type CalendarEvent } from './alert.ts';
import type { Meeting } from './app-state.ts';
import { trueTimes } from './reminder.ts';

/** One account's calendar, and when its reminders come, by event id. */
export interface CalendarAhead {
  readonly account: string;
  readonly events: ReadonlyMap<string, CalendarEvent>;
  readonly coming: ReadonlyMap<string, Date>;
}

/** Midnight of the person's clock, so many days after the day of `now`. */
const midnight = (now: Date, days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);

/** Today's and tomorrow's meetings that have not ended, earliest first; the days are the person's own. */
export function meetingsAhead(calendars: readonly CalendarAhead[], now: Date): readonly Meeting[] {
  const until = midnight(now, 2);
  const found = calendars.flatMap(({ account, events, coming }) =>
    [...events.values()].flatMap((event) => {
      const { startsAt, endsAt } = trueTimes(event);
      if (endsAt <= now || startsAt >= until) return [];
      const id = boundedId('meeting', account, event.id, event.start.toISOString());
      return [{ startsAt, meeting: { id, account, event, remindsAt: coming.get(event.id) ?? null } }];
    }),
  );
  return found.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime()).map(({ meeting }) => meeting);
}

/** The one that the tray speaks of: it has a time of day, takes place, and has not begun. */
export function nextMeeting(meetings: readonly Meeting[], now: Date): Meeting | null {
  return (
    meetings.find(
      ({ event }) => !event.isAllDay && !event.isCancelled && event.response !== 'declined' && event.start > now,
    ) ?? null
  );
}

/** When either of the two above changes by time alone: a meeting begins or ends, or the day does. */
export function meetingsTurnAt(meetings: readonly Meeting[], now: Date): Date {
  const turns = meetings.flatMap(({ event }) => {
    const { startsAt, endsAt } = trueTimes(event);
    return [startsAt, endsAt];
  });
  const ahead = [midnight(now, 1), ...turns].filter((at) => at > now).map((at) => at.getTime());
  return new Date(Math.min(...ahead));
}
