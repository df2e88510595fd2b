/**
 * A played desktop around the real app: Chromium for its windows, a panel with its tray icon, toasts, a person's
 * browser, power events and a clock that can be moved. See README.md for what is real and what is played.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { launchChromium } from '../tools/chromium.ts';
import { type AppRun, type RunWorld, runApp, within } from './app-run.ts';
import type { Desktop, DesktopOptions } from './desktop-api.ts';
import { createDesktopClock } from './desktop-time.ts';
import type { DesktopGesture, DrawnDesktop, DrawnWindow } from './drawn/state.ts';
import { openDrawnDesktop } from './drawn-desktop.ts';
import { createPersonBrowser } from './person-browser.ts';
import { toAppUrl } from './scheme-url.ts';
import { createScreenToasts } from './screen-toasts.ts';
import type { MenuNode, VirtualTime } from './wire.ts';

export type { AppRun, LaunchOptions } from './app-run.ts';
export type { Desktop, DesktopOptions } from './desktop-api.ts';

export async function startDesktop(options: DesktopOptions = {}): Promise<Desktop> {
  const { size = { width: 1440, height: 900 }, scale = 1, appName = 'Tidings', notifications = true } = options;
  const appIconDataUrl = options.appIcon === undefined ? '' : await readIcon(options.appIcon);
  // An app's pages open no windows; where Chromium knows this switch, no popup exists even for a moment.
  const launched = await launchChromium({
    headed: options.headed ?? false,
    handlesSignals: options.handlesSignals ?? false,
    ...(options.authorityPem === undefined ? {} : { authorityPem: options.authorityPem }),
    // Nothing listens there: Chromium must not ask the world about the fields of a sign-in page.
    args: [
      '--block-new-web-contents',
      '--autofill-server-url=http://127.0.0.1:9/',
      ...(options.trustedKeyHashes ?? []).map((hash) => `--ignore-certificate-errors-spki-list=${hash}`),
    ],
  });
  const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { browser, headed } = launched;
  const runs: AppRun[] = [];
  const pictures = new Map<string, string>();
  const opened: string[] = [];
  const openedPaths: string[] = [];
  const errorBoxes: { title: string; content: string }[] = [];
  const openListeners = new Set<(url: string) => void | Promise<void>>();
  const changeListeners = new Set<() => void>();
  let theme = options.theme ?? 'light';
  let isOnline = true;
  let isLocked = false;
  let isAsleep = false;
  let isBrowserInFront = false;
  let loginItem: unknown = null;
  let ownProfile: string | null = null;

  const current = (): AppRun | null => runs.findLast((run) => run.isRunning()) ?? runs.at(-1) ?? null;
  const tabs = createPersonBrowser(browser, {
    size,
    scale,
    headed,
    timeZone,
    theme: () => theme,
    onChange: () => changed(),
  });
  const timeStart: VirtualTime | null =
    options.time === undefined ? null : { startMs: Number(options.time.start), mode: options.time.mode ?? 'manual' };
  const clock = createDesktopClock(timeStart, current, () => drawn.draw());
  const toasts = createScreenToasts({
    now: () => clock.now(),
    changed: () => changed(),
    current: () => current(),
  });

  const shownWindows = () =>
    current()
      ?.windows.list()
      .filter(({ content }) => content.visible) ?? [];
  const tabKey = (page: Page) => `tab-${tabs.list().indexOf(page)}`;
  const drawnTabs = () =>
    tabs.list().map((page): DrawnWindow => {
      const { width, height } = page.viewportSize() ?? size;
      const key = tabKey(page);
      return { key, kind: 'browser', title: '', url: page.url(), width, height, picture: pictures.get(key) ?? '' };
    });
  const drawnAppWindows = () =>
    shownWindows().map(({ id, content }): DrawnWindow => {
      const key = `app-${id}`;
      const { title, width, height } = content;
      return { key, kind: 'app', title, url: '', width, height, picture: pictures.get(key) ?? '' };
    });
  const drawnWindows = () =>
    isBrowserInFront ? [...drawnAppWindows(), ...drawnTabs()] : [...drawnTabs(), ...drawnAppWindows()];
  const trayOf = (run: AppRun | null) => [...(run?.trays ?? [])].at(-1) ?? null;
  const drawnState = (): DrawnDesktop => {
    const now = clock.now();
    const tray = trayOf(current());
    return {
      theme,
      date: now.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone }),
      clock: now.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }),
      isOnline,
      isLocked,
      isAsleep,
      trays: tray === null ? [] : [{ key: String(tray[0]), ...tray[1] }],
      toasts: toasts.drawn(appName, appIconDataUrl),
      // With a display the windows are real ones beside this page.
      windows: headed ? [] : drawnWindows(),
    };
  };

  const changed = () => {
    drawn?.draw().catch(() => {}); // a desktop that is being stopped
    for (const listener of [...changeListeners]) listener();
  };
  const gestures: { [K in DesktopGesture['kind']]: (gesture: Extract<DesktopGesture, { kind: K }>) => Promise<void> } =
    {
      'menu-item': async ({ tray, item }) => await current()?.calls.trayMenuClicked(Number(tray), item),
      'tray-activate': async ({ tray }) => await current()?.calls.trayActivated(Number(tray)),
      'toast-click': async ({ toast }) => await toasts.click(toast),
      'toast-close': async ({ toast }) => await toasts.dismiss(toast),
      'window-close': async ({ window }) => {
        const [kind, id] = window.split('-');
        const page = tabs.list()[Number(id)];
        if (kind === 'tab' && page !== undefined) await tabs.close(page);
        else await current()?.calls.windowCloseAsked(Number(id));
      },
    };
  const onGesture = (gesture: DesktopGesture): Promise<void> =>
    (gestures[gesture.kind] as (gesture: DesktopGesture) => Promise<void>)(gesture).catch(() => {}); // the app died under the finger
  const drawn = await openDrawnDesktop(browser, { size, scale, headed }, drawnState, onGesture);
  await drawn.draw();

  async function until<T>(ask: () => T, what: string, limitMs = 10_000): Promise<NonNullable<T>> {
    const found = Promise.withResolvers<NonNullable<T>>();
    const check = () => {
      const answer = ask();
      if (answer) found.resolve(answer);
    };
    const stop = onChange(check);
    try {
      check();
      return await within(
        found.promise,
        limitMs,
        () => `Not within ${limitMs} ms: ${what}\n${current()?.output() ?? ''}`,
      );
    } finally {
      stop();
    }
  }
  function onChange(listener: () => void): () => void {
    changeListeners.add(listener);
    return () => void changeListeners.delete(listener);
  }
  const tell = async (call: (run: AppRun) => Promise<unknown>) => {
    const run = current();
    if (run?.isRunning()) await call(run);
    await drawn.draw();
  };
  const world = (userData: string): RunWorld => ({
    browser,
    headed,
    scale,
    theme,
    time: clock.current(),
    timeZone,
    isOnline,
    notificationsSupported: notifications,
    userData,
    onChange: changed,
    onRaised: () => {
      isBrowserInFront = false;
    },
    toastShown: (run, toastId, content) => toasts.add(run, toastId, content),
    toastGone: (run, toastId) => toasts.gone(run, toastId),
    leftToasts: () => toasts.left(),
    toastsRemoved: (tags) => toasts.removed(tags),
    openExternal: async (url) => {
      opened.push(url);
      for (const listener of openListeners) await listener(url);
      changed();
    },
    openPath: (path) => {
      openedPaths.push(path);
      changed();
      return '';
    },
    errorBox: (title, content) => {
      errorBoxes.push({ title, content });
      changed();
    },
    loginItem: (settings) => {
      loginItem = settings;
    },
    secondInstance: (ownerPid, argv, folder) => {
      const owner = runs.find((run) => run.pid === ownerPid && run.isRunning());
      owner?.calls.secondInstanceCame(argv, folder).catch(() => {});
    },
  });
  const frontWindow = () => shownWindows().at(-1) ?? null;

  const desktop: Desktop = {
    get app() {
      return current();
    },
    time: clock,
    page: drawn.page,
    size,
    headed,
    browser: { version: browser.version(), source: launched.program.source },
    launch: async (launch) => {
      const zoned = { ...launch, env: { ...(options.timeZone === undefined ? {} : { TZ: timeZone }), ...launch.env } };
      ownProfile ??= launch.userData === undefined ? await mkdtemp(join(tmpdir(), 'tidings-profile-')) : null;
      const run = await runApp(zoned, world(launch.userData ?? ownProfile ?? ''), (begun) => runs.push(begun));
      changed();
      return run;
    },
    tray: () => {
      const state = trayOf(current())?.[1];
      return state === undefined ? null : { ...state, labels: labelsOf(state.menu) };
    },
    clickTray: async () => await drawn.page.locator('.tray').click({ timeout: 5_000 }),
    activateTray: async () => await drawn.page.locator('.tray').click({ button: 'middle', timeout: 5_000 }),
    clickMenuItem: async (label) => {
      await drawn.draw();
      const { page } = drawn;
      if ((await page.locator('.menu').count()) === 0) await page.locator('.tray').click({ timeout: 5_000 });
      for (const part of label.split(' › ')) {
        const item = page.locator('.menu button').filter({ has: page.getByText(part, { exact: true }) });
        await item.last().click({ timeout: 5_000 });
      }
    },
    toasts: () => toasts.list(),
    pressToastButton: (id, label) => toasts.press(id, label),
    allowToasts: (isAllowed) => toasts.allow(isAllowed),
    clickToast: async (id) => {
      await drawn.draw();
      await drawn.page.locator(`[data-toast="${id}"] .face`).click({ timeout: 5_000 });
    },
    closeToast: async (id) => {
      await drawn.draw();
      await drawn.page.locator(`[data-toast="${id}"] .close`).click({ timeout: 5_000 });
    },
    window: () => frontWindow()?.page ?? null,
    windowTitle: () => frontWindow()?.content.title ?? null,
    waitForWindow: async (limitMs) => {
      const page = await until(() => frontWindow()?.page, 'a visible window of the app', limitMs);
      await page.waitForLoadState('load', { timeout: limitMs ?? 10_000 });
      return page;
    },
    closeWindow: async () => {
      const front = frontWindow();
      if (front === null) throw new Error('The app has no visible window');
      if (headed) await front.page.close();
      else await drawn.draw();
      if (!headed)
        await drawn.page
          .locator(`[data-window="app-${front.id}"] .bar .close`)
          .dispatchEvent('click', {}, { timeout: 5_000 });
    },
    openedExternally: () => opened,
    openedPaths: () => openedPaths,
    onOpenExternal: (listener) => {
      openListeners.add(listener);
      return () => void openListeners.delete(listener);
    },
    openBrowserTab: async (url, how) => {
      isBrowserInFront = true;
      for (const { id, page } of shownWindows())
        await current()?.calls.windowHappened(id, 'blur', toAppUrl(page.url()));
      return await tabs.open(url, how);
    },
    closeBrowserTab: tabs.close,
    errorBoxes: () => errorBoxes,
    loginItem: () => loginItem,
    picture: async (path) => {
      pictures.clear();
      const take = async (key: string, page: Page) => {
        const png = await page.screenshot({ timeout: 10_000 });
        pictures.set(key, `data:image/png;base64,${png.toString('base64')}`);
      };
      if (!headed) {
        for (const page of tabs.list()) await take(tabKey(page), page);
        for (const { id, page } of shownWindows()) await take(`app-${id}`, page);
      }
      await drawn.draw();
      return await drawn.screenshot(path);
    },
    onChange,
    until,
    setTheme: async (next) => {
      theme = next;
      await tell(async (run) => {
        await run.windows.setTheme(next);
        await run.calls.themeChanged(next === 'dark');
      });
    },
    setOnline: async (next) => {
      isOnline = next;
      await tell((run) => run.calls.onlineChanged(next));
    },
    suspend: async () => {
      isAsleep = true;
      await tell((run) => run.calls.power('suspend'));
    },
    resume: async () => {
      isAsleep = false;
      await tell((run) => run.calls.power('resume'));
    },
    lock: async () => {
      isLocked = true;
      await tell((run) => run.calls.power('lock-screen'));
    },
    unlock: async () => {
      isLocked = false;
      await tell((run) => run.calls.power('unlock-screen'));
    },
    power: async (event) => await tell((run) => run.calls.power(event)),
    idle: async () => {
      const run = current();
      return run?.isRunning() ? await run.calls.idle() : 0;
    },
    kill: async () => (await current()?.kill()) ?? null,
    quit: async (limitMs) => (await current()?.quit(limitMs)) ?? null,
    stop: async () => {
      await Promise.all(runs.map((run) => run.kill()));
      await browser.close();
      if (ownProfile !== null) await rm(ownProfile, { recursive: true, force: true });
    },
  };
  return desktop;
}

async function readIcon(path: string): Promise<string> {
  const type = path.endsWith('.svg') ? 'image/svg+xml' : 'image/png';
  return `data:${type};base64,${(await readFile(path)).toString('base64')}`;
}

function labelsOf(menu: readonly MenuNode[], prefix = ''): string[] {
  return menu
    .filter(({ visible }) => visible)
    .flatMap(({ type, label, submenu }) => {
      if (type === 'separator') return ['-'];
      const plain = prefix + label.replace(/&(&?)/g, '$1');
      return type === 'submenu' ? labelsOf(submenu, `${plain} › `) : [plain];
    });
}
