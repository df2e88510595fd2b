/** The small interfaces that the core asks of the world. Adapters implement them; `compose.ts` hands them over. */
import type { Alert, AlertAnnouncement, CalendarChange, CalendarEvent, MailChange, WatchedResource } from './alert.ts';
import type { QueuedPost, ReceivedPost, Watch } from './notification.ts';
import type { ReminderNote } from './reminder.ts';
import type { Account, Session } from './session.ts';

export type Cancel = () => void;

// ── time and log ────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Clock {
  now(): Date;
  /** Runs `run` once when the wall clock has moved `delayMs` on. */
  after(delayMs: number, run: () => void): Cancel;
  /** The wall clock leapt (sleep, clock change): `gapMs` is how far beyond what had passed, negative for backwards. */
  onJump(listener: (gapMs: number) => void): Cancel;
}

/** The clock of a machine that can sleep. */
export interface MachineClock extends Clock {
  /** Looks at the wall clock at once: a jump is told and due timers run before this returns. */
  recheck(): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
/** Event names are `noun.verb`. Never a token, code, callback URL, `clientState`, address or subject. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Random values, so that tests can say which. */
export interface Random {
  /** In [0, 1), for jitter. */
  fraction(): number;
  /** `bytes` random bytes as base64url, for secrets. */
  secret(bytes: number): string;
}

// ── sign-in ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where tokens are kept. `memory`: the person signs in at each start, and is told why. */
export type TokenStorage =
  | { readonly kind: 'keyring' }
  | { readonly kind: 'memory'; readonly why: 'no-keyring' | 'keyring-locked' | 'keyring-unusable' };

export interface TokenRequest {
  readonly scopes?: readonly string[];
  /** Decoded JSON text of a claims challenge: skips the cached token. */
  readonly claims?: string;
  readonly forceRefresh?: boolean;
}
export interface SignInRequest {
  /** Given for "sign in again": its hint is passed, never `select_account`. Absent for "add account". */
  readonly account?: Account;
  readonly claims?: string;
  readonly scopes: readonly string[];
  /** Ends the attempt; the call then rejects with `sign-in-cancelled` or, if `reason` is `'timeout'`, `sign-in-timed-out`. */
  readonly signal: AbortSignal;
  /** Opens the system browser. */
  readonly openBrowser: (url: string) => Promise<void>;
}

/** MSAL behind one interface. Every rejection is a Failure with a sign-in code. */
export interface Identity {
  /** Finds out where tokens can be kept and loads what is there. Never rejects: without a keyring it is memory. */
  open(): Promise<TokenStorage>;
  accounts(): Promise<readonly Account[]>;
  /** A Graph access token, refreshed quietly. */
  accessToken(homeAccountId: string, request: TokenRequest): Promise<string>;
  /** One at a time. Resolves when tokens are stored. The account may be another one than asked for: compare. */
  signIn(request: SignInRequest): Promise<Account>;
  /** Forgets the account here; works offline. */
  signOut(homeAccountId: string): Promise<void>;
}

export interface GraphTokenRequest extends Omit<TokenRequest, 'scopes'> {
  /** Short names of permissions beside the usual ones. Rejects with the reason `consent-needed` until they are given. */
  readonly extraScopes?: readonly string[];
}
/** A Graph access token for one account; rejects with the Failure that says why there is none. */
export interface TokenSource {
  accessToken(request?: GraphTokenRequest): Promise<string>;
}

/** Small secrets in the system's keyring (the key of the alert history). */
export interface SecretStore {
  read(name: string): Promise<string | null>;
  write(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

// ── Microsoft Graph, for one account ────────────────────────────────────────────────────────────────────────────────

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

// ── being reachable ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface OpenTunnel {
  /** `https://name.example`, no trailing slash. */
  readonly publicUrl: string;
  /** Fires once when the tunnel is known to be dead; never after `close()`. */
  onClosed(listener: (why: string) => void): void;
  /** Resolves when nothing of it runs any more. */
  close(): Promise<void>;
}
export interface TunnelProvider {
  readonly kind: 'localtunnel' | 'fixedAddress';
  /** The name to ask for next time lives in the caller. Rejects with `tunnel-unavailable` within 15 s. */
  open(request: { readonly port: number; readonly name: string; readonly signal: AbortSignal }): Promise<OpenTunnel>;
}
/** `foreign`: something that is not us answers at our address, so the name is lost. Never rejects; at most 10 s. */
export type ProbeResult = 'reached' | 'unreachable' | 'foreign';
export interface Probe {
  probe(publicUrl: string): Promise<ProbeResult>;
}

/** Unguessable last segments of our three public paths, and the key that answers the probe. */
export interface ListenerSecrets {
  readonly notificationPath: string;
  readonly lifecyclePath: string;
  readonly probePath: string;
  readonly probeKey: string;
}
export interface ExpectedClientState extends Watch {
  /** SHA-256 of the `clientState`, hex. */
  readonly digest: string;
}
export interface ListenerRules {
  secrets(): ListenerSecrets;
  /** All live and pending subscriptions. */
  expected(): readonly ExpectedClientState[];
  /** True while a create of ours is under way (and 60 s after it began): only then is a validationToken echoed. */
  validationExpected(): boolean;
  /** The public host the request must name, or null for any. */
  expectedHost(): string | null;
  /** Stores durably, or throws: then Graph is asked to come again. */
  put(post: ReceivedPost): void;
  /** Something was refused or dropped: counted for Health, never told to the sender. */
  refused(why: string): void;
}
export interface Listener {
  /** Resolves with the local port it is bound to on the loopback interface. `port` 0 takes any. */
  start(port: number): Promise<number>;
  /** Destroys every socket; resolves when closed. */
  stop(): Promise<void>;
}

// ── memory that survives ────────────────────────────────────────────────────────────────────────────────────────────

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
  /** Calendar only: the day the window was rolled to, `YYYY-MM-DD`. */
  readonly windowDay: string | null;
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

// ── the desktop ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Toast {
  /** Ours; a second toast with the same key replaces the first. An alert's id, `digest`, `sign-in`, … */
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly urgent: boolean;
  /** Buttons, where the system has them; never the only way to anything. */
  readonly buttons?: readonly ToastButton[];
}
export type ToastButton = 'markRead' | 'join' | 'snooze' | 'dismiss';
export interface Toasts {
  /** Returns when the desktop has taken it. `unavailable` when the desktop shows none. */
  show(toast: Toast): 'shown' | 'unavailable';
  close(key: string): void;
}

/**
 * What a desktop can fail to give us: popups, an icon in the panel, Chromium's sandbox around the page (and that by the
 * person's own choice).
 */
export type DesktopLack = 'toasts' | 'tray' | 'sandbox' | 'sandboxByChoice';
