import { defaultSettings } from '../../../main/domain/settings.ts';
import type { Actions } from '../../../main/shell/shell.ts';
import { stateWith } from './states.ts';

/** A core where nothing happens: tests replace what they are about. */
export const idleActions: Actions = {
  state: () => stateWith([]),
  alerts: () => [],
  alert: () => null,
  signIn: async () => {},
  addAccount: async () => {},
  cancelSignIn: () => {},
  signOut: async () => {},
  checkNow: async () => {},
  takeOver: async () => {},
  markRead: async () => {},
  muteConversation: () => {},
  isMuted: () => false,
  isVip: () => false,
  snoozedUntil: () => null,
  snooze: () => {},
  dismiss: () => {},
  meetings: () => [],
  pause: () => {},
  settings: () => ({ settings: defaultSettings, managed: [], proxy: '' }),
  changeSettings: async () => {},
  folders: async () => [],
  runSelfTest: async () => {},
  diagnostics: () => '',
  onChange: () => () => {},
  machine: () => {},
  stop: async () => {},
};
