/** The desktop as a picture and as something to click: one Chromium page that draws panel, menu, toasts and frames. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import type { DesktopGesture, DrawnDesktop } from './drawn/state.ts';

const ADDRESS = 'https://desktop.electron-double.test/';
const FOLDER = join(import.meta.dirname, 'drawn');

/** Node calls its own type stripping experimental each time; once is known, and not the reader's business. */
function script(): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(readFileSync(join(FOLDER, 'desktop.ts'), 'utf8'));
  } finally {
    process.emitWarning = emitWarning;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface DrawnPage {
  readonly page: Page;
  /** Draws the state as it is when the page gets to it; resolves when drawn. */
  draw(): Promise<void>;
  screenshot(path?: string): Promise<Buffer>;
}

export async function openDrawnDesktop(
  browser: Browser,
  { size, scale, headed }: { readonly size: Size; readonly scale: number; readonly headed: boolean },
  currentState: () => DrawnDesktop,
  onGesture: (gesture: DesktopGesture) => void,
): Promise<DrawnPage> {
  const context = await browser.newContext(headed ? { viewport: null } : { viewport: size, deviceScaleFactor: scale });
  const files: Record<string, readonly [type: string, text: string]> = {
    '/': ['text/html', readFileSync(join(FOLDER, 'desktop.html'), 'utf8')],
    '/desktop.css': ['text/css', readFileSync(join(FOLDER, 'desktop.css'), 'utf8')],
    '/desktop.js': ['text/javascript', script()],
  };
  await context.route('**/*', async (route) => {
    const [contentType, body] = files[new URL(route.request().url()).pathname] ?? [];
    if (contentType === undefined || body === undefined) await route.abort();
    else await route.fulfill({ contentType: `${contentType}; charset=utf-8`, body });
  });
  const page = await context.newPage();
  await page.exposeFunction('desktopGesture', onGesture);
  await page.goto(ADDRESS);
  await page.waitForFunction(() => typeof window.drawDesktop === 'function');

  let drawing: Promise<void> | null = null;
  let again: Promise<void> | null = null;
  const drawNow = async () => {
    await page.evaluate(async (state) => {
      window.drawDesktop(state);
      await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
    }, currentState());
  };
  /** At most one drawing under way and one waiting: a burst of changes is drawn once. */
  const draw = (): Promise<void> => {
    if (drawing === null) {
      drawing = drawNow().finally(() => {
        drawing = null;
      });
      return drawing;
    }
    again ??= drawing
      .catch(() => {})
      .then(() => {
        again = null;
        return draw();
      });
    return again;
  };
  return {
    page,
    draw,
    screenshot: (path) => page.screenshot(path === undefined ? {} : { path }),
  };
}
