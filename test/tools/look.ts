/**
 * Takes a picture of every view in every state, light and dark, wide and narrow, from the real built page under its
 * real content security policy. For people who change the page:
 *
 *     node test/tools/look.ts FOLDER [part of a name]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { createAppFiles } from '../../main/shell/app-files.ts';
import { launchChromium } from './chromium.ts';
import { type Look, lookNow, looks } from './look-views.ts';

const [folder, part = ''] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say into which folder the pictures go.');

const origin = 'https://tidings.test';

async function open(browser: Browser, look: Look, files: ReturnType<typeof createAppFiles>, how: How): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: how.width, height: how.height },
    colorScheme: how.scheme,
    forcedColors: how.forced ? 'active' : 'none',
    timezoneId: 'Europe/Berlin',
  });
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${look.name}: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.error(`${look.name}: ${error.message}`));
  await page.clock.install({ time: lookNow });
  await page.route(`${origin}/**`, async (route) => {
    const response = await files({ url: route.request().url().replace(origin, 'app://tidings'), method: 'GET' });
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  await page.addInitScript(({ app, page: list }: Pick<Look, 'app' | 'page'>) => {
    const done = async () => ({ ok: true, value: null });
    const listen = () => () => {};
    Object.assign(window, {
      tidings: {
        getApp: async () => app,
        listAlerts: async () => list,
        openAlert: done,
        joinMeeting: done,
        signIn: done,
        addAccount: done,
        cancelSignIn: done,
        signOut: done,
        checkNow: done,
        openSettingsFolder: done,
        quit: async () => null,
        onAppChanged: listen,
        onAlertsChanged: listen,
        onShowView: listen,
      },
    });
  }, look);
  await page.goto(`${origin}/index.html#${look.view}`);
  await page.getByRole('tabpanel').waitFor({ timeout: 5_000 });
  if (look.press !== null) {
    if (look.refuses !== 'nothing') await page.evaluate(refuse, look.refuses);
    await page.getByRole('button', { name: look.press }).click();
    await page.getByRole('status').filter({ hasText: /./ }).last().waitFor({ timeout: 5_000 });
  }
  return page;
}

/** Runs in the page. */
function refuse(what: 'clipboard' | 'allCopying'): void {
  const denied = async (): Promise<void> => Promise.reject(new DOMException('denied', 'NotAllowedError'));
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: denied } });
  if (what === 'allCopying') document.execCommand = () => false;
}

interface How {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  readonly forced: boolean;
}
const wide = { width: 920, height: 680, forced: false };
const hows: readonly How[] = [
  { label: 'light', scheme: 'light', ...wide },
  { label: 'dark', scheme: 'dark', ...wide },
  { label: 'narrow', scheme: 'light', width: 420, height: 680, forced: false },
  { label: 'contrast', scheme: 'dark', ...wide, forced: true },
];

const outDir = await mkdtemp(join(tmpdir(), 'tidings-look-'));
const { browser } = await launchChromium();
try {
  const root = join(import.meta.dirname, '..', '..', 'renderer');
  await build({ root, logLevel: 'warn', plugins: [react()], build: { outDir, emptyOutDir: true } });
  const files = createAppFiles(outDir);
  for (const look of looks.filter(({ name }) => name.includes(part))) {
    for (const how of hows) {
      const page = await open(browser, look, files, how);
      await page.screenshot({ path: join(folder, `${look.name}-${how.label}.png`) });
      await page.close();
    }
  }
} finally {
  await browser.close();
  await rm(outDir, { recursive: true });
}
