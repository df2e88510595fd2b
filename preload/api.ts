import type { Pushes, Requests, TidingsApi } from './contract.ts';

/** How a page reaches main: over Electron's bridge, or over HTTP in the browser shell. */
export interface Line {
  ask<C extends keyof Requests>(channel: C): (...args: Requests[C]['args']) => Promise<Requests[C]['result']>;
  /** Gives the page the payload and nothing else; returns what stops it. */
  listen<P extends keyof Pushes>(push: P): (listener: (payload: Pushes[P]) => void) => () => void;
}

/** Channel names live here at run time; the contract is types only. A name that is not in it does not compile. */
export function createApi({ ask, listen }: Line): TidingsApi {
  return {
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
    takeOver: ask('session:take-over'),
    checkNow: ask('health:check-now'),
    openSettingsFolder: ask('health:open-settings-folder'),
    onAppChanged: listen('app:changed'),
    onAlertsChanged: listen('alerts:changed'),
    onMeetingsChanged: listen('meetings:changed'),
    onShowView: listen('view:show'),
  };
}
