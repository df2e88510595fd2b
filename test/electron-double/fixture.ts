/** For the double's own tests: the small apps under fixture/, launched as the product is. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { AppRun, Desktop, LaunchOptions } from './desktop.ts';

export const FIXTURE = join(import.meta.dirname, 'fixture', 'app', 'main.ts');
export const HANGING = join(import.meta.dirname, 'fixture', 'hanging', 'main.js');
export const WRONG = join(import.meta.dirname, 'fixture', 'wrong', 'main.js');

/** What the fixture's preload puts on `window`. */
interface FixtureApi {
  readonly forbidden: string;
  ask(channel: string, ...args: unknown[]): Promise<unknown>;
}
declare global {
  interface Window {
    readonly fixture: FixtureApi;
    inlineRan?: boolean;
  }
}

/** Launches the fixture and waits until its window has its first answer. */
export async function launchFixture(
  desktop: Desktop,
  options: Partial<LaunchOptions> = {},
): Promise<{ readonly run: AppRun; readonly page: Page }> {
  const run = await desktop.launch({ main: FIXTURE, ...options });
  const page = await desktop.waitForWindow();
  await page.locator('#answer', { hasText: 'true' }).waitFor({ timeout: 10_000 });
  return { run, page };
}

export function ask(page: Page, channel: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(([name, rest]) => window.fixture.ask(name, ...rest), [channel, args] as const);
}

/** Waits until the fixture's page was told something, and answers everything it was told so far. */
export async function told(page: Page, text: string): Promise<string[]> {
  await page.locator('#told li', { hasText: text }).first().waitFor({ timeout: 5_000 });
  return await page.locator('#told li').allTextContents();
}
