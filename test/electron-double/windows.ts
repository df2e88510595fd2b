/** The app's windows: real Chromium pages with the real preload in a real isolated world. */
import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContext, CDPSession, Page, Route } from 'playwright';
import { createCodec } from './codec.ts';
import type { Remote } from './link.ts';
import { isAppUrl, toAppUrl, toChromiumUrl } from './scheme-url.ts';
import type { AppCalls, DesktopCalls, VirtualTime, WindowContent, WindowEvent } from './wire.ts';
import { createBridgeEnd, startIsolatedWorld, startMainWorld, startPageTime } from './world.ts';

const WORLD = 'Electron Isolated Context'; // Electron's own name for it
const POPUP_LIMIT_MS = 300;
const BINDING = '__electronDoubleIpc';

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
  | 'windowPicture'
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
  readonly headed: boolean;
  readonly onChange: () => void;
  readonly onTrouble: (text: string) => void;
}

interface Live {
  readonly id: number;
  content: WindowContent;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly secret: string;
  /** The preload's world in the current document; null between documents. */
  world: number | null;
  /** The one navigation that main asked for itself, and that nobody may stop. */
  expected: string | null;
  timeScript: string | null;
  /** While Chromium opens a popup, which is closed at once, it pauses the page, and events would go unheard. */
  held: Promise<void> | null;
}

export function createAppWindows(options: AppWindowsOptions): AppWindows {
  const { browser, app, onChange, onTrouble } = options;
  const windows = new Map<number, Promise<Live>>();
  const live = new Map<number, Live>();
  const contexts = new Map<string, Promise<BrowserContext>>();
  const refused: string[] = [];
  let theme = options.theme;
  let timeMs = options.time?.startMs ?? 0;

  const contextFor = (partition: string) => {
    const known = contexts.get(partition) ?? openContext(partition);
    contexts.set(partition, known);
    return known;
  };
  async function openContext(partition: string): Promise<BrowserContext> {
    const context = await browser.newContext({
      colorScheme: theme,
      acceptDownloads: false,
      serviceWorkers: 'block',
      ...(options.headed ? { viewport: null } : {}),
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
      resourceType: request.resourceType(),
    });
    if (response === null) return await route.abort('failed');
    await route.fulfill({ status: response.status, headers: response.headers, body: Buffer.from(response.body) });
  }

  async function open(id: number, content: WindowContent): Promise<Live> {
    const context = await contextFor(content.partition);
    const page = await context.newPage();
    if (!options.headed) await page.setViewportSize({ width: content.width, height: content.height });
    const cdp = await context.newCDPSession(page);
    const secret = randomBytes(16).toString('hex');
    const window: Live = { id, content, page, cdp, secret, world: null, expected: null, timeScript: null, held: null };
    live.set(id, window);
    await watch(window);
    await inject(window);
    onChange();
    return window;
  }

  async function watch(window: Live): Promise<void> {
    const { id, page, cdp } = window;
    const happened = (event: WindowEvent) => {
      app.windowHappened(id, event, toAppUrl(page.url())).catch(() => {});
      onChange();
    };
    page.on('domcontentloaded', () => happened('dom-ready'));
    page.on('load', () => {
      happened('did-finish-load');
      happened('ready-to-show');
    });
    page.on('crash', () => happened('crashed'));
    page.on('close', () => {
      if (live.delete(id)) happened('closed');
    });
    page.on('pageerror', (error) => onTrouble(`page error: ${error.message}`));
    const popupGone = () =>
      new Promise<void>((resolve) => {
        // Some Chromiums open no popup at all (see the flag in desktop.ts): then nothing will be closed.
        const timer = setTimeout(resolve, POPUP_LIMIT_MS);
        page.once('popup', async (popup) => {
          await popup.close().catch(() => {});
          clearTimeout(timer);
          resolve();
        });
      });
    cdp.on('Page.windowOpen', ({ url, windowName }) => {
      window.held = popupGone();
      app.windowOpenAsked(id, toAppUrl(url), windowName).catch((error: Error) => onTrouble(error.message));
    });
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      const isWorld = context.name === WORLD && context.auxData?.frameId === mainFrameId;
      if (isWorld) window.world = context.id;
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (window.world === executionContextId) window.world = null;
    });
    cdp.on('Runtime.executionContextsCleared', () => {
      window.world = null;
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === BINDING) void fromWorld(window, payload, executionContextId);
    });
    await cdp.send('Page.enable');
    await cdp.send('Runtime.enable');
    const { frameTree } = await cdp.send('Page.getFrameTree');
    const mainFrameId = frameTree.frame.id;
  }

  async function fromWorld(window: Live, payload: string, world: number): Promise<void> {
    const { kind, id, channel, args } = JSON.parse(payload);
    if (kind === 'preload-failed') return onTrouble(`Unable to load preload script: ${args}`);
    const url = toAppUrl(window.page.url());
    const answered = app.rendererCalled(window.id, url, { kind, channel, args });
    if (kind === 'send') return void (await answered.catch((error: Error) => onTrouble(error.message)));
    const [ok, text] = await answered.then(
      (value) => [true, value] as const,
      (error: Error) => [false, error.message] as const,
    );
    await inWorld(window, world, `answer(${id}, ${ok}, ${JSON.stringify(text)})`);
  }

  async function inWorld(window: Live, world: number, call: string): Promise<void> {
    await window.held;
    const expression = `globalThis[${JSON.stringify(window.secret)}]?.${call}`;
    // The document may be gone by now: then nobody waits for it any more.
    const done = await window.cdp.send('Runtime.evaluate', { expression, contextId: world }).catch(() => null);
    const thrown = done?.exceptionDetails;
    if (thrown !== undefined) onTrouble(`in the preload: ${thrown.exception?.description ?? thrown.text}`);
  }

  async function inject(window: Live): Promise<void> {
    const { cdp, secret, content } = window;
    const text = JSON.stringify(secret);
    await registerTime(window);
    if (content.preload === null) return;
    const { platform } = process;
    const given = JSON.stringify({
      secret,
      bindingName: BINDING,
      platform,
      versions: { electron: '45', node: process.versions.node },
    });
    const preload = `(require, process, module, exports, global) => {${content.preload}\n}`;
    await cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `if (window === top) (${startMainWorld})(${text}, ${createBridgeEnd})`,
    });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName: WORLD,
      source: `if (window === top) (${startIsolatedWorld})(${given}, ${createBridgeEnd}, ${createCodec}, ${preload})`,
    });
  }

  /** Documents that come later start with the time as it is now. */
  async function registerTime(window: Live): Promise<void> {
    if (options.time === null) return;
    const { cdp, secret, timeScript } = window;
    if (timeScript !== null) {
      await cdp.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: timeScript });
    }
    const flows = options.time.mode === 'flowing';
    const source = `(${startPageTime})(${JSON.stringify(secret)}, ${timeMs}, ${flows})`;
    const { identifier } = await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source });
    window.timeScript = identifier;
  }

  const known = async (id: number): Promise<Live> => {
    const window = await windows.get(id);
    if (window === undefined) throw new Error('That window is closed');
    return window;
  };
  const goTo = async (window: Live, go: (page: Page) => Promise<unknown>, url: string) => {
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
      const { width, height } = window.content;
      if (!options.headed && (change.width ?? change.height) !== undefined) {
        await window.page.setViewportSize({ width, height });
      }
      onChange();
    },
    windowFocused: async (id) => {
      const window = await known(id);
      live.delete(id);
      live.set(id, window);
      if (options.headed) await window.page.bringToFront();
      onChange();
    },
    windowSend: async (id, channel, args) => {
      const window = await known(id);
      // Before the page has its preload a message is lost, as in Electron.
      if (window.world === null) return;
      await inWorld(window, window.world, `deliver(${JSON.stringify(channel)}, ${JSON.stringify(args)})`);
    },
    windowExecute: async (id, code) => await (await known(id)).page.evaluate(code),
    windowPicture: async (id) => new Uint8Array(await (await known(id)).page.screenshot()),
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
      timeMs = ms;
      await Promise.all(
        [...live.values()].map(async (window) => {
          const event = `dispatchEvent(new CustomEvent(${JSON.stringify(`${window.secret}>time`)}, { detail: ${ms} }))`;
          await window.cdp.send('Runtime.evaluate', { expression: event }).catch(() => {});
          await registerTime(window).catch(() => {});
        }),
      );
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
