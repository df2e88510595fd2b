/**
 * The small interfaces that the core asks of the world. Adapters implement them; `compose.ts` hands them over. Those to
 * Microsoft Graph and those to the disk have files of their own, and come with these.
 */
import type { ReceivedPost, Watch } from './notification.ts';
import type { Account } from './session.ts';

export type * from './ports-graph.ts';
export type * from './ports-store.ts';

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
  /** Somebody who knows a path of ours says that what pointed to it was taken over. Nobody vouches for that. */
  takenOver?(): void;
  /** Something was refused or dropped: counted for Health, never told to the sender. */
  refused(why: string): void;
}
export interface Listener {
  /** Resolves with the local port it is bound to on the loopback interface. `port` 0 takes any. */
  start(port: number): Promise<number>;
  /** Destroys every socket; resolves when closed. */
  stop(): Promise<void>;
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

/** A program of the system that shows toasts, for a shell that has no way of its own. */
export interface ToastProgram {
  /** A second toast with the same key replaces the first. `body` is markup; `stays`: until somebody closes it. */
  show(toast: { readonly key: string; readonly title: string; readonly body: string; readonly stays: boolean }): void;
  close(key: string): void;
  closeAll(): void;
}
export interface ToastProgramEvents {
  /** The desktop has taken one: toasts work. */
  readonly shown: () => void;
  /** Nothing took this toast. */
  readonly failed: (key: string, why: string) => void;
  readonly clicked: (key: string) => void;
}

/**
 * What a desktop can fail to give us: popups, an icon in the panel, Chromium's sandbox around the page (and that by the
 * person's own choice).
 */
export type DesktopLack = 'toasts' | 'tray' | 'sandbox' | 'sandboxByChoice';
