/**
 * What our code relies on Electron for, one small promise each. The same probes run in the double and in the real
 * Electron: a difference is a fault of the double.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright';
import { expect } from 'playwright/test';
import type { LaunchOptions, RunningApp } from './driver.ts';

export type Launch = (options?: LaunchOptions) => Promise<RunningApp>;
export interface Probe {
  readonly name: string;
  /** Such probes leave the app as it is, so that one start serves them all. */
  readonly isShared: boolean;
  /** Rejects where the promise is not kept. */
  run(launch: Launch): Promise<void>;
}

interface ProbeApi {
  readonly refusals: Readonly<Record<string, string | null>>;
  ask(channel: string, ...args: unknown[]): Promise<unknown>;
  say(channel: string, ...args: unknown[]): void;
  callBack(back: (value: number) => number): number;
}
declare global {
  interface Window {
    readonly probe: ProbeApi;
    inlineRan?: boolean;
  }
}

/** The page, once its first question was answered. */
export async function readyPage(app: RunningApp): Promise<Page> {
  const page = await app.page();
  await page.locator('#answer', { hasText: 'true' }).waitFor({ timeout: 15_000 });
  return page;
}
export const ask = (page: Page, channel: string, ...args: unknown[]): Promise<unknown> =>
  page.evaluate(([name, rest]) => window.probe.ask(name, ...rest), [channel, args] as const);
/** Waits for something that main told the page or its standard output. */
export const told = (app: RunningApp, ...values: unknown[]): Promise<void> =>
  expect.poll(() => app.output(), { timeout: 15_000 }).toContain(`told ${JSON.stringify(values)}`);

const failure = (page: Page, channel: string): Promise<string> =>
  page.evaluate(
    (name) =>
      window.probe.ask(name).then(
        () => 'no error',
        (error: Error) => error.message,
      ),
    channel,
  );
const probe = (name: string, run: (page: Page, app: RunningApp) => Promise<void>): Probe => ({
  name,
  isShared: true,
  async run(launch) {
    const app = await launch();
    await run(await readyPage(app), app);
  },
});
const mistake = (what: string, key: string, words: RegExp): Probe =>
  probe(`refuses ${what}`, async (page) => {
    const mistakes = (await ask(page, 'mistakes')) as Readonly<Record<string, string | null>>;
    assert.match(mistakes[key] ?? 'it was allowed', words);
  });

export const pageProbes: readonly Probe[] = [
  probe('renders the first answer of main', async (page) => {
    assert.equal(await page.textContent('#answer'), 'true 2026-03-02T00:00:00.000Z');
  }),
  probe('passes dates, maps, sets and bytes through as they are', async (page) => {
    const back = await page.evaluate(async () => {
      const value = { day: new Date(5), map: new Map([['a', new Set([1])]]), bytes: new Uint8Array([0, 255, 7]) };
      const [same] = (await window.probe.ask('echo', value)) as [typeof value];
      return [same.day instanceof Date, same.day.getTime(), same.map.get('a')?.has(1), [...same.bytes]];
    });
    assert.deepEqual(back, [true, 5, true, [0, 255, 7]]);
  }),
  probe('passes big numbers, holes and what is no number through as they are', async (page) => {
    const back = await page.evaluate(async () => {
      const [same] = (await window.probe.ask('echo', [-0, Number.NaN, 2n ** 70n, undefined, null])) as [unknown[]];
      return [Object.is(same[0], -0), Number.isNaN(same[1]), same[2] === 2n ** 70n, same[3] === undefined, same[4]];
    });
    assert.deepEqual(back, [true, true, true, true, null]);
  }),
  probe('refuses to pass a function to main', async (page) => {
    const message = await page.evaluate(async () => {
      try {
        await window.probe.ask('echo', { run: () => 1 });
        return 'no error';
      } catch (error) {
        return String(error);
      }
    });
    assert.match(message, /could not be cloned/i);
  }),
  probe('lets the page hand a function to the preload, and call it back at once', async (page) => {
    assert.equal(await page.evaluate(() => window.probe.callBack((value) => value * 2)), 41);
  }),
  probe('tells the page what a handler threw, in Electron’s words', async (page) => {
    assert.match(await failure(page, 'fails'), /Error invoking remote method 'fails': Error: no such thing/);
  }),
  probe('tells the page what a handler rejected with', async (page) => {
    assert.match(await failure(page, 'rejects'), /Error invoking remote method 'rejects': TypeError: later/);
  }),
  probe('refuses an answer that cannot be cloned', async (page) => {
    assert.match(await failure(page, 'function'), /could not be cloned/i);
  }),
  probe('has no answer on a channel without a handler', async (page) => {
    assert.match(await failure(page, 'nobody'), /No handler registered for 'nobody'/);
  }),
  probe('tells main the address and the frame of who asks', async (page) => {
    assert.deepEqual(await ask(page, 'sender'), ['app://main/page.html', true]);
  }),
  probe('carries a message of the page to main', async (page, app) => {
    await page.evaluate(() => window.probe.say('said', 'one-way', 7));
    await told(app, 'heard', 'one-way', 7);
  }),
  probe('carries messages of main to the page, in order', async (page) => {
    for (const word of ['first', 'second', 'third']) await ask(page, 'tell', 'ordered', word);
    await expect(page.locator('#told li', { hasText: 'ordered' })).toHaveCount(3);
    const words = await page.locator('#told li', { hasText: 'ordered' }).allTextContents();
    assert.deepEqual(
      words,
      ['first', 'second', 'third'].map((word) => JSON.stringify(['ordered', word])),
    );
  }),
  probe('gives the page nothing of Node or of Electron', async (page) => {
    const names = ['require', 'process', 'module', 'exports', 'Buffer', 'global', 'electron', 'ipcRenderer'];
    assert.deepEqual(await page.evaluate((all) => all.filter((name) => name in window), names), []);
  }),
  probe('gives the page a bridge that it can neither change nor replace', async (page) => {
    const seen = await page.evaluate(() => [
      Object.isFrozen(window.probe),
      Reflect.set(window.probe, 'ask', null),
      Reflect.set(window, 'probe', null),
      Object.keys(window.probe).sort(),
    ]);
    assert.deepEqual(seen, [true, false, false, ['ask', 'callBack', 'onTold', 'refusals', 'say']]);
  }),
  probe('gives a frame within the page no bridge', async (page) => {
    await page.frameLocator('#frame').getByText('within').waitFor();
    const frame = page.frames().find((each) => each !== page.mainFrame());
    assert.equal(await frame?.evaluate(() => 'probe' in window), false);
  }),
  probe('lets a sandboxed preload have neither Node’s modules nor other files', async (page) => {
    const refusals = await page.evaluate(() => ({ ...window.probe.refusals }));
    assert.deepEqual(Object.keys(refusals), ['node:fs', 'node:child_process', './other.cjs']);
    for (const [name, words] of Object.entries(refusals))
      assert.match(words ?? 'it was allowed', /module not found/, name);
  }),
  probe('runs no inline script where the app’s own header forbids it', async (page) => {
    assert.equal(await page.evaluate(() => window.inlineRan), undefined);
  }),
  probe('serves the app’s own files, and 404 for what it does not have', async (page) => {
    const statuses = await page.evaluate(() =>
      Promise.all(
        ['/second.html', '/none.html', '/%2e%2e/package.json', '/package.json', '/sub/page.html'].map(
          async (path) => (await fetch(path)).status,
        ),
      ),
    );
    assert.deepEqual(statuses, [200, 404, 404, 404, 404]);
  }),
  probe('reaches no other host, by the app’s own header', async (page) => {
    const reached = await page.evaluate(() =>
      Promise.all(
        ['https://contoso.example/', 'http://127.0.0.1:9/'].map((url) =>
          fetch(url).then(
            () => true,
            () => false,
          ),
        ),
      ),
    );
    assert.deepEqual(reached, [false, false]);
  }),
  probe('asks main before a window opens, and opens none', async (page, app) => {
    // What the page gets back is Electron's own business: the double's Chromium does not always say null.
    await page.evaluate(() => void window.open('https://contoso.example/popup'));
    await told(app, 'denied', 'https://contoso.example/popup');
    await expect.poll(() => app.windowCount()).toBe(1);
  }),
  probe('stays where it is when main stops a navigation', async (page, app) => {
    await page.evaluate(() => void location.assign('https://contoso.example/away'));
    await told(app, 'navigating', 'https://contoso.example/away');
    assert.deepEqual(await ask(page, 'sender'), ['app://main/page.html', true]);
  }),
  probe('has the preferences that it was given', async (page) => {
    const expected = { sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true };
    assert.deepEqual(await ask(page, 'preferences'), expected);
  }),
  probe('knows its own name, version and kind', async (page) => {
    const { electron, ...facts } = (await ask(page, 'facts')) as Readonly<Record<string, unknown>>;
    assert.deepEqual(facts, {
      ...{ name: 'Conformance', version: '3.2.1', isPackaged: false, isOnline: 'boolean', hasToasts: 'boolean' },
      ...{ hasLock: true, type: 'browser', windows: 1 },
    });
    assert.match(String(electron), /^45\./);
  }),
  mistake('a tray before ready', 'early tray', /before app is ready/),
  mistake('a window before ready', 'early window', /before app is ready/),
  mistake('a session before ready', 'early session', /before app is ready|before the app is ready/),
  mistake('schemes after ready', 'late scheme', /before app is ready/),
  mistake('the sandbox after ready', 'late sandbox', /before app is ready/),
  mistake('a scheme that is handled already', 'second scheme', /Failed to register protocol|already/i),
  mistake('a second handler for a channel', 'second handler', /Attempted to register a second handler for 'echo'/),
  mistake('a folder that it does not know', 'unknown path', /Failed to get 'nowhere' path/),
  mistake('a class of its own made from one of Electron’s', 'subclass', /extend|subclass|Cannot|Illegal/i),
  mistake('a class called without new', 'call', /without 'new'|constructor/i),
];
