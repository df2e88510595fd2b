/**
 * The bridge: what the page may ask of main, one named function per message. Built into a single CommonJS file, because
 * a sandboxed preload can load nothing but `electron`.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { Pushes, Requests, TidingsApi } from './contract.ts';

/** Channel names live here at run time; the contract is types only. A name that is not in it does not compile. */
const ask =
  <C extends keyof Requests>(channel: C) =>
  (...args: Requests[C]['args']): Promise<Requests[C]['result']> =>
    ipcRenderer.invoke(channel, ...args);

/** The page gets the payload, never Electron's event: that would hand it the sender. */
const listen =
  <P extends keyof Pushes>(push: P) =>
  (listener: (payload: Pushes[P]) => void): (() => void) => {
    const heard = (_event: unknown, payload: Pushes[P]): void => listener(payload);
    ipcRenderer.on(push, heard);
    return () => {
      ipcRenderer.removeListener(push, heard);
    };
  };

const api: TidingsApi = {
  getApp: ask('app:get'),
  listAlerts: ask('alerts:list'),
  openAlert: ask('alert:open'),
  joinFromAlert: ask('alert:join'),
  markRead: ask('alert:mark-read'),
  muteConversation: ask('alert:mute-conversation'),
  snooze: ask('alert:snooze'),
  dismiss: ask('alert:dismiss'),
  listMeetings: ask('meetings:list'),
  openMeeting: ask('meeting:open'),
  joinMeeting: ask('meeting:join'),
  pause: ask('quiet:pause'),
  getSettings: ask('settings:get'),
  changeSettings: ask('settings:change'),
  startAtLogin: ask('settings:start-at-login'),
  listFolders: ask('folders:list'),
  runSelfTest: ask('health:self-test'),
  getDiagnostics: ask('health:diagnostics'),
  signIn: ask('session:sign-in'),
  addAccount: ask('session:add-account'),
  cancelSignIn: ask('session:cancel-sign-in'),
  signOut: ask('session:sign-out'),
  checkNow: ask('health:check-now'),
  openSettingsFolder: ask('health:open-settings-folder'),
  quit: ask('app:quit'),
  onAppChanged: listen('app:changed'),
  onAlertsChanged: listen('alerts:changed'),
  onMeetingsChanged: listen('meetings:changed'),
  onShowView: listen('view:show'),
};

contextBridge.exposeInMainWorld('tidings', api);
