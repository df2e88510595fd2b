import type { MeetingView } from '../preload/contract.ts';
import { formatOnTheWall } from './moments.ts';

export interface MeetingDay {
  readonly title: 'Today' | 'Tomorrow';
  /** Its midnight, in the person's zone. */
  readonly from: Date;
  /** "Saturday 21 November". */
  readonly date: string;
  readonly allDay: readonly MeetingView[];
  readonly timed: readonly MeetingView[];
  /** The present lies before this one of `timed`; null where it does not lie between two, and on any other day. */
  readonly nowBefore: number | null;
}

const dayText = formatOnTheWall({ weekday: 'long', day: 'numeric', month: 'long' });

/** The two days of the list: what lasts all day first, then by start; what is over is left out. */
export function meetingDays(meetings: readonly MeetingView[], now: Date): readonly MeetingDay[] {
  return (['Today', 'Tomorrow'] as const).map((title, days) => {
    const from = startOfDay(now, days);
    const to = startOfDay(now, days + 1);
    const timed = meetings
      .filter((meeting) => !meeting.isAllDay && isOn(meeting, from, to) && new Date(meeting.endsAt) > now)
      .sort(byStart);
    const allDay = meetings.filter((meeting) => meeting.isAllDay && lastsOn(meeting, from)).sort(byStart);
    const future = timed.findIndex(({ startsAt }) => new Date(startsAt) > now);
    const isBetween = title === 'Today' && future !== -1 && allDay.length + future > 0;
    return { title, from, date: dayText(from), allDay, timed, nowBefore: isBetween ? future : null };
  });
}

function isOn(meeting: MeetingView, from: Date, to: Date): boolean {
  const start = new Date(meeting.startsAt);
  // One without any length belongs to the day it stands on.
  return start < to && (new Date(meeting.endsAt) > from || start >= from);
}

/** All-day events are dates, told as midnight UTC; the day is one of the person's calendar. */
function lastsOn(meeting: MeetingView, day: Date): boolean {
  const date = Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  return Date.parse(meeting.startsAt) <= date && date < Date.parse(meeting.endsAt);
}

const byStart = (one: MeetingView, other: MeetingView): number => Date.parse(one.startsAt) - Date.parse(other.startsAt);

const startOfDay = (now: Date, days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);

/** Whether the person is in it at this moment: what was cancelled or declined runs without them, what lasts all day is no appointment. */
export const isRunning = (meeting: MeetingView, now: Date): boolean =>
  !(meeting.isAllDay || meeting.isCancelled || meeting.isDeclined) &&
  new Date(meeting.startsAt) <= now &&
  now < new Date(meeting.endsAt);

/**
 * When news of a meeting offers to join it: when it ends is not told with the news, and an offer that stays for ever is
 * noise. The menu of the row has it at all times.
 */
export const isJoinTime = (start: Date, now: Date): boolean =>
  isSoon(start, now) && now.getTime() - start.getTime() < 60 * 60_000;

/** From a quarter of an hour before its start on, joining a meeting is what a person most likely wants. */
export const isSoon = (start: Date, now: Date): boolean => start.getTime() - now.getTime() < 15 * 60_000;
