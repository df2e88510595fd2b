/** The built app on the drawn desktop, with the stand-in cloud around it, for the end-to-end tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { AppView } from '../../preload/contract.ts';
import type { Desktop } from '../electron-double/desktop.ts';
import { createDoubleDriver, type DoubleDriver } from '../stage/double-driver.ts';
import { type Stage, type StageToast, startStage } from '../stage/stage.ts';

export const ada = 'ada@contoso.example';
export const sam = 'sam@outlook.example';
export const start = new Date('2026-11-21T09:00:00Z');
export const minutes = (count: number): number => count * 60_000;
export const seconds = (count: number): number => count * 1_000;

export interface Desk extends Stage {
  readonly app: DoubleDriver;
  readonly desktop: Desktop;
  /** What the tray shows: its icon (a data URL), its tooltip, its menu from the top. */
  tray(): { readonly icon: string; readonly tooltip: string; readonly menu: readonly string[] };
  /** Lets virtual time pass until the tooltip says this; fails with what it says instead. */
  untilTray(words: string, withinMs?: number): Promise<void>;
  /** Waits in real time, without moving the clock. */
  untilSeen<T>(ask: () => T | Promise<T>, what: string): Promise<NonNullable<T>>;
  /** From the tray's menu to "All good", in the browser played over plain HTTP. */
  signInFromTray(): Promise<void>;
  /** The app's window, opened by the tray's menu if there is none. */
  openWindow(): Promise<Page>;
  /** The window that the app opened by itself. */
  windowPage(): Promise<Page>;
  appView(): Promise<AppView>;
  /** Shows a mail or something else, and the one toast that it leads to. */
  toastOf(happening: () => void): Promise<StageToast>;
  toastTexts(): readonly string[];
  /** All that the app has written to its log. */
  log(): string;
}

/** Real milliseconds. */
const seenLimitMs = 15_000;
const pageLimitMs = 10_000;
/** For one test: a world of its own has to be started in it. */
export const testLimits = { testTimeout: 90_000, hookTimeout: 60_000 } as const;

/**
 * @param options.clientId null: none is set anywhere.
 * @param options.main another main bundle than the one just built, absolute.
 * @param options.env added to what the app is given.
 * @param options.packaged plays the installed app, started with these switches.
 */
export async function openDesk(
  options: {
    readonly clientId?: null;
    readonly main?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly packaged?: { readonly args: readonly string[] };
  } = {},
): Promise<Desk> {
  const drivers: DoubleDriver[] = [];
  const stage = await startStage({
    start,
    async createApp({ TIDINGS_CLIENT_ID, ...others }, events) {
      const id = TIDINGS_CLIENT_ID === undefined || options.clientId === null ? {} : { TIDINGS_CLIENT_ID };
      const driver = await createDoubleDriver({ ...others, ...id, ...options.env }, events, {
        start,
        ...(options.main === undefined ? {} : { main: options.main }),
        ...(options.packaged === undefined ? {} : { packaged: options.packaged }),
      });
      drivers.push(driver);
      return driver;
    },
  });
  const [app] = drivers;
  if (app === undefined) throw new Error('the app was not created');
  const { desktop } = app;

  const tray: Desk['tray'] = () => {
    const shown = desktop.tray();
    if (shown === null) throw new Error(`there is no tray icon\n${desktop.app?.output() ?? ''}`);
    return { icon: shown.iconDataUrl, tooltip: shown.tooltip, menu: shown.labels };
  };
  const untilSeen: Desk['untilSeen'] = async (ask, what) => {
    const endAt = performance.now() + seenLimitMs;
    for (;;) {
      const answer = await ask();
      if (answer) return answer;
      if (performance.now() > endAt) throw new Error(`not within ${seenLimitMs} ms: ${what}`);
      await delay(20);
    }
  };

  const desk: Desk = {
    ...stage,
    app,
    desktop,
    tray,
    untilSeen,
    async untilTray(words, withinMs = seconds(30)) {
      const says = (): boolean => desktop.tray()?.tooltip.includes(words) ?? false;
      const endMs = stage.now().getTime() + withinMs;
      await stage.settle();
      while (!says() && stage.now().getTime() < endMs) await stage.advance(seconds(1));
      if (!says())
        throw new Error(`within ${withinMs / 1000} s the tray did not say “${words}” but “${tray().tooltip}”`);
    },
    async signInFromTray() {
      await app.clickMenu('Sign in');
      await untilSeen(() => stage.browserPages.length > 0, 'the page that the app opens in the browser');
      await stage.signIn({ username: ada });
      await untilSeen(() => !tray().menu.includes('Cancel sign-in'), 'the sign-in to have ended');
      await desk.untilTray('All good');
    },
    async openWindow() {
      if (desktop.window() === null) await app.clickMenu('Open Tidings');
      return await desk.windowPage();
    },
    async windowPage() {
      const page = await desktop.waitForWindow();
      page.setDefaultTimeout(pageLimitMs);
      return page;
    },
    async appView() {
      const page = await desk.openWindow();
      return await page.evaluate(() => window.tidings.getApp());
    },
    async toastOf(happening) {
      const before = stage.toasts.length;
      happening();
      await stage.settle();
      await stage.advance(seconds(11));
      const [toast, ...others] = stage.toasts.slice(before);
      if (toast === undefined || others.length > 0) throw new Error(`${others.length + (toast ? 1 : 0)} toasts`);
      return toast;
    },
    toastTexts: () => stage.toasts.map(({ title, body }) => `${title} | ${body}`),
    log: () =>
      filesBelow(app.appFolder)
        .filter((file) => file.endsWith('.log'))
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n'),
  };
  return desk;
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
