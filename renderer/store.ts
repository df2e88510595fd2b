import { create } from 'zustand';
import type { AppView, MeetingView, Pushes, ViewName } from '../preload/contract.ts';
import { type AlertList, withNewestPage } from './alert-list.ts';
import { bridge } from './bridge.ts';
import { keep, kept } from './kept.ts';
import { lastLook } from './last-look.ts';
import { viewInAddress } from './view-in-address.ts';

/** Requests that a button starts and shows as under way; those about one thing carry its id. */
export type Task =
  | 'signIn'
  | 'addAccount'
  | 'cancelSignIn'
  | 'signOut'
  | 'checkNow'
  | 'takeOver'
  | 'openSettingsFolder'
  | 'open'
  | 'join'
  | 'older'
  | 'pause'
  | 'selfTest'
  | `${'markRead' | 'mute' | 'snooze' | 'dismiss'} ${string}`;

export type SectionName = 'mail' | 'calendar' | 'quietHours' | 'reminders' | 'privacy' | 'connection' | 'computer';

export interface Screen {
  /** What main says; null until its first answer. */
  readonly app: AppView | null;
  readonly list: AlertList | null;
  readonly meetings: readonly MeetingView[] | null;
  readonly view: ViewName;
  /** What stands in the search field. */
  readonly search: string;
  /** The answer to the last search; null while there is none. */
  readonly found: { readonly search: string; readonly list: AlertList } | null;
  /** The alert that a toast asked for: brought into view and focused once. */
  readonly wantedAlertId: string | null;
  /** The group of settings that a button led to: brought into view and focused once. */
  readonly wantedSection: SectionName | null;
  readonly running: ReadonlySet<Task>;
  /** What went wrong with the last thing the person asked for. */
  readonly trouble: string | null;
  /** The last "check now" went well at this time. */
  readonly checkedAt: Date | null;
  readonly openedAt: Date;
  /** When the window was looked at before that; null where it is not known, or the summary of it was dismissed. */
  readonly lookedAt: Date | null;
  /** Whether single letters are shortcuts: who dictates or uses a switch may want none. */
  readonly lettersAreOn: boolean;
  readonly isHelpOpen: boolean;
}

export const useScreen = create<Screen>()(() => ({
  app: null,
  list: null,
  meetings: null,
  search: '',
  found: null,
  ...viewInAddress(globalThis.location?.hash ?? ''),
  wantedSection: null,
  running: new Set<Task>(),
  trouble: null,
  checkedAt: null,
  openedAt: new Date(),
  lookedAt: lastLook(),
  lettersAreOn: kept('letters') !== 'off',
  isHelpOpen: false,
}));
const set = useScreen.setState;
const get = useScreen.getState;

/** Whoever came to sign in, and has, wants to see what there is. */
export function viewAfter(before: AppView | null, after: AppView, view: ViewName): ViewName {
  const allSignedIn = (app: AppView): boolean =>
    app.accounts.length > 0 && app.accounts.every(({ session }) => session === 'signedIn');
  const justSignedIn = before !== null && !allSignedIn(before) && allSignedIn(after);
  return justSignedIn && (view === 'signIn' || view === 'accounts') ? 'today' : view;
}

/** A permission that was asked for from the list and not given: told there, where no state tells it. */
export function troubleAfter(before: AppView | null, after: AppView, view: ViewName): string | null {
  const isTold = view === 'signIn' || view === 'accounts' || after.health.warnings.some((w) => w.remedy === 'signIn');
  const hasJustFailed = before?.signIn.kind === 'waitingForBrowser' && after.signIn.kind === 'failed';
  return hasJustFailed && !isTold && after.signIn.kind === 'failed' ? after.signIn.userMessage : null;
}

/** What a failed sign-in left in the window is no trouble any more once another one begins or has worked. */
export function troubleLeft(before: AppView | null, after: AppView, trouble: string | null): string | null {
  const wasOfSignIn = before?.signIn.kind === 'failed' && before.signIn.userMessage === trouble;
  return wasOfSignIn && after.signIn.kind !== 'failed' ? null : trouble;
}

function hearApp(app: AppView): void {
  const { app: before, view, trouble } = get();
  const left = troubleLeft(before, app, trouble);
  set({ app, view: viewAfter(before, app, view), trouble: troubleAfter(before, app, view) ?? left });
  const ids = new Set(app.accounts.map(({ accountId }) => accountId));
  if (before?.accounts.some(({ accountId }) => !ids.has(accountId))) void forgetOlder();
}

/** Somebody has signed out: the pages that were loaded before hold what was theirs. */
async function forgetOlder(): Promise<void> {
  set({ list: null, search: '', found: null });
  try {
    const page = await bridge().listAlerts(null, '');
    set({ list: get().list ?? withNewestPage(null, page) });
  } catch {
    set({ trouble: 'Tidings did not answer. Please close this window and open it again.' });
  }
}

/** Listens first and asks second, so that no change falls in between. Returns what stops listening. */
export function startListening(): () => void {
  const stops = [
    bridge().onAppChanged(hearApp),
    bridge().onAlertsChanged((page) => set({ list: withNewestPage(get().list, page) })),
    bridge().onMeetingsChanged((meetings) => set({ meetings })),
    bridge().onShowView(({ view, alertId }: Pushes['view:show']) => {
      // What a toast asks for may not be among what was searched for.
      set({ view, wantedAlertId: alertId, ...(alertId === null ? {} : { search: '', found: null }) });
    }),
  ];
  void load();
  return () => {
    for (const stop of stops) stop();
  };
}

async function load(): Promise<void> {
  try {
    const [app, page, meetings] = await Promise.all([
      bridge().getApp(),
      bridge().listAlerts(null, ''),
      bridge().listMeetings(),
    ]);
    // A push that came meanwhile is newer than this answer.
    set({
      app: get().app ?? app,
      list: get().list ?? withNewestPage(null, page),
      meetings: get().meetings ?? meetings,
    });
  } catch {
    set({ trouble: 'Tidings did not answer. Please close this window and open it again.' });
  }
}

export const showView = (view: ViewName): void => set({ view, wantedAlertId: null, wantedSection: null });
export const showSettings = (wantedSection: SectionName): void =>
  set({ view: 'settings', wantedAlertId: null, wantedSection });
export const sectionReached = (): void => set({ wantedSection: null });
export const dismissTrouble = (): void => set({ trouble: null });
export const alertReached = (): void => set({ wantedAlertId: null });
export const dismissMissed = (): void => set({ lookedAt: null });
export const showHelp = (isHelpOpen: boolean): void => set({ isHelpOpen });

export function setLetters(lettersAreOn: boolean): void {
  keep('letters', lettersAreOn ? 'on' : 'off');
  set({ lettersAreOn });
}
