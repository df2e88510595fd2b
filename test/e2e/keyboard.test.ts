/** The window without a pointer: from the first start to quiet hours. */
import type { Page } from 'playwright';
import { afterEach, expect, test, vi } from 'vitest';
import { ada, type Desk, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let desk: Desk;
afterEach(async () => {
  await desk?.stop();
});

/** What the focus is on, as it is announced: a label, a name or the words in it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement;
    const labels = (at?.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id));
    const label = at instanceof HTMLInputElement ? at.labels?.[0] : null;
    const words = [at?.getAttribute('aria-label'), ...[...labels, label, at].map((each) => each?.textContent)];
    return words.find((each) => (each ?? '').trim() !== '')?.trim() ?? '';
  });

async function tabTo(page: Page, words: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let steps = 0; steps < 80; steps++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (words.test(at)) {
      // Whoever looks must see where they are.
      expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true);
      return;
    }
    passed.push(at);
  }
  throw new Error(`no ${words} among ${passed.join(' | ')}`);
}

test('first start, sign-in, opening an alert, settings and quiet hours need nothing but keys', async () => {
  desk = await openDesk();
  await desk.startApp();
  const page = await desk.windowPage();
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  await tabTo(page, /^Sign in with Microsoft$/);
  await page.keyboard.press('Enter');
  await desk.untilSeen(() => desk.browserPages.length > 0, 'the sign-in page');
  await desk.signIn({ username: ada });
  await desk.untilTray('All good');

  await desk.toastOf(() =>
    desk.cloud.graph.mailbox(ada).deliver({ subject: 'Lunch?', from: 'Lin Poe <lin@contoso.example>' }),
  );
  await page.getByText('Lunch?').waitFor();
  await tabTo(page, /Lin Poe.*Lunch\?/);
  const before = desk.desktop.openedExternally().length;
  await page.keyboard.press('Enter');
  await desk.untilSeen(() => desk.desktop.openedExternally().length > before, 'the message in Outlook');
  expect(new URL(desk.desktop.openedExternally().at(-1) ?? '').host).toBe('outlook.office365.com');

  await page.keyboard.press('5');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await tabTo(page, /^Keep quiet at these times$/);
  await page.keyboard.press('Space');
  await page.getByText('Saved', { exact: true }).waitFor();
  // A Saturday: the second of the two spans has it. From there to a span of our own, which begins now.
  await tabTo(page, /^Add hours$/);
  await page.keyboard.press('Enter');
  await page.getByRole('listitem', { name: 'Monday to Friday, 19:00 to 07:30 on the next day' }).waitFor();
  const { quietHours } = await page.evaluate(async () => (await window.tidings.getSettings()).values);
  expect(quietHours).toMatchObject({ enabled: true, spans: { length: 3 } });
  await desk.advance(seconds(1));
  const { quiet } = await desk.appView();
  expect(quiet).toMatchObject({ why: 'quietHours' });
  await page.getByRole('button', { name: /^Quiet until Mon 23 Nov|^Quiet until tomorrow/ }).waitFor();

  // What is typed into a field is no shortcut.
  await page.keyboard.press('/');
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
  await expect.poll(() => focused(page)).toBe('Search alerts');
  await page.keyboard.type('12345?');
  expect(await page.locator('#search').inputValue()).toBe('12345?');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toMatch(/Lunch\?/);

  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toMatch(/Lunch\?/);
});
