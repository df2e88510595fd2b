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

export type RemedyView = 'signIn' | 'checkNow' | 'takeOver' | 'openSettingsFolder';

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
  readonly remedy: RemedyView | null;
  readonly accountId: string | null;
  /** Shown where more than one account could be meant. */
  readonly accountName: string | null;
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

export interface AlertView {
  readonly id: string;
  readonly kind: 'mail' | 'meetingNew' | 'meetingMoved' | 'meetingChanged' | 'meetingCancelled' | 'reminder';
  /** Set where more than one account is signed in. */
  readonly accountName: string | null;
  readonly who: string;
  readonly subject: string;
  readonly detail: string;
  readonly at: string;
  readonly startsAt: string | null;
  readonly canOpen: boolean;
  readonly canJoin: boolean;
  /** A mail that is still unread. */
  readonly canMarkRead: boolean;
  /** A mail of a conversation; `isMuted` says how that stands. */
  readonly canMute: boolean;
  readonly isMuted: boolean;
  readonly isImportant: boolean;
  readonly isVip: boolean;
  /** A reminder that is not dismissed, of a meeting that has not ended. */
  readonly canSnooze: boolean;
  /** A snoozed reminder comes back at this time. */
  readonly snoozedUntil: string | null;
  readonly settled: boolean;
  /** `meetingCancelled`: not cancelled by its organiser, but deleted from the calendar. */
  readonly isGone?: true;
}

/** A meeting of today or tomorrow, for the list of what comes next. */
export interface MeetingView {
  readonly id: string;
  readonly accountName: string | null;
  readonly subject: string;
  readonly organizer: string;
  readonly location: string;
  /** All-day events: midnight UTC of their day, to be shown as a date of that calendar day in every zone. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly isAllDay: boolean;
  readonly isCancelled: boolean;
  readonly isDeclined: boolean;
  readonly showAs: 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown';
  readonly canOpen: boolean;
  readonly canJoin: boolean;
  /** When its next reminder comes; null when none will. */
  readonly remindsAt: string | null;
}

export type SnoozeChoice = 'fiveMinutes' | 'tenMinutes' | 'untilStart';
export type PauseChoice = 'oneHour' | 'untilTomorrow';

export type ThemeName = 'system' | 'light' | 'dark';
export type WeekdayName = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export type TunnelSettingView =
  | { readonly kind: 'localtunnel'; readonly host: string }
  /** `expectHost`: requests that name another host are refused; not every reverse proxy passes the name on. */
  | { readonly kind: 'fixedAddress'; readonly url: string; readonly port: number; readonly expectHost?: boolean }
  | { readonly kind: 'none' };

/** All that a person can choose; the same names as in the settings file. */
export interface SettingsValues {
  readonly clientId: string | null;
  readonly authority: string;
  readonly cloud: 'global' | 'usGov' | 'usGovDoD' | 'china';
  readonly tunnel: TunnelSettingView;
  readonly previews: boolean;
  readonly contentLevel: 'full' | 'senderOnly' | 'countOnly';
  readonly theme: ThemeName;
  readonly mail: {
    /** Which mail is announced; the rest is in the list, quietly. VIP senders always are, but for `none`. */
    readonly announce: 'all' | 'focused' | 'important' | 'vips' | 'none';
    /** Addresses (`ada@contoso.example`) or whole domains (`@contoso.example`). */
    readonly vips: readonly string[];
    /** Folders watched beside the inbox. */
    readonly folders: readonly { readonly account: string; readonly id: string; readonly name: string }[];
  };
  readonly calendar: {
    /** New, moved, changed and cancelled meetings. */
    readonly announce: boolean;
    readonly cancelled: boolean;
    readonly declined: boolean;
    readonly free: boolean;
    readonly allDay: boolean;
  };
  readonly reminders: {
    readonly enabled: boolean;
    /** Null: each event's own setting. */
    readonly minutesBefore: number | null;
    readonly allDay: boolean;
    readonly free: boolean;
  };
  readonly quietHours: {
    readonly enabled: boolean;
    /** `from` and `to` as `HH:MM`; one that ends no later than it begins goes over midnight and belongs to the day it begins on. */
    readonly spans: readonly { readonly days: readonly WeekdayName[]; readonly from: string; readonly to: string }[];
    readonly vipsBreakThrough: boolean;
    readonly remindersBreakThrough: boolean;
  };
}
export type SettingsKey = keyof SettingsValues;

export interface SettingsView {
  readonly values: SettingsValues;
  /** Set by an administrator or the environment: shown, not changed here. */
  readonly managed: readonly SettingsKey[];
  readonly loginItem: {
    /** What the system says now, never what was last asked for. */
    readonly state: 'on' | 'off' | 'requiresApproval' | 'unavailable';
    /** A sentence where it is not simply on or off, else empty. */
    readonly note: string;
  };
  /** How Tidings reaches the internet, in one sentence; no names or passwords. */
  readonly proxy: string;
  /** Base name and folder may be shown to the person whose file it is. */
  readonly settingsFile: string;
}

export interface FolderView {
  readonly id: string;
  readonly name: string;
  /** How deep it lies below the mailbox, from 0. */
  readonly depth: number;
}

export interface AlertPage {
  readonly alerts: readonly AlertView[];
  /** Pass as `before` for the next page; null at the end. */
  readonly next: string | null;
}

export type ViewName = 'today' | 'next' | 'health' | 'accounts' | 'settings' | 'signIn';

/** Failures cross as data: Electron passes on only an error's message. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly userMessage: string };

/** The renderer asks, main answers. */
export interface Requests {
  'app:get': { args: []; result: AppView };
  /** `search`: only alerts with all of its words in sender, subject or detail; empty for all. */
  'alerts:list': { args: [before: string | null, search: string]; result: AlertPage };
  'alert:open': { args: [alertId: string]; result: Outcome<null> };
  'alert:join': { args: [alertId: string]; result: Outcome<null> };
  /** May open the browser first, for the permission; then it resolves once that is open and the mark follows by itself. */
  'alert:mark-read': { args: [alertId: string]; result: Outcome<null> };
  'alert:mute-conversation': { args: [alertId: string, muted: boolean]; result: Outcome<null> };
  'alert:snooze': { args: [alertId: string, choice: SnoozeChoice]; result: Outcome<null> };
  'alert:dismiss': { args: [alertId: string]; result: Outcome<null> };
  'meetings:list': { args: []; result: readonly MeetingView[] };
  'meeting:open': { args: [meetingId: string]; result: Outcome<null> };
  'meeting:join': { args: [meetingId: string]; result: Outcome<null> };
  /** Null ends the pause. */
  'quiet:pause': { args: [choice: PauseChoice | null]; result: Outcome<null> };
  'settings:get': { args: []; result: SettingsView };
  /** Only the given keys change. Some make Tidings reconnect; the outcome comes once they are stored. */
  'settings:change': { args: [change: Partial<SettingsValues>]; result: Outcome<SettingsView> };
  'settings:start-at-login': { args: [on: boolean]; result: Outcome<SettingsView> };
  'folders:list': { args: [accountId: string]; result: Outcome<readonly FolderView[]> };
  /** Resolves when the test has begun; its steps arrive as state. */
  'health:self-test': { args: []; result: Outcome<null> };
  /** A report to paste into a question for help: no names, addresses, subjects, secrets or public addresses. */
  'health:diagnostics': { args: []; result: string };
  /** Null: the first account that needs it, or the very first one. Resolves as soon as the browser has been opened. */
  'session:sign-in': { args: [accountId: string | null]; result: Outcome<null> };
  /** Always another account, whatever the ones there are need. */
  'session:add-account': { args: []; result: Outcome<null> };
  'session:cancel-sign-in': { args: []; result: Outcome<null> };
  /** Be told at once on this computer, in place of another one. */
  'session:take-over': { args: [accountId: string]; result: Outcome<null> };
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
  'meetings:changed': readonly MeetingView[];
  /** The tray or a toast asks for a view, maybe with one alert in focus. */
  'view:show': { readonly view: ViewName; readonly alertId: string | null };
}

/**
 * In the browser shell alone, beside the messages above: there the page does what elsewhere a desktop does. What the
 * page asks of its server …
 */
export interface PageRequests {
  /** Whether this page may show toasts. */
  'page:toasts': { args: [able: boolean]; result: null };
  'page:toast-clicked': { args: [key: string]; result: null };
}
/** … and what it is told. */
export interface PagePushes {
  'page:toast': { readonly key: string; readonly title: string; readonly body: string; readonly urgent: boolean };
  'page:toast-closed': { readonly key: string };
  /** The system has no browser to open it with, so the page offers it. */
  'page:link': { readonly url: string };
  /** Tidings ends in an orderly way; nothing more will come. */
  'page:stopped': null;
}

/** What the preload puts on `window.tidings`: one named function per message, no general send. */
export interface TidingsApi {
  getApp(): Promise<AppView>;
  listAlerts(before: string | null, search: string): Promise<AlertPage>;
  openAlert(alertId: string): Promise<Outcome<null>>;
  /** Joins the meeting that an alert is about. */
  joinFromAlert(alertId: string): Promise<Outcome<null>>;
  markRead(alertId: string): Promise<Outcome<null>>;
  muteConversation(alertId: string, muted: boolean): Promise<Outcome<null>>;
  snooze(alertId: string, choice: SnoozeChoice): Promise<Outcome<null>>;
  dismiss(alertId: string): Promise<Outcome<null>>;
  listMeetings(): Promise<readonly MeetingView[]>;
  openMeeting(meetingId: string): Promise<Outcome<null>>;
  joinMeeting(meetingId: string): Promise<Outcome<null>>;
  pause(choice: PauseChoice | null): Promise<Outcome<null>>;
  getSettings(): Promise<SettingsView>;
  changeSettings(change: Partial<SettingsValues>): Promise<Outcome<SettingsView>>;
  startAtLogin(on: boolean): Promise<Outcome<SettingsView>>;
  listFolders(accountId: string): Promise<Outcome<readonly FolderView[]>>;
  runSelfTest(): Promise<Outcome<null>>;
  getDiagnostics(): Promise<string>;
  signIn(accountId: string | null): Promise<Outcome<null>>;
  addAccount(): Promise<Outcome<null>>;
  cancelSignIn(): Promise<Outcome<null>>;
  takeOver(accountId: string): Promise<Outcome<null>>;
  signOut(accountId: string): Promise<Outcome<null>>;
  checkNow(): Promise<Outcome<null>>;
  openSettingsFolder(): Promise<Outcome<null>>;
  quit(): Promise<null>;
  /** Each returns a function that stops listening. */
  onAppChanged(listener: (view: AppView) => void): () => void;
  onAlertsChanged(listener: (page: AlertPage) => void): () => void;
  onMeetingsChanged(listener: (meetings: readonly MeetingView[]) => void): () => void;
  onShowView(listener: (request: Pushes['view:show']) => void): () => void;
}
