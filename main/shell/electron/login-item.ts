import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { Log } from '../../domain/ports.ts';
import { createXdgAutostart } from '../linux/xdg-autostart.ts';
import { noLoginItem } from '../no-login-item.ts';
import type { LoginItem, LoginItemState } from '../shell.ts';

/** Tells a Tidings that the system started from one that the person did: nothing is to pop up. */
export const hiddenSwitch = '--hidden';

type SystemApp = Pick<Electron.App, 'isPackaged' | 'getAppPath' | 'getLoginItemSettings' | 'setLoginItemSettings'>;

interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly execPath: string;
  readonly home: string;
  readonly uid: number | null;
}
const thisMachine = (): Machine => ({
  platform: process.platform,
  env: process.env,
  execPath: process.execPath,
  home: homedir(),
  uid: process.getuid?.() ?? null,
});

/** Whether the system started us at login: then no window is shown by itself. */
export function wasStartedAtLogin(app: SystemApp, argv: readonly string[], platform: NodeJS.Platform): boolean {
  return argv.includes(hiddenSwitch) || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
}

/**
 * Starting at login, as each system wants it: macOS and Windows through Electron, Linux by an entry of our own.
 *
 * @see https://www.electronjs.org/docs/latest/api/app#appsetloginitemsettingssettings-macos-windows
 */
export function createLoginItem(app: SystemApp, log: Log, machine: Machine = thisMachine()): LoginItem {
  switch (machine.platform) {
    case 'darwin':
      return ofSystem(app, log, { openAtLogin: true }, () => app.getLoginItemSettings(), stateOnMac);
    case 'win32': {
      // Electron writes the path in quotation marks, and the arguments as they are.
      const args = [...(app.isPackaged ? [] : [`"${app.getAppPath()}"`]), hiddenSwitch];
      const asked = { path: machine.execPath, args };
      const settings = { openAtLogin: true, enabled: true, ...asked };
      return ofSystem(app, log, settings, () => app.getLoginItemSettings(asked), stateOnWindows);
    }
    default:
      return isContained(machine.env) ? noLoginItem : ofDesktop(app, log, machine);
  }
}

function ofSystem(
  app: SystemApp,
  log: Log,
  settings: Electron.Settings,
  ask: () => Electron.LoginItemSettings,
  stateOf: (now: Electron.LoginItemSettings) => LoginItemState,
): LoginItem {
  const read = (): LoginItemState => stateOf(ask());
  return {
    read,
    set(on) {
      app.setLoginItemSettings({ ...settings, openAtLogin: on });
      const is = read();
      log.info('login-item.set', { on, is });
      if (on ? is === 'off' : is === 'on') {
        throw new Failure('unexpected', 'Your system did not take this setting. Please look into its own settings.');
      }
    },
  };
}

const stateOnMac = ({ status, openAtLogin }: Electron.LoginItemSettings): LoginItemState =>
  status === 'requires-approval' ? 'requiresApproval' : status === 'enabled' || openAtLogin ? 'on' : 'off';

/** What the Task Manager has switched off is off, though the entry is still there. */
const stateOnWindows = (now: Electron.LoginItemSettings): LoginItemState =>
  now.openAtLogin && now.executableWillLaunchAtLogin ? 'on' : 'off';

/** Inside of Flatpak and Snap the desktop does not see the folder that we would write to. */
const isContained = (env: Machine['env']): boolean => env.FLATPAK_ID !== undefined || env.SNAP !== undefined;

function ofDesktop(app: SystemApp, log: Log, { env, execPath, home, uid }: Machine): LoginItem {
  const program = appImage(env, execPath) ?? execPath;
  const command = [program, ...(app.isPackaged ? [] : [app.getAppPath()]), hiddenSwitch] as const;
  return createXdgAutostart({ name: 'app.tidings.desktop', command: [...command], env, home, uid, log });
}

/** The file that the person has: what we run from lies in a mount that is gone at the next login. */
function appImage(env: Machine['env'], execPath: string): string | null {
  const { APPIMAGE, APPDIR } = env;
  // Both are inherited by whatever is started from some other AppImage.
  const isOurs = APPDIR !== undefined && APPDIR !== '' && execPath.startsWith(`${APPDIR.replace(/\/$/u, '')}/`);
  return isOurs && APPIMAGE !== undefined && isAbsolute(APPIMAGE) ? APPIMAGE : null;
}
