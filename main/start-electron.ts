import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, net } from 'electron';
import iconFile from '../packaging/icons/tidings.png?asset';
import { asFailure, Failure } from './domain/failure.ts';
import { openCore } from './open-core.ts';
import { openLog } from './open-log.ts';
import { wasStartedAtLogin } from './shell/electron/login-item.ts';
import { prepareElectron } from './shell/electron/prepare.ts';
import { createElectronShell } from './shell/electron/shell.ts';
import { keepUpdated } from './shell/electron/updates.ts';
import { aboutHere } from './system/about.ts';
import { createSystemClock } from './system/clock.ts';
import { appFolder } from './system/folders.ts';
import { takeInstanceLock } from './system/instance-lock.ts';

/** Filled in by whoever ships Tidings with an app registration of their own: see `electron.vite.config.ts`. */
declare const BUILT_IN_CLIENT_ID: string;
/** True in a release that was built to be signed and to update itself: see docs/release.md. */
declare const BUILT_FOR_UPDATES: boolean;

const folder = appFolder({ platform: process.platform, env: process.env, home: homedir() });
const clock = createSystemClock({ onError: (error) => log.error('timer.failed', { error: String(error) }) });
const log = openLog({
  folder,
  clock,
  ...(app.isPackaged ? {} : { mirror: (line) => void process.stderr.write(line) }),
  refused({ userMessage }) {
    // Before Electron is ready Linux has it on the terminal only.
    dialog.showErrorBox('Tidings cannot start', userMessage);
    process.exit(1);
  },
});

let startedByToast: string | null = null;

// No top-level await: Electron becomes ready only when this module has been evaluated.
const prepared = prepareElectron({
  appId: 'app.tidings.desktop',
  userData: join(folder.root, 'desktop'),
  log,
  startedByToast(id) {
    startedByToast = id;
  },
});
if (prepared) {
  void app.whenReady().then(start).catch(explain);
} else {
  app.exit(0);
}

async function start(): Promise<void> {
  // Electron knows of other Electrons only.
  if (!takeInstanceLock(folder.root).taken) {
    throw new Failure('unexpected', 'Tidings runs already, in your web browser. Please quit it there first.');
  }
  const shell = createElectronShell({
    log,
    clock,
    iconFile,
    version: app.getVersion(),
    rendererFolder: join(import.meta.dirname, '../renderer'),
    preloadFile: join(import.meta.dirname, '../preload/index.cjs'),
    startedByToast,
  });
  const core = await openCore({
    folder,
    platform: process.platform,
    env: process.env,
    builtInClientId: BUILT_IN_CLIENT_ID,
    // Electron's own network stack: the system's proxy and certificates hold for sign-in and Graph alike.
    fetch: (input, init) => net.fetch(input instanceof URL ? input.href : input, init),
    desktop: shell,
    clock,
    log,
    about: aboutHere(app.getVersion(), 'electron'),
  });
  shell.attach(core.actions);
  await core.start();
  // Any other build does not even contain the library.
  if (BUILT_FOR_UPDATES) {
    keepUpdated({
      builtForUpdates: BUILT_FOR_UPDATES,
      isPackaged: app.isPackaged,
      platform: process.platform,
      resourcesFolder: process.resourcesPath,
      clock,
      log,
      load: async () => (await import('electron-updater')).default.autoUpdater,
    });
  }
  // Somebody who has not signed in yet started Tidings to do so; what the system starts at login shows no window.
  const isAsked = !wasStartedAtLogin(app, process.argv, process.platform);
  if (isAsked && core.actions.state().accounts.length === 0) shell.showWindow('signIn', null);
}

/** What keeps Tidings from starting: it cannot read or write its own folder, or it runs already in the browser. */
function explain(error: unknown): void {
  const failure = asFailure(error);
  log.error('start.failed', { code: failure.code, error: String(error) });
  dialog.showErrorBox('Tidings cannot start', failure.userMessage);
  app.exit(1);
}
