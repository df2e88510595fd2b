import type { Alert, CalendarEvent } from './alert.ts';
import { leadText } from './reminder-text.ts';
import type { Settings } from './settings.ts';

// A formatter costs a hundred times what it then formats, and the tray's words are made anew at each change. They are
// made once, for UTC, and get the wall clock of the zone of that moment: the computer may travel while the app runs.
const days = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
const clocks = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

/** The moment at which a clock in UTC shows what the person's clock shows. */
const onTheWall = (at: Date): number => at.getTime() - at.getTimezoneOffset() * 60_000;

/** "Mon 23 Nov, 10:00" in the person's zone; all-day events have a date only, and that is the same in every zone. */
export const momentText = (at: Date, dateOnly = false): string =>
  dateOnly ? days.format(at) : `${days.format(onTheWall(at))}, ${clockText(at)}`;

/** "10:00" in the person's zone. */
export const clockText = (at: Date): string => clocks.format(onTheWall(at));

/** " until 15:05", with the day where the clock alone would mislead; empty where there is no end. */
export function untilText(until: Date | null, now: Date): string {
  if (until === null) return '';
  const isNear = until.getTime() - now.getTime() < 86_400_000;
  return ` until ${isNear ? clockText(until) : momentText(until)}`;
}

/** "CEST", or "GMT+2" where the zone has no name in English. */
const zoneText = (at: Date): string =>
  new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** "Mon 23 Nov, 10:00–11:00". */
export function spanText(event: Pick<CalendarEvent, 'start' | 'end' | 'isAllDay'>): string {
  if (event.isAllDay) {
    const lastDay = new Date(Math.max(event.start.getTime(), event.end.getTime() - 86_400_000));
    const from = momentText(event.start, true);
    const to = momentText(lastDay, true);
    return from === to ? `${from}, all day` : `${from} – ${to}`;
  }
  const sameDay = momentText(event.start).split(',')[0] === momentText(event.end).split(',')[0];
  if (event.end.getTimezoneOffset() > event.start.getTimezoneOffset()) {
    // The clock is set back meanwhile: one hour comes twice, and only the zone's name tells which is meant.
    const end = sameDay ? clockText(event.end) : momentText(event.end);
    return `${momentText(event.start)} ${zoneText(event.start)} – ${end} ${zoneText(event.end)}`;
  }
  return sameDay
    ? `${momentText(event.start)}–${clockText(event.end)}`
    : `${momentText(event.start)} – ${momentText(event.end)}`;
}

const toastTitles: Readonly<Record<Exclude<Alert['kind'], 'mail' | 'reminder'>, string>> = {
  meetingNew: 'New meeting',
  meetingMoved: 'Meeting moved',
  meetingChanged: 'Meeting changed',
  meetingCancelled: 'Meeting cancelled',
};

const nouns: readonly (readonly [Alert['kind'] | 'meetingGone', string, string])[] = [
  ['mail', 'message', 'messages'],
  ['meetingNew', 'new meeting', 'new meetings'],
  ['meetingMoved', 'moved meeting', 'moved meetings'],
  ['meetingChanged', 'changed meeting', 'changed meetings'],
  ['meetingCancelled', 'cancelled meeting', 'cancelled meetings'],
  // Nobody knows who took it out, so nobody is said to have cancelled it.
  ['meetingGone', 'removed meeting', 'removed meetings'],
  ['reminder', 'reminder', 'reminders'],
];

/** "6 messages and 1 moved meeting". */
export function countsText(alerts: readonly Pick<Alert, 'kind' | 'event'>[]): string {
  const kinds = alerts.map(({ kind, event }) => (event?.isGone === true ? 'meetingGone' : kind));
  const parts = nouns.flatMap(([kind, one, many]) => {
    const count = kinds.filter((each) => each === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  const last = parts.pop() ?? 'nothing new';
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
}

/** A stranger's line breaks would make lines that look like ours. */
const oneLine = (text: string): string => text.replace(/[\s\u0085]+/gu, ' ').trim();

/** What a single toast says, as far as the person's content level allows. A reminder says how far away it is `now`. */
export function toastText(alert: Alert, level: Settings['contentLevel'], now: Date): { title: string; body: string } {
  if (level === 'countOnly') return { title: countsText([alert]), body: '' };
  if (alert.kind === 'mail') {
    const title = alert.who || 'Unknown sender';
    if (level === 'senderOnly') return { title, body: 'New message' };
    const subject = oneLine(alert.subject) || '(no subject)';
    return { title, body: alert.detail === '' ? subject : `${subject}\n${oneLine(alert.detail)}` };
  }
  if (alert.kind === 'reminder') return reminderText(alert, level, now);
  const title = alert.event?.isGone === true ? 'Meeting gone' : toastTitles[alert.kind];
  if (level === 'senderOnly') return { title, body: alert.who };
  return { title: `${title}: ${alert.subject || '(no subject)'}`, body: alert.detail };
}

const joined = (parts: readonly string[]): string =>
  parts
    .map(oneLine)
    .filter((part) => part !== '')
    .join(' · ');

function reminderText(alert: Alert, level: Settings['contentLevel'], now: Date): { title: string; body: string } {
  const lead = alert.startsAt === null ? '' : leadText(alert.startsAt, alert.isAllDay === true, now);
  if (level === 'senderOnly') return { title: 'Reminder', body: joined([alert.who, lead]) };
  return { title: oneLine(alert.subject) || '(no subject)', body: joined([lead, alert.detail]) };
}

/** So many reminders are named in the one toast that tells of many. */
const namedReminders = 3;

/** One toast for many reminders that come at once: "5 reminders", and what they are of. */
export function remindersText(
  alerts: readonly Alert[],
  level: Settings['contentLevel'],
  now: Date,
): { title: string; body: string } {
  const title = countsText(alerts);
  if (level === 'countOnly') return { title, body: '' };
  if (level === 'senderOnly') return { title, body: 'Open Tidings to see them.' };
  const named = alerts
    .toSorted((a, b) => (a.startsAt?.getTime() ?? 0) - (b.startsAt?.getTime() ?? 0))
    .slice(0, namedReminders)
    .map((alert) => {
      const lead = alert.startsAt === null ? '' : leadText(alert.startsAt, alert.isAllDay === true, now);
      return `${oneLine(alert.subject) || '(no subject)'} ${lead}`.trim();
    });
  const others = alerts.length - named.length;
  return { title, body: joined(others > 0 ? [...named, `and ${others} more`] : named) };
}

/** Tells one account from another in a toast: where nobody may be named, by its organisation alone. */
export const accountLabel = (username: string, level: Settings['contentLevel']): string =>
  level === 'countOnly' ? username.slice(username.lastIndexOf('@') + 1) : username;

/** Why nothing could be told for a while. */
export type Gap = {
  readonly cause: 'signedOut' | 'notRunning' | 'offline' | 'throttled' | 'asleep';
  readonly since: Date;
};
/** Why alerts were held back, the person's own reasons first: the order of the words. */
export const digestCauses = [
  'paused',
  'quietHours',
  'signedOut',
  'asleep',
  'offline',
  'throttled',
  'notRunning',
] as const;
export type DigestCause = (typeof digestCauses)[number];
/** Alerts were held back by quiet times, and by gaps that ended within them. */
export type Held = {
  readonly causes: readonly DigestCause[];
  readonly since: Date;
};

const causeTexts: Readonly<Record<DigestCause, string>> = {
  paused: 'while paused',
  quietHours: 'during quiet hours',
  signedOut: 'while you were signed out',
  notRunning: 'while Tidings was not running',
  offline: 'while Microsoft could not be reached',
  throttled: 'while Microsoft asked Tidings to wait',
  asleep: 'while this computer slept',
};

/**
 * One digest for all that was held back: "6 messages and 1 moved meeting", "while you were signed out, since 09:12". It
 * names nobody and nothing, so it is the same at every content level.
 */
export function digestText(alerts: readonly Alert[], why: Gap | Held, now: Date): { title: string; body: string } {
  const texts = ('causes' in why ? why.causes : [why.cause]).map((cause) => causeTexts[cause]);
  const last = texts.pop() ?? '';
  const words = texts.length === 0 ? last : `${texts.join(', ')} and ${last}`;
  const sameDay = now.toDateString() === why.since.toDateString();
  return {
    title: countsText(alerts),
    body: `${words}, since ${sameDay ? clockText(why.since) : momentText(why.since)}`,
  };
}
