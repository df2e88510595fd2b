import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { defaultClientId } from '../cloud/entra/accounts.ts';
import { ada, type Desk, minutes, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

const saved = (page: Page) => page.getByText('Saved', { exact: true }).first().waitFor();
const values = (page: Page) => page.evaluate(async () => (await window.tidings.getSettings()).values);

describe('the settings', () => {
  let desk: Desk;
  let page: Page;
  beforeAll(async () => {
    desk = await openDesk();
    await desk.startApp();
    await desk.signInFromTray();
    page = await desk.openWindow();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Mail that is announced' }).waitFor();
  });
  afterAll(async () => {
    await desk?.stop();
  });

  test('how much toasts show takes effect at once, and says that it was saved', async () => {
    await page.getByRole('radio', { name: 'Sender only' }).click();
    await saved(page);
    const toast = await desk.toastOf(() =>
      desk.cloud.graph.mailbox(ada).deliver({ subject: 'Quarterly numbers', from: 'Lin Poe <lin@contoso.example>' }),
    );
    expect([toast.title, toast.body]).toEqual(['Lin Poe', 'New message']);
    await page.getByRole('radio', { name: 'Sender and subject' }).click();
    await expect.poll(async () => (await values(page)).contentLevel).toBe('full');
  });

  test('a VIP is added once checked, marks the mail in the list, and can be taken away', async () => {
    const field = page.getByRole('textbox', { name: 'VIPs' });
    await field.fill('contoso');
    await page.keyboard.press('Enter');
    await page.getByText('Type an address like ada@contoso.example').waitFor();
    await field.fill('Grace@Fabrikam.example');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('list', { name: 'VIPs' }).getByText('grace@fabrikam.example', { exact: true }).waitFor();
    // The list shows it at once; the field is emptied when it is stored.
    await expect.poll(() => field.inputValue()).toBe('');
    await desk.toastOf(() =>
      desk.cloud.graph.mailbox(ada).deliver({ subject: 'From a VIP', from: 'Grace Roe <grace@fabrikam.example>' }),
    );
    await page.getByRole('tab', { name: 'Today' }).click();
    await page.getByRole('button', { name: /Grace Roe.*VIP.*From a VIP/ }).waitFor();

    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Remove grace@fabrikam.example' }).click();
    await expect.poll(async () => (await values(page)).mail.vips).toEqual([]);
  });

  test('the theme is drawn at once, and again in the next window', async () => {
    const theme = (at: Page) => at.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    await page.getByRole('radio', { name: 'Dark' }).click();
    await expect.poll(() => theme(page)).toBe('dark');
    await desk.desktop.closeWindow();
    await desk.untilSeen(() => desk.desktop.window() === null, 'the window to close');
    page = await desk.openWindow();
    await expect.poll(() => theme(page)).toBe('dark');
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('radio', { name: 'Like the system' }).click();
    await expect.poll(() => theme(page)).toBe('light dark');

    // The system goes over to dark while no window is open.
    await desk.desktop.closeWindow();
    await desk.untilSeen(() => desk.desktop.window() === null, 'the window to close');
    await desk.desktop.setTheme('dark');
    page = await desk.openWindow();
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await desk.desktop.setTheme('light');
    await expect.poll(ground).not.toBe(dark);
    await page.getByRole('tab', { name: 'Settings' }).click();
  });

  test('folders are read from the mailbox when they are chosen, and the choice is stored', async () => {
    await page.getByRole('button', { name: /^Choose folders…/ }).click();
    const dialog = page.getByRole('dialog');
    const first = dialog.getByRole('checkbox').first();
    await first.waitFor();
    const name = (await dialog.locator('.folder').first().innerText()).trim();
    await first.click();
    await expect.poll(async () => (await values(page)).mail.folders.map((each) => each.name)).toEqual([name]);
    await page.keyboard.press('Escape');
    await page.getByText(`Inbox, ${name}`).waitFor();
    await desk.untilTray('All good', minutes(2));
  });

  test('what the environment sets is shown, locked and explained', async () => {
    await page.getByText('App registration and Microsoft cloud').click();
    const field = page.getByRole('textbox', { name: 'Application (client) ID' });
    expect(await field.isDisabled()).toBe(true);
    await page.getByText('Set by your administrator or by the environment').first().waitFor();
  });

  test('without a tunnel Tidings checks every minute and says so; with it again it is told at once', async () => {
    await page.getByRole('radio', { name: 'Not at all: Tidings checks every minute' }).click();
    await desk.untilTray('All good: checks every minute', minutes(2));
    await expect.poll(() => desk.cloud.graph.subscriptions(ada).length).toBe(0);
    desk.cloud.graph.mailbox(ada).deliver({ subject: 'Looked up' });
    await desk.advance(minutes(1) + seconds(5));
    expect(desk.toastTexts().at(-1)).toContain('Looked up');
    await page.getByRole('radio', { name: 'Through a public tunnel, at once' }).click();
    await expect.poll(() => desk.cloud.graph.subscriptions(ada).length, { timeout: 15_000 }).toBe(2);
  });

  test('an own address is stored only when it is one', async () => {
    await page.getByRole('radio', { name: 'At a public address of your own, at once' }).click();
    await page.getByRole('textbox', { name: 'Public address' }).fill('http://tidings.contoso.example');
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.getByText('Type an address that begins with https://').waitFor();
    expect((await values(page)).tunnel.kind).toBe('localtunnel');
    await page.getByRole('radio', { name: 'Through a public tunnel, at once' }).click();
    await page.getByRole('textbox', { name: 'Tunnel service' }).waitFor();
  });

  test('nothing was said against any of it by the browser', async () => {
    expect((await page.consoleMessages()).map((message) => message.text())).toEqual([]);
    expect(await page.pageErrors()).toEqual([]);
  });
});

describe('a first start without a client id', () => {
  let desk: Desk;
  afterEach(async () => {
    await desk?.stop();
  });

  test('takes one that is typed into the window, checks it, and goes on to the sign-in', async () => {
    desk = await openDesk({ clientId: null });
    await desk.startApp();
    const page = await desk.windowPage();
    const field = page.getByRole('textbox', { name: 'Application (client) ID' });
    await field.fill('00001111-aaaa-2222-bbbb');
    await page.keyboard.press('Enter');
    await page.getByText('A client id looks like').waitFor();
    expect(desk.tray().tooltip).toBe('Tidings – Not configured: no client id');

    await field.fill(defaultClientId);
    await page.getByRole('button', { name: 'Save and go on' }).click();
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).waitFor();
    await desk.signInFromTray();
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
  });
});
