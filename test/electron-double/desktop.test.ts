import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Desktop, startDesktop } from './desktop.ts';
import { ask, FIXTURE, launchFixture, told } from './fixture.ts';

let desktop: Desktop;
let folder: string;
beforeAll(async () => {
  desktop = await startDesktop();
  folder = await mkdtemp(join(tmpdir(), 'double-test-'));
});
afterAll(async () => {
  await desktop?.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await desktop.kill();
  for (const toast of desktop.toasts()) await desktop.closeToast(toast.id);
});

describe('the tray', () => {
  test('shows image, tooltip and menu as the app set them', async () => {
    await launchFixture(desktop);
    const tray = desktop.tray();
    expect(tray?.labels).toEqual(['All good', '-', 'Open', 'Tell', 'Pause › For an hour', 'Loud', '-', 'Quit']);
    expect(tray?.tooltip).toBe('Fixture 1.2.3');
    expect(Buffer.from(tray?.iconDataUrl.split(',')[1] ?? '', 'base64').readUInt32BE(16)).toBe(44);
  });

  test('carries a click on a drawn entry, in a submenu too, to the app', async () => {
    const { page } = await launchFixture(desktop);
    await desktop.clickTray();
    await desktop.clickMenuItem('Tell');
    await desktop.clickMenuItem('Pause › For an hour');
    expect(await told(page, 'paused')).toEqual(['from the tray', 'paused']);
  });

  test('is taken off the panel when nothing holds it', async () => {
    const { run, page } = await launchFixture(desktop);
    await ask(page, 'tray-unheld');
    await desktop.until(() => desktop.tray()?.tooltip === 'Unheld', 'the second icon');
    await run.calls.collectGarbage();
    await desktop.until(() => desktop.tray()?.tooltip === 'Fixture 1.2.3', 'the icon that is held');
  });

  test('refuses a click on an entry that is not there', async () => {
    await launchFixture(desktop);
    await expect(desktop.clickMenuItem('No such entry')).rejects.toThrow('Timeout');
  });

  test('quits the app from its menu, in good order', async () => {
    const { run } = await launchFixture(desktop);
    await desktop.clickMenuItem('Quit');
    expect(await run.exited).toEqual({ code: 0, signal: null });
    expect([run.output().includes('will quit'), desktop.tray(), desktop.window()]).toEqual([true, null, null]);
  });
});

describe('toasts', () => {
  test('are read as markup, as notification servers read them', async () => {
    const { page } = await launchFixture(desktop);
    await ask(page, 'toast', 'Careless', 'From Ada <ada@contoso.example> &amp; co');
    await desktop.until(() => desktop.toasts().length === 1, 'a toast');
    expect(desktop.toasts()).toEqual([
      {
        id: expect.any(String),
        title: 'Careless',
        body: 'From Ada  & co',
        rawBody: 'From Ada <ada@contoso.example> &amp; co',
        urgency: 'normal',
        silent: false,
        timeoutType: 'default',
        tag: '',
        buttons: [],
        isAlive: true,
      },
    ]);
  });

  test('are heard of by who holds them, and by nobody else once garbage is collected', async () => {
    const { run, page } = await launchFixture(desktop);
    await ask(page, 'toast-unheld');
    await ask(page, 'toast', 'Held', 'by a set');
    const toasts = await desktop.until(() => (desktop.toasts().length === 2 ? desktop.toasts() : null), 'two toasts');
    await run.calls.collectGarbage();
    for (const { id } of toasts) await desktop.clickToast(id);
    expect(await told(page, 'clicked')).toEqual(['clicked Held']);
  });

  test('that the system refuses are told as failed', async () => {
    const { run, page } = await launchFixture(desktop);
    desktop.allowToasts(false);
    await ask(page, 'toast', 'Refused', '');
    desktop.allowToasts(true);
    await expect.poll(() => run.output()).toContain('failed Notifications are turned off');
    expect(desktop.toasts()).toEqual([]);
  });

  test('go to the app when clicked, and away', async () => {
    const { page } = await launchFixture(desktop);
    await ask(page, 'toast', 'First', 'one');
    await ask(page, 'toast', 'Second', 'two');
    const [first] = await desktop.until(() => (desktop.toasts().length === 2 ? desktop.toasts() : null), 'two toasts');
    await desktop.clickToast(first?.id ?? '');
    expect(await told(page, 'clicked')).toEqual(['clicked First']);
    expect(desktop.toasts().map(({ title }) => title)).toEqual(['Second']);
  });
});

describe('the life of the app', () => {
  test('survives kill -9 as a desktop does: icon and windows go, toasts stay, and the app can be started again', async () => {
    const { page, run } = await launchFixture(desktop);
    await ask(page, 'toast', 'Left behind', 'still there');
    await desktop.until(() => desktop.toasts().length === 1, 'a toast');
    expect(await desktop.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    expect([desktop.tray(), desktop.window(), run.isRunning()]).toEqual([null, null, false]);
    expect(desktop.toasts().map(({ title, isAlive }) => [title, isAlive])).toEqual([['Left behind', false]]);
    const again = await launchFixture(desktop);
    expect(again.run.pid).not.toBe(run.pid);
    const [left] = desktop.toasts();
    await desktop.clickToast(left?.id ?? '');
    expect(desktop.toasts()).toEqual([]);
  });

  test('lets one instance live: the second ends, the first is told', async () => {
    const userData = join(folder, 'single');
    const { page, run } = await launchFixture(desktop, { userData });
    const second = await desktop.launch({ main: FIXTURE, userData });
    expect(await second.exited).toEqual({ code: 0, signal: null });
    expect(await told(page, 'second instance')).toEqual(['second instance']);
    expect(run.isRunning()).toBe(true);
  });

  test('takes the lock of a killed instance', async () => {
    const userData = join(folder, 'killed');
    const { run } = await launchFixture(desktop, { userData });
    await run.kill();
    expect((await launchFixture(desktop, { userData })).run.isRunning()).toBe(true);
  });

  test('tells power events and what it thinks of the network', async () => {
    const { page } = await launchFixture(desktop);
    await desktop.suspend();
    await desktop.resume();
    await desktop.setOnline(false);
    expect([await told(page, 'resume'), await ask(page, 'online')]).toEqual([['suspend', 'resume'], false]);
    await desktop.setOnline(true);
  });

  test('switches between light and dark for pages and app', async () => {
    const { page } = await launchFixture(desktop);
    const isDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    expect(await isDark()).toBe(false);
    await desktop.setTheme('dark');
    expect(await isDark()).toBe(true);
    await desktop.setTheme('light');
  });

  test('says at once that there is nothing to launch', async () => {
    await expect(desktop.launch({ main: join(folder, 'none.js') })).rejects.toThrow('build the app first');
  });
});

test("opens in the person's own browser what the app hands to the system, through the proxy they use", async () => {
  const proxy = createServer((request, response) => response.end(`<title>proxied ${request.url}</title>`));
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  try {
    const { page } = await launchFixture(desktop);
    const asked = Promise.withResolvers<string>();
    const stop = desktop.onOpenExternal((url) => asked.resolve(url));
    await ask(page, 'open', 'http://login.contoso.example/authorize?x=1');
    const url = await asked.promise;
    stop();
    const tab = await desktop.openBrowserTab(url, {
      proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    });
    expect([url, await tab.title()]).toEqual([
      'http://login.contoso.example/authorize?x=1',
      'proxied http://login.contoso.example/authorize?x=1',
    ]);
    const png = await desktop.picture();
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1440, 900]);
    await desktop.closeBrowserTab(tab);
  } finally {
    proxy.close();
    proxy.closeAllConnections();
  }
});

test('without a notification server the app learns that toasts are not supported', async () => {
  const bare = await startDesktop({ notifications: false });
  try {
    const { page, run } = await launchFixture(bare);
    await ask(page, 'toast', 'Nobody', 'sees this');
    await run.calls.idle();
    expect(bare.toasts()).toEqual([]);
  } finally {
    await bare.stop();
  }
});
