/** One run of the app: its process, its tray, its windows. Ends with the process, however that ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright';
import { createLink, type Remote } from './link.ts';
import { type AppWindows, createAppWindows } from './windows.ts';
import type { AppCalls, AppStart, DesktopCalls, ToastContent, TrayState, VirtualTime } from './wire.ts';

export interface AppExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LaunchOptions {
  /** The built main bundle; absolute. */
  readonly main: string;
  /** Folder of the app's package.json. Default: the nearest one above `main`. */
  readonly appPath?: string;
  /**
   * Where the app keeps its things: `getPath('userData')`, and as home and settings folders in its environment. Default:
   * a temporary one, kept until the desktop stops and used again by the next launch.
   */
  readonly userData?: string;
  readonly args?: readonly string[];
  /** Plays a run of the installed app: `app.isPackaged`. */
  readonly packaged?: boolean;
  /** Plays another system, as far as `process.platform` and Electron's calls for it go. Default: this one. */
  readonly platform?: NodeJS.Platform;
  /** Plays a start by a click on a toast that an earlier run has left: its tag. */
  readonly startedByToast?: string;
  /** Added to this process's environment. `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Flags of Node itself, such as `--expose-gc`. */
  readonly execArgv?: readonly string[];
  /** Real milliseconds that evaluating main may take before it counts as hanging. */
  readonly mainLimitMs?: number;
  readonly onOutput?: (text: string) => void;
}

export interface AppRun {
  readonly pid: number;
  readonly exited: Promise<AppExit>;
  isRunning(): boolean;
  /** The last 64 KiB that the app wrote to stdout and stderr, and what went wrong in its pages. */
  output(): string;
  /** What its process answers. Rejects when it is gone. */
  readonly calls: Remote<AppCalls>;
  readonly windows: AppWindows;
  readonly trays: ReadonlyMap<number, TrayState>;
  /** As SIGKILL, or pulling the plug: the app gets no say. */
  kill(): Promise<AppExit>;
  /** As quitting from the desktop's session; waits until the process has ended, at most `limitMs`. */
  quit(limitMs?: number): Promise<AppExit>;
}

export interface RunWorld {
  readonly browser: Browser;
  readonly headed: boolean;
  readonly scale: number;
  readonly theme: 'light' | 'dark';
  readonly time: VirtualTime | null;
  readonly timeZone: string;
  readonly isOnline: boolean;
  readonly notificationsSupported: boolean;
  readonly userData: string;
  onChange(): void;
  onRaised(): void;
  toastShown(run: AppRun, toastId: number, content: ToastContent): void;
  toastGone(run: AppRun, toastId: number): void;
  leftToasts(): AppStart['leftToasts'];
  toastsRemoved(tags: readonly string[]): void;
  openExternal(url: string): Promise<void>;
  openPath(path: string): string;
  errorBox(title: string, content: string): void;
  loginItem(settings: unknown): void;
  secondInstance(ownerPid: number, argv: readonly string[], workingDirectory: string): void;
}

const OUTPUT_LIMIT = 64 * 1024;
/** Set by test runners and debuggers for their own processes; an app started by a person would not have them. */
const NOT_PASSED_ON = /^(NODE_OPTIONS|NODE_CHANNEL_.*|NODE_UNIQUE_ID|VITEST.*|npm_.*|INIT_CWD)$/;

/** Resolves when the app is ready, or has ended by itself with 0 (a second start); rejects when it cannot start. */
export async function runApp(options: LaunchOptions, world: RunWorld, onBegun: (run: AppRun) => void): Promise<AppRun> {
  const child = fork(join(import.meta.dirname, 'app-process.ts'), [], {
    execArgv: [...(options.execArgv ?? [])],
    env: environment(world.userData, options.env ?? {}),
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const say = (text: string) => {
    output = (output + text).slice(-OUTPUT_LIMIT);
    options.onOutput?.(text);
  };
  child.stdout?.setEncoding('utf8').on('data', say);
  child.stderr?.setEncoding('utf8').on('data', say);

  const trays = new Map<number, TrayState>();
  let running = true;
  const started = Promise.withResolvers<void>();
  started.promise.catch(() => {});
  const calls: Omit<DesktopCalls, keyof AppWindows['calls']> = {
    ready: () => started.resolve(),
    failed: (message) => started.reject(new Error(message)),
    trayShown: (trayId, state) => {
      trays.set(trayId, state);
      world.onChange();
    },
    trayGone: (trayId) => {
      trays.delete(trayId);
      world.onChange();
    },
    toastShown: (toastId, content) => world.toastShown(run, toastId, content),
    toastGone: (toastId) => world.toastGone(run, toastId),
    toastsRemoved: (tags) => world.toastsRemoved(tags),
    openExternal: (url) => world.openExternal(url),
    openPath: (path) => world.openPath(path),
    errorBox: (title, content) => world.errorBox(title, content),
    loginItem: (settings) => world.loginItem(settings),
    secondInstance: (owner, argv, folder) => world.secondInstance(owner, argv, folder),
  };
  const answers: Record<string, unknown> = { ...calls };
  const app = createLink<AppCalls>(portTo(child), answers, 'The app');
  const { browser, headed, scale, theme, time, timeZone, onChange, onRaised } = world;
  const onTrouble = (text: string) => say(`[double] ${text}\n`);
  const windows = createAppWindows({
    browser,
    app,
    theme,
    time,
    timeZone,
    headed,
    scale,
    onChange,
    onRaised,
    onTrouble,
  });
  Object.assign(answers, windows.calls);

  const exited = new Promise<AppExit>((resolve) => {
    child.once('exit', async (code, signal) => {
      running = false;
      trays.clear();
      await windows.close().catch(() => {}); // the browser may be gone first
      world.onChange();
      if (code === 0) started.resolve();
      else started.reject(new Error(`The app ended with ${signal ?? code} before it was ready:\n${output}`));
      resolve({ code, signal });
    });
    child.once('error', (error) => started.reject(error));
  });
  const kill = () => {
    if (running) child.kill('SIGKILL');
    return exited;
  };
  const run: AppRun = {
    pid: child.pid ?? 0,
    exited,
    isRunning: () => running,
    output: () => output,
    calls: app,
    windows,
    trays,
    kill,
    quit: async (limitMs = 10_000) => {
      if (running) await app.quitAsked().catch(() => {});
      return await within(exited, limitMs, () => `The app did not quit in ${limitMs} ms:\n${output}`);
    },
  };

  onBegun(run);
  try {
    await app.start(startMessage(options, world));
    await within(started.promise, 30_000, () => `The app was not ready in 30 s:\n${output}`);
  } catch (error) {
    await kill();
    throw error;
  }
  return run;
}

function startMessage(options: LaunchOptions, world: RunWorld): AppStart {
  const { main, args = [], mainLimitMs = 10_000 } = options;
  if (!existsSync(main)) throw new Error(`There is no main bundle at ${main}: build the app first (npm run build)`);
  const { userData, time, isOnline, notificationsSupported, theme } = world;
  const appPath = options.appPath ?? nearestPackage(dirname(main));
  return {
    main,
    appPath,
    userData,
    args,
    time,
    isDark: theme === 'dark',
    isOnline,
    notificationsSupported,
    leftToasts: world.leftToasts(),
    startedByToast: options.startedByToast ?? null,
    isPackaged: options.packaged ?? false,
    platform: options.platform ?? process.platform,
    mainLimitMs,
  };
}

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('No package.json above the main bundle');
  return nearestPackage(above);
}

/**
 * Ours, with the home folders in the profile: an app that looks there itself must not find the person's own. Nor does it
 * meet the services of the desktop it runs on; a test that plays a message bus hands its address over.
 */
function environment(folder: string, extra: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !NOT_PASSED_ON.test(name));
  const homes = {
    HOME: folder,
    USERPROFILE: folder,
    APPDATA: join(folder, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(folder, 'AppData', 'Local'),
    XDG_CONFIG_HOME: join(folder, '.config'),
    XDG_DATA_HOME: join(folder, '.local', 'share'),
    XDG_STATE_HOME: join(folder, '.local', 'state'),
    XDG_CACHE_HOME: join(folder, '.cache'),
    DBUS_SESSION_BUS_ADDRESS: undefined,
    XDG_RUNTIME_DIR: undefined,
  };
  return { ...Object.fromEntries(own), ...homes, ...extra };
}

function portTo(child: ChildProcess) {
  return {
    send: (message: unknown) => {
      if (child.connected) child.send(message as object, () => {}); // an end that races with the message is told by onClose
    },
    onMessage: (listener: (message: unknown) => void) => void child.on('message', listener),
    onClose: (listener: () => void) => void child.on('disconnect', listener),
  };
}

/** Rejects with `why()` after `limitMs` real milliseconds. */
export async function within<T>(promise: Promise<T>, limitMs: number, why: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why())), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
