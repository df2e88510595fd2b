/** Opens the control panel: a page of its own beside the desktop, that nothing outside this process can reach. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import type { PanelRequest, PanelState } from './panel/state.ts';

const address = 'https://panel.demo.test/';
const folder = join(import.meta.dirname, 'panel');

export interface Panel {
  readonly page: Page;
  /** What the person's system prefers. */
  prefersDark(): Promise<boolean>;
  draw(state: PanelState): Promise<void>;
}

/** In CSS pixels, where there is no real window. */
const size = { width: 480, height: 860 };

export async function openPanel(
  browser: Browser,
  isHeaded: boolean,
  onPress: (request: PanelRequest) => void,
): Promise<Panel> {
  const context = await browser.newContext({ viewport: isHeaded ? null : size, colorScheme: null });
  const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/': ['text/html', readFileSync(join(folder, 'panel.html'), 'utf8')],
    '/panel.css': ['text/css', readFileSync(join(folder, 'panel.css'), 'utf8')],
    '/panel.js': ['text/javascript', withoutTypes(join(folder, 'panel.ts'))],
  };
  await context.route('**/*', async (route) => {
    const [contentType, body] = files[new URL(route.request().url()).pathname] ?? [];
    if (contentType === undefined || body === undefined) await route.abort();
    else await route.fulfill({ contentType: `${contentType}; charset=utf-8`, body });
  });
  const page = await context.newPage();
  await page.exposeFunction('panelPressed', onPress);
  await page.goto(address);
  await page.waitForFunction(() => typeof window.drawPanel === 'function');
  return {
    page,
    prefersDark: () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches),
    draw: (state) => page.evaluate((next) => window.drawPanel(next), state),
  };
}

/** Node calls its own type stripping experimental each time; that is not the player's business. */
function withoutTypes(path: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(readFileSync(path, 'utf8'));
  } finally {
    process.emitWarning = emitWarning;
  }
}
