/** Every view in both themes, and in the colours of a system with high contrast, as a program for accessibility sees it. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchChromium } from '../tools/chromium.ts';
import { folders } from '../tools/look-lists.ts';
import { lookNow } from '../tools/look-states.ts';
import { type Look, looks } from '../tools/look-views.ts';
import { type BuiltPage, type How, servePage } from '../tools/played-page.ts';
import { ada, openDesk, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let browser: Browser;
let built: BuiltPage;
beforeAll(async () => {
  ({ browser } = await launchChromium());
  built = await servePage();
});
afterAll(async () => {
  await browser?.close();
  await built?.stop();
});

const usual = { width: 920, height: 680, now: lookNow };
const ways: readonly (readonly [string, How])[] = [
  ['light', { ...usual, scheme: 'light', forced: false }],
  ['dark', { ...usual, scheme: 'dark', forced: false }],
  ['narrow', { ...usual, width: 420, scheme: 'light', forced: false }],
  ['high contrast', { ...usual, scheme: 'dark', forced: true }],
];
const seen = [
  'today-all-good',
  'today-empty',
  'today-two-accounts',
  'today-blocked',
  'today-paused',
  'next',
  'next-empty',
  'health-two-accounts',
  'health-notices',
  'health-testing',
  'health-tested-broken',
  'sign-in-welcome',
  'sign-in-no-client-id',
  'sign-in-waiting',
  'sign-in-two-problems',
  'accounts',
  'settings',
  'settings-managed',
];
const named = (name: string): Look => {
  const look = looks.find((each) => each.name === name);
  if (look === undefined) throw new Error(`there is no look called ${name}`);
  return look;
};
const main = (look: Look) => ({ ...look, alerts: look.page.alerts, folders });

/** One of each view is enough where only the layout or the system's colours are another. */
const few = ['today-two-accounts', 'next', 'health-tested-broken', 'sign-in-no-client-id', 'accounts', 'settings'];

describe.each(ways)('%s', (way, how) => {
  test.each(way === 'light' || way === 'dark' ? seen : few)(
    '%s has no finding, minor ones included, and no complaint of the browser',
    async (name) => {
      const look = named(name);
      const { page, complaints } = await built.open(browser, look.view, main(look), how);
      // Under a system's own colours contrast is the system's.
      const axe = new AxeBuilder({ page }).setLegacyMode(true);
      const { violations } = await (how.forced ? axe.disableRules('color-contrast') : axe).analyze();
      expect(
        violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map(({ html }) => html.slice(0, 160)) })),
      ).toEqual([]);
      expect(complaints).toEqual([]);
      // Nothing is wider than its window.
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await page.close();
    },
  );
});

describe('menus and dialogs', () => {
  test.each([
    ['today-menu', '[role=menu]', ['j', '.']],
    ['today-snooze', '[role=menu]', ['s']],
    ['today-help', '[role=dialog]', ['?']],
  ] as const)('%s has no finding, takes the focus and gives it back at Esc', async (name, popup, keys) => {
    const look = named(name);
    const { page, complaints } = await built.open(browser, look.view, main(look), {
      ...usual,
      scheme: 'light',
      forced: false,
    });
    await page.locator('.alert-main').first().focus();
    for (const key of keys) await page.keyboard.press(key);
    await page.locator(popup).waitFor();
    await page.clock.runFor(500);
    // A menu lies beside the landmarks of the page, as every menu does.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).disableRules('region').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))])).toEqual([]);
    expect(await page.evaluate((at) => document.activeElement?.closest(at) !== null, popup)).toBe(true);
    await page.keyboard.press('Escape');
    await page.clock.runFor(500);
    await page.locator(popup).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.closest('.alert-place') !== null)).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

test('the app itself, on its desktop: no view of a first start and a sign-in has a finding', async () => {
  const desk = await openDesk();
  try {
    await desk.startApp();
    const page = await desk.windowPage();
    const found: unknown[] = [];
    const look = async (heading: string, key?: string): Promise<void> => {
      if (key !== undefined) await page.keyboard.press(key);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      for (const { id, nodes } of violations) found.push([heading, id, nodes.map(({ html }) => html.slice(0, 160))]);
    };
    await look('Welcome');
    await desk.signInFromTray();
    desk.cloud.graph.mailbox(ada).deliver({ subject: 'Lunch?', from: 'Lin Poe <lin@contoso.example>' });
    await desk.settle();
    await page.getByText('Lunch?').waitFor();
    await look('Today');
    await look('Next', '2');
    await look('Health', '3');
    await look('Accounts', '4');
    await look('Settings', '5');
    expect(found).toEqual([]);
  } finally {
    await desk.stop();
  }
});
