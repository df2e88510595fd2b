import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCodec } from '../electron-double/codec.ts';
import { ada, type Desk, filesBelow, minutes, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

/** All that a page was ever told, collected in the page itself. */
declare global {
  interface Window {
    told?: unknown[];
  }
}

let desk: Desk;
let page: Page;
beforeAll(async () => {
  desk = await openDesk();
  await desk.startApp();
  await (await desk.windowPage()).evaluate(() => {
    const told: unknown[] = [];
    window.told = told;
    window.tidings.onAppChanged((view) => told.push(view));
    window.tidings.onAlertsChanged((list) => told.push(list));
    window.tidings.onShowView((request) => told.push(request));
  });
  await desk.signInFromTray();
});
afterAll(async () => {
  await desk?.stop();
});
beforeEach(async () => {
  page = await desk.openWindow();
});

describe('what the page is told', () => {
  test('holds no token, no secret of a subscription or of the tunnel, no address of ours, and no path of a file', async () => {
    const { graph, relay, entra } = desk.cloud;
    const name = relay.names()[0]?.name ?? 'no name';
    graph.mailbox(ada).deliver({ subject: 'Quarterly numbers' });
    graph.calendar(ada).create({ subject: 'Design review', start: '2026-11-23T09:00:00Z' });
    await desk.advance(seconds(30));
    graph.challenge(ada, 'reauthorizationRequired');
    await desk.advance(seconds(10));
    relay.cut();
    await desk.untilTray('Delayed', minutes(2));
    await relay.restore();
    await desk.untilTray('All good', minutes(2));
    await desk.advance(minutes(2));
    entra.resetPassword(ada, { newPassword: 'a new passphrase' });
    await desk.untilTray('Sign in needed', seconds(10));
    await desk.app.clickMenu('Sign in again');
    await desk.untilSeen(() => desk.browserPages.length > 0, 'the sign-in page');
    await desk.signIn({ username: ada });
    await desk.untilTray('All good', minutes(2));

    const told = await page.evaluate(async () => {
      const { tidings } = window;
      const failing = [tidings.openAlert('nothing'), tidings.joinFromAlert('nothing'), tidings.signOut('nobody')];
      return JSON.stringify([
        window.told,
        await tidings.getApp(),
        await tidings.listAlerts(null, ''),
        await tidings.checkNow(),
        await Promise.all(failing),
      ]);
    });
    expect(told).toContain('Quarterly numbers');
    expect(told.split('"health"').length).toBeGreaterThan(10);

    const secrets = secretsOf(desk, name);
    expect(secrets.length).toBeGreaterThan(8);
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
    expect(told).not.toMatch(/loca\.lt|eyJ[\w-]{10}|Bearer |clientState|history\.db|127\.0\.0\.1|localhost/);

    for (const folder of [desk.app.folder, tmpdir(), homedir()]) expect(told).not.toContain(`${folder}/`);

    const inLog = desk.log();
    expect(inLog).toContain('session.changed');
    expect(secrets.filter((secret) => inLog.includes(secret))).toEqual([]);
    for (const word of [ada, 'Ada Example', 'Quarterly numbers', 'Design review', 'grace@', 'Grace Roe', 'eyJ', name]) {
      expect(inLog).not.toContain(word);
    }
    // Names of people and their words are nowhere in the app's folder in clear text, and no token is.
    for (const file of filesBelow(desk.app.appFolder)) {
      const content = readFileSync(file, 'latin1');
      expect([file, secrets.filter((secret) => secret !== name && content.includes(secret))]).toEqual([file, []]);
      expect([file, ['Quarterly numbers', 'Grace Roe'].filter((word) => content.includes(word))]).toEqual([file, []]);
    }
  });

  test('is all it has in memory: a snapshot of its heap holds no token and no secret, nor a piece of one', async () => {
    const { relay } = desk.cloud;
    const session = await page.context().newCDPSession(page);
    const chunks: string[] = [];
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk));
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    await session.detach();
    const heap = chunks.join('');
    expect(heap).toContain('Quarterly numbers');
    const middle = (text: string): string => text.slice(Math.floor(text.length / 2) - 12).slice(0, 24);
    const pieces = secretsOf(desk, relay.names()[0]?.name ?? 'no name').map((each) =>
      each.length < 40 ? each : middle(each),
    );
    expect(pieces.length).toBeGreaterThan(8);
    expect(pieces.filter((piece) => heap.includes(piece))).toEqual([]);
  });

  test('made the page complain about nothing', async () => {
    expect((await page.consoleMessages()).map((message) => message.text())).toEqual([]);
    expect(await page.pageErrors()).toEqual([]);
    expect(desk.desktop.app?.output()).not.toMatch(/\[double\]|Unhandled|DeprecationWarning/);
    expect(desk.desktop.app?.windows.refused()).toEqual([]);
  });
});

describe('the walls around the page', () => {
  test('Node, Electron and the pipe are out of reach, and the API cannot be changed', async () => {
    const seen = await page.evaluate(() => {
      const reached = (name: string): boolean => {
        try {
          return Reflect.get(window, name) !== undefined;
        } catch {
          return true;
        }
      };
      const { tidings } = window;
      return {
        globals: ['require', 'process', 'module', 'electron', 'ipcRenderer', 'Buffer', 'global'].filter(reached),
        names: Object.keys(tidings).sort(),
        kinds: [...new Set(Object.values(tidings).map((each) => typeof each))],
        isFrozen: Object.isFrozen(tidings) && !Reflect.set(tidings, 'signOut', () => 'mine'),
        isReplaced: Reflect.set(window, 'tidings', {}) && !('getApp' in window.tidings),
      };
    });
    expect(seen).toEqual({
      globals: [],
      names: [
        'addAccount',
        'cancelSignIn',
        'changeSettings',
        'checkNow',
        'dismiss',
        'getApp',
        'getDiagnostics',
        'getSettings',
        'joinFromAlert',
        'joinMeeting',
        'listAlerts',
        'listFolders',
        'listMeetings',
        'markRead',
        'muteConversation',
        'onAlertsChanged',
        'onAppChanged',
        'onMeetingsChanged',
        'onShowView',
        'openAlert',
        'openMeeting',
        'openSettingsFolder',
        'pause',
        'runSelfTest',
        'signIn',
        'signOut',
        'snooze',
        'startAtLogin',
        'takeOver',
      ],
      kinds: ['function'],
      isFrozen: true,
      isReplaced: false,
    });
  });

  test('no window opens, no navigation leads away, no foreign address is reached, no inline code runs', async () => {
    const requests = desk.cloud.requests.length;
    const address = page.url();
    const tried = await page.evaluate(async () => {
      const unreached = async (work: () => Promise<unknown>): Promise<boolean> =>
        await work().then(
          () => false,
          () => true,
        );
      window.open('https://fabrikam.example/popup');
      const script = document.createElement('script');
      script.textContent = 'document.title = "inline ran"';
      document.body.append(script);
      const frame = document.createElement('iframe');
      frame.src = 'https://fabrikam.example/frame';
      document.body.append(frame);
      const picture = document.createElement('img');
      picture.src = 'https://fabrikam.example/pixel.png';
      document.body.append(picture);
      const result = {
        foreignFetch: await unreached(() => fetch('https://graph.microsoft.com/v1.0/me')),
        ownFetch: await unreached(() => fetch('/index.html')),
        title: await new Promise<string>((resolve) => {
          // Text as code: refused by the same rule as inline code, without an error that could be caught.
          setTimeout('document.title = "evaluated"' as unknown as () => void);
          setTimeout(() => resolve(document.title), 50);
        }),
      };
      location.assign('https://fabrikam.example/away');
      for (const added of [script, frame, picture]) added.remove();
      return result;
    });
    await desk.desktop.idle();
    expect(tried).toEqual({ foreignFetch: true, ownFetch: true, title: 'Tidings' });
    expect(page.url()).toBe(address);
    // Some Chromiums make a popup that the double closes at once.
    await expect.poll(() => page.context().pages().length).toBe(1);
    // Meanwhile main may ask Microsoft, or knock at its own public door.
    const isOurs = (host: string): boolean => host === 'graph.microsoft.com' || host.endsWith('.loca.lt');
    expect(desk.cloud.requests.slice(requests).filter(({ host }) => !isOurs(host))).toEqual([]);
    expect(desk.desktop.openedExternally().filter((url) => url.includes('fabrikam'))).toEqual([]);
    expect(await page.evaluate(() => window.tidings.getApp().then(({ version }) => version))).toMatch(
      /^\d+\.\d+\.\d+$/,
    );
  });

  test('every permission is refused', async () => {
    const asked = ['geolocation', 'notifications', 'media', 'clipboard-read', 'openExternal', 'fullscreen', 'hid'];
    const answers = await Promise.all(
      asked.map(async (permission) => await desk.desktop.app?.calls.permissionAsked('', permission)),
    );
    expect(answers).toEqual(asked.map(() => ({ check: false, request: false })));
  });

  test.each([
    ['a foreign page', 'https://fabrikam.example/'],
    ['a look-alike of our scheme', 'app://tidings.fabrikam.example/index.html'],
    ['another host of our scheme', 'app://other/index.html'],
    ['an empty page', 'about:blank'],
    ['a file', 'file:///etc/passwd'],
  ])('a message from %s is refused', async (_, url) => {
    const app = desk.desktop.app;
    const id = app?.windows.list().at(-1)?.id ?? -1;
    const call = (from: string) =>
      app?.calls.rendererCalled(id, from, { kind: 'invoke', channel: 'app:get', args: createCodec().encode([]) });
    await expect(call(url)).rejects.toThrow('refused');
    expect(await call('app://tidings/index.html')).toContain('headline');
  });

  test('a message with arguments of another shape is refused without a word about why', async () => {
    const refusals = await page.evaluate(async () => {
      const ask = window.tidings.openAlert as unknown as (...args: unknown[]) => Promise<unknown>;
      const wrong: unknown[][] = [[], [7], [null], [''], ['x'.repeat(600)], ['a', 'b'], [{ id: 'a' }]];
      return await Promise.all(wrong.map((args) => ask(...args).then(String, (error: Error) => error.message)));
    });
    expect(new Set(refusals)).toEqual(
      new Set(["Error invoking remote method 'alert:open': TypeError: bad arguments for alert:open"]),
    );
  });
});

describe('the window', () => {
  test('is destroyed when closed while the app lives on, and comes back as it should be', async () => {
    await desk.desktop.closeWindow();
    await desk.untilSeen(() => desk.desktop.window() === null, 'the window to close');
    expect([desk.desktop.app?.windows.list().length, desk.desktop.app?.isRunning()]).toEqual([0, true]);
    const toast = await desk.toastOf(() => desk.cloud.graph.mailbox(ada).deliver({ subject: 'Without a window' }));
    expect(toast.body).toBe('Without a window');

    const again = await desk.openWindow();
    await again.getByText('Without a window').waitFor();
    expect(await again.getByRole('tab', { name: 'Today' }).getAttribute('aria-selected')).toBe('true');
    await desk.app.clickMenu(desk.tray().menu[0] ?? '');
    await again.getByRole('heading', { name: 'Health', level: 1 }).waitFor();
    expect(desk.desktop.app?.windows.list()).toHaveLength(1);
  });

  test('a second start shows it and ends by itself', async () => {
    await desk.desktop.closeWindow();
    await desk.untilSeen(() => desk.desktop.window() === null, 'the window to close');
    const first = desk.desktop.app?.pid;
    await desk.app.start(desk.now().getTime());
    await desk.windowPage();
    expect([desk.desktop.app?.pid, desk.desktop.app?.isRunning()]).toEqual([first, true]);
    expect(desk.tray().tooltip).toBe('Tidings – All good');
    expect(desk.cloud.graph.subscriptions(ada)).toHaveLength(2);
  });
});

/** Everything that only the app, Microsoft or the relay may know: from the played keyring and the relay's own log. */
function secretsOf({ app, cloud }: Desk, relayName: string): string[] {
  const keyring = JSON.parse(readFileSync(join(app.folder, 'keyring.json'), 'utf8')) as {
    secrets: Readonly<Record<string, string>>;
  };
  const kept = Object.values(keyring.secrets).flatMap((text) => {
    try {
      return stringsIn(JSON.parse(text)).concat(text);
    } catch {
      return [text];
    }
  });
  const paths = cloud.relay.requests
    .flatMap(({ part, path }) => (part === 'public' ? path.split(/[/?]/) : []))
    .filter((each) => each.length >= 32);
  // Two ids with a dot between them name an account: that is what the page asks with.
  const isAccountId = (text: string): boolean => /^[\da-f-]{36}\.[\da-f-]{36}$/.test(text);
  const tokens = kept.filter((text) => text.length >= 40 && !/[ ]|^http/.test(text) && !isAccountId(text));
  return [...new Set([...tokens, ...paths, relayName])];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
