/** What the core asks of Microsoft Graph, for one account. */
import type { CalendarChange, CalendarEvent, MailChange, WatchedResource } from './alert.ts';

export interface GraphSubscription {
  readonly id: string;
  readonly resource: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly expiresAt: Date;
}
export interface NewSubscription {
  readonly resource: WatchedResource;
  /** Created, updated and deleted when absent. Graph refuses a second one for the same resource and change type. */
  readonly changeType?: 'deleted';
  /** Mail of all folders, not of the inbox alone. */
  readonly isWide?: boolean;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string;
  readonly clientState: string;
  readonly expiresAt: Date;
}
export interface Subscriptions {
  /** Rejects with `graph-validation-failed`, `graph-conflict`, `graph-forbidden`, … */
  create(subscription: NewSubscription): Promise<GraphSubscription>;
  /** PATCH: moves the expiry and answers a challenge. Rejects with `graph-not-found` if Graph dropped it. */
  renew(id: string, expiresAt: Date): Promise<GraphSubscription>;
  /** `POST …/reauthorize`: answers a challenge and keeps the expiry. */
  reauthorize(id: string): Promise<void>;
  list(): Promise<readonly GraphSubscription[]>;
  /** A subscription that is gone already counts as removed. */
  remove(id: string): Promise<void>;
}

/** Other computers of the same person, with the same app registration. */
export interface Neighbours {
  /** Whether a Tidings answers at an address that somebody else's subscription points to. Never rejects; at most 10 s. */
  answers(notificationUrl: string): Promise<boolean>;
  /** Lets whoever answers there know that their subscription was taken over. Never rejects; at most 10 s. */
  tellTakenOver(notificationUrl: string): Promise<void>;
}

/** One whole delta round: every page up to the delta link, which is opaque. */
export interface DeltaRound<T> {
  readonly changes: readonly T[];
  readonly deltaLink: string;
}
export interface Mail {
  /**
   * Changes in a folder since `deltaLink`; null starts a new round with messages received at or after `since`.
   * Rejects with `graph-sync-state-lost` when the link is dead, and with `graph-not-found` when the folder is gone.
   *
   * @param folder its id; the inbox when absent.
   */
  changes(deltaLink: string | null, since: Date, folder?: string): Promise<DeltaRound<MailChange>>;
  /** Where a message lies now (`inbox`, or the folder's id), by its immutable id; null when it is gone. */
  find(id: string): Promise<{ readonly folder: string; readonly isRead: boolean } | null>;
  /** Unread messages in the inbox, as the server counts them. */
  unreadCount(): Promise<number>;
  /**
   * PATCH `isRead`; needs `Mail.ReadWrite`. A message that is gone counts as marked.
   * Rejects with `sign-in-required`, reason `consent-needed`, while the permission is missing.
   */
  markRead(id: string): Promise<void>;
  /** Those that can be watched beside the inbox, parents before their children. */
  folders(): Promise<readonly MailFolder[]>;
}
export interface MailFolder {
  readonly id: string;
  readonly name: string;
  readonly depth: number;
}
export interface Calendar {
  /** Changes in the window since `deltaLink`; null starts a new round over it. */
  changes(
    deltaLink: string | null,
    window: { readonly from: Date; readonly to: Date },
  ): Promise<DeltaRound<CalendarChange>>;
  /** Null when Graph answers 404: deleted. */
  event(id: string): Promise<CalendarEvent | null>;
}
