/** The text for the administrator, from the button that copies it to the clipboard, and what happens where a browser refuses. */
import type { Page } from 'playwright';
import { expect, test, vi } from 'vitest';
import { folders } from '../tools/look-lists.ts';
import { lookNow } from '../tools/look-states.ts';
import { type Look, looks } from '../tools/look-views.ts';
import { testLimits } from './desk.ts';
import { pagesForTests } from './page-rig.ts';

vi.setConfig(testLimits);

let page: Page;
const openPage = pagesForTests();

const look = looks.find(({ name }) => name === 'today-blocked') as Look;
const text = look.app.health.warnings[0]?.handOn?.text ?? '';
const button = () => page.getByRole('button', { name: 'Copy text' });
const note = () => page.locator('.hand-on-note');

async function open(): Promise<void> {
  const main = { ...look, alerts: look.page.alerts, folders };
  const how = { width: 920, height: 680, scheme: 'light', forced: false, now: lookNow } as const;
  ({ page } = await openPage('today', main, how));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(() => navigator.clipboard.writeText('what was there before'));
}
const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
/** As where a browser denies writing; reading stays, for the test. */
const refuse = (): Promise<void> =>
  page.evaluate(() => {
    navigator.clipboard.writeText = async () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
  });

test('one click copies all of the text and says so; it stays folded away, the focus stays on the button', async () => {
  await open();
  await button().click();
  await note().filter({ hasText: 'Copied' }).waitFor();
  expect(text).toContain('Its application (client) id is');
  expect(await clipboard()).toBe(text);
  expect(await page.locator('.hand-on-details').evaluate((each: HTMLDetailsElement) => each.open)).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Copy text');
});

test('where the clipboard is refused, the older way copies the same, and folds the text away again', async () => {
  await open();
  await refuse();
  await button().click();
  await note().filter({ hasText: 'Copied' }).waitFor();
  expect(await clipboard()).toBe(text);
  expect(await page.locator('.hand-on-details').evaluate((each: HTMLDetailsElement) => each.open)).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Copy text');
});

test('where nothing may be copied, the text is unfolded and selected for the person’s own keys, and that is said', async () => {
  await open();
  await refuse();
  await page.evaluate(() => {
    document.execCommand = () => false;
  });
  await button().click();
  await note().filter({ hasText: 'could not be copied' }).waitFor();
  const field = page.locator('.hand-on-text');
  expect(await field.isVisible()).toBe(true);
  const chosen = await field.evaluate((each: HTMLTextAreaElement) => ({
    isFocused: document.activeElement === each,
    text: each.value.slice(each.selectionStart, each.selectionEnd),
  }));
  expect(chosen).toEqual({ isFocused: true, text });
  expect(await clipboard()).toBe('what was there before');
});
