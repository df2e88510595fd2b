import type { Meeting } from '../domain/app-state.ts';
import { type CalendarAhead, meetingsAhead, meetingsTurnAt, nextMeeting } from '../domain/next-meetings.ts';
import { daysBetween } from '../domain/reminder-text.ts';

/** The meetings of today and tomorrow, published when they change and at no other time. */
export interface ComingUp {
  /** @returns when it changes by time alone. */
  show(calendars: readonly CalendarAhead[], now: Date): Date;
  meetings(): readonly Meeting[];
  /** For the tray. */
  nextMeeting(): Meeting | null;
}

/** @param changed `meetings` when the list is another one, `state` when the next meeting is. */
export function createComingUp(changed: (what: 'meetings' | 'state') => void): ComingUp {
  let meetings: readonly Meeting[] = [];
  let meetingsText = '[]';
  let next: Meeting | null = null;
  let nextText = '';
  return {
    show(calendars, now) {
      meetings = meetingsAhead(calendars, now);
      const text = JSON.stringify(meetings);
      if (text !== meetingsText) changed('meetings');
      meetingsText = text;
      next = nextMeeting(meetings, now);
      // What is tomorrow's becomes today's at midnight.
      const nextNow = next === null ? '' : `${next.id} ${daysBetween(now, next.event.start)}`;
      if (nextNow !== nextText) changed('state');
      nextText = nextNow;
      return meetingsTurnAt(meetings, now);
    },
    meetings: () => meetings,
    nextMeeting: () => next,
  };
}
