/** `app`: life and names of the application, with a real single-instance lock in the profile folder. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { complete, emitterOf, preventable } from './guard.ts';
import { host, isReady, setReady, tell } from './host.ts';
import { onRole } from './menu.ts';

const EVENTS = [
  'ready',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'second-instance',
  'browser-window-created',
  'web-contents-created',
  // Told by other systems or by processes that this double does not have.
  'activate',
  'render-process-gone',
  'child-process-gone',
  'login',
];

export interface AppHooks {
  /** Asks every window to close; answers whether all did. */
  closeWindows(): boolean;
  destroyWindows(): void;
}
let hooks: AppHooks = { closeWindows: () => true, destroyWindows: () => {} };
export function setAppHooks(next: AppHooks): void {
  hooks = next;
}

const emitter = emitterOf('app', EVENTS);
const paths = new Map<string, string>();
const switches = new Map<string, string>();
let name: string | null = null;
let holdsLock = false;
let loginItem: Record<string, unknown> = {};
let isQuitting = false;
const readyWaiters: (() => void)[] = [];

function manifest(): { name?: string; productName?: string; version?: string } {
  try {
    return JSON.parse(readFileSync(join(host().start.appPath, 'package.json'), 'utf8'));
  } catch {
    return {};
  }
}

function defaultPath(key: string): string {
  const { userData } = host().start;
  const home = homedir();
  const known: Record<string, string> = {
    home,
    userData,
    logs: join(paths.get('userData') ?? userData, 'logs'),
    temp: tmpdir(),
    exe: process.execPath,
    module: process.execPath,
    desktop: join(home, 'Desktop'),
    documents: join(home, 'Documents'),
    downloads: join(home, 'Downloads'),
    pictures: join(home, 'Pictures'),
  };
  const path = known[key];
  if (path === undefined) throw new Error(`Failed to get '${key}' path`);
  return path;
}

const lockFile = () => join(app.getPath('userData'), 'SingletonLock');

/** The process that holds the lock; null if there is none, or if the one that did is dead. */
function lockOwner(): number | null {
  try {
    const pid = Number(readFileSync(lockFile(), 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

function requestLock(): boolean {
  if (holdsLock) return true;
  mkdirSync(app.getPath('userData'), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(lockFile(), String(process.pid), { flag: 'wx' });
      holdsLock = true;
      return true;
    } catch {
      const owner = lockOwner();
      if (owner !== null) {
        tell(host().desktop.secondInstance(owner, process.argv, process.cwd()));
        return false;
      }
      rmSync(lockFile(), { force: true }); // left behind by a killed process
    }
  }
  return false;
}

function releaseLock(): void {
  if (holdsLock) rmSync(lockFile(), { force: true });
  holdsLock = false;
}

function exit(code = 0): void {
  hooks.destroyWindows();
  emitter.emit('quit', {}, code);
  releaseLock();
  process.exit(code);
}

function quit(): void {
  if (isQuitting) return;
  isQuitting = true;
  // Later, as in Electron: the code after app.quit() still runs.
  setImmediate(() => {
    const before = preventable({});
    emitter.emit('before-quit', before);
    const closed = !before.defaultPrevented && hooks.closeWindows();
    const will = preventable({});
    if (closed) emitter.emit('will-quit', will);
    if (closed && !will.defaultPrevented) exit(0);
    else isQuitting = false;
  });
}

const inert = () => {};
const names: { appUserModelId: string | null; toastActivator: string | null } = {
  appUserModelId: null,
  toastActivator: null,
};
export const systemNames = () => ({ ...names });
export const allWindowsClosed = Symbol('allWindowsClosed');
export const app = complete(
  'app',
  Object.assign(emitter, {
    isPackaged: false,
    dock: undefined,
    name: '',
    whenReady: () => (isReady() ? Promise.resolve() : new Promise<void>((resolve) => readyWaiters.push(resolve))),
    isReady,
    quit,
    exit,
    requestSingleInstanceLock: requestLock,
    hasSingleInstanceLock: () => holdsLock,
    getPath: (key: string) => paths.get(key) ?? defaultPath(key),
    setPath: (key: string, path: string) => {
      defaultPath(key); // throws for names Electron does not know
      paths.set(key, path);
    },
    getAppPath: () => host().start.appPath,
    getName: () => name ?? manifest().productName ?? manifest().name ?? basename(host().start.appPath),
    setName: (next: string) => {
      name = next;
    },
    getVersion: () => manifest().version ?? '0.0.0',
    enableSandbox: () => {
      if (isReady()) throw new Error('app.enableSandbox() can only be called before app is ready');
    },
    setAppUserModelId: (id: string) => {
      names.appUserModelId = id;
    },
    setToastActivatorCLSID: (id: string) => {
      if (!/^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(id)) throw new TypeError('Invalid CLSID format');
      if (isReady()) throw new Error('The double wants the activator set before any toast: before ready');
      names.toastActivator = id;
    },
    focus: inert,
    hide: inert,
    show: inert,
    // macOS and Windows only; on Linux Electron does nothing and answers false.
    setLoginItemSettings: (settings: Record<string, unknown>) => {
      loginItem = settings;
      if (process.platform !== 'linux') tell(host().desktop.loginItem(settings));
    },
    getLoginItemSettings: () => ({
      openAtLogin: process.platform !== 'linux' && loginItem.openAtLogin === true,
      wasOpenedAtLogin: false,
      executableWillLaunchAtLogin: process.platform !== 'linux' && loginItem.openAtLogin === true,
      launchItems: [],
    }),
    commandLine: complete('commandLine', {
      hasSwitch: (key: string) => switches.has(key),
    }),
    [allWindowsClosed]: () => {
      if (isQuitting) return;
      if (emitter.listenerCount('window-all-closed') === 0) quit();
      else emitter.emit('window-all-closed');
    },
  }),
);
Object.defineProperty(app, 'name', { get: () => app.getName(), set: (next: string) => app.setName(next) });
onRole('quit', quit);

/** Before main is imported: switches from the command line, and the signals that end an Electron app in good order. */
export function prepareApp(args: readonly string[], isPackaged: boolean): void {
  app.isPackaged = isPackaged;
  for (const arg of args) {
    const [, key, value = ''] = /^--([^=]+)(?:=(.*))?$/.exec(arg) ?? [];
    if (key !== undefined) switches.set(key, value);
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, quit);
  process.on('exit', releaseLock);
}

export function becomeReady(): void {
  setReady();
  const { platform, startedByToast } = host().start;
  const isByToast = platform === 'darwin' && startedByToast !== null;
  emitter.emit('ready', {}, isByToast ? { identifier: startedByToast, actionIdentifier: 'default', userInfo: {} } : {});
  for (const resolve of readyWaiters.splice(0)) resolve();
}
