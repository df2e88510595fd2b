import type { SettingsView } from '../../preload/contract.ts';
import { noLoginItemText } from './no-login-item.ts';
import type { LoginItemState, SettingsNow } from './shell.ts';

const loginItemNotes: Readonly<Record<LoginItemState, string>> = {
  on: '',
  off: '',
  requiresApproval: 'Your system asks you to allow this in its own settings, under the programs that start at login.',
  unavailable: noLoginItemText,
};

/** What the settings page shows. */
export function settingsView(now: SettingsNow, loginItem: LoginItemState, settingsFile: string): SettingsView {
  return {
    values: now.settings,
    managed: now.managed,
    loginItem: { state: loginItem, note: loginItemNotes[loginItem] },
    proxy: now.proxy,
    settingsFile,
  };
}
