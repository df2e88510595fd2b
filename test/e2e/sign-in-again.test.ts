import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ada, type Desk, minutes, openDesk, sam, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

describe('after a password reset', () => {
  let desk: Desk;
  let goodIcon: string;
  beforeEach(async () => {
    desk = await openDesk();
    await desk.startApp();
    await desk.signInFromTray();
    goodIcon = desk.tray().icon;
    await desk.advance(minutes(2));
    desk.cloud.entra.resetPassword(ada, { newPassword: 'a new passphrase' });
    await desk.untilTray('Tidings – Sign in needed: your password changed', seconds(10));
  });
  afterEach(async () => {
    await desk?.stop();
  });

  /** Two mails and eleven minutes that nobody could be told of. */
  async function missSomething(): Promise<void> {
    desk.cloud.graph.mailbox(ada).deliver({ subject: 'Unseen one' });
    desk.cloud.graph.mailbox(ada).deliver({ subject: 'Unseen two' });
    await desk.advance(minutes(11));
  }
  async function finishInBrowser(username: string): Promise<void> {
    await desk.untilSeen(() => desk.browserPages.length > 0, 'the page that the app opens in the browser');
    await desk.signIn({ username });
    await desk.untilSeen(() => !desk.tray().menu.includes('Cancel sign-in'), 'the sign-in to have ended');
  }
  const signInToast = 'Sign in needed | Your password changed. Click to sign in again; nothing is lost meanwhile.';
  const digest = /^2 messages \| while you were signed out, since 10:02/;

  test('icon, tooltip, first menu line and window agree, with one toast and no browser', async () => {
    await missSomething();
    expect(desk.tray().icon).not.toBe(goodIcon);
    expect(desk.tray().menu.slice(0, 3)).toEqual(['Sign in needed: your password changed', 'Sign in again…', '-']);
    expect(desk.toastTexts()).toEqual([signInToast]);
    expect(desk.browserPages).toEqual([]);
    const page = await desk.openWindow();
    await page.getByRole('tab', { name: 'Today' }).click();
    await page.getByRole('heading', { name: 'Sign in needed: your password changed' }).waitFor();
    await page.getByRole('button', { name: 'Sign in again' }).waitFor();
    expect((await desk.appView()).accounts.map(({ session, reason }) => ({ session, reason }))).toEqual([
      { session: 'signInRequired', reason: 'your password changed' },
    ]);
  });

  test('a click on the toast and a sign-in bring everything back, with one digest', async () => {
    await missSomething();
    const [toast] = desk.desktop.toasts();
    await desk.app.clickToast(toast?.id ?? '');
    await finishInBrowser(ada);
    await desk.untilTray('Tidings – All good', seconds(60));
    expect(desk.toastTexts()).toEqual([signInToast, expect.stringMatching(digest)]);
    expect(desk.tray().icon).toBe(goodIcon);
    expect(desk.cloud.graph.subscriptions(ada)).toHaveLength(2);
    expect(desk.desktop.toasts().map(({ title }) => title)).toEqual(['2 messages']);
  });

  test('the menu does the same, the kept challenge is answered, and the toast goes by itself', async () => {
    await missSomething();
    await desk.app.clickMenu('Sign in again…');
    const asked = new URL(await desk.untilSeen(() => desk.browserPages[0], 'the sign-in page')).searchParams;
    expect([asked.get('login_hint'), asked.get('prompt')]).toEqual([ada, null]);
    await finishInBrowser(ada);
    await desk.untilTray('Tidings – All good', seconds(60));
    expect(desk.toastTexts()).toEqual([signInToast, expect.stringMatching(digest)]);
    expect(desk.desktop.toasts().map(({ title }) => title)).toEqual(['2 messages']);
    await desk.advance(minutes(10));
    expect(desk.toastTexts()).toHaveLength(2);
    expect(desk.cloud.graph.violations).toEqual([]);
  });

  test('somebody else who signs in changes nothing, and the window names who is needed', async () => {
    const page = await desk.openWindow();
    await page.getByRole('tab', { name: 'Accounts' }).click();
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await finishInBrowser(sam);
    const failed = page.locator('main').getByRole('alert');
    await failed.waitFor();
    expect(await failed.innerText()).toContain(`You signed in as ${sam}, but ${ada} needs the sign-in.`);
    desk.cloud.graph.mailbox(sam).deliver({ subject: 'For nobody here' });
    await desk.advance(minutes(5));
    expect(desk.tray().tooltip).toBe('Tidings – Sign in needed: your password changed');
    expect(desk.toastTexts()).toEqual([signInToast]);
    expect((await desk.appView()).accounts.map(({ username }) => username)).toEqual([ada]);

    await page.getByRole('button', { name: 'Sign in again' }).click();
    await finishInBrowser(ada);
    await desk.untilTray('Tidings – All good', seconds(60));
    expect(await page.locator('main').getByRole('alert').count()).toBe(0);
  });
});
