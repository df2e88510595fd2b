/** The app's windows: real Chromium pages with the real preload in a real isolated world. */
import type { Browser, BrowserContext, Page, Route } from 'playwright';
import { type AppPage, openAppPage } from './app-page.ts';
import type { Remote } from './link.ts';
import { isAppUrl, toAppUrl, toChromiumUrl } from './scheme-url.ts';
import type { AppCalls, DesktopCalls, VirtualTime, WindowContent } from './wire.ts';

export interface AppWindow {
  readonly id: number;
  readonly content: WindowContent;
  readonly page: Page;
}

type WindowCalls = Pick<
  DesktopCalls,
  | 'windowOpened'
  | 'windowLoad'
  | 'windowReload'
  | 'windowChanged'
  | 'windowFocused'
  | 'windowSend'
  | 'windowExecute'
  | 'windowClosed'
>;

export interface AppWindows {
  readonly calls: WindowCalls;
  /** Those whose page exists, the one focused last at the end. */
  list(): readonly AppWindow[];
  /** URLs outside the app's own scheme that pages asked for; all were refused. */
  refused(): readonly string[];
  setTheme(theme: 'light' | 'dark'): Promise<void>;
  setTime(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface AppWindowsOptions {
  readonly browser: Browser;
  readonly app: Remote<AppCalls>;
  readonly theme: 'light' | 'dark';
  readonly time: VirtualTime | null;
  readonly timeZone: string;
  readonly headed: boolean;
  readonly scale: number;
  readonly onChange: () => void;
  /** A window of the app came to the front. */
  readonly onRaised: () => void;
  readonly onTrouble: (text: string) => void;
}

export function createAppWindows(options: AppWindowsOptions): AppWindows {
  const { browser, app, onChange, onTrouble } = options;
  const windows = new Map<number, Promise<AppPage>>();
  const live = new Map<number, AppPage>();
  const contexts = new Map<string, Promise<BrowserContext>>();
  const refused: string[] = [];
  let theme = options.theme;
  let timeSet = { ms: options.time?.startMs ?? 0, atRealMs: Date.now() };

  const contextFor = (partition: string) => {
    const known = contexts.get(partition) ?? openContext(partition);
    contexts.set(partition, known);
    return known;
  };
  async function openContext(partition: string): Promise<BrowserContext> {
    const context = await browser.newContext({
      colorScheme: theme,
      timezoneId: options.timeZone,
      acceptDownloads: false,
      serviceWorkers: 'block',
      ...(options.headed ? { viewport: null } : { deviceScaleFactor: options.scale }),
      // Nothing listens there: what interception does not see (WebSocket, WebRTC) reaches nobody either.
      proxy: { server: 'http://127.0.0.1:9' },
    });
    await context.route('**/*', (route) => answer(partition, route).catch(() => route.abort().catch(() => {})));
    return context;
  }

  async function answer(partition: string, route: Route): Promise<void> {
    const request = route.request();
    const url = toAppUrl(request.url());
    const frame = request.frame();
    const window = [...live.values()].find((candidate) => candidate.page === frame.page());
    if (window === undefined) return await route.abort('aborted');
    if (request.isNavigationRequest()) {
      const isMainFrame = frame === window.page.mainFrame();
      const isOwnLoad = isMainFrame && window.expected === request.url();
      if (isOwnLoad) window.expected = null;
      else if (!(await app.navigationAsked(window.id, url, isMainFrame))) return await route.abort('aborted');
    }
    if (!isAppUrl(request.url())) {
      refused.push(url);
      return await route.abort('accessdenied');
    }
    const body = request.postDataBuffer();
    const response = await app.schemeRequested({
      partition,
      url,
      method: request.method(),
      headers: request.headers(),
      body: body === null ? null : new Uint8Array(body),
    });
    if (response === null) return await route.abort('failed');
    await route.fulfill({ status: response.status, headers: response.headers, body: Buffer.from(response.body) });
  }

  async function open(id: number, content: WindowContent): Promise<AppPage> {
    const context = await contextFor(content.partition);
    const page = await context.newPage();
    // The context keeps the theme of its first window.
    await page.emulateMedia({ colorScheme: theme });
    if (!options.headed) await page.setViewportSize({ width: content.width, height: content.height });
    const goneBy = options.time?.mode === 'flowing' ? Date.now() - timeSet.atRealMs : 0;
    const time = options.time === null ? null : { ...options.time, startMs: timeSet.ms + goneBy };
    const window = await openAppPage(page, { id, content, time, app, onTrouble });
    page.on('close', () => {
      if (!live.delete(id)) return;
      app.windowHappened(id, 'closed', '').catch(() => {});
      onChange();
    });
    page.on('load', onChange);
    live.set(id, window);
    options.onRaised();
    onChange();
    return window;
  }

  const known = async (id: number): Promise<AppPage> => {
    const window = await windows.get(id);
    if (window === undefined) throw new Error('That window is closed');
    return window;
  };
  const goTo = async (window: AppPage, go: (page: Page) => Promise<unknown>, url: string) => {
    window.expected = url;
    try {
      await go(window.page);
    } catch (error) {
      const [, name = 'ERR_FAILED'] = /net::(ERR_\w+)/.exec(String(error)) ?? [];
      throw new Error(`${name} (-2)`);
    } finally {
      window.expected = null;
    }
  };

  const calls: WindowCalls = {
    windowOpened: async (id, content) => {
      const opening = open(id, content);
      windows.set(id, opening);
      await opening;
    },
    windowLoad: async (id, url) => {
      const target = toChromiumUrl(url);
      await goTo(await known(id), (page) => page.goto(target, { timeout: 20_000 }), target.replace(/#.*$/, ''));
    },
    windowReload: async (id) => {
      const window = await known(id);
      await goTo(window, (page) => page.reload({ timeout: 20_000 }), window.page.url().replace(/#.*$/, ''));
    },
    windowChanged: async (id, change) => {
      const window = await known(id);
      window.content = { ...window.content, ...change };
      onChange();
    },
    windowFocused: async (id) => {
      const window = await known(id);
      live.delete(id);
      live.set(id, window);
      options.onRaised();
      if (options.headed) await window.page.bringToFront();
      onChange();
    },
    windowSend: async (id, channel, args) => {
      await (await known(id)).deliver(channel, args);
    },
    windowExecute: async (id, code) => await (await known(id)).page.evaluate(code),
    windowClosed: async (id) => {
      const window = await windows.get(id);
      windows.delete(id);
      live.delete(id);
      await window?.page.close();
      onChange();
    },
  };

  return {
    calls,
    list: () => [...live.values()],
    refused: () => refused,
    setTheme: async (next) => {
      theme = next;
      await Promise.all([...live.values()].map(({ page }) => page.emulateMedia({ colorScheme: next })));
    },
    setTime: async (ms) => {
      timeSet = { ms, atRealMs: Date.now() };
      await Promise.all([...live.values()].map((window) => window.setTime(ms)));
    },
    close: async () => {
      live.clear();
      windows.clear();
      const open = await Promise.allSettled(contexts.values());
      await Promise.all(open.map((context) => (context.status === 'fulfilled' ? context.value.close() : null)));
      onChange();
    },
  };
}
