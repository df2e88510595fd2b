import type { PauseChoice, SnoozeChoice, ViewName } from '../../preload/contract.ts';
import type { Alert } from '../domain/alert.ts';
import type { AppState, Meeting } from '../domain/app-state.ts';
import type { AlertQuery, Cancel, DesktopLack, MailFolder, Toasts } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';

/** What the core offers to a shell. Every call answers within seconds; failures are Failures. */
export interface Actions {
  state(): AppState;
  alerts(page: AlertQuery): readonly Alert[];
  alert(id: string): Alert | null;
  /** Resolves once the browser is open; the outcome arrives as state. `null`: who needs it first, or the very first account. */
  signIn(homeAccountId: string | null): Promise<void>;
  /** Another account: Microsoft's page asks which, whatever the ones there are need. */
  addAccount(): Promise<void>;
  cancelSignIn(): void;
  signOut(homeAccountId: string): Promise<void>;
  /** Delta for all accounts, tunnel probe, pending retries: now. */
  checkNow(): Promise<void>;
  /** This computer is told at once from now on, in place of another one of the same person. */
  takeOver(homeAccountId: string): Promise<void>;
  /** Marks the mail of this alert as read at Microsoft; the first time the browser opens for the permission. */
  markRead(alertId: string): Promise<void>;
  muteConversation(alertId: string, muted: boolean): void;
  isMuted(alert: Alert): boolean;
  isVip(alert: Alert): boolean;
  /** When a snoozed reminder comes back; null when it is not snoozed. */
  snoozedUntil(alertId: string): Date | null;
  snooze(alertId: string, choice: SnoozeChoice): void;
  dismiss(alertId: string): void;
  /** Today's and tomorrow's that have not ended, earliest first. */
  meetings(): readonly Meeting[];
  /** Null ends the pause. */
  pause(choice: PauseChoice | null): void;
  settings(): SettingsNow;
  /** Stores, then puts into effect. Rejects with `configuration` (a value is not allowed) or `storage`. */
  changeSettings(change: Partial<Settings>): Promise<void>;
  folders(homeAccountId: string): Promise<readonly MailFolder[]>;
  /** Resolves when it has begun; one at a time. */
  runSelfTest(): Promise<void>;
  /** Text without personal data, for asking others for help. */
  diagnostics(): string;
  /** A new state, or a changed list. */
  onChange(listener: (what: 'state' | 'alerts' | 'meetings') => void): Cancel;
  /** Something happened to the machine. */
  machine(event: 'suspend' | 'resume' | 'networkChanged'): void;
  /** Orderly stop, at most 3 s. */
  stop(): Promise<void>;
}

export interface SettingsNow {
  readonly settings: Settings;
  /** Set by an administrator or the environment. */
  readonly managed: readonly (keyof Settings)[];
  /** How Tidings reaches the internet, in one sentence. */
  readonly proxy: string;
}

/** What the system says about starting Tidings when the person logs in. */
export type LoginItemState = 'on' | 'off' | 'requiresApproval' | 'unavailable';
export interface LoginItem {
  /** Asks the system each time. */
  read(): LoginItemState;
  /** @throws {Failure} `storage` or `unexpected` when the system refuses. */
  set(on: boolean): void;
}

/** What stands between us and the internet; `environmentIgnored`: one is named, and nothing makes us use it. */
export type ProxyUse = 'none' | 'system' | 'environment' | 'environmentIgnored';

/** What the core asks of a shell. */
export interface Desktop {
  readonly toasts: Toasts;
  /** Opens the system browser. Rejects if the address is not on the allow-list. */
  openExternal(url: string): Promise<void>;
  /** False only when the system is sure that there is no network. */
  isOnline(): boolean;
  /** Which way requests take; absent where nobody knows. */
  readonly proxy?: () => ProxyUse;
  /**
   * Tells what is lacking, now and whenever that changes: learnt at once, not at the next toast. Absent where a shell has
   * no way to find out.
   */
  onLacks?(listener: (lacks: ReadonlySet<DesktopLack>) => void): Cancel;
}

/** A desktop's shell: drawn from `Actions`, tells the core of clicks. */
export interface Shell extends Desktop {
  /** Starts drawing; called once, when the core is ready. */
  attach(actions: Actions): void;
  showWindow(view: ViewName, alertId: string | null): void;
  dispose(): Promise<void>;
}
