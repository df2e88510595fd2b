/** The built browser shell as a real process, its page in a real Chromium: what a person without Electron has. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright';
import type { AlertPage, AppView, MeetingView, Outcome, Requests } from '../../preload/contract.ts';
import { createLink, type Remote } from '../electron-double/link.ts';
import { launchChromium } from '../tools/chromium.ts';
import type { BrowserCalls } from './browser-process.ts';
import type { AppDriver, DriverEvents } from './core-driver.ts';
import { createPlayedPrograms } from './played-programs.ts';

const bundle = fileURLToPath(new URL('../../out/main/start-browser.js', import.meta.url));
const processFile = new URL('./browser-process.ts', import.meta.url).href;
const keyringFile = new URL('../tools/played-keyring.ts', import.meta.url).href;
/** Real milliseconds. */
const seenLimitMs = 20_000;

export interface BrowserDriver extends AppDriver {
  /** Name and version. */
  readonly browser: string;
  readonly env: Readonly<Record<string, string>>;
  /** The person's browser. */
  readonly context: BrowserContext;
  readonly pid: () => number | null;
  /** The page of the app that was opened last. */
  page(): Promise<Page>;
  /** Another tab of the person's browser. */
  openTab(url: string): Promise<Page>;
  /** Resolves with the exit status. */
  readonly ended: () => Promise<number | null>;
  /** Of the app's page, as it was told last. */
  title(): string;
  /** Returns what stops it. */
  onTitle(listener: () => void): () => void;
  /** The tab in front. */
  front(): Page | null;
  untilSeen<T>(ask: () => T | Promise<T>, what: string): Promise<NonNullable<T>>;
}

export async function createBrowserDriver(
  env: Readonly<Record<string, string>>,
  events: DriverEvents,
  options: {
    readonly size?: { readonly width: number; readonly height: number };
    readonly theme?: 'light' | 'dark';
    readonly handlesSignals?: boolean;
    /** A desktop that has no `notify-send`. */
    readonly withoutToasts?: boolean;
  } = {},
): Promise<BrowserDriver> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-browser-'));
  const programs = createPlayedPrograms(folder, { withoutToasts: options.withoutToasts ?? false });
  const launched = await launchChromium({
    ...(options.handlesSignals === true ? { handlesSignals: true } : {}),
    ...(env.NODE_EXTRA_CA_CERTS === undefined ? {} : { authorityPem: readFileSync(env.NODE_EXTRA_CA_CERTS, 'utf8') }),
  });
  const { browser } = launched;
  // One browser for the app's page and for Microsoft's, as a person has it.
  const context: BrowserContext = await browser.newContext({
    timezoneId: 'Europe/Berlin',
    colorScheme: options.theme ?? 'light',
    viewport: options.size ?? { width: 1280, height: 800 },
    proxy: { server: env.HTTPS_PROXY ?? '', bypass: 'localhost,127.0.0.1,[::1]' },
  });
  const appEnv = {
    ...env,
    PATH: options.withoutToasts === true ? programs.folder : `${programs.folder}:${process.env.PATH ?? ''}`,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, '.config'),
    DISPLAY: ':played',
    TZ: 'Europe/Berlin',
    TIDINGS_PLAYED_KEYRING: join(folder, 'keyring.json'),
  };
  const listeners = new Set<() => void>();
  let child: ChildProcess | null = null;
  let link: Remote<BrowserCalls> | null = null;
  let output = '';
  let appPage: Promise<Page> | null = null;
  /** The same, once it is there. */
  let open: Page | null = null;
  let title = '';
  let latest: Page | null = null;
  const tabs = new Set<Page>();
  let nowMs = 0;
  let shown = new Set<string>();

  /** What the app's programs have told since the last look. */
  function look(): void {
    for (const target of programs.opened()) {
      if (/^http:\/\/127\.0\.0\.1:\d+\/#code=/.test(target)) appPage = openAppPage(target);
      else events.openExternal(target);
    }
    const now = programs.toasts();
    for (const toast of now) if (!shown.has(toast.key)) events.toastShown(toast);
    for (const key of shown) if (!now.some((toast) => toast.key === key)) events.toastClosed(key);
    shown = new Set(now.map(({ key }) => key));
  }
  async function openAppPage(address: string): Promise<Page> {
    const before = await appPage?.catch(() => null);
    const page = await context.newPage();
    page.setDefaultTimeout(seenLimitMs);
    await page.clock.setFixedTime(nowMs);
    latest = page;
    await page.exposeFunction('tellTitle', (told: string) => {
      if (page !== latest) return;
      title = told;
      for (const listener of listeners) listener();
    });
    await page.addInitScript(() => {
      const tell = (): void => (window as unknown as { tellTitle(title: string): void }).tellTitle(document.title);
      addEventListener('DOMContentLoaded', () => {
        new MutationObserver(tell).observe(document.head, { subtree: true, childList: true, characterData: true });
      });
    });
    await page.goto(address);
    await before?.close();
    open = page;
    return page;
  }
  async function untilSeen<T>(ask: () => T | Promise<T>, what: string): Promise<NonNullable<T>> {
    const endAt = performance.now() + seenLimitMs;
    for (;;) {
      look();
      const answer = await ask();
      if (answer) return answer;
      if (performance.now() > endAt) throw new Error(`not within ${seenLimitMs} ms: ${what}\n${output}`);
      await delay(20);
    }
  }
  async function page(): Promise<Page> {
    return await untilSeen(() => appPage, 'the page that the app opens');
  }
  /** As the page itself asks, with its own token. */
  async function ask<C extends keyof Requests>(
    channel: C,
    ...args: Requests[C]['args']
  ): Promise<Requests[C]['result']> {
    return await (await page()).evaluate(
      async ({ channel, args }) => {
        const Authorization = `Bearer ${sessionStorage.getItem('tidings-token')}`;
        const headers = { 'Content-Type': 'application/json', Authorization };
        const body = JSON.stringify({ channel, args });
        const response = await fetch('/api/request', { method: 'POST', headers, body });
        if (!response.ok) throw new Error(`${channel}: ${response.status}`);
        return await response.json();
      },
      { channel, args },
    );
  }
  async function ended(process: ChildProcess | null): Promise<number | null> {
    if (process === null) return null;
    if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
    return process.exitCode;
  }

  const driver: BrowserDriver = {
    folder,
    browser: `Chromium ${browser.version()} (${launched.program.source})`,
    env: appEnv,
    context,
    // The page and the programs tell nothing of what they are waiting for.
    quietRounds: 6,
    page,
    untilSeen,
    pid: () => child?.pid ?? null,
    ended: () => ended(child),
    title: () => title,
    onTitle(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    front: () => [...tabs].findLast((tab) => !tab.isClosed()) ?? open,
    async openTab(url) {
      const tab = await context.newPage();
      tab.setDefaultTimeout(seenLimitMs);
      tabs.add(tab);
      await tab.goto(url);
      return tab;
    },
    async start(startMs) {
      nowMs = startMs;
      appPage = null;
      open = null;
      output = '';
      const started = fork(bundle, [], {
        execArgv: ['--import', keyringFile, '--import', processFile, '--disable-warning=ExperimentalWarning'],
        env: { ...appEnv, STAGE_START_MS: String(startMs) },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          output = (output + text).slice(-4_000);
        });
      }
      child = started;
      started.once('exit', () => {
        if (child !== started) return;
        child = null;
        link = null;
      });
      link = createLink<BrowserCalls>(
        {
          send: (message) => void (started.connected && started.send(message as object)),
          onMessage: (listener) => started.on('message', listener),
          onClose: (listener) => started.once('exit', listener),
        },
        {},
        'the app',
      );
      await (await page()).waitForFunction(() => document.querySelector('main') !== null);
    },
    running: () => child !== null,
    async glance() {
      const app: AppView = await ask('app:get');
      const { alerts }: AlertPage = await ask('alerts:list', null, '');
      const meetings: readonly MeetingView[] = await ask('meetings:list');
      return { app, tooltip: await (await page()).title(), menu: [], alerts, meetings };
    },
    // There is no tray: what its menu offers is a button of the page.
    async clickMenu(label) {
      const button = (await page()).getByRole('button', { name: new RegExp(`^${label}`) });
      await button.first().click();
    },
    async clickToast(key) {
      programs.click(key);
      await untilSeen(() => !programs.toasts().some((toast) => toast.key === key), 'the toast to go');
    },
    async actOnReminder(subject, act) {
      const { alerts } = await driver.glance();
      const found = alerts.find((alert) => alert.kind === 'reminder' && alert.subject === subject);
      if (found === undefined) throw new Error(`there is no reminder of “${subject}”`);
      const asked = (): Promise<Outcome<null>> => {
        if (act === 'dismiss') return ask('alert:dismiss', found.id);
        return act === 'join' ? ask('alert:join', found.id) : ask('alert:snooze', found.id, act);
      };
      const outcome = await asked();
      return outcome.ok ? null : outcome.userMessage;
    },
    machine: async () => {}, // Node is told nothing of it
    async quit() {
      const quitting = child;
      await (await page()).getByRole('button', { name: 'Quit Tidings' }).click();
      await ended(quitting);
    },
    async kill() {
      const killed = child;
      killed?.kill('SIGKILL');
      await ended(killed);
    },
    async busy() {
      look();
      // One turn of the page: what was pushed to it before has been drawn.
      if (open?.isClosed() === false)
        await open.evaluate(() => new Promise((resolve) => setTimeout(resolve))).catch(() => {});
      const running = (await link?.programs().catch(() => 0)) ?? 0;
      look();
      // A program beyond those that wait with their toasts is still on its way to show one, or to open something.
      return Math.max(0, running - shown.size);
    },
    async advance(untilMs, onStep) {
      for (let isOver = false; !isOver; ) {
        const step = (await link?.timeStep(untilMs).catch(() => null)) ?? { nowMs: untilMs, ran: false };
        nowMs = step.nowMs;
        if (open?.isClosed() === false) await open.clock.setFixedTime(nowMs);
        await onStep(step.nowMs);
        isOver = !step.ran && step.nowMs >= untilMs;
      }
    },
    async timeJump(toMs) {
      nowMs = toMs;
      await link?.timeJump(toMs);
    },
    async stop() {
      await driver.kill();
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return driver;
}
