/** What a person without Electron has: the built browser shell, its page in a real Chromium, the stand-in cloud around it. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { takeInstanceLock } from '../../main/system/instance-lock.ts';
import { passSignIn } from '../demo/theatre.ts';
import { type BrowserDriver, createBrowserDriver } from '../stage/browser-driver.ts';
import { type Stage, startStage } from '../stage/stage.ts';
import { filesBelow, openDesk } from './desk.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const bundle = fileURLToPath(new URL('../../out/main/start-browser.js', import.meta.url));
const ada = 'ada@contoso.example';
const start = new Date('2026-11-21T09:00:00Z');
const onWindows = process.platform === 'win32';

let stage: Stage;
let app: BrowserDriver;
afterEach(async () => {
  await stage?.stop();
});

async function open(
  options: { readonly withoutToasts?: boolean; readonly prepare?: (app: BrowserDriver) => Promise<unknown> } = {},
): Promise<void> {
  if (!existsSync(bundle)) throw new Error('The app is not built: npm run build');
  const drivers: BrowserDriver[] = [];
  stage = await startStage({
    start,
    async createApp(env, events) {
      const driver = await createBrowserDriver(env, events, options);
      drivers.push(driver);
      return driver;
    },
  });
  const [driver] = drivers;
  if (driver === undefined) throw new Error('the app was not created');
  app = driver;
  await options.prepare?.(app);
  await stage.startApp();
}

async function signIn(): Promise<void> {
  const page = await app.page();
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
  await app.untilSeen(() => stage.browserPages.length > 0, 'the page that the app opens');
  const tab = await app.openTab(stage.browserPages.shift() ?? '');
  await passSignIn(tab, stage.cloud.entra.currentPassword(ada));
  await tab.close();
  expect(await stage.until(({ app }) => app.health.state === 'allGood', 30_000)).not.toBeNull();
}

const origin = async (): Promise<string> => new URL((await app.page()).url()).origin;
const logText = (): string =>
  readdirSync(join(app.folder, '.config', 'tidings', 'logs'))
    .map((name) => readFileSync(join(app.folder, '.config', 'tidings', 'logs', name), 'utf8'))
    .join('\n');

describe.skipIf(onWindows)(
  `the browser shell${onWindows ? ' (not run: its desktop is played by shell scripts)' : ''}`,
  () => {
    test('goes from the first start over a sign-in in the same browser to the first alert, and its click', async () => {
      await open();
      const page = await app.page();
      const problems: string[] = [];
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      await page.getByText('Closing this page does not stop it').waitFor();
      await page.waitForFunction(() => document.title === 'Not signed in – Tidings');
      // The code is out of the address as soon as the page is there.
      expect(page.url()).toBe(`${await origin()}/`);
      expect(stage.browserPages).toEqual([]);

      await signIn();
      await page.waitForFunction(() => document.title === 'All good – Tidings');
      stage.cloud.graph
        .mailbox(ada)
        .deliver({ subject: 'Numbers & <b>more</b> C:\\new', from: 'Grace Roe <grace@fabrikam.example>' });
      expect(await stage.until(() => stage.toasts.length > 0, 10_000)).not.toBeNull();
      expect(stage.toasts.map(({ title, body }) => [title, body])).toEqual([
        ['Grace Roe', 'Numbers & <b>more</b> C:\\new'],
      ]);
      await page.waitForFunction(() => document.title === '(1) All good – Tidings');

      await app.clickToast(stage.toasts[0]?.key ?? '');
      await app.untilSeen(() => stage.browserPages.length > 0, 'the message in Outlook');
      expect(new URL(stage.browserPages[0] ?? '').hostname).toMatch(/^outlook\./);
      expect(problems).toEqual([]);
    });

    test('a page that was reloaded goes on; a code that was used opens nothing, and ends the page that used it', async () => {
      await open();
      const page = await app.page();
      const code = await secondStart();
      const other = await app.openTab(code);
      await other.waitForFunction(() => document.title === 'Not signed in – Tidings');
      await other.reload();
      await other.waitForFunction(() => document.title === 'Not signed in – Tidings');

      const thief = await app.openTab(code);
      await thief.getByRole('heading', { name: 'This page needs a new address' }).waitFor();
      await other.getByRole('heading', { name: 'This page needs a new address' }).waitFor();
      // A tab without a code or a token, and the first page, which has its own.
      const bare = await app.openTab(await origin());
      await bare.getByRole('heading', { name: 'This page needs a new address' }).waitFor();
      expect(await page.title()).toBe('Not signed in – Tidings');
    });

    /** The address that another start gets from the one that runs. */
    async function secondStart(): Promise<string> {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', bundle],
        {
          env: { ...app.env, DISPLAY: '' },
          timeout: 20_000,
        },
      );
      expect(stdout).toContain('Tidings runs already.');
      return /http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]+/.exec(stdout)?.[0] ?? '';
    }

    test('a second start shows the one that runs, whose note only the person can read', async () => {
      await open();
      const note = join(app.folder, '.config', 'tidings', 'instance.json');
      expect(statSync(note).mode & 0o777).toBe(0o600);
      const { pid, door } = JSON.parse(readFileSync(note, 'utf8'));
      expect([pid, `http://127.0.0.1:${door.port}`]).toEqual([app.pid(), await origin()]);
      expect(new URL(await secondStart()).origin).toBe(await origin());
    });

    test('a page on another port gets neither answers nor code nor a frame', async () => {
      await open();
      const own = await origin();
      const hostile = createServer((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>hostile</title><body></body>');
      });
      await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve));
      try {
        const page = await app.openTab(`http://127.0.0.1:${(hostile.address() as AddressInfo).port}/`);
        const got = await page.evaluate(async (own) => {
          const tried = async (what: () => Promise<unknown>): Promise<unknown> => await what().catch(() => 'failed');
          const json = { 'Content-Type': 'application/json' };
          const framed = document.createElement('iframe');
          framed.src = `${own}/`;
          document.body.append(framed);
          await new Promise((resolve) => framed.addEventListener('load', resolve));
          const script = document.createElement('script');
          script.src = `${own}/api/events`;
          const scripted = new Promise((resolve) => {
            script.addEventListener('load', () => resolve('loaded'));
            script.addEventListener('error', () => resolve('failed'));
          });
          document.body.append(script);
          const body = '{"channel":"page:quit","args":[]}';
          return [
            await tried(() =>
              fetch(`${own}/api/request`, { method: 'POST', headers: json, body }).then((r) => r.text()),
            ),
            await tried(() => fetch(`${own}/api/start`, { method: 'POST', headers: json, body: '{"code":"x"}' })),
            await tried(() => fetch(`${own}/`, {}).then((r) => r.text())),
            // Sent without being asked first: the server has to refuse it by itself.
            await tried(() =>
              fetch(`${own}/api/request`, { method: 'POST', mode: 'no-cors', body }).then((r) => r.type),
            ),
            await scripted,
            (() => {
              try {
                return framed.contentDocument?.body.innerText ?? 'closed';
              } catch {
                return 'closed';
              }
            })(),
          ];
        }, own);
        expect(got).toEqual(['failed', 'failed', 'failed', 'failed', 'failed', 'closed']);
        expect(app.running()).toBe(true);
        expect(new Set(logText().match(/"why":"\w+"/g))).toEqual(new Set(['"why":"origin"', '"why":"site"']));
      } finally {
        hostile.close();
      }
    });

    test('nothing of the page is to be had at the address that Microsoft calls', async () => {
      await open();
      await signIn();
      const [host] = stage.cloud.graph.subscriptions(ada).map((subscription) => subscription.host);
      if (host === undefined) throw new Error('nobody is subscribed');
      const token = await (await app.page()).evaluate(() => sessionStorage.getItem('tidings-token'));
      const asked = ['/', '/index.html', '/api/start', '/api/request', '/api/events', '/api/code'].flatMap((path) =>
        (['GET', 'POST'] as const).map(async (method) => {
          const { stdout } = await promisify(execFile)(
            process.execPath,
            [
              '-e',
              `fetch(process.argv[1], { method: process.argv[2], headers: { Authorization: 'Bearer ' + process.argv[3], 'Content-Type': 'application/json' },
              ...(process.argv[2] === 'POST' ? { body: '{"channel":"app:get","args":[]}' } : {}) })
              .then(async (r) => console.log(r.status, /Tidings|health/.test(await r.text())))`,
              `https://${host}${path}`,
              method,
              token ?? '',
            ],
            { env: app.env, timeout: 20_000 },
          );
          return `${path} ${method} ${stdout.trim()}`;
        }),
      );
      for (const answer of await Promise.all(asked)) expect(answer).toMatch(/ 40[45] false$/);
      // They came as far as the app's own listener, which tells the first five of a kind and sums up the others later.
      expect(logText().match(/"request\.refused"/g)?.length).toBeGreaterThanOrEqual(5);
    });

    test('is quit from its page within 3 s, which then says so', async () => {
      await open();
      await signIn();
      const page = await app.page();
      const began = performance.now();
      const ended = app.ended();
      await page.getByRole('button', { name: 'Quit Tidings' }).click();
      expect(await ended).toBe(0);
      expect(performance.now() - began).toBeLessThan(4_000);
      await page.getByRole('heading', { name: 'Tidings has stopped' }).waitFor();
      // An orderly end takes its subscriptions along, and leaves the folder to the next one.
      expect(stage.cloud.graph.subscriptions(ada)).toEqual([]);
      expect(existsSync(join(app.folder, '.config', 'tidings', 'instance.json'))).toBe(false);
    });

    test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends it in order', async (signal) => {
      await open();
      // The bar is drawn once the page listens: before that it could not hear of the end.
      await (await app.page()).getByRole('button', { name: 'Quit Tidings' }).waitFor();
      const ended = app.ended();
      process.kill(app.pid() ?? 0, signal);
      expect(await ended).toBe(0);
      await (await app.page()).getByRole('heading', { name: 'Tidings has stopped' }).waitFor();
    });

    test('keeps its tokens in the keyring: killed and started again, it needs no sign-in, and its old page says so', async () => {
      await open();
      await signIn();
      const old = await app.page();
      await app.kill();
      await old.waitForFunction(() => document.title === 'No answer – Tidings');
      await stage.startApp();
      expect(await stage.until(({ app }) => app.health.state === 'allGood', 90_000)).not.toBeNull();
      expect(stage.browserPages).toEqual([]);
    });

    test('without a display it prints the address, and opens nothing', async () => {
      await open();
      await app.quit();
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', bundle], {
        env: { ...app.env, DISPLAY: '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      try {
        await expect.poll(() => text, { timeout: 20_000 }).toMatch(/#code=[\w-]{43}\n/);
        const page = await app.openTab(/http:\S+/.exec(text)?.[0] ?? '');
        await page.getByText('Closing this page does not stop it').waitFor();
        // The system opens no page here, so this one offers it, in a tab of its own.
        const popup = page.waitForEvent('popup');
        await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
        expect(new URL((await popup).url() || 'about:blank').hostname).toMatch(/^login\.microsoftonline\.com$|^$/);
        await page.getByRole('link', { name: 'login.microsoftonline.com' }).waitFor();
      } finally {
        child.kill('SIGTERM');
      }
    });

    test('without notify-send the page shows toasts once the person allows it, and a click on one opens the message', async () => {
      await open({
        withoutToasts: true,
        // Headless Chromium shows none: the page's own calls are what is seen.
        prepare: (app) =>
          app.context.addInitScript(() => {
            class PlayedNotification extends EventTarget {
              static permission = 'default';
              static async requestPermission(): Promise<string> {
                PlayedNotification.permission = 'granted';
                return 'granted';
              }
              constructor(title: string, { body }: { body: string }) {
                super();
                Object.assign(window, { lastToast: this, lastWords: `${title}: ${body}` });
              }
              close(): void {
                this.dispatchEvent(new Event('close'));
              }
            }
            Object.assign(window, { Notification: PlayedNotification });
          }),
      });
      const page = await app.page();
      await page.waitForFunction(() => document.title === 'Your desktop shows no notifications – Tidings');
      await page.getByRole('button', { name: 'Show alerts from this page' }).click();
      await page.waitForFunction(() => document.title === 'Not signed in – Tidings');
      expect(await page.getByRole('button', { name: 'Show alerts from this page' }).isVisible()).toBe(false);
      await signIn();
      stage.cloud.graph.mailbox(ada).deliver({ subject: 'Numbers <b>', from: 'Grace Roe <grace@fabrikam.example>' });
      const words = (): Promise<string> =>
        page.evaluate(() => (window as unknown as { lastWords?: string }).lastWords ?? '');
      expect(await stage.until(async () => (await words()) === 'Grace Roe: Numbers <b>', 10_000)).not.toBeNull();
      await page.evaluate(() =>
        (window as unknown as { lastToast: EventTarget }).lastToast.dispatchEvent(new Event('click')),
      );
      await app.untilSeen(() => stage.browserPages.length > 0, 'the message in Outlook');
      expect(new URL(stage.browserPages[0] ?? '').hostname).toMatch(/^outlook\./);
    });

    test('Electron says so and ends where the browser shell runs already, and leaves it alone', async () => {
      const desk = await openDesk();
      try {
        mkdirSync(desk.app.appFolder, { recursive: true });
        const lock = takeInstanceLock(desk.app.appFolder);
        if (!lock.taken) throw new Error('the lock was not free');
        desk.app.start(start.getTime()).catch(() => {}); // it waits for a tray that never comes
        const [box] = await desk.untilSeen(
          () => (desk.desktop.errorBoxes().length > 0 ? desk.desktop.errorBoxes() : null),
          'the box that says why',
        );
        expect(box).toEqual({
          title: 'Tidings cannot start',
          content: 'Tidings runs already, in your web browser. Please quit it there first.',
        });
        await desk.untilSeen(() => desk.desktop.app?.isRunning() === false, 'it to end');
        lock.release();
        expect(filesBelow(desk.app.appFolder).filter((file) => file.endsWith('.db'))).toEqual([]);
      } finally {
        await desk.stop();
      }
    });

    test('nothing that it loads asks for Electron', () => {
      const seen = new Set<string>();
      const look = (file: string): void => {
        if (seen.has(file)) return;
        seen.add(file);
        const text = readFileSync(file, 'utf8');
        for (const [, name = ''] of text.matchAll(/(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)) {
          expect(name).not.toMatch(/^electron/);
          if (name.startsWith('.')) look(join(dirname(file), name));
        }
      };
      look(bundle);
      expect(seen.size).toBeGreaterThan(1);
    });
  },
);
