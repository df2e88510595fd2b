import type { Outcome, PauseChoice, SnoozeChoice } from '../preload/contract.ts';
import { bridge } from './bridge.ts';
import { type Task, useScreen } from './store.ts';

const set = useScreen.setState;
const get = useScreen.getState;

export const openAlert = (id: string): Promise<void> => run('open', () => bridge().openAlert(id));
export const joinFromAlert = (id: string): Promise<void> => run('join', () => bridge().joinFromAlert(id));
export const markRead = (id: string): Promise<void> => run(`markRead ${id}`, () => bridge().markRead(id));
export const mute = (id: string, muted: boolean): Promise<void> =>
  run(`mute ${id}`, () => bridge().muteConversation(id, muted));
export const snooze = (id: string, choice: SnoozeChoice): Promise<void> =>
  run(`snooze ${id}`, () => bridge().snooze(id, choice));
export const dismiss = (id: string): Promise<void> => run(`dismiss ${id}`, () => bridge().dismiss(id));
export const openMeeting = (id: string): Promise<void> => run('open', () => bridge().openMeeting(id));
export const joinMeeting = (id: string): Promise<void> => run('join', () => bridge().joinMeeting(id));
export const pause = (choice: PauseChoice | null): Promise<void> => run('pause', () => bridge().pause(choice));
export const signIn = (accountId: string | null): Promise<void> => run('signIn', () => bridge().signIn(accountId));
export const addAccount = (): Promise<void> => run('addAccount', () => bridge().addAccount());
export const cancelSignIn = (): Promise<void> => run('cancelSignIn', () => bridge().cancelSignIn());
export const takeOver = (accountId: string): Promise<void> => run('takeOver', () => bridge().takeOver(accountId));
export const signOut = (accountId: string): Promise<void> => run('signOut', () => bridge().signOut(accountId));
export const openSettingsFolder = (): Promise<void> => run('openSettingsFolder', () => bridge().openSettingsFolder());
export const runSelfTest = (): Promise<void> => run('selfTest', () => bridge().runSelfTest());
export const checkNow = (): Promise<void> =>
  run('checkNow', async () => {
    const outcome = await bridge().checkNow();
    if (outcome.ok) set({ checkedAt: new Date() });
    return outcome;
  });

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
