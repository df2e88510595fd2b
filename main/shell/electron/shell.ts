import { dirname } from 'node:path';
import { app, nativeTheme, net, protocol, shell as system } from 'electron';
import type { ViewName } from '../../../preload/contract.ts';
import { asFailure, Failure } from '../../domain/failure.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import { appScheme, createAppFiles } from '../app-files.ts';
import { createHandlers } from '../handlers.ts';
import { createLacks } from '../lacks.ts';
import { createDesktopParts } from '../linux/desktop-parts.ts';
import { tellPage } from '../page-news.ts';
import type { Actions, Shell } from '../shell.ts';
import { createToastGestures } from '../toast-gestures.ts';
import { type TrayCommand, trayView } from '../tray-view.ts';
import { serveRequests } from './ipc.ts';
import { denyPermissions } from './lock-down.ts';
import { createLoginItem, hiddenSwitch } from './login-item.ts';
import { createOpenExternal } from './open-external.ts';
import { watchMachine } from './power.ts';
import { sandboxLacks } from './prepare.ts';
import { createProxyWatch } from './proxy.ts';
import { createToasts } from './toasts.ts';
import { createTray } from './tray.ts';
import { createWindow } from './window.ts';

export interface ElectronShellOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly version: string;
  /** Folder of the built page: holds `index.html`. */
  readonly rendererFolder: string;
  /** The built preload, one CommonJS file. */
  readonly preloadFile: string;
  readonly iconFile?: string;
  /** macOS: the toast whose click has started Tidings, by its id. */
  readonly startedByToast?: string | null;
}

/** How long the core may take to stop in order; after that we leave, as a crash would. */
const stopLimitMs = 3_000;
/** And the desktop, to take our toasts away. */
const farewellLimitMs = 500;

/** The desktop's shell on Electron. Call after `ready`, once; `prepareElectron()` has run long before. */
export function createElectronShell(options: ElectronShellOptions): Shell {
  const { log, version } = options;
  const openExternal = createOpenExternal(log);
  let actions: Actions | null = null;
  let leaving = false;
  let toldOfTray = false;
  let toldOfClosing = false;
  const endings: (() => void)[] = [];

  denyPermissions(log);
  protocol.handle(appScheme, createAppFiles(options.rendererFolder));
  const window = createWindow({
    log,
    preloadFile: options.preloadFile,
    iconFile: options.iconFile ?? null,
    onClose: windowClosed,
  });
  const lacks = createLacks(sandboxLacks(process.env));
  lacks.onLacks((now) => {
    if (now.size > 0) log.warn('desktop.lacks', { what: [...now].join(' ') });
  });
  const parts = createDesktopParts({
    platform: process.platform,
    env: process.env,
    pid: process.pid,
    lacks,
    clock: options.clock,
    log,
  });
  const gestures = createToastGestures({ core: () => actions, act, openLink: openExternal, showWindow });
  const toasts = createToasts({ log, gate: parts.gate, lacks, gestures });
  const tray = createTray(run);
  const proxy = createProxyWatch();

  /** A click anywhere: what goes wrong is shown in the window, because there is nowhere else to say it. */
  function act(core: Actions, what: string, work: () => Promise<void>, view: ViewName): void {
    work().catch((error: unknown) => {
      log.warn('click.failed', { what, code: asFailure(error).code });
      if (actions === core) showWindow(view, null);
    });
  }

  function run(command: TrayCommand): void {
    if (command.do === 'quit') app.quit();
    else if (actions !== null) obey(actions, command);
  }

  function obey(core: Actions, command: Exclude<TrayCommand, { do: 'quit' }>): void {
    switch (command.do) {
      case 'showView':
        showWindow(command.view, null);
        break;
      case 'signIn':
        act(core, command.do, () => core.signIn(command.accountId), 'signIn');
        break;
      case 'cancelSignIn':
        core.cancelSignIn();
        break;
      case 'checkNow':
        act(core, command.do, () => core.checkNow(), 'health');
        break;
      case 'pause':
        act(core, command.do, async () => core.pause(command.choice), 'health');
        break;
      case 'openSettingsFolder':
        act(core, command.do, () => openSettingsFolder(core), 'health');
        break;
    }
  }

  function showWindow(view: ViewName, alertId: string | null): void {
    if (actions !== null && !leaving) window.show(view, alertId);
  }

  function draw(core: Actions): void {
    const state = core.state();
    // Also the window's frame and what is drawn before the page is there.
    if (nativeTheme.themeSource !== state.theme) nativeTheme.themeSource = state.theme;
    tray.show(trayView(state));
  }

  /** Without an icon nothing would be left to be seen of a program that goes on: told once. */
  function windowClosed(): void {
    if (leaving || toldOfClosing || !lacks.has('tray')) return;
    toldOfClosing = true;
    toasts.show({
      key: 'no-tray',
      title: 'Tidings keeps watching',
      body: 'Your desktop shows no tray icon. Click here, or start Tidings again, whenever you want its window.',
      urgent: false,
    });
  }

  async function leave(): Promise<void> {
    const core = actions;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, stopLimitMs, 'late');
    });
    try {
      const ended = await Promise.race([core?.stop(), limit]);
      if (ended === 'late') log.warn('stop.late');
    } catch (error) {
      log.error('stop.failed', { code: asFailure(error).code });
    }
    clearTimeout(timer);
    await dispose();
    app.exit(0);
  }

  async function dispose(): Promise<void> {
    actions = null;
    for (const end of endings.splice(0)) end();
    await Promise.race([toasts.closeAll(), new Promise((resolve) => setTimeout(resolve, farewellLimitMs))]);
    window.dispose();
    tray.dispose();
  }

  app.on('before-quit', (event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    void leave();
  });
  // One that the system starts at login beside one that runs already asks for nothing.
  app.on('second-instance', (_event, argv) => {
    if (argv.includes(hiddenSwitch)) log.info('second-start.hidden');
    else showWindow('today', null);
  });
  app.on('activate', () => showWindow('today', null));

  return {
    toasts,
    openExternal,
    isOnline: () => net.isOnline(),
    onLacks: lacks.onLacks,
    proxy,
    showWindow,
    dispose,
    attach(core) {
      if (actions !== null) throw new TypeError('the shell is attached already');
      actions = core;
      const handlers = createHandlers({
        actions: core,
        version,
        log,
        openLink: openExternal,
        openSettingsFolder: () => openSettingsFolder(core),
        loginItem: createLoginItem(app, log),
      });
      endings.push(
        serveRequests(handlers, window, log),
        watchMachine(core.machine, options.clock),
        parts.watchTray(tray.makeAnew),
        // The only way to Tidings is then its window: it opens by itself, also when it was started at login.
        lacks.onLacks((now) => {
          if (now.has('tray') && !toldOfTray && !window.isOpen()) showWindow('health', null);
          toldOfTray ||= now.has('tray');
        }),
        tellPage(core, version, window.push),
        core.onChange((what) => {
          if (what === 'state') draw(core);
        }),
      );
      draw(core);
      if (typeof options.startedByToast === 'string') gestures.activated(options.startedByToast);
      gestures.ready();
    },
  };
}

async function openSettingsFolder(core: Actions): Promise<void> {
  const folder = dirname(core.state().settingsFile);
  const problem = await system.openPath(folder);
  if (problem !== '')
    throw new Failure('unexpected', `Please open this folder yourself: ${folder}`, { cause: problem });
}
