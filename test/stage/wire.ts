/** What the stage (the test's process) and an app's process tell each other, whichever driver plays the app. */
import type { ToastButton } from '../../main/domain/ports.ts';
import type { AlertView, AppView, MeetingView, SettingsValues, SnoozeChoice } from '../../preload/contract.ts';

export interface ShownToast {
  readonly key: string;
  readonly title: string;
  readonly body: string;
}
/** All that a person could see of the app, at one moment. */
export interface AppGlance {
  readonly app: AppView;
  readonly tooltip: string;
  /** Labels of the tray's menu, top first. */
  readonly menu: readonly string[];
  readonly alerts: readonly AlertView[];
  readonly meetings: readonly MeetingView[];
}
/** What can be done with a reminder in the window. */
export type ReminderAct = SnoozeChoice | 'dismiss' | 'join';
export type DyingMoment = 'before storing' | 'before answering' | 'before marking';
/** Where something of ours can be wrong that nobody thought of. */
export const bugPlaces = [
  'asking Graph',
  'asking for a token',
  'opening the tunnel',
  'storing a notification',
  'writing what a round found',
  'noting that something was told',
  'reading what waits to be told',
  'showing a toast',
  'opening the browser',
  'a timer',
] as const;
export type BugPlace = (typeof bugPlaces)[number];
export type BugKind = 'throws' | 'uncaught exception' | 'unhandled rejection';
/** Asked by the app's process, answered by the stage. */
export interface StageCalls {
  toastShown(toast: ShownToast): void;
  toastClosed(key: string): void;
  openExternal(url: string): void;
}
/** What the app has to do, several turns of its event loop after it was asked. */
export interface AppRest {
  /** Requests and tunnel openings under way. */
  readonly busy: number;
  /** When its next timer is due, in virtual epoch milliseconds; null when it has none. */
  readonly dueMs: number | null;
}
/** Asked by the stage, answered by the app's process. */
export interface CoreCalls {
  start(): Promise<void>;
  /**
   * At the next notification the process kills itself: before it was stored, between storing and answering, or when its
   * toast has been shown and that is not noted yet.
   */
  dieAtNotification(when: DyingMoment): void;
  /** The next time that the app comes by there. */
  failAt(place: BugPlace, kind: BugKind): void;
  /** How many of them have happened. */
  bugs(): number;
  /** Nothing else runs for that many real milliseconds. */
  block(ms: number): void;
  /** The button in the window's Accounts view. */
  addAccount(): Promise<void>;
  signOut(username: string): Promise<void>;
  diagnostics(): string;
  /** The button beside the notice that another computer is told. */
  takeOver(username: string): Promise<void>;
  /** In the window's settings. Resolves with the sentence that says why not, or with null. */
  changeSettings(change: Partial<SettingsValues>): Promise<string | null>;
  /** Of the newest alert with this subject. What the window would say went wrong, or null. */
  markRead(subject: string): Promise<string | null>;
  /** Of the newest alert with this subject. What the window would say went wrong, or null. */
  muteConversation(subject: string, muted: boolean): Promise<string | null>;
  /** With the newest reminder of this subject. What the window would say went wrong, or null. */
  actOnReminder(subject: string, act: ReminderAct): Promise<string | null>;
  pressToast(key: string, button: ToastButton): Promise<void>;
  runSelfTest(): Promise<void>;
  /** In the window's settings: these folders, by name, beside the inbox. */
  chooseFolders(username: string, names: readonly string[]): Promise<string | null>;
  glance(): Promise<AppGlance>;
  clickMenu(label: string): Promise<void>;
  clickToast(key: string): Promise<void>;
  machine(event: 'suspend' | 'resume' | 'networkChanged'): Promise<void>;
  quit(): Promise<void>;
  /** Once nothing is under way any more, or soon after. */
  rest(): Promise<AppRest>;
  timeReach(untilMs: number): number;
  timeStep(untilMs: number): Promise<AppRest & { readonly nowMs: number; readonly ran: boolean }>;
  timeJump(toMs: number): Promise<void>;
}
