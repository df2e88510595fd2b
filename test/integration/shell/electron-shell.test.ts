import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { channels } from '../../../main/shell/handlers.ts';
import type { AppRun, Desktop } from '../../electron-double/desktop.ts';
import { ada, since } from '../../unit/shell/states.ts';
import type { Script } from './main.ts';
import { type ShellDesktop, startShellDesktop } from './shell-desktop.ts';

// The real shell, preload and page on the Electron double; behind it a core that does as the test's script says.
const passwordChanged = {
  code: 'sign-in-required',
  account: ada.homeAccountId,
  reason: 'password-changed',
  since,
} as const;
let shell: ShellDesktop;
let desktop: Desktop;
let run: AppRun;
beforeAll(async () => {
  shell = await startShellDesktop();
  desktop = shell.desktop;
});
afterAll(() => shell?.stop());
afterEach(() => shell.clear());

async function launch(script: Script): Promise<void> {
  await shell.write(script);
  run = await desktop.launch(shell.launchOptions());
  await desktop.until(() => desktop.tray(), 'the tray');
}
const asked = (what: string): Promise<void> =>
  expect.poll(() => run.output(), { timeout: 5_000 }).toContain(`asked ${what}\n`);
async function openWindow(): Promise<Page> {
  await desktop.clickMenuItem('Open Tidings');
  const page = await desktop.waitForWindow();
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor({ timeout: 5_000 });
  return page;
}

describe('the tray', () => {
  test('shows the state, and another one as soon as it changes', async () => {
    await launch({});
    const good = desktop.tray();
    expect([good?.tooltip, good?.labels]).toEqual([
      'Tidings – All good',
      [
        'All good',
        '-',
        '2 unread messages',
        'Open Tidings',
        'Check now',
        '-',
        'Pause for 1 hour',
        'Pause until tomorrow',
        '-',
        'Quit Tidings',
      ],
    ]);

    await shell.write({ warnings: [passwordChanged] });
    await desktop.clickMenuItem('Check now');
    const bad = await desktop.until(() => (desktop.tray()?.tooltip === good?.tooltip ? null : desktop.tray()), 'news');

    expect(bad.tooltip).toBe('Tidings – Sign in needed: your password changed');
    expect(bad.labels.slice(0, 2)).toEqual(['Sign in needed: your password changed', 'Sign in again…']);
    expect(bad.iconDataUrl).not.toBe(good?.iconDataUrl);
  });

  test('one click signs in again', async () => {
    await launch({ warnings: [passwordChanged] });
    await desktop.clickMenuItem('Sign in again…');

    await asked(`signIn ${ada.homeAccountId}`);
  });
});

describe('toasts', () => {
  test('what a stranger wrote stays text, and cannot be turned around or run on for ever', async () => {
    await launch({
      toasts: [{ key: 'a', title: 'Ada\u202E <b>', body: `<img src=x> Tom & Jerry\n\u0007${'x'.repeat(500)}` }],
    });
    const [toast] = await desktop.until(() => (desktop.toasts().length === 1 ? desktop.toasts() : null), 'a toast');

    expect(toast).toMatchObject({ title: 'Ada <b>', urgency: 'normal' });
    expect(toast?.rawBody.startsWith('&lt;img src=x&gt; Tom &amp; Jerry\nxxx')).toBe(true);
    expect(toast?.body.length).toBe(240);
  });

  test('a click opens that very mail', async () => {
    const webLink = 'https://outlook.office365.com/owa/?ItemID=42';
    await launch({ alerts: [{ id: 'a', more: { webLink } }], toasts: [{ key: 'a', title: 'Jonas', body: 'Minutes' }] });
    const [toast] = await desktop.until(() => (desktop.toasts().length === 1 ? desktop.toasts() : null), 'a toast');
    await desktop.clickToast(toast?.id ?? '');

    expect(await desktop.until(() => desktop.openedExternally().find((url) => url === webLink), 'that link')).toBe(
      webLink,
    );
    expect(desktop.window()).toBeNull();
  });

  test('a click on an item without a link, or with one that is not ours to open, shows it in the list', async () => {
    const more = { webLink: 'https://evil.example/' };
    await launch({
      alerts: [
        { id: 'a', more: { subject: 'First' } },
        { id: 'b', more: { ...more, subject: 'Second' } },
      ],
      toasts: [{ key: 'b', title: 'Jonas', body: 'Second' }],
    });
    const opened = desktop.openedExternally().length;
    const [toast] = await desktop.until(() => (desktop.toasts().length === 1 ? desktop.toasts() : null), 'a toast');
    await desktop.clickToast(toast?.id ?? '');
    const page = await desktop.waitForWindow();

    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('Second');
    expect(desktop.openedExternally().length).toBe(opened);
  });

  test('a click on "sign in" opens the sign-in', async () => {
    await launch({
      warnings: [passwordChanged],
      toasts: [{ key: 'sign-in:ada-id', title: 'Sign in needed', body: '' }],
    });
    const [toast] = await desktop.until(() => (desktop.toasts().length === 1 ? desktop.toasts() : null), 'a toast');
    await desktop.clickToast(toast?.id ?? '');

    await asked('signIn ada-id');
  });

  test('a second one with the same key replaces the first', async () => {
    await launch({
      toasts: [
        { key: 'digest', title: 'One', body: '' },
        { key: 'digest', title: 'Two', body: '' },
      ],
    });

    await desktop.until(
      () =>
        desktop
          .toasts()
          .map(({ title }) => title)
          .join() === 'Two',
      'only the second',
    );
  });
});

describe('the window', () => {
  test('lists what happened, opens it in Outlook, and hears of news', async () => {
    const webLink = 'https://outlook.office365.com/owa/?ItemID=7';
    await launch({ alerts: [{ id: 'a', more: { who: 'Jonas Lind', subject: 'Minutes', webLink } }] });
    const page = await openWindow();
    await page.getByRole('button', { name: /Jonas Lind.*Minutes/ }).press('Enter');
    expect(await desktop.until(() => desktop.openedExternally().find((url) => url === webLink), 'that link')).toBe(
      webLink,
    );

    await shell.write({ alerts: [{ id: 'b', more: { subject: 'Agenda' } }], warnings: [passwordChanged] });
    await desktop.clickMenuItem('Check now');

    await page.getByRole('button', { name: /Agenda/ }).waitFor({ timeout: 5_000 });
    await page.getByRole('heading', { name: 'Sign in needed: your password changed' }).waitFor({ timeout: 5_000 });
  });

  test('is gone when closed, Tidings stays, and it comes back where it is asked to', async () => {
    await launch({});
    await openWindow();
    await desktop.closeWindow();
    await desktop.until(() => desktop.window() === null, 'no window');
    expect(run.isRunning()).toBe(true);

    await desktop.clickMenuItem('All good');
    const page = await desktop.waitForWindow();

    await page.getByRole('heading', { level: 1, name: 'Health' }).waitFor({ timeout: 5_000 });
    expect(desktop.windowTitle()).toBe('Tidings');
  });

  test('arrow keys go through its views', async () => {
    await launch({});
    const page = await openWindow();
    await page.getByRole('tab', { name: /Today/ }).focus();
    for (const name of ['Next', 'Health', 'Accounts', 'Settings', 'Today']) {
      await page.keyboard.press('ArrowDown');
      await page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 5_000 });
    }
  });

  test('a view asked for while it is open is shown in it', async () => {
    await launch({});
    const page = await openWindow();
    await desktop.clickMenuItem('All good');

    await page.getByRole('heading', { level: 1, name: 'Health' }).waitFor({ timeout: 5_000 });
    expect(desktop.window()).toBe(page);
  });

  test('comes back after a crash of its page, but not for ever', async () => {
    await launch({});
    let page = await openWindow();
    for (let crash = 1; crash <= 4; crash += 1) {
      const session = await page.context().newCDPSession(page);
      // The answer never comes: the page that would give it is gone.
      session.send('Page.crash').catch(() => {});
      await expect.poll(() => run.output(), { timeout: 5_000 }).toContain(`"count":${crash}`);
      if (crash < 4) page = await desktop.waitForWindow();
    }

    await desktop.until(() => desktop.window() === null, 'no window');
    expect(run.isRunning()).toBe(true);
    await openWindow();
  });

  test('a second start shows it and ends', async () => {
    await launch({});
    const second = await desktop.launch(shell.launchOptions());

    expect(await second.exited).toEqual({ code: 0, signal: null });
    await (await desktop.waitForWindow()).getByRole('heading', { level: 1, name: 'Today' }).waitFor({ timeout: 5_000 });
  });

  test('a second start that the system makes at login shows nothing and ends', async () => {
    await launch({});
    const second = await desktop.launch(shell.launchOptions({ args: ['--hidden'] }));
    expect(await second.exited).toEqual({ code: 0, signal: null });
    await expect.poll(() => run.output(), { timeout: 5_000 }).toContain('second-start.hidden');
    expect(desktop.window()).toBeNull();
    await openWindow();
  });
});

describe('the page can do no harm', () => {
  test('it has the named functions, and bad arguments get nowhere', async () => {
    await launch({});
    const page = await openWindow();
    const found = await page.evaluate(async () => {
      const api = (window as unknown as { tidings: Record<string, (...args: unknown[]) => Promise<unknown>> }).tidings;
      const refusals: string[] = [];
      for (const args of [[42], [{}], [''], ['a', 'b'], [null, null], [['a']]]) {
        for (const name of ['openAlert', 'joinMeeting', 'signIn', 'signOut', 'listAlerts', 'checkNow']) {
          await api[name]?.(...args).catch((error: Error) => refusals.push(`${name}: ${error.message}`));
        }
      }
      const globals = ['require', 'process', 'module', 'ipcRenderer', 'electron'].filter((name) => name in window);
      return { names: Object.keys(api).sort(), globals, refusals };
    });

    expect(found.globals).toEqual([]);
    // One function for each message, one for each thing that main tells, and nothing else.
    expect(found.names.filter((name) => !name.startsWith('on'))).toHaveLength(channels.length);
    expect(found.names.filter((name) => name.startsWith('on'))).toEqual([
      'onAlertsChanged',
      'onAppChanged',
      'onMeetingsChanged',
      'onShowView',
    ]);
    expect(found.refusals).toHaveLength(36);
    expect(found.refusals[0]).toBe(
      "openAlert: Error invoking remote method 'alert:open': TypeError: bad arguments for alert:open",
    );
    expect(run.output()).not.toMatch(/asked (signIn|signOut|checkNow)/);
  });

  test('it reaches nobody, runs nothing foreign, and goes nowhere', async () => {
    await launch({});
    const page = await openWindow();
    const tried = await page.evaluate(async () => {
      const inline = document.createElement('script');
      inline.textContent = 'window.inlineRan = true';
      const image = document.createElement('img');
      image.setAttribute('onerror', 'window.inlineRan = true');
      image.src = 'data:,';
      const failed = new Promise((resolve) => image.addEventListener('error', resolve));
      document.body.append(inline, image);
      await failed;
      return {
        inlineRan: 'inlineRan' in window,
        fetched: await fetch('https://evil.example/').then(
          () => 'answered',
          () => 'refused',
        ),
      };
    });
    await page.evaluate(() => {
      window.open('https://evil.example/');
      location.href = 'https://evil.example/';
    });

    expect(tried).toEqual({ inlineRan: false, fetched: 'refused' });
    await expect.poll(() => run.output()).toContain('navigation.refused');
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor({ timeout: 5_000 });
  });

  test.each(['geolocation', 'notifications', 'media', 'openExternal', 'clipboard-read'])(
    'it is not granted %s',
    async (permission) => {
      await launch({});
      expect(await run.calls.permissionAsked('', permission)).toEqual({ check: false, request: false });
    },
  );
});

describe('the machine and the end', () => {
  test('sleep and wake reach the core', async () => {
    await launch({});
    await desktop.suspend();
    await desktop.resume();

    await asked('machine suspend');
    await asked('machine resume');
  });

  test('quitting from the menu lets the core stop, then ends', async () => {
    await launch({});
    await openWindow();
    await desktop.clickMenuItem('Quit Tidings');

    expect(await run.exited).toEqual({ code: 0, signal: null });
    await asked('stop');
    expect([desktop.tray(), desktop.window()]).toEqual([null, null]);
  });

  test('a core that cannot stop is left behind after 3 seconds', async () => {
    await launch({ hangs: true });
    const begun = performance.now();
    await desktop.clickMenuItem('Quit Tidings');
    await asked('stop');

    expect(await run.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeGreaterThan(2_900);
    expect(performance.now() - begun).toBeLessThan(6_000);
    expect(run.output()).toContain('stop.late');
  });
});
