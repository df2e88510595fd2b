import type { AlertPage, AlertView, MeetingView } from '../../preload/contract.ts';
import type { Alert } from '../domain/alert.ts';
import type { Meeting } from '../domain/app-state.ts';
import { allowedLink } from './allowed-links.ts';
import { plainText } from './plain-text.ts';
import type { Actions } from './shell.ts';

/** What of the core the lists are drawn from. */
export type ListSource = Pick<Actions, 'state' | 'alerts' | 'isMuted' | 'isVip' | 'snoozedUntil'>;

/** An alert as the page may know it: text cut and without control characters, links only as whether they may be opened. */
export function alertView(alert: Alert, source: ListSource): AlertView {
  const { at: now } = source.state();
  const isReminder = alert.kind === 'reminder';
  const hasConversation = (alert.mail?.conversationId ?? null) !== null;
  return {
    id: alert.id,
    kind: alert.kind,
    accountName: accountName(alert.account, source),
    who: plainText(alert.who, 120),
    subject: plainText(alert.subject, 300),
    detail: plainText(alert.detail, 500),
    at: alert.at.toISOString(),
    startsAt: alert.startsAt?.toISOString() ?? null,
    canOpen: alert.webLink !== null && allowedLink(alert.webLink) !== null,
    canJoin: alert.joinUrl !== null && alert.kind !== 'meetingCancelled' && allowedLink(alert.joinUrl) !== null,
    canMarkRead: alert.kind === 'mail' && !alert.settled,
    canMute: hasConversation,
    isMuted: hasConversation && source.isMuted(alert),
    isImportant: alert.mail?.isImportant ?? false,
    isVip: source.isVip(alert),
    canSnooze: isReminder && !alert.settled && alert.endsAt !== undefined && alert.endsAt > now,
    snoozedUntil: isReminder ? (source.snoozedUntil(alert.id)?.toISOString() ?? null) : null,
    settled: alert.settled,
    ...(alert.event?.isGone === true ? { isGone: true } : {}),
  };
}

/** The same for a meeting that is to come. */
export function meetingView(meeting: Meeting, source: Pick<ListSource, 'state'>): MeetingView {
  const { event } = meeting;
  return {
    id: meeting.id,
    accountName: accountName(meeting.account, source),
    subject: plainText(event.subject, 300),
    organizer: plainText(event.organizer?.name || event.organizer?.address || '', 120),
    location: plainText(event.location, 200),
    startsAt: event.start.toISOString(),
    endsAt: event.end.toISOString(),
    isAllDay: event.isAllDay,
    isCancelled: event.isCancelled,
    isDeclined: event.response === 'declined',
    showAs: event.showAs,
    canOpen: event.webLink !== null && allowedLink(event.webLink) !== null,
    canJoin: event.joinUrl !== null && !event.isCancelled && allowedLink(event.joinUrl) !== null,
    remindsAt: meeting.remindsAt?.toISOString() ?? null,
  };
}

/** Named only where more than one account could be meant. */
function accountName(account: string, source: Pick<ListSource, 'state'>): string | null {
  const { accounts } = source.state();
  if (accounts.length < 2) return null;
  const found = accounts.find((each) => each.account.homeAccountId === account);
  return found === undefined ? null : plainText(found.account.username, 120);
}

/**
 * A stretch of the list, newest first. Its end never falls between two alerts of the same instant, because what follows
 * is asked for by an instant: Graph's times are whole seconds, and many mails can arrive in one.
 *
 * @returns `next`: pass it as `before` to go on; null at the end.
 */
export function stretch(
  source: Pick<ListSource, 'alerts'>,
  before: Date | null,
  size: number,
): { readonly alerts: readonly Alert[]; readonly next: Date | null } {
  for (let limit = size; ; limit *= 2) {
    const found = source.alerts({ ...(before === null ? {} : { before }), limit: limit + 1 });
    const beyond = found[limit];
    if (beyond === undefined) return { alerts: found, next: null };
    const whole = found.filter((alert) => alert.at.getTime() > beyond.at.getTime());
    const last = whole.at(-1);
    if (last !== undefined) return { alerts: whole, next: last.at };
  }
}

/** One page of the list. */
export function alertPage(source: ListSource, before: Date | null, pageSize = 50): AlertPage {
  const { alerts, next } = stretch(source, before, pageSize);
  return { alerts: alerts.map((alert) => alertView(alert, source)), next: next?.toISOString() ?? null };
}
