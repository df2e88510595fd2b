/** What the window shows of the state: health, accounts, signing in, the self-test. */
import type { ThemeName } from './settings-views.ts';

export type HealthStateView =
  | 'configurationError'
  | 'blocked'
  | 'signInRequired'
  | 'offline'
  | 'toastsBlocked'
  | 'delayed'
  | 'catchingUp'
  | 'paused'
  | 'notSetUp'
  | 'allGood';

export type RemedyView = 'signIn' | 'checkNow' | 'takeOver' | 'openSettingsFolder';

/** What a person who is stopped by their organisation can copy and send to an administrator. */
export interface HandOnView {
  /** Several lines; the link, if there is one, is the last of them. */
  readonly text: string;
  readonly link: string | null;
}

/** Worth knowing; the state stays what it is. */
export interface NoticeView {
  readonly code: string;
  readonly headline: string;
  readonly explanation: string;
  readonly remedy: RemedyView | null;
  readonly accountId: string | null;
  /** Shown where more than one account could be meant. */
  readonly accountName: string | null;
  readonly since: string;
}

/** What keeps the state from being good. */
export interface WarningView extends NoticeView {
  readonly state: HealthStateView;
  /** Only for `blocked`. */
  readonly handOn: HandOnView | null;
}

export interface ChainLinkView {
  readonly link: 'token' | 'tunnel' | 'subscription' | 'lastEvent' | 'toasts';
  readonly verdict: 'good' | 'waiting' | 'bad' | 'off';
  readonly text: string;
  readonly since: string | null;
}

export interface HealthView {
  readonly state: HealthStateView;
  readonly headline: string;
  readonly explanation: string;
  readonly since: string;
  readonly warnings: readonly WarningView[];
  readonly notices: readonly NoticeView[];
  readonly chain: readonly ChainLinkView[];
}

export interface AccountView {
  readonly accountId: string;
  readonly username: string;
  readonly name: string | null;
  readonly kind: 'work' | 'personal';
  readonly session: 'signedIn' | 'signInRequired' | 'blocked' | 'configurationError';
  /** "your password changed", or empty. */
  readonly reason: string;
}

export type SignInView =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waitingForBrowser'; readonly until: string }
  | {
      readonly kind: 'failed';
      readonly userMessage: string;
      readonly handOn: HandOnView | null;
      /** Somebody else signed in than was asked for: the name to offer "Add … instead" for, by `addAccount`. */
      readonly offerToAdd: string | null;
    };

/** Why toasts are held back for now, or null. */
export interface QuietView {
  readonly why: 'paused' | 'quietHours';
  /** Null: until the person says otherwise. */
  readonly until: string | null;
}

export type SelfTestStepName = 'token' | 'graph' | 'tunnel' | 'roundTrip' | 'toasts';
export interface SelfTestStepView {
  readonly step: SelfTestStepName;
  readonly verdict: 'waiting' | 'running' | 'good' | 'bad' | 'off';
  /** What was found, and what to do where it is bad. */
  readonly text: string;
  /** How long it took, in milliseconds. */
  readonly tookMs: number | null;
}
export interface SelfTestView {
  readonly startedAt: string;
  /** Null while it runs. */
  readonly finishedAt: string | null;
  readonly steps: readonly SelfTestStepView[];
}

export interface AppView {
  readonly health: HealthView;
  readonly accounts: readonly AccountView[];
  readonly signIn: SignInView;
  readonly unreadCount: number | null;
  /** One sentence when tokens are kept in memory only, else null. */
  readonly storageNote: string | null;
  readonly quiet: QuietView | null;
  /** The last self-test since the start; null before the first. */
  readonly selfTest: SelfTestView | null;
  readonly theme: ThemeName;
  readonly version: string;
}
