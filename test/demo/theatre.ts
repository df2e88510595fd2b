/** The demo's stage: the built Electron app on the drawn desktop, the stand-in cloud around it, a person's browser. */
import type { Page } from 'playwright';
import type { AppDriver } from '../stage/core-driver.ts';
import { createDoubleDriver, type DoubleDriver } from '../stage/double-driver.ts';
import { type Stage, type StageToast, startStage } from '../stage/stage.ts';
import type { AppGlance } from '../stage/wire.ts';

export const ada = 'ada@contoso.example';

/** Whichever shell the app is played in. */
export interface Theatre extends Stage {
  readonly app: AppDriver;
  /** Where the state is told in words: "the tray", "the page’s title". */
  readonly place: string;
  /** Name and version of the browser that draws it. */
  readonly browser: string;
  /** The state in words, as that place tells it; says so when there is none. */
  tray(): string;
  /** Calls when something about that may have changed. Returns what stops it. */
  onTray(listener: () => void): () => void;
  /** The tray's menu, top first; null in a shell that has none. */
  menu(): readonly string[] | null;
  /** Opens the menu, where there is one, for as long as somebody looks. */
  lookAtMenu(look: () => Promise<void>): Promise<void>;
  /** Of the whole desktop, or of the page. */
  picture(): Promise<Buffer>;
  /** Follows the page that the app opened in a real Chromium tab: account, password, permissions. Ends back in the app. */
  signInInBrowser(moment?: (page: Page) => Promise<void>): Promise<void>;
  /** Toasts shown since `mark` was taken with `toasts.length`. */
  toastsSince(mark: number): readonly StageToast[];
  /** Waits (virtual time) until the tray says this. */
  untilTray(words: string, withinMs: number): Promise<number | null>;
  untilApp(holds: (glance: AppGlance) => boolean, withinMs: number): Promise<number | null>;
  /** As a desktop does by itself: toasts that are not urgent leave the screen after a while. */
  letToastsExpire(): Promise<void>;
}
export interface DesktopTheatre extends Theatre {
  readonly app: DoubleDriver;
}

export interface TheatreOptions {
  readonly start: Date;
  readonly theme?: 'light' | 'dark';
  /** Real windows, where they can be had. */
  readonly headed?: boolean;
  /** IANA name; default Europe/Berlin: the story is the same wherever it is played. */
  readonly timeZone?: string;
  readonly onToast?: (toast: StageToast) => void;
}

export const storyZone = 'Europe/Berlin';
/** Milliseconds of played time that a toast stays on the screen. */
const toastStaysMs = 60_000;

/** Real milliseconds that a page of the sign-in may take. */
const pageLimitMs = 15_000;

export async function openTheatre(options: TheatreOptions): Promise<DesktopTheatre> {
  const drivers: DoubleDriver[] = [];
  const stage = await startStage({
    start: options.start,
    ...(options.onToast === undefined ? {} : { onToast: options.onToast }),
    async createApp(env, events) {
      const driver = await createDoubleDriver(env, events, { timeZone: storyZone, ...options, handlesSignals: true });
      drivers.push(driver);
      return driver;
    },
  });
  const [app] = drivers;
  if (app === undefined) throw new Error('the app was not created');
  const { desktop } = app;

  return {
    ...stage,
    app,
    place: 'the tray',
    browser: `Chromium ${desktop.browser.version} (${desktop.browser.source})`,
    onTray: (listener) => desktop.onChange(listener),
    menu: () => desktop.tray()?.labels ?? [],
    async lookAtMenu(look) {
      await desktop.clickTray();
      await look();
      await desktop.clickTray();
    },
    async picture() {
      // The hand leaves the tray: its tooltip would cover a toast.
      await desktop.page.mouse.move(desktop.size.width / 2, desktop.size.height - 40);
      return await desktop.picture();
    },
    tray: () => desktop.tray()?.tooltip ?? '(no tray icon: Tidings does not run)',
    async signInInBrowser(moment) {
      const url = await desktop.until(() => stage.browserPages[0], 'the page that the app opens in the browser');
      stage.browserPages.shift();
      const page = await desktop.openBrowserTab(url, { proxy: stage.cloud.proxyUrl });
      await page.locator('h1').first().waitFor({ timeout: pageLimitMs });
      await moment?.(page);
      await passSignIn(page, stage.cloud.entra.currentPassword(ada));
      await desktop.closeBrowserTab(page);
      await stage.settle();
    },
    toastsSince: (mark) => stage.toasts.slice(mark),
    untilTray: (words, withinMs) => stage.until(() => desktop.tray()?.tooltip.includes(words) ?? false, withinMs),
    async letToastsExpire() {
      const leaves = stage.now().getTime() - toastStaysMs;
      const shownAt = new Map(stage.toasts.map((toast) => [toast.key, toast.at.getTime()]));
      for (const { id, timeoutType } of desktop.toasts())
        if (timeoutType !== 'never' && (shownAt.get(id) ?? 0) <= leaves) await desktop.closeToast(id);
    },
    untilApp: (holds, withinMs) => stage.until(holds, withinMs),
  };
}

/** Does what a person does on the sign-in pages, with the keyboard; ends back in the app. */
export async function passSignIn(page: Page, password: string): Promise<void> {
  page.setDefaultTimeout(pageLimitMs);
  const back = page.waitForURL((to) => to.hostname === 'localhost', { timeout: pageLimitMs });
  back.catch(() => {}); // told by the step that fails first
  for (const step of ['account', 'password', 'permissions'] as const) {
    if (await isBack(page)) break;
    await passPage(page, step, password);
  }
  await back;
}

const isBack = async (page: Page): Promise<boolean> => new URL(page.url()).hostname === 'localhost';

/** Each page of the sign-in is done with the keyboard, and may be left out (a hint names the account, consent is given once). */
async function passPage(page: Page, step: 'account' | 'password' | 'permissions', password: string): Promise<void> {
  const heading = page.locator('h1');
  if (step === 'account') {
    await heading.first().waitFor();
    const choice = page.getByText(ada).first();
    if ((await page.locator('#password').count()) === 0 && (await choice.count()) > 0) await choice.click();
    return;
  }
  if (step === 'password') {
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
    return;
  }
  await Promise.race([
    page.waitForURL((to) => to.hostname === 'localhost'),
    page.locator('h1', { hasText: 'Permissions requested' }).waitFor(),
  ]);
  if (!(await isBack(page))) await page.keyboard.press('Enter');
}
