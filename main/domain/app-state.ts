import type { Registration } from './hand-on.ts';
import type { Health } from './health.ts';
import type { TokenStorage } from './ports.ts';
import type { Account, BlockedReason, Session } from './session.ts';

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
  /** As what Tidings is known to Microsoft, for the text that is handed on to an administrator. */
  readonly registration: Registration;
  /** Where the settings file lies, base name and folder, for the "not configured" text. */
  readonly settingsFile: string;
}
