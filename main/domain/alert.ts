/** The two things we watch for each account. */
export type WatchedResource = 'mail' | 'calendar';
export const watchedResources: readonly WatchedResource[] = ['mail', 'calendar'];

/** A message as delta or a GET returned it. */
export interface MailMessage {
  /** Immutable id. */
  readonly id: string;
  readonly subject: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly receivedAt: Date;
  readonly isRead: boolean;
  readonly importance: 'low' | 'normal' | 'high';
  readonly inferenceClassification: 'focused' | 'other';
  readonly conversationId: string | null;
  /** Only with `Mail.Read`. */
  readonly preview: string | null;
  readonly webLink: string | null;
}
export type MailChange =
  | { readonly kind: 'message'; readonly message: MailMessage }
  /** Left the folder: deleted, or moved elsewhere. */
  | { readonly kind: 'removed'; readonly id: string };

/** An event as calendarView delta or a GET returned it. All instants are UTC. */
export interface CalendarEvent {
  readonly id: string;
  readonly subject: string;
  readonly start: Date;
  readonly end: Date;
  readonly isAllDay: boolean;
  readonly location: string;
  readonly isCancelled: boolean;
  readonly isOrganizer: boolean;
  readonly organizer: { readonly name: string; readonly address: string } | null;
  readonly showAs: 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown';
  readonly response: 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded';
  readonly isReminderOn: boolean;
  readonly reminderMinutesBeforeStart: number;
  /** `onlineMeeting.joinUrl`. */
  readonly joinUrl: string | null;
  readonly webLink: string | null;
  /** The same in everybody's calendar; absent where Graph names none, or an older version stored the event. */
  readonly iCalUId?: string;
  readonly seriesMasterId: string | null;
  readonly type: 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster';
  readonly lastModifiedAt: Date | null;
}
export type CalendarChange =
  | { readonly kind: 'event'; readonly event: CalendarEvent }
  | { readonly kind: 'removed'; readonly id: string };

/** An item in our list. It is there once, whatever happens; a toast is only the popup that tells of it. */
export interface Alert {
  /** Ours, stable: the same happening always gives the same id, so a second insert does nothing. */
  readonly id: string;
  readonly account: string;
  readonly kind: 'mail' | 'meetingNew' | 'meetingMoved' | 'meetingChanged' | 'meetingCancelled' | 'reminder';
  /** Immutable id of the message or event. */
  readonly itemId: string;
  /** Sender or organiser, as text. */
  readonly who: string;
  readonly subject: string;
  /** What changed, in words: "Moved from Mon 10:00 to Tue 14:00"; the preview of a mail; empty otherwise. */
  readonly detail: string;
  /** When it happened (received, modified), UTC. */
  readonly at: Date;
  /** Start of the meeting, UTC. */
  readonly startsAt: Date | null;
  readonly webLink: string | null;
  readonly joinUrl: string | null;
  /** Read elsewhere, deleted or overtaken: stays in the list, its toast is closed. */
  readonly settled: boolean;
  /** End of the meeting, UTC. */
  readonly endsAt?: Date;
  /** Reminders only: `startsAt` and `endsAt` are then the person's own midnights. */
  readonly isAllDay?: boolean;
  /** What the rules look at; absent where the alert is not of a mail, or an older version stored it. */
  readonly mail?: MailFacts;
  /** The same for news of a meeting. */
  readonly event?: EventFacts;
}
/** What rules may ask of a mail, kept with its alert. */
export interface MailFacts {
  /** Lower case. */
  readonly senderAddress: string;
  readonly conversationId: string | null;
  readonly isImportant: boolean;
  readonly isFocused: boolean;
}
/** What rules may ask of a meeting, kept with its alert. Of a cancelled one: as it was before. */
export interface EventFacts {
  /** Lower case; null where Graph names no organiser. */
  readonly organizerAddress: string | null;
  readonly isAllDay: boolean;
  /** Shown as free in the person's calendar. */
  readonly isFree: boolean;
  readonly isDeclined: boolean;
  /** Deleted from the person's calendar, by whomever: what an organiser cancels stays there, marked as cancelled. */
  readonly isGone?: true;
  /** As `sharedUid()` makes it. */
  readonly iCalUId?: string;
}
/** How an alert stands with the desktop. `quiet` ones are in the list but are never announced. */
export type AlertAnnouncement = 'waiting' | 'shown' | 'quiet';

/** The longest id that the window may name, in UTF-16 units. */
export const longestAlertId = 512;

/** The id of a happening: what, for whom, to which item and, where an item can have several, which one. */
export const alertId = (kind: Alert['kind'], ...parts: readonly string[]): string => boundedId(kind, ...parts);

/**
 * An id of ours that names other ids. Graph promises no length for its own; one that would not fit is cut and told apart
 * by a hash of the whole.
 */
export function boundedId(...parts: readonly string[]): string {
  const whole = parts.join(':');
  return whole.length <= longestAlertId ? whole : `${whole.slice(0, longestAlertId - 17)}:${fnv1a64(whole)}`;
}

/** FNV-1a over UTF-16 units, 64 bits, hex. @see https://datatracker.ietf.org/doc/html/draft-eastlake-fnv */
function fnv1a64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
