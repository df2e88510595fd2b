import { vi } from 'vitest';
import { appView } from '../../../main/shell/views.ts';
import type { AlertPage, AppView, Outcome, Pushes, SettingsView, TidingsApi } from '../../../preload/contract.ts';
import { settings } from '../../tools/look-lists.ts';
import { stateWith } from '../shell/states.ts';

export const app = appView(stateWith([]), '1');
export const page: AlertPage = { alerts: [], next: null };
export const done: Outcome<null> = { ok: true, value: null };
export const view: SettingsView = settings;

type Heard = { [P in keyof Pushes]?: (payload: Pushes[P]) => void };

/** Main as the page sees it, put on the window; answers can be replaced and held back. */
export function playMain(answers: Partial<TidingsApi> = {}): { readonly heard: Heard; readonly stopped: string[] } {
  const heard: Heard = {};
  const stopped: string[] = [];
  const act = async (): Promise<Outcome<null>> => done;
  const listen =
    <P extends keyof Pushes>(push: P) =>
    (listener: (payload: Pushes[P]) => void): (() => void) => {
      Object.assign(heard, { [push]: listener });
      return () => stopped.push(push);
    };
  const api: TidingsApi = {
    getApp: async () => app,
    listAlerts: async () => page,
    openAlert: act,
    joinFromAlert: act,
    markRead: act,
    muteConversation: act,
    snooze: act,
    dismiss: act,
    listMeetings: async () => [],
    openMeeting: act,
    joinMeeting: act,
    pause: act,
    getSettings: async () => view,
    changeSettings: async (change) => ({ ok: true, value: { ...view, values: { ...view.values, ...change } } }),
    startAtLogin: async () => ({ ok: true, value: view }),
    listFolders: async () => ({ ok: true, value: [] }),
    runSelfTest: act,
    getDiagnostics: async () => 'Tidings 1',
    signIn: act,
    addAccount: act,
    cancelSignIn: act,
    signOut: act,
    takeOver: act,
    checkNow: act,
    openSettingsFolder: act,
    onAppChanged: listen('app:changed'),
    onAlertsChanged: listen('alerts:changed'),
    onMeetingsChanged: listen('meetings:changed'),
    onShowView: listen('view:show'),
    ...answers,
  };
  vi.stubGlobal('window', { tidings: api });
  return { heard, stopped };
}

export const later: AppView = { ...app, unreadCount: 9 };
