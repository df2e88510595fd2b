import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { channels } from '../../../main/shell/handlers.ts';
import { toastId } from '../../../main/shell/toast-wording.ts';
import { createCodec } from '../../electron-double/codec.ts';
import type { AppRun, Desktop, LaunchOptions } from '../../electron-double/desktop.ts';
import { ada } from '../../unit/shell/states.ts';
import type { Script } from './main.ts';
import { type ShellDesktop, startShellDesktop } from './shell-desktop.ts';

// What our shell tells Electron on systems other than this one, and in a package: the double plays their side of it.
let shell: ShellDesktop;
let desktop: Desktop;
let run: AppRun;
beforeAll(async () => {
  shell = await startShellDesktop();
  desktop = shell.desktop;
});
afterAll(() => shell?.stop());
afterEach(() => shell.clear());

async function launch(script: Script, options: Partial<LaunchOptions> = {}): Promise<AppRun> {
  await shell.write(script);
  run = await desktop.launch(shell.launchOptions(options));
  return run;
}
const said = (what: string): Promise<void> => expect.poll(() => run.output(), { timeout: 10_000 }).toContain(what);
const theToast = async (title: string) =>
  await desktop.until(() => desktop.toasts().find((toast) => toast.title === title), `the toast “${title}”`);
const joinUrl = 'https://teams.microsoft.com/l/meetup-join/1';
const meeting = {
  alerts: [{ id: 'meeting', more: { joinUrl } }],
  toasts: [{ key: 'meeting', title: 'Soon', body: '', buttons: ['join', 'snooze', 'dismiss'] as const }],
};

describe('on Windows', () => {
  const platform = 'win32';

  test('the system knows us before the first toast: the id of the package, and one activator for ever', async () => {
    const names = [];
    for (let start = 1; start <= 2; start += 1) {
      await launch({}, { platform });
      names.push(await run.calls.systemNames());
      await desktop.kill();
    }
    expect(names[0]).toEqual({
      appUserModelId: 'app.tidings.test',
      toastActivator: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(names[1]).toEqual(names[0]);
  });

  test('a toast has its buttons, and each of them does what it says', async () => {
    for (const [label, asked] of [
      ['Snooze', 'asked snooze meeting fiveMinutes'],
      ['Dismiss', 'asked dismiss meeting'],
    ] as const) {
      await launch(meeting, { platform });
      const toast = await theToast('Soon');
      expect(toast.buttons).toEqual(['Join', 'Snooze', 'Dismiss']);
      await desktop.pressToastButton(toast.id, label);
      await said(asked);
      await desktop.kill();
    }
    await launch(meeting, { platform });
    await desktop.pressToastButton((await theToast('Soon')).id, 'Join');
    await desktop.until(() => desktop.openedExternally().includes(joinUrl), 'the meeting');
    await desktop.kill();

    await launch({ toasts: [{ key: 'mail', title: 'Lin', body: 'Hi', buttons: ['markRead'] }] }, { platform });
    await desktop.pressToastButton((await theToast('Lin')).id, 'Mark as read');
    await said('asked markRead mail');
  });

  test('a click is acted on once, though Windows tells it twice', async () => {
    const webLink = 'https://outlook.office365.com/owa/?ItemID=once';
    await launch(
      { alerts: [{ id: 'a', more: { webLink } }], toasts: [{ key: 'a', title: 'Jonas', body: '' }] },
      { platform },
    );
    const toast = await theToast('Jonas');
    expect(toast.tag).toBe(toastId('a'));
    await desktop.clickToast(toast.id);
    await desktop.until(() => desktop.openedExternally().includes(webLink), 'that message');
    await desktop.idle();
    expect(desktop.openedExternally().filter((url) => url === webLink)).toHaveLength(1);
  });

  test('a click on a toast of an earlier run opens that very item, or the window when it is not known any more', async () => {
    const webLink = 'https://outlook.office365.com/owa/?ItemID=earlier';
    await launch({ alerts: [{ id: 'b' }, { id: 'a', more: { webLink } }] }, { platform });
    await run.calls.toastActivated(`type=click&tag=${toastId('a')}`);
    await desktop.until(() => desktop.openedExternally().includes(webLink), 'that message');
    expect(desktop.window()).toBeNull();
    await run.calls.toastActivated(`type=click&tag=${toastId(`sign-in:${ada.homeAccountId}`)}`);
    await said(`asked signIn ${ada.homeAccountId}`);
    await run.calls.toastActivated('type=click&tag=nobody-knows');
    await desktop.waitForWindow();
  });
});

describe.each(['win32', 'darwin'] as const)('on %s, after Tidings was killed', (platform) => {
  const openings = (webLink: string): number => desktop.openedExternally().filter((url) => url === webLink).length;
  const scriptFor = (webLink: string): Script => ({ alerts: [{ id: 'a', more: { webLink } }] });
  const leave = async (script: Script): Promise<string> => {
    await launch({ ...script, toasts: [{ key: 'a', title: 'Left', body: '' }] }, { platform });
    const { tag } = await theToast('Left');
    await desktop.kill();
    return tag;
  };

  test('a click on a toast that it has left opens that very item in the next run', async () => {
    const webLink = `https://outlook.office365.com/owa/?ItemID=left-${platform}`;
    await leave(scriptFor(webLink));
    await launch(scriptFor(webLink), { platform });
    await desktop.clickToast((await theToast('Left')).id);
    await desktop.until(() => openings(webLink) > 0, 'that message');
    await desktop.idle();
    expect([openings(webLink), desktop.toasts()]).toEqual([1, []]);
  });

  test('a click that starts it opens that very item, once there is somebody to open it', async () => {
    const webLink = `https://outlook.office365.com/owa/?ItemID=started-${platform}`;
    const tag = await leave(scriptFor(webLink));
    await launch(scriptFor(webLink), { platform, startedByToast: tag });
    await desktop.until(() => openings(webLink) > 0, 'that message');
    await desktop.idle();
    expect(openings(webLink)).toBe(1);
  });
});

test('on macOS a toast that was left goes with its message, and the last of them when Tidings ends', async () => {
  const platform = 'darwin';
  const toasts = ['a', 'b'].map((key) => ({ key, title: `Left ${key}`, body: '' }));
  await launch({ toasts }, { platform });
  await theToast('Left b');
  await desktop.kill();
  await launch({ toasts: [{ key: 'a', title: 'Anew', body: '' }] }, { platform });
  await desktop.until(() => !desktop.toasts().some(({ title }) => title === 'Left a'), 'its successor only');
  const titles = desktop.toasts().map(({ title }) => title);
  await run.quit();
  expect([titles.toSorted(), desktop.toasts()]).toEqual([['Anew', 'Left b'], []]);
});

describe('toasts that the system refuses', () => {
  test('are known at once, and as soon as they are shown again', async () => {
    desktop.allowToasts(false);
    await launch({ toasts: [{ key: 'a', title: 'Refused', body: '' }] });
    await said('lacks [toasts]');
    expect(run.output()).toContain('toast.failed');
    await desktop.kill();
    desktop.allowToasts(true);
    await launch({ toasts: [{ key: 'a', title: 'Taken', body: '' }] });
    await theToast('Taken');
    expect(run.output()).not.toContain('lacks [toasts]');
  });
});

test('a toast makes no sound but the system’s, and none breaks through do-not-disturb', async () => {
  await launch({
    toasts: [
      { key: 'a', title: 'Usual', body: '' },
      { key: 'b', title: 'Urgent', body: '', urgent: true },
    ],
  });
  const toasts = [await theToast('Usual'), await theToast('Urgent')];
  expect(toasts.map(({ silent, urgency, timeoutType }) => [silent, urgency, timeoutType])).toEqual([
    [false, 'normal', 'default'],
    [false, 'normal', 'never'],
  ]);
});

describe('a package', () => {
  test('that is started without the sandbox says so; by choice or not is a difference', async () => {
    await launch({}, { packaged: true, args: ['--no-sandbox'] });
    await said('lacks [sandbox]');
    await desktop.kill();
    await launch({}, { packaged: true, args: ['--no-sandbox'], env: { TIDINGS_ALLOW_NO_SANDBOX: '1' } });
    await said('lacks [sandboxByChoice]');
    await desktop.kill();
    await launch({}, { args: ['--no-sandbox'] });
    await said('lacks []'); // whoever builds Tidings may start it as they like
  });

  test.each(['--remote-debugging-port=9222', '--remote-debugging-pipe'])('does not start with %s', async (arg) => {
    const ended = await launch({}, { packaged: true, args: [arg] });
    expect(await ended.exited).toEqual({ code: 0, signal: null });
    expect(desktop.errorBoxes().at(-1)?.content).toContain(arg.split('=')[0]);
    expect(desktop.tray()).toBeNull();
  });

  test('opens no developer tools', async () => {
    await launch({}, { packaged: true });
    await desktop.clickMenuItem('Open Tidings');
    await desktop.waitForWindow();
    expect((await run.calls.webPreferences())[0]?.devTools).toBe(false);
  });
});

describe('every page', () => {
  test('has the whole set of walls, written out', async () => {
    await launch({});
    await desktop.clickMenuItem('Open Tidings');
    await desktop.waitForWindow();
    const preferences = await run.calls.webPreferences();
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({
      ...{ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false },
      ...{ navigateOnDragDrop: false, spellcheck: false, devTools: true },
    });
  });

  test('is granted none of the permissions that this Electron knows, no device, no screen, no download', async () => {
    await launch({});
    const declarations = await readFile(
      join(import.meta.dirname, '../../../node_modules/electron/electron.d.ts'),
      'utf8',
    );
    const [, names = ''] =
      /setPermissionRequestHandler\(handler: .*?permission: ((?:'[\w-]+' \| )+'[\w-]+')/.exec(declarations) ?? [];
    const permissions = names.split(' | ').map((name) => name.slice(1, -1));
    expect(permissions).toHaveLength(46);
    const granted = [];
    for (const permission of permissions) {
      const { check, request } = await run.calls.permissionAsked('', permission);
      if (check || request) granted.push(permission);
    }
    expect(granted).toEqual([]);
    expect(await run.calls.sessionAsked('')).toEqual({ device: false, screen: false, download: false });
  });

  const strangers = [
    ['another site', 'https://contoso.example/', 'main'],
    ['another host of our scheme', 'app://other/index.html', 'main'],
    ['a file', 'file:///tmp/index.html', 'main'],
    ['an empty page', 'about:blank', 'main'],
    ['a frame within our page', 'app://tidings/index.html', 'child'],
    ['a frame that is gone', 'app://tidings/index.html', 'gone'],
  ] as const;
  test.each(strangers)('is the only one that is listened to: %s is refused everything', async (_who, url, frame) => {
    await launch({});
    await desktop.clickMenuItem('Open Tidings');
    await desktop.waitForWindow();
    const window = run.windows.list()[0]?.id ?? -1;
    const codec = createCodec();
    const before = run.output();
    const answers = new Set<string>();
    for (const channel of channels) {
      for (const args of [
        [],
        ['a'],
        ['a', true],
        [null],
        [{ clientId: 'a' }],
        [42],
        [['a']],
        [''],
        ['a', 'b', 'c'],
        [undefined],
      ]) {
        const call = { kind: 'invoke', channel, args: codec.encode(args) } as const;
        const answer = await run.calls.rendererCalled(window, url, call, frame).catch((error: Error) => error.message);
        answers.add(answer.replace(channel, '…'));
      }
    }
    // One answer for all: nothing tells what was wrong, or what there is.
    expect([...answers]).toEqual(["Error invoking remote method '…': Error: refused"]);
    expect(run.output().slice(before.length)).not.toContain('asked ');
  });

  const addresses = [
    ...[
      'https://contoso.example/',
      'http://127.0.0.1/',
      'https://outlook.office.com/',
      'https://tidings/',
      'http://tidings/',
    ],
    ...[
      'file:///etc/passwd',
      'file://tidings/index.html',
      'data:text/html,x',
      'javascript:alert(1)',
      'blob:app://tidings/1',
    ],
    ...[
      'about:blank',
      'about:srcdoc',
      'chrome://version',
      'devtools://devtools/',
      'view-source:app://tidings/index.html',
    ],
    ...['app://other/index.html', 'app://tidings.contoso.example/', 'app://user@tidings/', 'app://user:pw@tidings/'],
    ...['app://tidings:80/', 'apps://tidings/', 'APP://other/', 'app:tidings', 'app:/tidings', 'app:///tidings'],
    ...['ftp://tidings/', 'ws://tidings/', 'wss://tidings/', 'mailto:a@contoso.example', 'tel:1', 'ms-settings:'],
    ...['smb://contoso.example/x', 'vscode://x', 'intent://x', '', ' ', 'nonsense', '//tidings/', 'http://[', 'app://'],
    ...['app://tidings@contoso.example/', 'app://contoso.example#@tidings/', 'app://tid%69ngs.example/'],
  ];
  test(`goes nowhere, by any route: ${addresses.length} addresses`, async () => {
    await launch({});
    await desktop.clickMenuItem('Open Tidings');
    await desktop.waitForWindow();
    const window = run.windows.list()[0]?.id ?? -1;
    expect(addresses.length).toBeGreaterThanOrEqual(40);
    const went: string[] = [];
    for (const url of addresses) {
      const ways = {
        'will-navigate': run.calls.navigationAsked(window, url, true),
        'will-frame-navigate': run.calls.navigationAsked(window, url, false),
        'will-redirect': run.calls.routeAsked(window, 'will-redirect', url),
        'will-attach-webview': run.calls.routeAsked(window, 'will-attach-webview', url),
      };
      for (const [way, answer] of Object.entries(ways)) if (await answer) went.push(`${way} ${url}`);
      // Rejects if it were allowed: the double opens no second window.
      await run.calls.windowOpenAsked(window, url, '');
    }
    expect(went).toEqual([]);
    const home = 'app://tidings/index.html#health';
    expect([
      await run.calls.navigationAsked(window, home, true),
      await run.calls.routeAsked(window, 'will-redirect', home),
    ]).toEqual([true, true]);
  });
});

test('the tray icon is held for as long as Tidings runs, through changes and garbage collections', async () => {
  await launch({});
  for (let round = 1; round <= 3; round += 1) {
    await run.calls.collectGarbage();
    await desktop.clickMenuItem('Check now');
  }
  await desktop.idle();
  expect([run.trays.size, desktop.tray()?.tooltip]).toEqual([1, 'Tidings – All good']);
});

describe('what breaks', () => {
  test('a process of Chromium’s own that ends is logged, and nothing else ends', async () => {
    await launch({});
    for (let time = 1; time <= 10; time += 1)
      await run.calls.childProcessGone({ type: 'GPU', reason: 'crashed', exitCode: 133 });
    await said('child-process.gone {"type":"GPU","reason":"crashed","exitCode":133}');
    expect(run.isRunning()).toBe(true);
  });

  test('of twenty crashes of the page in a row three are mended by themselves; the window can always be opened again', async () => {
    await launch({});
    await desktop.clickMenuItem('Open Tidings');
    let opened = 1;
    for (let crash = 1; crash <= 20; crash += 1) {
      const page = await desktop.waitForWindow();
      const session = await page.context().newCDPSession(page);
      session.send('Page.crash').catch(() => {});
      await said(`"count":${crash}`);
      if (crash <= 3) continue;
      await desktop.until(() => desktop.window() === null, 'the window to be gone');
      await desktop.clickMenuItem('Open Tidings');
      opened += 1;
    }
    await desktop.waitForWindow();
    expect([opened, run.isRunning(), desktop.tray() !== null]).toEqual([18, true, true]);
  }, 90_000);
});
