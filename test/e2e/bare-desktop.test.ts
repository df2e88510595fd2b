import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { missingForBus, type PrivateBus, startBus } from '../desktop-double/bus.ts';
import { startNotificationServer } from '../desktop-double/notification-server.ts';
import { startTrayHost } from '../desktop-double/tray-host.ts';
import { ada, type Desk, minutes, openDesk, seconds, testLimits } from './desk.ts';

// The built app in the double, which speaks to a real message bus as Electron on Linux does. What is on that bus is played.
vi.setConfig(testLimits);

const missing = missingForBus();
const service = 'org.freedesktop.Notifications';

describe.skipIf(missing !== null)(`a Linux desktop${missing ? ` (not run: ${missing})` : ''}`, () => {
  let bus: PrivateBus;
  let desk: Desk;
  beforeEach(async () => {
    // Installed, and broken: whoever calls it waits until the bus gives up.
    bus = await startBus({ hanging: [service] });
    desk = await openDesk({ env: bus.env });
  });
  afterEach(async () => {
    await desk?.stop();
    await bus?.stop();
  });
  const address = () => bus.env.DBUS_SESSION_BUS_ADDRESS;
  const deliver = (subject: string) =>
    desk.cloud.graph.mailbox(ada).deliver({ subject, from: 'Lin Poe <lin@contoso.example>' });
  const notices = async (): Promise<readonly string[]> => {
    const { health } = await desk.appView();
    return health.notices.map(({ headline }) => headline);
  };
  /** Lets minutes pass, in which the app looks at its desktop, until it has seen what it should. */
  async function minutesUntil<T>(ask: () => T | Promise<T>, what: string): Promise<NonNullable<T>> {
    return await desk.untilSeen(async () => {
      const answer = await ask();
      if (!answer) await desk.advance(minutes(1));
      return answer;
    }, what);
  }

  describe('without a service that shows notifications', () => {
    test('starts, says so, never stands still for it, and keeps what comes in its window', async () => {
      await startTrayHost(address());
      await desk.startApp();
      await desk.app.clickMenu('Sign in');
      await desk.untilSeen(() => desk.browserPages.length > 0, 'the page that the app opens in the browser');
      await desk.signIn({ username: ada });
      await desk.untilTray('Your desktop shows no notifications', minutes(2));
      const run = desk.desktop.app;
      const standstills: number[] = [];
      // Other work of this machine may hold up one of them; a call that waits holds up all of them, and for seconds.
      for (const subject of ['First', 'Second', 'Third']) {
        await run?.calls.longestStandstill();
        deliver(subject);
        await desk.advance(seconds(11));
        standstills.push((await run?.calls.longestStandstill()) ?? Number.NaN);
      }
      expect(Math.min(...standstills)).toBeLessThan(200);
      expect(Math.max(...standstills)).toBeLessThan(1_500);
      const page = await desk.openWindow();
      const { alerts } = await page.evaluate(() => window.tidings.listAlerts(null, ''));
      expect(alerts.map(({ subject }) => subject).sort()).toEqual(['First', 'Second', 'Third']);

      const server = await startNotificationServer(address());
      await minutesUntil(() => desk.tray().tooltip.includes('All good'), 'the service to be noticed');
      deliver('Now <b>with</b> a service');
      await desk.advance(seconds(5));
      const shown = await server.next('with');
      expect([shown.app, shown.title, shown.body]).toEqual([
        'Tidings',
        'Lin Poe',
        'Now &lt;b&gt;with&lt;/b&gt; a service',
      ]);
      expect([shown.hints.urgency, shown.expireTimeout, shown.actions]).toEqual([1, -1, ['default', 'View']]);
      expect(server.sent.filter(({ body }) => body.includes('with'))).toHaveLength(1);

      server.click(shown.id);
      await desk.untilSeen(() => desk.desktop.openedExternally().at(-1)?.includes('ItemID'), 'the message in Outlook');
      expect(server.shown().map(({ id }) => id)).not.toContain(shown.id);
    });

    test('a service that goes away is noticed, and one that hangs is not waited for', async () => {
      await startTrayHost(address());
      const server = await startNotificationServer(address());
      await desk.startApp();
      await desk.signInFromTray();
      server.stop();
      const hanging = await startNotificationServer(address(), { hangs: true });
      const run = desk.desktop.app;
      await run?.calls.longestStandstill();
      deliver('Nobody shows it');
      await desk.advance(seconds(11));
      await desk.untilSeen(() => desk.tray().tooltip.includes('Your desktop shows no notifications'), 'the trouble');
      expect(await run?.calls.longestStandstill()).toBeLessThan(1_500);
      expect(hanging.sent).toEqual([]);
      hanging.stop();
    });

    test('quitting takes no longer because of it', async () => {
      await startTrayHost(address());
      const server = await startNotificationServer(address());
      await desk.startApp();
      await desk.signInFromTray();
      deliver('On the screen');
      await desk.advance(seconds(11));
      await server.next('On the screen');
      server.stop();
      await startNotificationServer(address(), { hangs: true });
      const startedMs = performance.now();
      await desk.app.quit();
      expect(performance.now() - startedMs).toBeLessThan(3_500);
    });
  });

  test('is given no more than the person allows, and has nothing left after they signed out', async () => {
    const panel = await startTrayHost(address());
    const server = await startNotificationServer(address());
    await desk.startApp();
    await desk.signInFromTray();
    const page = await desk.openWindow();
    const canary = 'Canary in the coal mine';
    expect(await page.evaluate(() => window.tidings.changeSettings({ contentLevel: 'countOnly' }))).toMatchObject({
      ok: true,
    });
    deliver(canary);
    await desk.advance(seconds(11));
    await desk.untilSeen(() => server.sent.length > 0, 'a notification');
    const icon = await panel.item();
    const seen = JSON.stringify([server.sent, await panel.read(icon), await panel.menu(icon)]);
    expect(seen).not.toMatch(/Canary|Lin Poe|lin@contoso/);

    const account = (await desk.appView()).accounts[0]?.accountId ?? '';
    await page.evaluate((id) => window.tidings.signOut(id), account);
    const told = server.sent.map(({ id }) => id);
    await desk.untilSeen(() => !server.shown().some(({ id }) => told.includes(id)), 'it to be taken away');
  });

  describe('without a tray', () => {
    test('the window opens by itself and says why; a second start shows it again', async () => {
      const server = await startNotificationServer(address());
      await desk.startApp();
      await desk.advance(seconds(3));
      await desk.desktop.waitForWindow();
      await desk.untilSeen(async () => (await notices()).includes('Your desktop shows no tray icon'), 'the notice');

      await desk.desktop.closeWindow();
      await desk.untilSeen(() => desk.desktop.window() === null, 'the window to be gone');
      const { id } = await server.next('Tidings keeps watching');
      await desk.advance(minutes(3));
      expect(desk.desktop.window()).toBeNull(); // the person closed it: it does not come back unasked
      expect(desk.desktop.app?.isRunning()).toBe(true);
      const first = desk.desktop.app?.pid;
      await desk.app.start(desk.now().getTime());
      await desk.desktop.waitForWindow();
      expect(desk.desktop.app?.pid).toBe(first);

      await desk.desktop.closeWindow();
      await desk.untilSeen(() => desk.desktop.window() === null, 'the window to be gone again');
      server.click(id);
      await desk.desktop.waitForWindow();
      expect(server.sent.filter(({ title }) => title === 'Tidings keeps watching')).toHaveLength(1);
    });

    test('an icon appears when a panel does, also when that begins anew, and the notice goes', async () => {
      await startNotificationServer(address());
      await desk.startApp();
      await desk.advance(seconds(3));
      await desk.untilSeen(async () => (await notices()).includes('Your desktop shows no tray icon'), 'the notice');

      const panel = await startTrayHost(address());
      const item = await minutesUntil(() => panel.items()[0], 'the icon on the late panel');
      expect((await panel.read(item)).tooltip).toMatch(/^Tidings – /);
      await minutesUntil(async () => (await notices()).length === 0, 'the notice to go');

      panel.stop();
      const again = await startTrayHost(address());
      const icon = await minutesUntil(() => again.items()[0], 'the icon on the panel that began anew');
      const labels = (await again.menu(icon)).map(({ label }) => label);
      expect([labels.at(-1), again.items().length]).toEqual(['Quit Tidings', 1]);
      const run = desk.desktop.app;
      await again.clickMenu(icon, 'Quit Tidings');
      expect(await run?.exited).toEqual({ code: 0, signal: null });
    });

    test('with a panel from the start nothing opens and nothing is said', async () => {
      await startNotificationServer(address());
      const panel = await startTrayHost(address());
      await desk.startApp();
      await desk.signInFromTray();
      await desk.app.quit();
      await desk.startApp();
      await panel.item();
      await desk.advance(minutes(3));
      expect([desk.desktop.window(), panel.items().length]).toEqual([null, 1]);
      expect(await notices()).toEqual([]);
    });
  });
});
