import { type Alert, alertId, type CalendarEvent } from './alert.ts';
import { daysBetween } from './reminder-text.ts';
import { calendarsText, meetingKey } from './same-meeting.ts';
import type { ReminderRules } from './settings.ts';
import { spanText } from './wording.ts';

const minuteMs = 60_000;
/** A clock that was set back by less than this is no reason to tell anything anew. */
const setBackMs = 5 * minuteMs;

/** What is remembered of a reminder that was told, so that it comes once. */
export interface ReminderNote {
  /** The same as its alert's. */
  readonly id: string;
  readonly account: string;
  readonly toldAt: Date;
  readonly snoozedAt: Date | null;
  readonly snoozedUntil: Date | null;
  readonly isDismissed: boolean;
  /** The meeting has ended, and its toast was taken back. */
  readonly isOver: boolean;
}

/** The true instants of an event. All-day events are dates: they begin and end at the person's own midnights. */
export function trueTimes(event: Pick<CalendarEvent, 'start' | 'end' | 'isAllDay'>): { startsAt: Date; endsAt: Date } {
  const startsAt = event.isAllDay ? localMidnight(event.start) : event.start;
  const endsAt = event.isAllDay ? localMidnight(event.end) : event.end;
  // One without any length lasts a minute, or there would be no moment to tell of its start.
  return { startsAt, endsAt: new Date(Math.max(endsAt.getTime(), startsAt.getTime() + minuteMs)) };
}

/** The first moment of that UTC date on the person's clock, also where summer time begins at midnight. */
const localMidnight = (date: Date): Date => new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());

/** A meeting that is moved has another one, so it is told anew. */
export const reminderId = (account: string, event: Pick<CalendarEvent, 'id' | 'start'>): string =>
  alertId('reminder', account, event.id, event.start.toISOString());

/** Called off, or not the person's any more: nobody is reminded, whatever the rules. */
const isOff = (event: CalendarEvent): boolean => event.isCancelled || event.response === 'declined';

/**
 * When to remind of this event, if nothing was told yet; null when the rules want none. The minutes are those of the
 * event, as time that passes, also over a change of summer time. The person's own choice of minutes is for meetings with
 * a time of day: ten minutes before a day begins nobody wants to hear of it. Below zero, which Outlook allows for all-day
 * events, is after the start.
 */
export function remindsAt(event: CalendarEvent, rules: ReminderRules): Date | null {
  if (!rules.enabled || isOff(event) || !event.isReminderOn) return null;
  if (event.isAllDay && !rules.allDay) return null;
  if (event.showAs === 'free' && !rules.free) return null;
  const minutes = (event.isAllDay ? null : rules.minutesBefore) ?? event.reminderMinutesBeforeStart;
  const { startsAt, endsAt } = trueTimes(event);
  const at = new Date(startsAt.getTime() - minutes * minuteMs);
  return Number.isNaN(at.getTime()) || at >= endsAt ? null : at;
}

export interface ReminderPlan {
  /** To be told now. */
  readonly due: readonly { readonly id: string; readonly event: CalendarEvent }[];
  /** Notes of meetings that have ended: their toasts go, the note stays. */
  readonly over: readonly ReminderNote[];
  /** Moved, cancelled or deleted since, or told by a clock that was wrong: toast and note go. */
  readonly takeBack: readonly ReminderNote[];
  /** By event id: when its reminder comes, due ones included. */
  readonly coming: ReadonlyMap<string, Date>;
  /** The next instant at which this plan would be another one; null when none is known. */
  readonly nextAt: Date | null;
}

/**
 * What to do about the reminders of one account at this moment. It depends on nothing but its arguments, so it may be
 * asked again at any time: after a sleep, a leap of the clock in either direction, or a start.
 *
 * A told reminder is told again only if the clock was set back to before its time, because then it was told by a wrong
 * clock; one that was missed is told late, until its meeting ends.
 *
 * @param isTold whether a copy of the meeting in another calendar stands for it: then this one is not told beside it.
 */
export function planReminders(
  account: string,
  events: ReadonlyMap<string, CalendarEvent>,
  notes: readonly ReminderNote[],
  rules: ReminderRules,
  now: Date,
  isTold: (event: CalendarEvent) => boolean = () => false,
): ReminderPlan {
  const known = new Map(notes.map((note) => [note.id, note]));
  const standing = new Set<string>();
  const due: { readonly id: string; readonly event: CalendarEvent }[] = [];
  const over: ReminderNote[] = [];
  const takeBack: ReminderNote[] = [];
  const coming = new Map<string, Date>();
  const turns: Date[] = [];
  const isAhead = (at: Date): boolean => at.getTime() > now.getTime() + setBackMs;

  for (const event of events.values()) {
    if (isOff(event)) continue;
    const id = reminderId(account, event);
    const note = known.get(id);
    const { startsAt, endsAt } = trueTimes(event);
    standing.add(id);
    if (endsAt <= now) {
      if (note !== undefined && !note.isOver) over.push(note);
      continue;
    }
    if (note !== undefined && !note.isOver) turns.push(endsAt);
    const ordinary = remindsAt(event, rules);
    if (ordinary === null || note?.isDismissed === true) continue;
    if (note === undefined && isTold(event)) continue;
    if (note !== undefined && isAhead(note.toldAt) && isAhead(ordinary)) {
      takeBack.push(note);
      coming.set(event.id, ordinary);
      turns.push(ordinary);
      continue;
    }
    const at = note === undefined ? ordinary : snoozeEnd(note, startsAt, isAhead, now);
    if (at === null) continue;
    coming.set(event.id, at);
    if (at <= now) due.push({ id, event });
    else turns.push(at);
  }
  for (const note of notes) if (!standing.has(note.id)) takeBack.push(note);
  const nextAt = turns.length === 0 ? null : new Date(Math.min(...turns.map((at) => at.getTime())));
  return {
    due: due.toSorted((a, b) => trueTimes(a.event).startsAt.getTime() - trueTimes(b.event).startsAt.getTime()),
    over,
    takeBack,
    coming,
    nextAt,
  };
}

/** When a snoozed reminder comes back; null when it is not snoozed. */
function snoozeEnd(note: ReminderNote, startsAt: Date, isAhead: (at: Date) => boolean, now: Date): Date | null {
  const { snoozedAt, snoozedUntil } = note;
  if (snoozedAt === null || snoozedUntil === null) return null;
  // Minutes that were counted on a clock which was set back since would become hours.
  const hasStrayed = isAhead(snoozedAt) && snoozedUntil.getTime() !== startsAt.getTime();
  return hasStrayed ? now : snoozedUntil;
}

/** One account's stored calendar, and what was told of it. */
export interface Told {
  readonly account: string;
  readonly events: ReadonlyMap<string, CalendarEvent>;
  readonly notes: readonly ReminderNote[];
}

/** Meetings of which a reminder was told and stands, by `meetingKey()`: by whose calendar. */
export function toldMeetings(all: readonly Told[]): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  for (const { account, events, notes } of all) {
    const noted = new Set(notes.map(({ id }) => id));
    if (noted.size === 0) continue;
    for (const event of events.values()) {
      const key = isOff(event) ? null : meetingKey(event);
      if (key !== null && noted.has(reminderId(account, event))) told.set(key, account);
    }
  }
  return told;
}

/** The accounts in whose calendars this meeting stands at this time, in the order of `all`. */
export function calendarsWith(
  event: CalendarEvent,
  all: readonly Pick<Told, 'account' | 'events'>[],
): readonly string[] {
  const key = meetingKey(event);
  if (key === null) return [];
  const has = (other: CalendarEvent): boolean => !isOff(other) && meetingKey(other) === key;
  return all.filter(({ events }) => [...events.values()].some(has)).map(({ account }) => account);
}

/**
 * The alert in the list. Its toast adds how far away the meeting is when it is shown.
 *
 * @param calendars whose calendars it stands in, where that is more than one's.
 */
export function reminderAlert(
  account: string,
  event: CalendarEvent,
  now: Date,
  calendars: readonly string[] = [],
): Alert {
  const { startsAt, endsAt } = trueTimes(event);
  const span = spanText(event);
  const isToday = !event.isAllDay && daysBetween(now, startsAt) === 0;
  const when = isToday ? span.replace(/^[^,]+, /u, '') : span;
  return {
    id: reminderId(account, event),
    account,
    kind: 'reminder',
    itemId: event.id,
    who: event.organizer === null ? '' : event.organizer.name || event.organizer.address,
    subject: event.subject,
    detail: [when, event.location, calendarsText(calendars)].filter((part) => part !== '').join(' · '),
    at: now,
    startsAt,
    endsAt,
    ...(event.isAllDay ? { isAllDay: true } : {}),
    webLink: event.webLink,
    joinUrl: event.joinUrl,
    settled: false,
  };
}
