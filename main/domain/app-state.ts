import type { CalendarEvent } from './alert.ts';
import type { Registration } from './hand-on.ts';
import type { Health } from './health.ts';
import type { TokenStorage } from './ports.ts';
import type { Account, BlockedReason, Session } from './session.ts';
import type { Settings } from './settings.ts';

/** An interactive sign-in attempt; at most one at a time. */
export type SignInAttempt =
  | { readonly kind: 'idle' }
  /** The browser is open; ends by itself at `until`. */
  | { readonly kind: 'waitingForBrowser'; readonly account: string | null; readonly until: Date }
  /** The last attempt did not succeed; `userMessage` says why. Cleared by the next attempt. */
  | {
      readonly kind: 'failed';
      readonly account: string | null;
      readonly userMessage: string;
      /** The organisation refused, so there is something to hand on to its administrator. */
      readonly blocked?: { readonly reason: BlockedReason; readonly aadsts: number | null };
      /** It was about these permissions, beside the usual ones. The sign-in itself stays good. */
      readonly extraScopes?: readonly string[];
      /** It failed for how Tidings is set up, not for the person. */
      readonly isConfiguration?: true;
      /** Somebody else signed in than was asked for: their sign-in name, to be added instead. */
      readonly offerToAdd?: string;
    };

/** One link of the chain that a change travels, for "why am I not being notified?". */
export interface ChainLink {
  readonly link: 'token' | 'tunnel' | 'subscription' | 'lastEvent' | 'toasts';
  readonly verdict: 'good' | 'waiting' | 'bad' | 'off';
  /** One sentence, no ids, no addresses beyond a host name. */
  readonly text: string;
  readonly since: Date | null;
}

export interface AccountState {
  readonly account: Account;
  readonly session: Session;
}

/** Why toasts are held back for now. */
export interface Quiet {
  readonly why: 'paused' | 'quietHours';
  /** Null: until the person says otherwise. */
  readonly until: Date | null;
}

export interface SelfTestStep {
  readonly step: 'token' | 'graph' | 'tunnel' | 'roundTrip' | 'toasts';
  readonly verdict: 'waiting' | 'running' | 'good' | 'bad' | 'off';
  /** What was found, and what to do where it is bad; no ids, no addresses beyond a host name. */
  readonly text: string;
  readonly tookMs: number | null;
}
/** The chain walked once for real, from the token to the desktop. */
export interface SelfTest {
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly steps: readonly SelfTestStep[];
}

/** A meeting of today or tomorrow. */
export interface Meeting {
  /** Ours: names the event and its account. */
  readonly id: string;
  readonly account: string;
  readonly event: CalendarEvent;
  /** When its next reminder comes; null when none will. */
  readonly remindsAt: Date | null;
}

/** All that the shell shows, as one value; a new one is published at every change. */
export interface AppState {
  readonly at: Date;
  readonly health: Health;
  readonly accounts: readonly AccountState[];
  readonly signIn: SignInAttempt;
  /** Sum over accounts of the server's own count; null until known. */
  readonly unreadCount: number | null;
  readonly chain: readonly ChainLink[];
  readonly tokenStorage: TokenStorage;
  readonly quiet: Quiet | null;
  /** The last one since the start; null before the first. */
  readonly selfTest: SelfTest | null;
  readonly theme: Settings['theme'];
  /** The meeting that comes next today or tomorrow, for the tray. */
  readonly nextMeeting: Meeting | null;
  /** As what Tidings is known to Microsoft, for the text that is handed on to an administrator. */
  readonly registration: Registration;
  /** Where the settings file lies, base name and folder, for the "not configured" text. */
  readonly settingsFile: string;
}
