import { app, BrowserWindow, Menu, nativeTheme } from 'electron';
import type { Pushes, ViewName } from '../../../preload/contract.ts';
import type { Log } from '../../domain/ports.ts';
import { appHost, appScheme } from '../app-files.ts';
import { ground } from '../ground.ts';
import { applicationMenu } from './application-menu.ts';

export interface AppWindow {
  /** Brings the window up, building it if there is none: it is destroyed when closed, which saves half the memory. */
  show(view: ViewName, alertId: string | null): void;
  isOpen(): boolean;
  /** Says something to the page; lost while there is none, because a new one asks for everything. */
  push<P extends keyof Pushes>(push: P, payload: Pushes[P]): void;
  /** Whether a message came from our page's main frame, and from no other. */
  owns(contents: Electron.WebContents): boolean;
  dispose(): void;
}

/** So many crashes of the page in this time are mended by building the window again; after that it stays closed. */
const crashes = { allowed: 3, perMs: 10 * 60_000 } as const;

/** No window is made before the first `show()`. */
export function createWindow(options: {
  readonly log: Log;
  readonly preloadFile: string;
  /** The window's icon as a PNG file; macOS takes the bundle's. */
  readonly iconFile: string | null;
  /** The person closed it. */
  readonly onClose: () => void;
}): AppWindow {
  const { log } = options;
  let window: BrowserWindow | null = null;
  let loaded = false;
  let wanted: Pushes['view:show'] | null = null;
  let crashedAt: number[] = [];

  function build(view: ViewName, alertId: string | null): BrowserWindow {
    if (process.platform !== 'darwin') Menu.setApplicationMenu(Menu.buildFromTemplate([...applicationMenu]));
    const built = new BrowserWindow({
      title: 'Tidings',
      width: 920,
      height: 680,
      minWidth: 420,
      minHeight: 480,
      show: false,
      autoHideMenuBar: true,
      backgroundColor: ground[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
      ...(options.iconFile === null ? {} : { icon: options.iconFile }),
      webPreferences: {
        preload: options.preloadFile,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        navigateOnDragDrop: false,
        // Also stops the download of dictionaries.
        spellcheck: false,
        devTools: !app.isPackaged,
      },
    });
    loaded = false;
    wanted = null;
    built.once('ready-to-show', () => built.show());
    // Not told when it is destroyed, as after a crash and at the end.
    built.on('close', options.onClose);
    built.on('closed', () => {
      if (window === built) window = null;
    });
    built.webContents.on('did-finish-load', () => {
      loaded = true;
      if (wanted !== null) built.webContents.send('view:show', wanted);
      wanted = null;
    });
    built.webContents.on('render-process-gone', (_event, details) => {
      if (details.reason !== 'clean-exit') mend(built, details.reason);
    });
    // The first view travels in the address, so that the page never shows another one before it.
    const start = alertId === null ? view : `${view}/${encodeURIComponent(alertId)}`;
    built.loadURL(`${appScheme}://${appHost}/index.html#${start}`).catch((error: Error) => {
      if (!built.isDestroyed()) log.error('window.load-failed', { error: error.message });
    });
    return built;
  }

  function mend(broken: BrowserWindow, reason: string): void {
    const now = Date.now();
    crashedAt = [...crashedAt.filter((at) => at > now - crashes.perMs), now];
    log.error('window.crashed', { reason, count: crashedAt.length });
    const wasOurs = window === broken;
    if (wasOurs) window = null;
    broken.destroy();
    if (wasOurs && crashedAt.length <= crashes.allowed) window = build('today', null);
  }

  return {
    show(view, alertId) {
      if (window === null) {
        window = build(view, alertId);
        return;
      }
      if (loaded) window.webContents.send('view:show', { view, alertId });
      else wanted = { view, alertId };
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    isOpen: () => window !== null,
    push(push, payload) {
      if (window !== null && loaded) window.webContents.send(push, payload);
    },
    owns: (contents) => window !== null && contents === window.webContents,
    dispose() {
      window?.destroy();
      window = null;
    },
  };
}
