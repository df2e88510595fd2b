/** What the window shows of alerts and meetings. */

export interface AlertView {
  readonly id: string;
  readonly kind: 'mail' | 'meetingNew' | 'meetingMoved' | 'meetingChanged' | 'meetingCancelled' | 'reminder';
  /** Set where more than one account is signed in. */
  readonly accountName: string | null;
  readonly who: string;
  readonly subject: string;
  readonly detail: string;
  readonly at: string;
  readonly startsAt: string | null;
  readonly canOpen: boolean;
  readonly canJoin: boolean;
  /** A mail that is still unread. */
  readonly canMarkRead: boolean;
  /** A mail of a conversation; `isMuted` says how that stands. */
  readonly canMute: boolean;
  readonly isMuted: boolean;
  readonly isImportant: boolean;
  readonly isVip: boolean;
  /** A reminder that is not dismissed, of a meeting that has not ended. */
  readonly canSnooze: boolean;
  /** A snoozed reminder comes back at this time. */
  readonly snoozedUntil: string | null;
  readonly settled: boolean;
  /** `meetingCancelled`: not cancelled by its organiser, but deleted from the calendar. */
  readonly isGone?: true;
}

/** A meeting of today or tomorrow, for the list of what comes next. */
export interface MeetingView {
  readonly id: string;
  readonly accountName: string | null;
  readonly subject: string;
  readonly organizer: string;
  readonly location: string;
  /** All-day events: midnight UTC of their day, to be shown as a date of that calendar day in every zone. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly isAllDay: boolean;
  readonly isCancelled: boolean;
  readonly isDeclined: boolean;
  readonly showAs: 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown';
  readonly canOpen: boolean;
  readonly canJoin: boolean;
  /** When its next reminder comes; null when none will. */
  readonly remindsAt: string | null;
}

export interface AlertPage {
  readonly alerts: readonly AlertView[];
  /** Pass as `before` for the next page; null at the end. */
  readonly next: string | null;
}
