import { afterEach, describe, expect, test, vi } from 'vitest';
import { ada, type Desk, minutes, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let desk: Desk;
afterEach(async () => {
  await desk?.stop();
});

describe('the first start without a client id', () => {
  test('tray and window say where to set it, and nothing else runs', async () => {
    desk = await openDesk({ clientId: null });
    await desk.startApp();
    expect(desk.tray()).toMatchObject({
      tooltip: 'Tidings – Not configured: no client id',
      menu: [
        'Not configured: no client id',
        'Open settings folder',
        '-',
        'Open Tidings',
        'Check now',
        '-',
        'Quit Tidings',
      ],
    });

    const page = await desk.windowPage();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toContain('Not configured: no client id');
    expect(text).toContain('TIDINGS_CLIENT_ID');
    expect(text).toContain('TIDINGS_CLIENT_ID or in the settings file');
    expect(await page.getByRole('button', { name: /sign in/i }).count()).toBe(0);

    await page.getByRole('button', { name: 'Open settings folder' }).click();
    await desk.untilSeen(() => desk.desktop.openedPaths().length > 0, 'the folder to open');
    expect(desk.desktop.openedPaths()).toEqual([desk.app.appFolder]);

    await desk.advance(minutes(10));
    expect({
      requests: desk.cloud.requests.map(({ host }) => host),
      names: desk.cloud.relay.names(),
      opened: desk.desktop.openedExternally(),
      toasts: desk.toastTexts(),
    }).toEqual({ requests: [], names: [], opened: [], toasts: [] });
  });
});

describe('the first start with a client id', () => {
  test('the window comes up with the sign-in, and nothing runs before the person clicks', async () => {
    desk = await openDesk();
    await desk.startApp();
    const page = await desk.windowPage();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Accounts' }).getAttribute('aria-selected')).toBe('true');
    expect(desk.tray()).toMatchObject({
      tooltip: 'Tidings – Not signed in',
      menu: ['Not signed in', 'Sign in…', '-', 'Open Tidings', 'Check now', '-', 'Quit Tidings'],
    });
    await desk.advance(minutes(5));
    expect([desk.cloud.requests, desk.cloud.relay.names(), desk.desktop.openedExternally()]).toEqual([[], [], []]);
  });

  test('a sign-in from the drawn tray, in a real browser tab, ends with all good and a quiet window', async () => {
    desk = await openDesk();
    await desk.startApp();
    const before = desk.tray().icon;
    await desk.app.clickMenu('Sign in…');
    const url = await desk.untilSeen(() => desk.browserPages.shift(), 'the page that the app opens');
    expect(new URL(url).origin).toBe('https://login.microsoftonline.com');
    expect(desk.tray().menu).toContain('Cancel sign-in');

    const tab = await desk.desktop.openBrowserTab(url, { proxy: desk.cloud.proxyUrl });
    tab.setDefaultTimeout(10_000);
    await tab.getByText(ada).first().click();
    await tab.locator('#password').fill(desk.cloud.entra.currentPassword(ada));
    await tab.keyboard.press('Enter');
    await tab.getByRole('button', { name: 'Accept' }).click();
    await tab.waitForURL((to) => to.hostname === 'localhost');
    expect(await tab.locator('body').innerText()).toMatch(/close this/i);
    await desk.desktop.closeBrowserTab(tab);

    await desk.untilTray('Tidings – All good');
    expect(desk.tray().icon).not.toBe(before);
    expect(desk.tray().menu).toEqual([
      'All good',
      '-',
      'No unread messages',
      'Open Tidings',
      'Check now',
      '-',
      'Pause for 1 hour',
      'Pause until tomorrow',
      '-',
      'Quit Tidings',
    ]);
    const page = await desk.windowPage();
    await page.getByRole('tab', { name: 'Accounts' }).click();
    await page.getByRole('heading', { name: 'Ada Example' }).waitFor();
    expect(desk.cloud.graph.subscriptions(ada).map(({ resource }) => resource)).toEqual([
      "me/mailFolders('inbox')/messages",
      'me/events',
    ]);
    expect([desk.toastTexts(), desk.desktop.openedExternally()]).toEqual([[], [url]]);
  });

  test('the window goes from the keyboard alone to a sign-in', async () => {
    desk = await openDesk();
    await desk.startApp();
    const page = await desk.windowPage();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');

    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Accounts');
    for (const [key, name, heading] of [
      ['ArrowUp', 'Health', 'Health'],
      ['Home', 'Today', 'Today'],
      ['End', 'Settings', 'Settings'],
      ['ArrowDown', 'Today', 'Today'],
      ['ArrowDown', 'Next', 'Next'],
      ['End', 'Settings', 'Settings'],
      ['ArrowUp', 'Accounts', 'Welcome'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await focused()).toContain(name);
      await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
    }
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Keyboard');
    await page.keyboard.press('Tab');
    expect(await focused()).toContain('Not signed in');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Sign in with Microsoft');
    await page.keyboard.press('Enter');
    await desk.untilSeen(() => desk.browserPages.length > 0, 'the sign-in page');
    await desk.signIn({ username: ada });
    await desk.untilTray('All good');
  });
});

describe('a sign-in that does not come to its end', () => {
  test('is cancelled from the window at once, and the browser comes too late', async () => {
    desk = await openDesk();
    await desk.startApp();
    const page = await desk.windowPage();
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
    await page.getByRole('heading', { name: 'Finish signing in in your browser' }).waitFor();
    await page.getByText('5 minutes left').waitFor();
    await page.getByRole('button', { name: 'Cancel sign-in' }).click();
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).waitFor();
    expect(desk.tray().menu).not.toContain('Cancel sign-in');

    await desk.signIn({ username: ada }).catch(() => {}); // nobody listens there any more
    await desk.advance(seconds(5));
    expect(desk.tray().tooltip).toBe('Tidings – Not signed in');
    expect(desk.cloud.graph.requests).toEqual([]);
    await desk.signInFromTray();
  });

  test('ends in words five minutes after the browser was closed', async () => {
    desk = await openDesk();
    await desk.startApp();
    const page = await desk.windowPage();
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
    await desk.untilSeen(() => desk.browserPages.length > 0, 'the sign-in page');
    await desk.signIn({ username: ada, action: 'close' });
    await desk.advance(minutes(4));
    await page.getByRole('heading', { name: 'Finish signing in in your browser' }).waitFor();
    await desk.advance(minutes(1) + seconds(1));
    const failed = page.locator('main').getByRole('alert');
    await failed.waitFor();
    expect(await failed.innerText()).toContain('took too long');
    expect(desk.tray().menu.slice(0, 2)).toEqual(['Not signed in', 'Sign in…']);
    await desk.signInFromTray();
    expect(await page.locator('main').getByRole('alert').count()).toBe(0);
  });

  test('says in the window that it cannot go on when the person declines, and asks nobody again', async () => {
    desk = await openDesk();
    await desk.startApp();
    const page = await desk.windowPage();
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).click();
    await desk.untilSeen(() => desk.browserPages.length > 0, 'the sign-in page');
    await desk.signIn({ username: ada, action: 'decline' });
    await page.locator('main').getByRole('alert').waitFor();
    expect(await page.locator('main').getByRole('alert').innerText()).toContain('cannot go on without your permission');
    await desk.advance(minutes(10));
    expect([desk.desktop.openedExternally().length, desk.toastTexts(), desk.tray().tooltip]).toEqual([
      1,
      [],
      'Tidings – Not signed in',
    ]);
    await desk.signInFromTray();
  });
});
