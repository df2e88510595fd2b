/** What tests, scenarios and the demo can do with the played desktop. Made by `startDesktop` in desktop.ts. */
import type { Page } from 'playwright';
import type { AppExit, AppRun, LaunchOptions } from './app-run.ts';
import type { DesktopTime } from './desktop-time.ts';
import type { PowerEvent, TrayState } from './wire.ts';

export interface DesktopOptions {
  /** Real windows, if there is a display and an installed browser; otherwise pictures only. Default false. */
  readonly headed?: boolean;
  /** In CSS pixels. Default 1440 × 900. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Device pixels per CSS pixel, for sharper pictures. Default 1. */
  readonly scale?: number;
  readonly theme?: 'light' | 'dark';
  /** Plays with the app's time, from `start` on. `manual` (default) stands still until moved, `flowing` runs on. */
  readonly time?: { readonly start: Date | number; readonly mode?: 'manual' | 'flowing' };
  /** IANA name; the zone of the whole played machine: panel, app and pages. Default: this machine's own. */
  readonly timeZone?: string;
  /**
   * True: whoever starts the desktop ends it on SIGINT, SIGTERM and SIGHUP. Default: such a signal closes the browser
   * and ends this process at once.
   */
  readonly handlesSignals?: boolean;
  /** PEM of the authority that signs for the played cloud; the person's browser then takes its certificates. */
  readonly authorityPem?: string;
  /** Authorities that the browser trusts besides its own: SHA-256 of their public keys (SPKI), base64. */
  readonly trustedKeyHashes?: readonly string[];
  /** Name above the toasts. */
  readonly appName?: string;
  /** PNG or SVG file shown beside that name, as a desktop takes it from the app's desktop entry. */
  readonly appIcon?: string;
  /** False: no notification server, as on some bare desktops. */
  readonly notifications?: boolean;
}

export interface Toast {
  readonly id: string;
  readonly title: string;
  /** As a person reads it. */
  readonly body: string;
  /** As the app sent it, markup and all. */
  readonly rawBody: string;
  readonly urgency: 'low' | 'normal' | 'critical';
  readonly silent: boolean;
  /** `never`: stays until it is closed. */
  readonly timeoutType: 'default' | 'never';
  readonly tag: string;
  readonly buttons: readonly string[];
  /** False when the process that showed it is gone. */
  readonly isAlive: boolean;
}

export interface Tray extends TrayState {
  /** Labels of the visible menu entries; separators as '-', submenus as `Parent › Child`. */
  readonly labels: readonly string[];
}

export interface Desktop {
  /** Starts the app; resolves when Electron's `ready` was told. A second start while one runs ends by itself. */
  launch(options: LaunchOptions): Promise<AppRun>;
  /** The app that was started last and holds the desktop; null before the first start. */
  readonly app: AppRun | null;
  readonly time: DesktopTime;
  /** The drawn desktop itself, for whoever puts windows beside it or waits for its end. */
  readonly page: Page;
  readonly size: { readonly width: number; readonly height: number };
  readonly headed: boolean;
  /** The browser found, for reports: its version and where it came from. */
  readonly browser: { readonly version: string; readonly source: 'installed' | 'npm' | 'named' };
  tray(): Tray | null;
  /** A click on the drawn icon: opens its menu, or closes it. */
  clickTray(): Promise<void>;
  /** Opens the menu if need be and clicks the entry with that label; `Parent › Child` for a submenu. */
  clickMenuItem(label: string): Promise<void>;
  /** The other click (middle button): Electron's `click` event. */
  activateTray(): Promise<void>;
  /** Oldest first. */
  toasts(): readonly Toast[];
  clickToast(id: string): Promise<void>;
  /** Not drawn; rejects if the toast has no such button. */
  pressToastButton(id: string, label: string): Promise<void>;
  /** False: the system refuses what it is given from now on, and says so, as macOS and Windows do. */
  allowToasts(isAllowed: boolean): void;
  closeToast(id: string): Promise<void>;
  /** The page of the app's visible window in front; null if it has none. */
  window(): Page | null;
  /** Waits for a visible window whose document has loaded. */
  waitForWindow(limitMs?: number): Promise<Page>;
  windowTitle(): string | null;
  /** A click on the close button of the drawn frame of the window in front. */
  closeWindow(): Promise<void>;
  /** Every URL the app asked the system to open, and when a listener is there, it is told. */
  openedExternally(): readonly string[];
  /** Folders and files it asked the system to open. */
  openedPaths(): readonly string[];
  onOpenExternal(listener: (url: string) => void | Promise<void>): () => void;
  /** A tab of the person's own browser; cookies are kept between tabs with the same proxy. */
  openBrowserTab(url: string, options?: { readonly proxy?: string }): Promise<Page>;
  closeBrowserTab(page: Page): Promise<void>;
  errorBoxes(): readonly { readonly title: string; readonly content: string }[];
  loginItem(): unknown;
  /** The whole drawn desktop with all windows, as PNG; written to `path` if given. */
  picture(path?: string): Promise<Buffer>;
  /** Told after any change of tray, toasts, windows, or of the app's life. */
  onChange(listener: () => void): () => void;
  /** Resolves with the first truthy answer; asked again after each change. Rejects after `limitMs`, naming `what`. */
  until<T>(ask: () => T, what: string, limitMs?: number): Promise<NonNullable<T>>;
  setTheme(theme: 'light' | 'dark'): Promise<void>;
  /** What `net.isOnline()` answers, and the panel shows. Cuts no line: that is for whoever plays the network. */
  setOnline(isOnline: boolean): Promise<void>;
  suspend(): Promise<void>;
  resume(): Promise<void>;
  lock(): Promise<void>;
  unlock(): Promise<void>;
  power(event: PowerEvent): Promise<void>;
  /** Several turns of the app's event loop. Resolves with the requests that it waits for then. */
  idle(): Promise<number>;
  kill(): Promise<AppExit | null>;
  quit(limitMs?: number): Promise<AppExit | null>;
  /** Ends the app, the browser and everything temporary. */
  stop(): Promise<void>;
}
