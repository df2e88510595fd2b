/**
 * Takes a picture of every view in every state, light and dark, wide, narrow and large, from the real built page under
 * its real content security policy. For people who change the page:
 *
 *     node test/tools/look.ts FOLDER [part of a name] [part of a way: light, dark, narrow, contrast, large, zoom]
 */
import { join } from 'node:path';
import type { Page } from 'playwright';
import { launchChromium } from './chromium.ts';
import { folders } from './look-lists.ts';
import { lookNow } from './look-states.ts';
import { type Look, looks } from './look-views.ts';
import { buildPage, type How } from './played-page.ts';

const [folder, part = '', way = ''] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say into which folder the pictures go.');

const usual = { width: 920, height: 680, forced: false };
const hows: readonly (How & { readonly label: string })[] = [
  { label: 'light', scheme: 'light', ...usual },
  { label: 'dark', scheme: 'dark', ...usual },
  { label: 'narrow', scheme: 'light', width: 360, height: 680, forced: false },
  { label: 'contrast', scheme: 'dark', ...usual, forced: true },
  { label: 'large', scheme: 'light', width: 1440, height: 900, forced: false },
  { label: 'zoom', scheme: 'light', ...usual, zoom: 2 },
];

async function arrange(page: Page, look: Look): Promise<void> {
  if (look.refuses !== 'nothing') await page.evaluate(refuse, look.refuses);
  for (const name of look.press) {
    if (name.startsWith('key:')) {
      await page.locator('.alert-main').first().waitFor({ timeout: 5_000 });
      if (name === look.press[0] && name !== 'key:?') await page.locator('.alert-main').first().focus();
      await page.keyboard.press(name.slice(4));
    } else if (name.startsWith('type:')) {
      await page.keyboard.type(name.slice(5));
    } else {
      await page.getByRole('button', { name }).first().click({ timeout: 5_000 });
    }
    await page.clock.runFor(300);
  }
  if (look.press.includes('Copy text')) {
    await page.getByRole('status').filter({ hasText: /./ }).last().waitFor({ timeout: 5_000 });
  }
  if (look.scroll > 0) await page.locator('#content').evaluate((place, to) => place.scrollTo(0, to), look.scroll);
  await page.evaluate(async () => {
    const ends = document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity);
    await Promise.all(ends.map(({ finished }) => finished));
  });
}

/** Runs in the page. */
function refuse(what: 'clipboard' | 'allCopying'): void {
  const denied = async (): Promise<void> => Promise.reject(new DOMException('denied', 'NotAllowedError'));
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: denied } });
  if (what === 'allCopying') document.execCommand = () => false;
}

const { browser } = await launchChromium();
const built = await buildPage();
try {
  for (const look of looks.filter(({ name }) => name.includes(part))) {
    for (const how of hows.filter(({ label }) => label.includes(way))) {
      const main = { ...look, alerts: look.page.alerts, folders };
      const { page, complaints } = await built.open(browser, look.view, main, { ...how, now: lookNow });
      await arrange(page, look).catch((error: Error) => complaints.push(error.message));
      await page.screenshot({ path: join(folder, `${look.name}-${how.label}.png`) });
      for (const complaint of complaints) console.error(`${look.name}-${how.label}: ${complaint}`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  await built.stop();
}
