/**
 * Every message between main and renderer: types only, so that both sides compile against one truth.
 * Dates cross as ISO 8601 text. Nothing here carries a token, a `clientState`, a public address or a file's path.
 */

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

export type RemedyView = 'signIn' | 'checkNow' | 'openSettingsFolder';

/** What a person who is stopped by their organisation can copy and send to an administrator. */
export interface HandOnView {
  /** Several lines; the link, if there is one, is the last of them. */
  readonly text: string;
  readonly link: string | null;
}

export interface WarningView {
  readonly code: string;
  readonly state: HealthStateView;
  readonly headline: string;
  readonly explanation: string;
  readonly remedy: RemedyView | null;
  readonly accountId: string | null;
  /** Shown where more than one account could be meant. */
  readonly accountName: string | null;
  readonly since: string;
  /** Only for `blocked`. */
  readonly handOn: HandOnView | null;
}

/** Worth knowing; the state stays what it is. */
export interface NoticeView {
  readonly code: string;
  readonly headline: string;
  readonly explanation: string;
  readonly since: string;
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

export interface AppView {
  readonly health: HealthView;
  readonly accounts: readonly AccountView[];
  readonly signIn: SignInView;
  readonly unreadCount: number | null;
  /** One sentence when tokens are kept in memory only, else null. */
  readonly storageNote: string | null;
  readonly version: string;
}

export interface AlertView {
  readonly id: string;
  readonly kind: 'mail' | 'meetingNew' | 'meetingMoved' | 'meetingChanged' | 'meetingCancelled';
  readonly who: string;
  readonly subject: string;
  readonly detail: string;
  readonly at: string;
  readonly startsAt: string | null;
  readonly canOpen: boolean;
  readonly canJoin: boolean;
  readonly settled: boolean;
}

export interface AlertPage {
  readonly alerts: readonly AlertView[];
  /** Pass as `before` for the next page; null at the end. */
  readonly next: string | null;
}

export type ViewName = 'today' | 'health' | 'signIn';

/** Failures cross as data: Electron passes on only an error's message. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly userMessage: string };

/** The renderer asks, main answers. */
export interface Requests {
  'app:get': { args: []; result: AppView };
  'alerts:list': { args: [before: string | null]; result: AlertPage };
  'alert:open': { args: [alertId: string]; result: Outcome<null> };
  'alert:join': { args: [alertId: string]; result: Outcome<null> };
  /** Null: the first account that needs it, or the very first one. Resolves as soon as the browser has been opened. */
  'session:sign-in': { args: [accountId: string | null]; result: Outcome<null> };
  /** Always another account, whatever the ones there are need. */
  'session:add-account': { args: []; result: Outcome<null> };
  'session:cancel-sign-in': { args: []; result: Outcome<null> };
  'session:sign-out': { args: [accountId: string]; result: Outcome<null> };
  'health:check-now': { args: []; result: Outcome<null> };
  'health:open-settings-folder': { args: []; result: Outcome<null> };
  'app:quit': { args: []; result: null };
}

/** Main tells, the renderer listens. */
export interface Pushes {
  'app:changed': AppView;
  /** The newest page, whenever the list changed. */
  'alerts:changed': AlertPage;
  /** The tray or a toast asks for a view, maybe with one alert in focus. */
  'view:show': { readonly view: ViewName; readonly alertId: string | null };
}

/** What the preload puts on `window.tidings`: one named function per message, no general send. */
export interface TidingsApi {
  getApp(): Promise<AppView>;
  listAlerts(before: string | null): Promise<AlertPage>;
  openAlert(alertId: string): Promise<Outcome<null>>;
  joinMeeting(alertId: string): Promise<Outcome<null>>;
  signIn(accountId: string | null): Promise<Outcome<null>>;
  addAccount(): Promise<Outcome<null>>;
  cancelSignIn(): Promise<Outcome<null>>;
  signOut(accountId: string): Promise<Outcome<null>>;
  checkNow(): Promise<Outcome<null>>;
  openSettingsFolder(): Promise<Outcome<null>>;
  quit(): Promise<null>;
  /** Each returns a function that stops listening. */
  onAppChanged(listener: (view: AppView) => void): () => void;
  onAlertsChanged(listener: (page: AlertPage) => void): () => void;
  onShowView(listener: (request: Pushes['view:show']) => void): () => void;
}
