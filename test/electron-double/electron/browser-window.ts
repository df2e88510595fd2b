/** `BrowserWindow`: returns at once, as in Electron; its page is opened by the desktop behind it. */
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { WindowEvent } from '../wire.ts';
import { allWindowsClosed, app } from './app.ts';
import { complete, electronClass, emitterOf, preventable } from './guard.ts';
import { host, needsReady, tell } from './host.ts';
import { type DoubleSession, partitionOf, session as sessions } from './session.ts';
import { createWebContents, type DoubleWebContents, insideOf } from './web-contents.ts';

const EVENTS = ['ready-to-show', 'show', 'hide', 'close', 'closed', 'focus', 'blur', 'resize', 'move', 'moved'];

interface WebPreferences {
  preload?: string;
  sandbox?: boolean;
  contextIsolation?: boolean;
  nodeIntegration?: boolean;
  webSecurity?: boolean;
  partition?: string;
  session?: DoubleSession;
  [name: string]: unknown;
}
interface Options {
  width?: number;
  height?: number;
  show?: boolean;
  title?: string;
  webPreferences?: WebPreferences;
  [name: string]: unknown;
}

/** Settings under which a page could reach more than its preload gives it are not even tried. */
function refuseUnsafe(preferences: WebPreferences): void {
  const { sandbox = true, contextIsolation = true, nodeIntegration = false, webSecurity = true } = preferences;
  if (!sandbox || !contextIsolation || nodeIntegration || !webSecurity) {
    throw new Error(
      'The double refuses windows without sandbox, contextIsolation, webSecurity or with nodeIntegration',
    );
  }
}

function readPreload(path: string | undefined): string | null {
  if (path === undefined) return null;
  if (!isAbsolute(path)) throw new Error('preload script must have absolute path');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    console.error(`Unable to load preload script: ${path}\n${String(error)}`);
    return null;
  }
}

function createWindow(options: Options = {}) {
  needsReady('Cannot create BrowserWindow');
  const preferences = options.webPreferences ?? {};
  refuseUnsafe(preferences);
  const id = nextId++;
  const session = preferences.session ?? sessions.fromPartition(preferences.partition ?? '');
  const { desktop } = host();
  const { width = 800, height = 600 } = options;
  const title = options.title ?? app.getName();
  let isVisible = options.show ?? true;
  let isFocused = false;
  let isDestroyed = false;
  const live = () => {
    if (isDestroyed) throw new TypeError('Object has been destroyed');
  };
  const preload = readPreload(preferences.preload);
  tell(
    desktop.windowOpened(id, { partition: session[partitionOf], width, height, title, visible: isVisible, preload }),
  );
  const webContents: DoubleWebContents = createWebContents(id, session, preferences);
  const emitter = emitterOf('BrowserWindow', EVENTS);
  const setVisible = (next: boolean) => {
    live();
    if (isVisible === next) return;
    isVisible = next;
    tell(desktop.windowChanged(id, { visible: next }));
    emitter.emit(next ? 'show' : 'hide');
  };
  const window = complete(
    'BrowserWindow',
    Object.assign(emitter, {
      id,
      webContents,
      loadURL: (url: string) => webContents.loadURL(url),
      loadFile: () => {
        throw new Error('The double serves pages from the app scheme only, never from file:');
      },
      show: () => {
        setVisible(true);
        window.focus();
      },
      hide: () => setVisible(false),
      focus: () => {
        live();
        if (isFocused) return;
        isFocused = true;
        tell(desktop.windowFocused(id));
        emitter.emit('focus');
      },
      blur: () => {
        if (isFocused) emitter.emit('blur');
        isFocused = false;
      },
      isVisible: () => isVisible,
      isFocused: () => isFocused,
      // The drawn windows have no button for it.
      isMinimized: () => false,
      center: () => {},
      close: () => {
        if (isDestroyed) return;
        const event = preventable({});
        emitter.emit('close', event);
        if (!event.defaultPrevented) window.destroy();
      },
      destroy: () => {
        if (isDestroyed) return;
        isDestroyed = true;
        windows.delete(id);
        insideOf(id)?.destroyed();
        tell(desktop.windowClosed(id));
        emitter.emit('closed');
        if (windows.size === 0) app[allWindowsClosed]();
      },
      isDestroyed: () => isDestroyed,
      [happened]: (event: WindowEvent) => {
        if (event === 'ready-to-show') emitter.emit('ready-to-show');
        if (event === 'focus') isFocused = true;
        if (event === 'blur') isFocused = false;
        if (event === 'focus' || event === 'blur') emitter.emit(event);
        if (event === 'closed') window.destroy();
      },
    }),
  );
  windows.set(id, window);
  app.emit('browser-window-created', {}, window);
  app.emit('web-contents-created', {}, webContents);
  return window;
}

const happened = Symbol('happened');
const windows = new Map<number, ReturnType<typeof createWindow>>();
let nextId = 1;

export const BrowserWindow = electronClass('BrowserWindow', createWindow, {
  getAllWindows: () => [...windows.values()],
});

export function windowHappened(id: number, event: WindowEvent, url: string): void {
  insideOf(id)?.happened(event, url);
  windows.get(id)?.[happened](event);
}
export function windowById(id: number) {
  return windows.get(id) ?? null;
}
