/**
 * The played world while a person plays with it. Time flows: twice a second everybody's clock is moved on by what has
 * really passed, app and cloud together. So leaps (sleep, "+3 hours") move both alike, and a sleeping machine stands still.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { StoredEvent } from '../cloud/graph/calendar.ts';
import type { StoredMail } from '../cloud/graph/mailbox.ts';
import { ada, type DesktopTheatre, openTheatre, passSignIn, type TheatreOptions } from './theatre.ts';

export interface LiveWorld {
  readonly theatre: DesktopTheatre;
  isRunning(): boolean;
  isAsleep(): boolean;
  isOffline(): boolean;
  isTunnelCut(): boolean;
  isDark(): boolean;
  hasShortTokens(): boolean;
  lastMeeting(): StoredEvent | null;
  newestUnread(): StoredMail | null;
  /** The page that the app opened in the person's browser, while it is open. */
  signInPage(): Page | null;
  /** Told when such a page has opened. */
  onSignInPage(listener: (page: Page) => void): void;
  fillSignIn(): Promise<void>;
  nextPassword(): string;
  setShortTokens(seconds: number | null): void;
  cutTunnel(isCut: boolean): Promise<void>;
  setOffline(isOffline: boolean): Promise<void>;
  setDark(isDark: boolean): Promise<void>;
  fallAsleep(): Promise<void>;
  wakeAfter(ms: number): Promise<void>;
  /** Time runs as fast as things can happen, for app and cloud. */
  runFast(ms: number): Promise<void>;
  /** One after the other, with the flow of time between them. */
  queue<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Real milliseconds from one move of the clocks to the next. */
const flowMs = 500;
/** This process itself may have been asleep: that is not the played machine's sleep. */
const longestFlowMs = 5_000;
/** Played milliseconds run fast between two drawings of the desktop's clock. */
const fastPieceMs = 5 * 60_000;

export async function openLiveWorld(
  options: TheatreOptions,
  onTrouble: (sentence: string) => void,
): Promise<LiveWorld> {
  const theatre = await openTheatre(options);
  const { cloud, app } = theatre;
  const { desktop } = app;
  const ending = new AbortController();
  let tail: Promise<unknown> = Promise.resolve();
  let asleep = false;
  let offline = false;
  let cut = false;
  let dark = options.theme === 'dark';
  let shortTokens = false;
  let passwords = 1;
  let lastMs = performance.now();
  let signInPage: Page | null = null;
  const pageListeners: ((page: Page) => void)[] = [];

  function queue<T>(work: () => Promise<T>): Promise<T> {
    const done = tail.then(() => {
      if (ending.signal.aborted) throw new Error('the demo ends');
      return work();
    });
    tail = done.catch(() => {});
    return done;
  }

  async function flow(): Promise<void> {
    while (!ending.signal.aborted) {
      await delay(flowMs, undefined, { signal: ending.signal }).catch(() => {});
      await queue(async () => {
        const passedMs = Math.min(longestFlowMs, Math.round(performance.now() - lastMs));
        lastMs = performance.now();
        if (asleep) return;
        await app.advance(theatre.now().getTime() + passedMs, async (nowMs) => {
          const cloudMs = nowMs - theatre.now().getTime();
          if (cloudMs > 0) await cloud.clock.advance(cloudMs);
        });
        await theatre.letToastsExpire();
      }).catch((error: Error) => {
        if (!ending.signal.aborted) onTrouble(`Time stumbled: ${error.message}`);
      });
    }
  }

  async function openSignInPage(url: string): Promise<void> {
    theatre.browserPages.splice(0);
    const page = await desktop.openBrowserTab(url, { proxy: cloud.proxyUrl });
    if (new URL(url).hostname !== 'login.microsoftonline.com') return;
    signInPage = page;
    for (const listener of pageListeners) listener(page);
    page.on('close', () => {
      if (signInPage === page) signInPage = null;
    });
    // It stays open, as in life: the person reads there that the app goes on.
    await page.waitForURL((to) => to.hostname === 'localhost', { timeout: 0 }).catch(() => {});
    if (signInPage === page) signInPage = null;
  }
  desktop.onOpenExternal((url) => {
    openSignInPage(url).catch((error: Error) => {
      if (!ending.signal.aborted) onTrouble(`The browser could not open the page: ${error.message}`);
    });
  });
  const flowing = flow();

  return {
    theatre,
    queue,
    isRunning: () => app.running(),
    isAsleep: () => asleep,
    isOffline: () => offline,
    isTunnelCut: () => cut,
    isDark: () => dark,
    hasShortTokens: () => shortTokens,
    lastMeeting: () =>
      cloud.graph
        .calendar(ada)
        .events()
        .filter(({ isCancelled }) => !isCancelled)
        .at(-1) ?? null,
    newestUnread: () =>
      cloud.graph
        .mailbox(ada)
        .messages()
        .filter(({ isRead }) => !isRead)
        .reduce<StoredMail | null>(
          (best, mail) => (best === null || mail.receivedAt >= best.receivedAt ? mail : best),
          null,
        ),
    signInPage: () => signInPage,
    onSignInPage: (listener) => void pageListeners.push(listener),
    async fillSignIn() {
      if (signInPage === null) throw new Error('no sign-in page is open');
      const page = signInPage;
      await passSignIn(page, cloud.entra.currentPassword(ada));
      await desktop.closeBrowserTab(page);
    },
    nextPassword: () => {
      passwords += 1;
      return `another passphrase ${passwords}`;
    },
    setShortTokens(seconds) {
      shortTokens = seconds !== null;
      cloud.entra.setTokenLifetime(seconds);
    },
    async cutTunnel(isCut) {
      cut = isCut;
      if (isCut) cloud.relay.cut();
      else await cloud.relay.restore();
    },
    async setOffline(isOffline) {
      offline = isOffline;
      await cloud.offline(isOffline);
      await desktop.setOnline(!isOffline);
    },
    async setDark(isDark) {
      dark = isDark;
      await desktop.setTheme(isDark ? 'dark' : 'light');
    },
    async fallAsleep() {
      await desktop.suspend();
      await cloud.offline(true);
      asleep = true;
    },
    async wakeAfter(ms) {
      await cloud.clock.advance(ms);
      await app.timeJump(theatre.now().getTime());
      await cloud.offline(offline);
      asleep = false;
      lastMs = performance.now();
      await desktop.resume();
    },
    async runFast(ms) {
      for (let left = ms; left > 0 && !ending.signal.aborted; left -= fastPieceMs)
        await theatre.advance(Math.min(left, fastPieceMs));
      // What ran fast has passed already.
      lastMs = performance.now();
    },
    async stop() {
      ending.abort();
      // Whatever still runs is cut short by the end of app and cloud.
      await theatre.stop();
      await flowing;
    },
  };
}
