/**
 * Every message between main and renderer: types only, so that both sides compile against one truth. What the messages
 * carry is described beside this file, and comes with it.
 * Dates cross as ISO 8601 text. Nothing here carries a token, a `clientState`, a public address or a file's path.
 */
import type { AlertPage, MeetingView } from './list-views.ts';
import type { FolderView, SettingsValues, SettingsView } from './settings-views.ts';
import type { AppView } from './state-views.ts';

export type * from './list-views.ts';
export type * from './settings-views.ts';
export type * from './state-views.ts';

export type ViewName = 'today' | 'next' | 'health' | 'accounts' | 'settings' | 'signIn';
export type SnoozeChoice = 'fiveMinutes' | 'tenMinutes' | 'untilStart';
export type PauseChoice = 'oneHour' | 'untilTomorrow';

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
  /** There is no tray to quit from. */
  'page:quit': { args: []; result: null };
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
  /** Each returns a function that stops listening. */
  onAppChanged(listener: (view: AppView) => void): () => void;
  onAlertsChanged(listener: (page: AlertPage) => void): () => void;
  onMeetingsChanged(listener: (meetings: readonly MeetingView[]) => void): () => void;
  onShowView(listener: (request: Pushes['view:show']) => void): () => void;
}
