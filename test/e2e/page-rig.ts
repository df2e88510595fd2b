/** One browser and one served page for a file of tests; what a test opened is closed after it. */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ViewName } from '../../preload/contract.ts';
import { launchChromium } from '../tools/chromium.ts';
import { type BuiltPage, type How, type PlayedMain, servePage } from '../tools/played-page.ts';

type Opened = Awaited<ReturnType<BuiltPage['open']>>;

/** Call it once, at the top of the file. Returns what opens a view. */
export function pagesForTests(): (view: ViewName, main: PlayedMain, how: How) => Promise<Opened> {
  let browser: Browser;
  let built: BuiltPage;
  const open: Page[] = [];
  beforeAll(async () => {
    ({ browser } = await launchChromium());
    built = await servePage();
  });
  afterEach(async () => {
    for (const page of open.splice(0)) await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await built?.stop();
  });
  return async (view, main, how) => {
    const opened = await built.open(browser, view, main, how);
    open.push(opened.page);
    return opened;
  };
}
