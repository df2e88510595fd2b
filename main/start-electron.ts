import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, net } from 'electron';
import iconFile from '../packaging/icons/tidings.png?asset';
import { compose } from './compose.ts';
import { createCoreHost } from './core-host.ts';
import { asFailure } from './domain/failure.ts';
import { openWorld } from './open-world.ts';
import { prepareElectron } from './shell/electron/prepare.ts';
import { createElectronShell } from './shell/electron/shell.ts';
import { keepUpdated } from './shell/electron/updates.ts';
import { createSystemClock } from './system/clock.ts';
import { appFolder, createAppFolder, policyPath } from './system/folders.ts';
import { createFileLog } from './system/log.ts';
import { createSettingsDesk } from './system/settings-desk.ts';
import { createSettingsFile } from './system/settings-file.ts';

/** Filled in by whoever ships Tidings with an app registration of their own: see `electron.vite.config.ts`. */
declare const BUILT_IN_CLIENT_ID: string;
/** True in a release that was built to be signed and to update itself: see docs/release.md. */
declare const BUILT_FOR_UPDATES: boolean;

const folder = appFolder({ platform: process.platform, env: process.env, home: homedir() });
createAppFolder(folder);
const clock = createSystemClock({ onError: (error) => log.error('timer.failed', { error: String(error) }) });
const log = createFileLog({
  folder: folder.logs,
  now: () => clock.now(),
  ...(app.isPackaged ? {} : { mirror: (line) => void process.stderr.write(line) }),
});

process.on('uncaughtException', (error) => log.error('uncaught', { error: error.stack ?? String(error) }));
process.on('unhandledRejection', (error) => log.error('unhandled', { error: String(error) }));

// No top-level await: Electron becomes ready only when this module has been evaluated.
if (prepareElectron({ appId: 'app.tidings.desktop', userData: join(folder.root, 'desktop'), log })) {
  void app.whenReady().then(start).catch(explain);
} else {
  app.exit(0);
}

async function start(): Promise<void> {
  const shell = createElectronShell({
    log,
    clock,
    iconFile,
    version: app.getVersion(),
    rendererFolder: join(import.meta.dirname, '../renderer'),
    preloadFile: join(import.meta.dirname, '../preload/index.cjs'),
  });
  const settings = createSettingsDesk({
    file: createSettingsFile({
      folder: folder.root,
      env: process.env,
      builtIn: { clientId: BUILT_IN_CLIENT_ID || undefined },
      policyPath: policyPath({ platform: process.platform, env: process.env }),
      now: () => clock.now(),
    }),
    log,
  });
  const core = await createCoreHost({
    settings,
    clock,
    log,
    open: async () =>
      compose(
        await openWorld({
          folder,
          settings,
          // Electron's own network stack: the system's proxy and certificates hold for sign-in and Graph alike.
          fetch: (input, init) => net.fetch(input instanceof URL ? input.href : input, init),
          desktop: shell,
          clock,
          log,
        }),
      ),
  });
  shell.attach(core.actions);
  await core.start();
  keepUpdated({
    builtForUpdates: BUILT_FOR_UPDATES,
    isPackaged: app.isPackaged,
    platform: process.platform,
    resourcesFolder: process.resourcesPath,
    clock,
    log,
    load: async () => (await import('electron-updater')).default.autoUpdater,
  });
  // Somebody who has not signed in yet started Tidings to do so; who was started at login wants no window.
  if (core.actions.state().accounts.length === 0) shell.showWindow('signIn', null);
}

/** The only thing that keeps Tidings from starting: it cannot read or write its own folder. */
function explain(error: unknown): void {
  const failure = asFailure(error);
  log.error('start.failed', { code: failure.code, error: String(error) });
  dialog.showErrorBox('Tidings cannot start', failure.userMessage);
  app.exit(1);
}
