/** The demo's other stage: the built browser shell, its page in a real Chromium, and the same cloud around it. */
import { type BrowserDriver, createBrowserDriver } from '../stage/browser-driver.ts';
import { startStage } from '../stage/stage.ts';
import { ada, passSignIn, type Theatre, type TheatreOptions } from './theatre.ts';

export interface BrowserTheatre extends Theatre {
  readonly app: BrowserDriver;
}

/** Real milliseconds that a page of the sign-in may take. */
const pageLimitMs = 15_000;

export async function openBrowserTheatre(options: TheatreOptions): Promise<BrowserTheatre> {
  const drivers: BrowserDriver[] = [];
  const stage = await startStage({
    start: options.start,
    ...(options.onToast === undefined ? {} : { onToast: options.onToast }),
    async createApp(env, events) {
      const { theme = 'light' } = options;
      const driver = await createBrowserDriver(env, events, { theme, handlesSignals: true });
      drivers.push(driver);
      return driver;
    },
  });
  const [app] = drivers;
  if (app === undefined) throw new Error('the app was not created');
  const title = (): string => (app.running() ? app.title() : '(no page: Tidings does not run)');

  return {
    ...stage,
    app,
    async startApp() {
      await stage.startApp();
      await app.untilSeen(() => !title().startsWith('One moment'), 'the page to know how things stand');
    },
    place: 'the page’s title',
    browser: app.browser,
    tray: title,
    onTray: (listener) => app.onTitle(listener),
    menu: () => null,
    lookAtMenu: async () => {},
    async picture() {
      const page = app.front() ?? (await app.page());
      return await page.screenshot();
    },
    async signInInBrowser(moment) {
      await app.untilSeen(() => stage.browserPages.length > 0, 'the page that the app opens in the browser');
      const tab = await app.openTab(stage.browserPages.shift() ?? '');
      await tab.locator('h1').first().waitFor({ timeout: pageLimitMs });
      await moment?.(tab);
      await passSignIn(tab, stage.cloud.entra.currentPassword(ada));
      await tab.close();
      await stage.settle();
    },
    toastsSince: (mark) => stage.toasts.slice(mark),
    untilTray: (words, withinMs) => stage.until(() => title().includes(words), withinMs),
    untilApp: (holds, withinMs) => stage.until(holds, withinMs),
    letToastsExpire: async () => {}, // the played notify-send waits as long as it is let
  };
}
