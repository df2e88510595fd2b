import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askToastService, askTray } from '../../main/shell/linux/desktop-services.ts';
import { createSessionBus } from '../../main/shell/linux/session-bus.ts';
import { missingForBus, type PrivateBus, startBus } from './bus.ts';
import { connectBus } from './dbus.ts';
import { startNotificationServer } from './notification-server.ts';
import { startTrayHost } from './tray-host.ts';

const missing = missingForBus();

describe.skipIf(missing !== null)(
  `the played desktop on a private bus${missing ? ` (not run: ${missing})` : ''}`,
  () => {
    let bus: PrivateBus;
    beforeEach(async () => {
      bus = await startBus();
    });
    afterEach(async () => {
      await bus.stop();
    });
    const address = () => bus.env.DBUS_SESSION_BUS_ADDRESS;

    test.for(['gdbus', 'busctl', 'dbus-send'])('%s asks it, and is understood', async (program, { skip }) => {
      const session = createSessionBus({ env: { ...process.env, ...bus.env }, programs: [program] });
      skip((await session.call(peer)).kind === 'unknown', `no ${program}`);
      expect([await askToastService(session), await askTray(session, process.pid)]).toEqual(['absent', 'noHost']);
      const server = await startNotificationServer(address());
      const host = await startTrayHost(address());
      expect([await askToastService(session), await askTray(session, process.pid)]).toEqual(['there', 'notRegistered']);
      const icon = await connectBus(address());
      await icon.call({
        destination: 'org.kde.StatusNotifierWatcher',
        path: '/StatusNotifierWatcher',
        interface: 'org.kde.StatusNotifierWatcher',
        member: 'RegisterStatusNotifierItem',
        signature: 's',
        body: ['/StatusNotifierItem'],
      });
      expect(host.items()).toEqual([{ owner: icon.name(), service: icon.name(), path: '/StatusNotifierItem' }]);
      expect([await askTray(session, process.pid), await askTray(session, 1)]).toEqual(['shown', 'notRegistered']);
      icon.close();
      server.stop();
      host.stop();
      await expect
        .poll(async () => [await askToastService(session), await askTray(session, process.pid)])
        .toEqual(['absent', 'noHost']);
    });

    test('a list of icons that nobody draws is no tray', async () => {
      const session = createSessionBus({ env: { ...process.env, ...bus.env } });
      await startTrayHost(address(), { withPanel: false });
      expect(await askTray(session, process.pid)).toBe('noHost');
    });

    test('a service that hangs counts as absent, and within seconds', async () => {
      const session = createSessionBus({ env: { ...process.env, ...bus.env } });
      await startNotificationServer(address(), { hangs: true });
      const startedMs = performance.now();
      expect(await askToastService(session)).toBe('absent');
      expect(performance.now() - startedMs).toBeLessThan(5_500);
    });
  },
);

const peer = {
  service: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  method: 'org.freedesktop.DBus.GetId',
};

describe('a session without a bus to ask', () => {
  test('says nothing about the desktop', async () => {
    const session = createSessionBus({ env: { PATH: process.env.PATH } });
    expect([await askToastService(session), await askTray(session, 1)]).toEqual(['unknown', 'unknown']);
  });

  test('nor does one without any program to ask with', async () => {
    const session = createSessionBus({ env: { PATH: '/nowhere', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' } });
    expect([await askToastService(session), await askTray(session, 1)]).toEqual(['unknown', 'unknown']);
  });

  test.skipIf(missing !== null)(
    `a bus that is gone has nothing on it${missing ? ` (not run: ${missing})` : ''}`,
    async () => {
      const session = createSessionBus({
        env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' },
      });
      expect(await askToastService(session)).toBe('absent');
    },
  );
});
