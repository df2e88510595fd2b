import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AppRun, type Desktop, startDesktop } from './desktop.ts';
import { ask, HANGING, launchFixture, told, WRONG } from './fixture.ts';

let desktop: Desktop;
beforeAll(async () => {
  desktop = await startDesktop();
});
afterAll(async () => {
  await desktop?.stop();
});
afterEach(async () => {
  await desktop.kill();
});

describe('a window of the app', () => {
  let page: Page;
  let run: AppRun;
  beforeEach(async () => {
    ({ page, run } = await launchFixture(desktop));
  });

  test('renders the first answer from main, and a Date crosses both hops as a Date', async () => {
    expect(await page.textContent('#answer')).toBe('true 2026-03-02T00:00:00.000Z');
  });

  test('passes values through as structured clones, cycles and binary included', async () => {
    const [same] = await page.evaluate(async () => {
      const ring: Record<string, unknown> = {
        list: [1, -0, Number.NaN, 2n ** 70n, undefined, null],
        map: new Map([['a', new Set([1])]]),
      };
      ring.self = ring;
      ring.bytes = new Uint8Array([0, 255, 7]);
      const [back] = (await window.fixture.ask('echo', {
        values: [...(ring.list as unknown[])],
        map: ring.map,
        bytes: ring.bytes,
      })) as [{ values: unknown[]; map: Map<string, Set<number>>; bytes: Uint8Array }];
      const { values, map, bytes } = back;
      return [
        [
          Object.is(values[1], -0),
          Number.isNaN(values[2]),
          values[3] === 2n ** 70n,
          values[4] === undefined,
          values.length,
          map.get('a')?.has(1),
          [...bytes],
        ],
      ];
    });
    expect(same).toEqual([true, true, true, true, 6, true, [0, 255, 7]]);
  });

  test("gives the page Electron's own words when main fails", async () => {
    const failure = (channel: string, ...args: unknown[]) =>
      ask(page, channel, ...args).then(
        () => 'no error',
        (error: Error) => error.message,
      );
    expect(await failure('fails')).toContain("Error invoking remote method 'fails': Error: no such thing");
    expect(await failure('nobody')).toContain("Error: No handler registered for 'nobody'");
    expect(await failure('function')).toContain('An object could not be cloned.');
  });

  test('tells main the app URL of the page that asked', async () => {
    expect(await ask(page, 'sender')).toBe('app://main/page.html');
  });

  test('hides everything of the preload from the page but the frozen API', async () => {
    const seen = await page.evaluate(() => ({
      globals: ['require', 'process', 'module', 'electron', '__electronDoubleIpc'].filter((name) => name in window),
      isFrozen: Object.isFrozen(window.fixture),
      replaced: Reflect.set(window, 'fixture', null),
      names: Object.keys(window.fixture).sort(),
      forbidden: window.fixture.forbidden,
    }));
    expect(seen).toEqual({
      globals: [],
      isFrozen: true,
      replaced: false,
      names: ['ask', 'forbidden', 'onTold'],
      forbidden: 'module not found: node:fs',
    });
  });

  test("runs no inline script and reaches no other host, by the app's own CSP and by the double", async () => {
    const reached = await page.evaluate(() =>
      fetch('https://contoso.example/').then(
        () => true,
        () => false,
      ),
    );
    expect([await page.evaluate(() => window.inlineRan), reached]).toEqual([undefined, false]);
  });

  test('asks main before a page opens a window, and opens none', async () => {
    await page.evaluate(() => void window.open('https://contoso.example/popup'));
    expect(await told(page, 'denied')).toEqual(['denied https://contoso.example/popup']);
    await page.click('#blank');
    await expect.poll(() => page.context().pages().length).toBe(1);
  });

  test('stays where it is when main stops a navigation, and goes where main lets it', async () => {
    await page.evaluate(() => void location.assign('https://contoso.example/away'));
    expect(await told(page, 'navigating')).toEqual(['navigating to https://contoso.example/away']);
    expect(desktop.app?.windows.refused()).toEqual([]);
    await page.click('#second');
    await page.waitForURL('**/second.html');
    expect(run.output()).toContain('navigating to app://main/second.html');
  });

  test('is alive again after a reload', async () => {
    await page.reload();
    await page.locator('#answer', { hasText: 'true' }).waitFor();
    await desktop.clickMenuItem('Tell');
    expect(await told(page, 'from the tray')).toEqual(['from the tray']);
  });

  test('closes by its drawn button and leaves the app running in its tray', async () => {
    await desktop.closeWindow();
    await desktop.until(() => desktop.window() === null, 'the window to close');
    await desktop.until(() => run.output().includes('all windows closed'), 'main to be told').catch(() => {});
    expect([run.isRunning(), desktop.tray()?.tooltip, run.output().includes('all windows closed')]).toEqual([
      true,
      'Fixture 1.2.3',
      true,
    ]);
    await desktop.clickMenuItem('Open');
    expect(await (await desktop.waitForWindow()).title()).toBe('Fixture');
  });

  test('lets a test ask what the permission handlers answer', async () => {
    expect(await run.calls.permissionAsked('', 'geolocation')).toEqual({ check: false, request: false });
    expect(await run.calls.permissionAsked('persist:unguarded', 'geolocation')).toEqual({ check: true, request: true });
  });

  test('answers paths outside the scheme as the app does', async () => {
    const status = (path: string) =>
      page.evaluate(
        (url) =>
          fetch(url).then(
            (answer) => answer.status,
            () => 0,
          ),
        path,
      );
    // The CSP has no connect-src: even the own scheme is closed to fetch.
    expect(await status('/page.css')).toBe(0);
  });
});

describe('a main that Electron would refuse', () => {
  test('hangs at a top-level await of whenReady, and the message says so', async () => {
    const start = desktop.launch({ main: HANGING, mainLimitMs: 500 });
    await expect(start).rejects.toThrow('is there a top-level "await app.whenReady()"?');
  });

  test('is refused each single mistake', async () => {
    const run = await desktop.launch({ main: WRONG });
    await expect.poll(() => run.output()).toContain('end\n');
    expect(
      run
        .output()
        .split('\n')
        .filter((line) => line !== '' && line !== 'end'),
    ).toEqual([
      'early window: Cannot create BrowserWindow before app is ready',
      'early tray: Cannot create Tray before app is ready',
      'early session: Session can only be received before app is ready',
      'no sandbox: The double refuses windows without sandbox, contextIsolation, webSecurity or with nodeIntegration',
      'node in page: The double refuses windows without sandbox, contextIsolation, webSecurity or with nodeIntegration',
      'late scheme: protocol.registerSchemesAsPrivileged should be called before app is ready',
      "undeclared scheme: The double wants 'other' declared standard and secure by registerSchemesAsPrivileged before ready",
      "subclass: Electron's BrowserWindow cannot be extended",
      "call: Class constructor Menu cannot be invoked without 'new'",
      'lacking member: The Electron double has no app.showEmojiPanel: add it under test/electron-double/electron if Electron 45 has it',
      "lacking event: The Electron double's app has no event 'no-such-event': add it under test/electron-double/electron if Electron 45 has it",
      "unknown path: Failed to get 'nowhere' path",
      "second handler: Attempted to register a second handler for 'x'",
      'uncloneable message: Failed to serialize arguments',
    ]);
  });
});
