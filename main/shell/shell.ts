import type { ViewName } from '../../preload/contract.ts';
import type { Alert } from '../domain/alert.ts';
import type { AppState } from '../domain/app-state.ts';
import type { Cancel, Toasts } from '../domain/ports.ts';

/** What the core offers to a shell. Every call answers within seconds; failures are Failures. */
export interface Actions {
  state(): AppState;
  alerts(page: { readonly before?: Date; readonly limit: number }): readonly Alert[];
  alert(id: string): Alert | null;
  /** Resolves once the browser is open; the outcome arrives as state. `null`: who needs it first, or the very first account. */
  signIn(homeAccountId: string | null): Promise<void>;
  /** Another account: Microsoft's page asks which, whatever the ones there are need. */
  addAccount(): Promise<void>;
  cancelSignIn(): void;
  signOut(homeAccountId: string): Promise<void>;
  /** Delta for all accounts, tunnel probe, pending retries: now. */
  checkNow(): Promise<void>;
  /** A new state, or a changed alert list. */
  onChange(listener: (what: 'state' | 'alerts') => void): Cancel;
  /** Something happened to the machine. */
  machine(event: 'suspend' | 'resume' | 'networkChanged'): void;
  /** Orderly stop, at most 3 s. */
  stop(): Promise<void>;
}

/** What the core asks of a shell. */
export interface Desktop {
  readonly toasts: Toasts;
  /** Opens the system browser. Rejects if the address is not on the allow-list. */
  openExternal(url: string): Promise<void>;
  /** False only when the system is sure that there is no network. */
  isOnline(): boolean;
}

/** A desktop's shell: drawn from `Actions`, tells the core of clicks. */
export interface Shell extends Desktop {
  readonly kind: 'electron' | 'browser' | 'memory';
  /** Starts drawing; called once, when the core is ready. */
  attach(actions: Actions): void;
  showWindow(view: ViewName, alertId: string | null): void;
  dispose(): Promise<void>;
}
