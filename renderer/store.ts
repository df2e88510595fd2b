import { create } from 'zustand';
import type { AppView, Outcome, Pushes, ViewName } from '../preload/contract.ts';
import { type AlertList, withNewestPage, withOlderPage } from './alert-list.ts';
import { bridge } from './bridge.ts';

/** Requests that a button starts and shows as under way. */
export type Task =
  | 'signIn'
  | 'addAccount'
  | 'cancelSignIn'
  | 'signOut'
  | 'checkNow'
  | 'openSettingsFolder'
  | 'open'
  | 'join'
  | 'older';

export interface Screen {
  /** What main says; null until its first answer. */
  readonly app: AppView | null;
  readonly list: AlertList | null;
  readonly view: ViewName;
  /** The alert that a toast asked for: brought into view and focused once. */
  readonly wantedAlertId: string | null;
  readonly running: ReadonlySet<Task>;
  /** What went wrong with the last thing the person asked for. */
  readonly trouble: string | null;
  /** The last "check now" went well at this time. */
  readonly checkedAt: Date | null;
}

export const useScreen = create<Screen>()(() => ({
  app: null,
  list: null,
  ...viewInAddress(globalThis.location?.hash ?? ''),
  running: new Set<Task>(),
  trouble: null,
  checkedAt: null,
}));
const set = useScreen.setState;
const get = useScreen.getState;

/** The view that the window was opened for: `#today/ALERT`, `#health`, `#signIn`. */
export function viewInAddress(hash: string): { view: ViewName; wantedAlertId: string | null } {
  const [name = '', alert] = hash.replace(/^#/, '').split('/');
  const view = isViewName(name) ? name : 'today';
  try {
    return { view, wantedAlertId: alert === undefined ? null : decodeURIComponent(alert) };
  } catch {
    return { view, wantedAlertId: null };
  }
}

function isViewName(name: string): name is ViewName {
  return name === 'today' || name === 'health' || name === 'signIn';
}

/** Whoever came to sign in, and has, wants to see what there is. */
export function viewAfter(before: AppView | null, after: AppView, view: ViewName): ViewName {
  const allSignedIn = (app: AppView): boolean =>
    app.accounts.length > 0 && app.accounts.every(({ session }) => session === 'signedIn');
  const justSignedIn = before !== null && !allSignedIn(before) && allSignedIn(after);
  return justSignedIn && view === 'signIn' ? 'today' : view;
}

/** Listens first and asks second, so that no change falls in between. Returns what stops listening. */
export function startListening(): () => void {
  const stops = [
    bridge().onAppChanged((app) => set({ app, view: viewAfter(get().app, app, get().view) })),
    bridge().onAlertsChanged((page) => set({ list: withNewestPage(get().list, page) })),
    bridge().onShowView(({ view, alertId }: Pushes['view:show']) => set({ view, wantedAlertId: alertId })),
  ];
  void load();
  return () => {
    for (const stop of stops) stop();
  };
}

async function load(): Promise<void> {
  try {
    const [app, page] = await Promise.all([bridge().getApp(), bridge().listAlerts(null, '')]);
    // A push that came meanwhile is newer than this answer.
    set({ app: get().app ?? app, list: get().list ?? withNewestPage(null, page) });
  } catch {
    set({ trouble: 'Tidings did not answer. Please close this window and open it again.' });
  }
}

export const showView = (view: ViewName): void => set({ view, wantedAlertId: null });
export const dismissTrouble = (): void => set({ trouble: null });
export const alertReached = (): void => set({ wantedAlertId: null });

export const openAlert = (id: string): Promise<void> => run('open', () => bridge().openAlert(id));
export const joinMeeting = (id: string): Promise<void> => run('join', () => bridge().joinFromAlert(id));
export const signIn = (accountId: string | null): Promise<void> => run('signIn', () => bridge().signIn(accountId));
export const addAccount = (): Promise<void> => run('addAccount', () => bridge().addAccount());
export const cancelSignIn = (): Promise<void> => run('cancelSignIn', () => bridge().cancelSignIn());
export const signOut = (accountId: string): Promise<void> => run('signOut', () => bridge().signOut(accountId));
export const openSettingsFolder = (): Promise<void> => run('openSettingsFolder', () => bridge().openSettingsFolder());
export const checkNow = (): Promise<void> =>
  run('checkNow', async () => {
    const outcome = await bridge().checkNow();
    if (outcome.ok) set({ checkedAt: new Date() });
    return outcome;
  });

export async function loadOlder(): Promise<void> {
  const { list } = get();
  if (list === null || list.next === null) return;
  const { next } = list;
  await run('older', async () => {
    const page = await bridge().listAlerts(next, '');
    const now = get().list;
    if (now !== null) set({ list: withOlderPage(now, page) });
    return { ok: true, value: null };
  });
}

/** One at a time of each kind; a failure is shown, never thrown. */
async function run(task: Task, ask: () => Promise<Outcome<null>>): Promise<void> {
  if (get().running.has(task)) return;
  set({ running: new Set([...get().running, task]), trouble: null });
  try {
    const outcome = await ask();
    if (!outcome.ok) set({ trouble: outcome.userMessage });
  } catch {
    set({ trouble: 'That did not work. Please try again.' });
  } finally {
    set({ running: new Set([...get().running].filter((other) => other !== task)) });
  }
}
