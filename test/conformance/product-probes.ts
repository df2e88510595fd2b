/** Probes of the built product itself: its walls, its first window, its end. Nobody is signed in, nothing is asked of the net. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright';
import { expect } from 'playwright/test';
import { channels } from '../../main/shell/handlers.ts';
import type { RunningApp } from './driver.ts';
import type { Probe } from './probes.ts';

const product = (name: string, run: (page: Page, app: RunningApp) => Promise<void>): Probe => ({
  name: `Tidings ${name}`,
  isShared: false,
  async run(launch) {
    const app = await launch({ app: 'product' });
    const page = await app.page();
    await page.locator('main, [role=main]').first().waitFor({ timeout: 20_000 });
    await run(page, app);
  },
});

export const productProbes: readonly Probe[] = [
  product('opens its window when nobody is signed in, and has one function for each message', async (page) => {
    assert.equal(await page.title(), 'Tidings');
    const names = await page.evaluate(() => Object.keys((window as unknown as { tidings: object }).tidings));
    assert.equal(names.filter((name) => !name.startsWith('on')).length, channels.length);
  }),
  product('shows a page that has nothing of Node, runs nothing inline and reaches nobody', async (page) => {
    const seen = await page.evaluate(async () => {
      const inline = document.createElement('script');
      inline.textContent = 'window.inlineRan = true';
      document.head.append(inline);
      const reached = await fetch('https://contoso.example/').then(
        () => true,
        () => false,
      );
      return ['require', 'process', 'module', 'inlineRan']
        .filter((name) => name in window)
        .concat(reached ? 'reached' : []);
    });
    assert.deepEqual(seen, []);
  }),
  product('stays where it is, and opens no second window', async (page, app) => {
    await page.evaluate(() => void window.open('https://contoso.example/'));
    await expect.poll(() => app.windowCount()).toBe(1);
    await page.evaluate(() => void location.assign('https://contoso.example/'));
    await expect.poll(() => app.output()).toContain('navigation.refused');
    await expect.poll(() => page.title()).toBe('Tidings');
  }),
  product('answers a message with wrong arguments with nothing but a refusal', async (page) => {
    const message = await page.evaluate(() =>
      (window as unknown as { tidings: { openAlert(id: unknown): Promise<unknown> } }).tidings.openAlert({}).then(
        () => 'no error',
        (error: Error) => error.message,
      ),
    );
    assert.match(message, /bad arguments for alert:open/);
    assert.doesNotMatch(message, /\n\s+at |node:|\/main\//);
  }),
  product('lets a second start end by itself, and shows its window', async (_page, app) => {
    await app.closeWindow();
    await expect.poll(() => app.windowCount()).toBe(0);
    assert.equal(await app.startAgain([]), 0);
    await expect.poll(() => app.windowCount(), { timeout: 10_000 }).toBe(1);
  }),
];
