/**
 * The real page, as it is built and under its real content security policy, in real Chromium, with main played: for
 * looking at it, for measuring it, and for tests that need every state. What the app itself does is not tested by this.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { createAppFiles } from '../../main/shell/app-files.ts';
import type {
  AlertView,
  AppView,
  FolderView,
  MeetingView,
  Pushes,
  SettingsView,
  ViewName,
} from '../../preload/contract.ts';

/** What main would say. */
export interface PlayedMain {
  readonly app: AppView;
  readonly alerts: readonly AlertView[];
  readonly meetings: readonly MeetingView[];
  readonly settings: SettingsView;
  readonly folders: readonly FolderView[];
}

export interface How {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  readonly forced: boolean;
  /** As a person sets it in the window: 2 is 200 %, and leaves the page half of the width. */
  readonly zoom?: number;
  /** The moment at which the page believes to be; the real time where there is none. */
  readonly now?: Date;
}

export interface BuiltPage {
  /** Opens one view. `complaints` collects all that the console or the page itself says is wrong. */
  open(browser: Browser, view: ViewName, main: PlayedMain, how: How): Promise<{ page: Page; complaints: string[] }>;
  stop(): Promise<void>;
}

declare global {
  interface Window {
    /** What the page has asked of the played main, in order. */
    asked: { readonly name: string; readonly args: readonly unknown[] }[];
    push<P extends keyof Pushes>(name: P, payload: Pushes[P]): void;
  }
}

/** Serves the page of the last build, as the tests of the whole app use it. */
export const servePage = (): Promise<BuiltPage> =>
  serve(join(import.meta.dirname, '..', '..', 'out', 'renderer'), async () => {});

/** Builds the page as it is now, and serves it. */
export async function buildPage(): Promise<BuiltPage> {
  const outDir = await mkdtemp(join(tmpdir(), 'tidings-page-'));
  const root = join(import.meta.dirname, '..', '..', 'renderer');
  await build({ root, logLevel: 'warn', plugins: [react()], build: { outDir, emptyOutDir: true } });
  return await serve(outDir, () => rm(outDir, { recursive: true, force: true }));
}

async function serve(folder: string, clear: () => Promise<void>): Promise<BuiltPage> {
  const files = createAppFiles(folder);
  const server = createServer(async ({ url = '/', method = 'GET' }, answer) => {
    const response = await files({ url: `app://tidings${url}`, method });
    answer.writeHead(response.status, Object.fromEntries(response.headers));
    answer.end(Buffer.from(await response.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    async open(browser, view, main, how) {
      const { zoom = 1 } = how;
      const page = await browser.newPage({
        viewport: { width: Math.round(how.width / zoom), height: Math.round(how.height / zoom) },
        deviceScaleFactor: zoom,
        colorScheme: how.scheme,
        forcedColors: how.forced ? 'active' : 'none',
        timezoneId: 'Europe/Berlin',
      });
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      if (how.now !== undefined) await page.clock.install({ time: how.now });
      await page.addInitScript(playMain, main);
      await page.goto(`http://127.0.0.1:${port}/index.html#${view}`);
      await page
        .getByRole('tabpanel')
        .getByRole('heading', { level: 1 })
        .waitFor({ timeout: 10_000 })
        .catch(async (error: Error) => {
          throw new Error([error.message, ...complaints, await page.locator('body').innerText()].join('\n'));
        });
      return { page, complaints };
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await clear();
    },
  };
}

/** Runs in the page, before any of its own code. */
function playMain(main: PlayedMain): void {
  const pageSize = 50;
  let { settings } = main;
  const asked: Window['asked'] = [];
  const listeners = new Map<string, ((payload: never) => void)[]>();
  const done = { ok: true, value: null } as const;

  const act =
    (name: string) =>
    async (...args: unknown[]) => {
      asked.push({ name, args });
      return done;
    };
  const listen =
    (name: string) =>
    (listener: (payload: never) => void): (() => void) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return () =>
        listeners.set(
          name,
          (listeners.get(name) ?? []).filter((each) => each !== listener),
        );
    };
  const stored = async (change: object) => {
    asked.push({ name: 'changeSettings', args: [change] });
    settings = { ...settings, values: { ...settings.values, ...change } };
    return { ok: true, value: settings };
  };
  async function listAlerts(before: string | null, search: string) {
    asked.push({ name: 'listAlerts', args: [before, search] });
    const words = search.toLowerCase().split(/\s+/);
    const found = main.alerts.filter(
      ({ who, subject, detail, at }) =>
        (before === null || at < before) &&
        words.every((word) => `${who} ${subject} ${detail}`.toLowerCase().includes(word)),
    );
    const alerts = found.slice(0, pageSize);
    return { alerts, next: found.length > pageSize ? (alerts.at(-1)?.at ?? null) : null };
  }
  const acts = ['openAlert', 'joinFromAlert', 'markRead', 'muteConversation', 'snooze', 'dismiss', 'openMeeting'];
  const more = ['joinMeeting', 'pause', 'runSelfTest', 'signIn', 'addAccount', 'cancelSignIn', 'signOut', 'checkNow'];
  Object.assign(window, {
    asked,
    push: (name: string, payload: never) => {
      for (const listener of listeners.get(name) ?? []) listener(payload);
    },
    tidings: {
      ...Object.fromEntries([...acts, ...more, 'openSettingsFolder', 'quit'].map((name) => [name, act(name)])),
      getApp: async () => main.app,
      listAlerts,
      listMeetings: async () => main.meetings,
      getSettings: async () => settings,
      changeSettings: stored,
      startAtLogin: async (on: boolean) => {
        settings = { ...settings, loginItem: { state: on ? 'on' : 'off', note: '' } };
        return { ok: true, value: settings };
      },
      listFolders: async () => ({ ok: true, value: main.folders }),
      getDiagnostics: async () => 'Tidings 0.1.0\nState: all good\n',
      onAppChanged: listen('app:changed'),
      onAlertsChanged: listen('alerts:changed'),
      onMeetingsChanged: listen('meetings:changed'),
      onShowView: listen('view:show'),
    },
  });
}
