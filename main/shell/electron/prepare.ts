import { app, dialog, Menu, protocol } from 'electron';
import type { DesktopLack, Log } from '../../domain/ports.ts';
import { appScheme } from '../app-files.ts';
import { lockDownWebContents } from './lock-down.ts';

/** Windows starts whoever has this id when a toast is clicked after we have ended: the same for ever. */
const toastActivator = '6f1b7a52-94c7-4d0e-8f53-2b0c5b8d7e11';
/** They let others look into the page, or drive it: for who builds Tidings, never where it is installed. */
const debugSwitches = ['remote-debugging-port', 'remote-debugging-pipe'];

export interface Preparation {
  /** Equal to the package's application id: Windows binds toasts to it. */
  readonly appId: string;
  /** Where everything is kept; absent: the system's usual place. */
  readonly userData?: string;
  readonly log: Log;
  /** macOS: the toast whose click has started Tidings, by the id we gave it. */
  readonly startedByToast?: (id: string) => void;
}

/**
 * What Electron wants before `ready`: call it while the main module is evaluated, and never await `whenReady()` there.
 *
 * @returns false if Tidings runs already (that one shows its window) or was started to be debugged where it is installed:
 * the caller exits at once.
 */
export function prepareElectron({ appId, userData, log, startedByToast }: Preparation): boolean {
  const debugged = app.isPackaged ? debugSwitches.filter((name) => app.commandLine.hasSwitch(name)) : [];
  if (debugged.length > 0) {
    log.error('start.refused', { switches: debugged.join(' ') });
    dialog.showErrorBox(
      'Tidings cannot start',
      `It does not let itself be watched: start it without --${debugged[0]}.`,
    );
    return false;
  }
  if (userData !== undefined) app.setPath('userData', userData);
  // The lock lies in the folder just set. Neither the other's arguments nor its folder are looked at.
  if (!app.requestSingleInstanceLock()) return false;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  if (process.platform === 'win32') {
    app.setAppUserModelId(appId);
    app.setToastActivatorCLSID(toastActivator);
  }
  // macOS needs Electron's own menu for copy and paste to work; elsewhere there is one as soon as there is a window.
  if (process.platform === 'darwin') app.dock?.hide();
  else Menu.setApplicationMenu(null);
  app.once('ready', (_event, launchInfo: { readonly identifier?: unknown } | undefined) => {
    const id = launchInfo?.identifier;
    if (typeof id === 'string') startedByToast?.(id);
  });
  lockDownWebContents(log);
  // Closing the window leaves the tray: listening is what keeps Electron from quitting.
  app.on('window-all-closed', () => {});
  app.on('child-process-gone', (_event, details) => {
    log.warn('child-process.gone', { type: details.type, reason: details.reason, exitCode: details.exitCode });
  });
  return true;
}

/**
 * Whether a packaged Tidings was started without Chromium's sandbox. AppImage launchers do that on systems that refuse
 * user namespaces, so the person can say that it is meant.
 */
export function sandboxLacks(env: Readonly<Record<string, string | undefined>>): readonly DesktopLack[] {
  if (!app.isPackaged || !app.commandLine.hasSwitch('no-sandbox')) return [];
  return [env.TIDINGS_ALLOW_NO_SANDBOX === '1' ? 'sandboxByChoice' : 'sandbox'];
}
