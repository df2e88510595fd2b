/** Probes of the app's life and of its desktop: each has an app of its own. */
import assert from 'node:assert/strict';
import { expect } from 'playwright/test';
import { startNotificationServer } from '../desktop-double/notification-server.ts';
import { startTrayHost } from '../desktop-double/tray-host.ts';
import type { LaunchOptions, RunningApp } from './driver.ts';
import { ask, type Probe, readyPage, told } from './probes.ts';

const fresh = (name: string, run: (app: RunningApp) => Promise<void>, options: LaunchOptions = {}): Probe => ({
  name,
  isShared: false,
  run: async (launch) => await run(await launch(options)),
});

export const lifeProbes: readonly Probe[] = [
  fresh('is alive again after a reload, its bridge too', async (app) => {
    const page = await readyPage(app);
    await page.reload();
    await readyPage(app);
    assert.deepEqual(await ask(page, 'echo', 1), [1]);
  }),
  fresh('goes where main lets it', async (app) => {
    const page = await readyPage(app);
    await page.click('#second');
    await told(app, 'navigating', 'app://main/second.html');
    await expect.poll(() => page.title()).toBe('Second');
  }),
  fresh('runs on in its tray when the last window is closed', async (app) => {
    await readyPage(app);
    await app.closeWindow();
    await expect.poll(() => app.output()).toContain('told ["all windows closed"]');
    assert.match(app.output(), /window closing/);
    assert.equal(await app.windowCount(), 0);
  }),
  fresh('opens a new window from its menu after that', async (app) => {
    await readyPage(app);
    await app.closeWindow();
    await expect.poll(() => app.windowCount()).toBe(0);
    await app.clickMenu('Open');
    const page = await readyPage(app);
    assert.deepEqual(await ask(page, 'echo', 'anew'), ['anew']);
  }),
  fresh('carries clicks in the menu, and in a menu within it, to main', async (app) => {
    await readyPage(app);
    await app.clickMenu('Tell');
    await told(app, 'from the tray');
    await app.clickMenu('Pause › For an hour');
    await told(app, 'paused');
  }),
  fresh(
    'starts without a window when a switch says so',
    async (app) => {
      await expect.poll(() => app.output()).toContain('ready');
      assert.equal(await app.windowCount(), 0);
    },
    { args: ['--hidden'] },
  ),
  fresh('lets a second start end by itself, and tells the first', async (app) => {
    await readyPage(app);
    assert.equal(await app.startAgain(['--marked']), 0);
    await told(app, 'second instance', true);
    assert.equal(await app.windowCount(), 1);
  }),
  fresh('quits from its menu in good order, with status 0', async (app) => {
    await readyPage(app);
    await app.clickMenu('Quit');
    assert.equal(await app.exited, 0);
    assert.match(app.output(), /before quit[\s\S]*window closing[\s\S]*will quit/);
  }),
];

/** What leaves the app for a Linux desktop, seen on a private bus. */
export const busProbes = (busAddress: string): readonly Probe[] => [
  {
    name: 'shows its tray icon on the bus: tooltip and menu, and a click there arrives',
    isShared: false,
    async run(launch) {
      const panel = await startTrayHost(busAddress);
      try {
        const app = await launch({ busAddress });
        const item = await panel.item();
        assert.match((await panel.read(item)).tooltip, /Conformance tray/);
        const labels = (await panel.menu(item)).map(({ label, enabled }) => `${label}${enabled ? '' : ' (off)'}`);
        assert.deepEqual(labels, ['All good (off)', '-', 'Open', 'Tell', 'Pause', 'Quit']);
        await panel.clickMenu(item, 'Tell');
        await told(app, 'from the tray');
      } finally {
        panel.stop();
      }
    },
  },
  {
    name: 'hands a notification to the bus word for word, and hears of the click',
    isShared: false,
    async run(launch) {
      const server = await startNotificationServer(busAddress);
      try {
        const app = await launch({ busAddress });
        await ask(await readyPage(app), 'toast', 'From Ada', 'Tom &amp; <b>Jerry</b>');
        const { id, title, body, actions } = await server.next('From Ada');
        assert.deepEqual([title, body, actions.includes('default')], ['From Ada', 'Tom &amp; <b>Jerry</b>', true]);
        server.click(id);
        await told(app, 'toast clicked', 'From Ada');
      } finally {
        server.stop();
      }
    },
  },
];
