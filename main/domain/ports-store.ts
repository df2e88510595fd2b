/** What the core asks of memory that survives. */
import type { Alert, AlertAnnouncement, CalendarEvent, WatchedResource } from './alert.ts';
import type { QueuedPost, ReceivedPost, Watch } from './notification.ts';
import type { ReminderNote } from './reminder.ts';
import type { Account, Session } from './session.ts';

export interface Queue {
  /** Durable when it returns. Throws Failure `storage`. */
  put(post: ReceivedPost): void;
  /** Oldest first, not yet done. */
  pending(limit: number): readonly QueuedPost[];
  done(ids: readonly number[]): void;
  size(): number;
}

/** What has a cursor of its own: the inbox (`mail`), each folder that is watched beside it, the calendar. */
export type CursorKey = WatchedResource | `mail:${string}`;
/** Where we stand with one of them, for one account. */
export interface Cursor {
  /** Opaque; empty when it was dropped. */
  readonly deltaLink: string;
  /** Items from before this instant are known of old: listed perhaps, announced never. */
  readonly baseline: Date;
  /** When the last whole round was stored. */
  readonly caughtUpAt: Date;
  /**
   * What the delta link was made for, as it cannot be changed. Calendar: the day the window was rolled to, `YYYY-MM-DD`.
   * Mail: `previews` where it brings them, else null.
   */
  readonly madeFor: string | null;
}
export interface KnownMessage {
  readonly id: string;
  readonly isRead: boolean;
  readonly alertId: string | null;
}
export interface LedgerChange {
  readonly account: string;
  readonly resource: CursorKey;
  readonly cursor: Cursor;
  /** Inserted once; an id that is there already is left as it is. */
  readonly alerts: readonly { readonly alert: Alert; readonly announcement: AlertAnnouncement }[];
  /** Alerts to mark settled; one that still waits becomes quiet. */
  readonly settle: readonly string[];
  readonly messages: readonly KnownMessage[];
  readonly events: readonly CalendarEvent[];
  readonly forgetEvents: readonly string[];
}
export interface Ledger {
  cursor(account: string, resource: CursorKey): Cursor | null;
  /** Forgets where we stand with every watched folder but these and the inbox: what is chosen anew begins anew. */
  keepFolders(account: string, folders: readonly string[]): void;
  messages(account: string, ids: readonly string[]): ReadonlyMap<string, KnownMessage>;
  events(account: string): ReadonlyMap<string, CalendarEvent>;
  /** All of it in one transaction. Returns the ids of the alerts that were new. */
  apply(change: LedgerChange): readonly string[];
  /** Forgets the delta link (so the next round is a full one) and keeps everything else. */
  dropDeltaLink(account: string, resource: CursorKey): void;
  /** Alerts waiting to be announced, oldest first. */
  waiting(): readonly Alert[];
  markAnnounced(ids: readonly string[], how: 'shown' | 'quiet'): void;
  /** Inserts, or replaces what is there: they wait to be announced, again. */
  tellAnew(alerts: readonly Alert[]): void;
  /** Done with, by the person's own hand; one that still waits becomes quiet. */
  settle(ids: readonly string[]): void;
  alert(id: string): Alert | null;
  /** Ids of what was told of these events (new, moved, changed) and is not settled; what still waits was not told. */
  meetingNews(account: string, eventIds: readonly string[]): readonly string[];
  /** Newest first. Whole instants: where the last one has several alerts, all of them, even if that is above the limit. */
  alerts(page: AlertQuery): readonly Alert[];
  /** How many there are in all. */
  alertCount(): number;
}
/** Conversations of which the person wants to hear no more. Each call is one transaction. */
export interface Mutes {
  has(account: string, conversationId: string): boolean;
  /** Muted until 30 days after the last mail that would have been told; the 5,000 with the newest mail are kept. */
  set(account: string, conversationId: string, muted: boolean): void;
  /** A mail of a muted conversation came: it stays muted for as long again. */
  mailCame(account: string, conversationId: string, at: Date): void;
}
export interface AlertQuery {
  readonly before?: Date;
  readonly limit: number;
}

/** What was told, snoozed and dismissed of reminders. Each call is one transaction, durable when it returns. */
export interface ReminderNotes {
  all(): readonly ReminderNote[];
  save(notes: readonly ReminderNote[]): void;
  remove(ids: readonly string[]): void;
}

export interface SubscriptionRecord extends Watch {
  readonly id: string;
  /** Host of the public address it points to. */
  readonly host: string;
  /** Mail of all folders, not of the inbox alone. */
  readonly isWide?: true;
  readonly expiresAt: Date;
  readonly clientStateDigest: string;
  /** A challenge that still waits for its answer. */
  readonly challenged: boolean;
}
export interface AccountRecord {
  readonly account: Account;
  readonly session: Session;
  readonly addedAt: Date;
}
/** Small facts: accounts, subscriptions, our secrets. Each call is one transaction, durable when it returns. */
export interface Records {
  accounts(): readonly AccountRecord[];
  saveAccount(record: AccountRecord): void;
  /** Removes the account and everything stored for it. */
  removeAccount(homeAccountId: string): void;
  subscriptions(): readonly SubscriptionRecord[];
  saveSubscription(record: SubscriptionRecord): void;
  removeSubscription(id: string): void;
  /** Named values, JSON text: `tunnel` (name and listener secrets), `lastSeenRunning`, … */
  value(name: string): string | null;
  setValue(name: string, json: string | null): void;
}
