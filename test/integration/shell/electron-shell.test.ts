import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
});

describe('toasts', () => {
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

  test('arrow keys go through its views', async () => {
    await launch({});
    const page = await openWindow();
    await page.getByRole('tab', { name: /Today/ }).focus();
    for (const name of ['Next', 'Health', 'Accounts', 'Settings', 'Today']) {
      await page.keyboard.press('ArrowDown');
      await page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 5_000 });
    }
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

  test('a second start that the system makes at login shows nothing and ends', async () => {
    await launch({});
    const second = await desktop.launch(shell.launchOptions({ args: ['--hidden'] }));
    expect(await second.exited).toEqual({ code: 0, signal: null });
    await expect.poll(() => run.output(), { timeout: 5_000 }).toContain('second-start.hidden');
    expect(desktop.window()).toBeNull();
    await openWindow();
  });
});

describe('the end', () => {
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
