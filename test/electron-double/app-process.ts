/**
 * The app's own process: makes `import 'electron'` mean the double, then imports the built main bundle unchanged.
 * Started by desktop.ts with Node's IPC; ends when the desktop does.
 */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { app, becomeReady, prepareApp, setAppHooks, systemNames } from './electron/app.ts';
import { BrowserWindow, windowById, windowHappened } from './electron/browser-window.ts';
import { beginHost } from './electron/host.ts';
import { answerRenderer } from './electron/ipc-main.ts';
import { busAddress, watchNotifications } from './electron/linux-bus.ts';
import { activateToast, clickLeftToast, clickToast, dismissToast, pressToastButton } from './electron/notification.ts';
import { answerRequest, askPermission, askSession } from './electron/session.ts';
import { powerMonitor, setDark, setOnline } from './electron/system.ts';
import { activateTray, clickTrayMenu } from './electron/tray.ts';
import { insideOf } from './electron/web-contents.ts';
import { createLink } from './link.ts';
import { watchRequests } from './requests-under-way.ts';
import { installVirtualTime, jumpTime, settleTurns, stepTime } from './virtual-time.ts';
import type { AppCalls, AppStart, DesktopCalls } from './wire.ts';

const port = {
  send: (message: unknown) => void process.send?.(message),
  onMessage: (listener: (message: unknown) => void) => void process.on('message', listener),
  // A desktop that is gone cannot be told anything: no app may outlive it.
  onClose: (listener: () => void) =>
    void process.on('disconnect', () => {
      listener();
      process.exit(1);
    }),
};

const requestsUnderWay = watchRequests();
const calls: AppCalls = {
  start: (start) => void begin(start),
  trayMenuClicked: clickTrayMenu,
  trayActivated: activateTray,
  toastClicked: clickToast,
  toastDismissed: dismissToast,
  toastButtonPressed: pressToastButton,
  toastActivated: activateToast,
  leftToastClicked: clickLeftToast,
  systemNames,
  rendererCalled: (windowId, url, call, frame = 'main') => {
    insideOf(windowId)?.isAt(url);
    const contents = windowById(windowId)?.webContents;
    if (contents === undefined) throw new Error('That window is closed');
    const { mainFrame } = contents;
    const { processId } = mainFrame;
    const reply = (channel: string, ...args: unknown[]) => contents.send(channel, ...args);
    const frames = { main: mainFrame, child: { url, parent: mainFrame, top: mainFrame }, gone: null };
    const senderFrame = frames[frame];
    const event = { type: 'frame', sender: contents, senderFrame, processId, frameId: 1, ports: [], reply };
    return answerRenderer(event, call);
  },
  windowHappened,
  windowCloseAsked: (windowId) => windowById(windowId)?.close(),
  navigationAsked: (windowId, url, isMainFrame) => insideOf(windowId)?.asksToGo(url, isMainFrame) ?? false,
  routeAsked: (windowId, route, url) => insideOf(windowId)?.asksByRoute(route, url) ?? false,
  windowOpenAsked: (windowId, url, frameName) => insideOf(windowId)?.asksToOpen(url, frameName),
  schemeRequested: (request) => answerRequest(request),
  permissionAsked: (partition, permission) => askPermission(partition, permission),
  sessionAsked: (partition) => askSession(partition),
  webPreferences: () =>
    BrowserWindow.getAllWindows().map(({ webContents }) => ({ ...webContents.getLastWebPreferences() })),
  childProcessGone: (details) => void app.emit('child-process-gone', {}, { ...details, serviceName: '', name: '' }),
  power: (event) => void powerMonitor.emit(event),
  themeChanged: setDark,
  onlineChanged: setOnline,
  secondInstanceCame: (argv, workingDirectory) => void app.emit('second-instance', {}, argv, workingDirectory, null),
  quitAsked: () => app.quit(),
  async idle() {
    await settleTurns();
    return requestsUnderWay();
  },
  longestStandstill: () => {
    const longestMs = standstills.max / 1e6;
    standstills.reset();
    return longestMs;
  },
  collectGarbage: async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new Error('this Node has no gc()');
    // What a weak reference was asked for lives to the end of the turn.
    for (let turn = 0; turn < 3; turn += 1) {
      await settleTurns();
      collect();
    }
  },
  timeStep: (untilMs) => stepTime(untilMs),
  timeJump: (toMs) => jumpTime(toMs),
};
const standstills = monitorEventLoopDelay({ resolution: 5 });
const desktop = createLink<DesktopCalls>(port, calls, 'The desktop');

async function begin(start: AppStart): Promise<void> {
  beginHost({ desktop, start });
  process.argv = [process.execPath, start.appPath, ...start.args];
  Object.defineProperties(process.versions, { electron: { value: electronVersion() }, chrome: { value: '0.0.0.0' } });
  Object.assign(process, { type: 'browser', resourcesPath: join(start.appPath, 'resources') });
  Object.defineProperty(process, 'platform', { value: start.platform });
  prepareApp(start.args, start.isPackaged);
  setAppHooks({
    closeWindows: () => {
      for (const window of BrowserWindow.getAllWindows()) window.close();
      return BrowserWindow.getAllWindows().length === 0;
    },
    destroyWindows: () => {
      for (const window of BrowserWindow.getAllWindows()) window.destroy();
    },
  });
  mapImports(start);
  const bus = busAddress();
  if (bus !== null) await watchNotifications(bus, { clicked: clickToast, closed: dismissToast }).catch(() => {});
  if (start.time !== null) installVirtualTime(start.time);
  try {
    await withinLimit(import(pathToFileURL(start.main).href), start.mainLimitMs);
    becomeReady();
    standstills.enable();
    await desktop.ready();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(text);
    await desktop.failed(error instanceof Error ? error.message : text).catch(() => {});
    app.exit(1);
  }
}

function mapImports(start: AppStart): void {
  const double = new URL('./electron.ts', import.meta.url).href;
  const timers = new URL('./virtual-timers.ts', import.meta.url).href;
  const bundle = pathToFileURL(`${dirname(start.main)}/`).href;
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'electron' || specifier === 'electron/main') return { url: double, shortCircuit: true };
      const isTimers = specifier === 'node:timers' && context.parentURL?.startsWith(bundle) === true;
      if (isTimers && start.time !== null) return { url: timers, shortCircuit: true };
      return next(specifier, context);
    },
  });
}

/** Electron emits `ready` only after main has been evaluated: a main that waits for it at top level waits for ever. */
async function withinLimit(evaluated: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const why = 'Electron would hang here: is there a top-level "await app.whenReady()"?';
    timer = setTimeout(() => reject(new Error(`The main module did not finish in ${limitMs} ms. ${why}`)), limitMs);
  });
  try {
    await Promise.race([evaluated, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function electronVersion(): string {
  const manifest = createRequire(import.meta.url).resolve('electron/package.json');
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
