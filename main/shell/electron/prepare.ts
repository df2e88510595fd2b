import { app, Menu, protocol } from 'electron';
import type { Log } from '../../domain/ports.ts';
import { appScheme } from '../app-files.ts';
import { lockDownWebContents } from './lock-down.ts';

export interface Preparation {
  /** Equal to the package's application id: Windows binds toasts to it. */
  readonly appId: string;
  /** Where everything is kept; absent: the system's usual place. */
  readonly userData?: string;
  readonly log: Log;
}

/**
 * What Electron wants before `ready`: call it while the main module is evaluated, and never await `whenReady()` there.
 *
 * @returns false if Tidings runs already: that one shows its window, and the caller exits at once.
 */
export function prepareElectron({ appId, userData, log }: Preparation): boolean {
  if (userData !== undefined) app.setPath('userData', userData);
  // The lock lies in the folder just set. Neither the other's arguments nor its folder are looked at.
  if (!app.requestSingleInstanceLock()) return false;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  if (process.platform === 'win32') app.setAppUserModelId(appId);
  // macOS needs a menu for copy and paste to work; elsewhere there is none to show.
  if (process.platform === 'darwin') app.dock?.hide();
  else Menu.setApplicationMenu(null);
  lockDownWebContents(log);
  // Closing the window leaves the tray: listening is what keeps Electron from quitting.
  app.on('window-all-closed', () => {});
  app.on('child-process-gone', (_event, details) => {
    log.warn('child-process.gone', { type: details.type, reason: details.reason, exitCode: details.exitCode });
  });
  return true;
}
