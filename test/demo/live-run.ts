/** Runs the live demo in a terminal: real windows, one line per event, a clean end. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { honestly } from './auto.ts';
import { type LiveDemo, openLiveDemo } from './live.ts';
import { terminalPrinter } from './printer.ts';

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Real milliseconds that the end may take before this process goes anyway. */
const endLimitMs = 10_000;
const panelWidth = 500;

/** Resolves with the exit status when the person has had enough. */
export async function runLiveDemo(): Promise<number> {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const out = terminalPrinter(timeZone);
  const enough = Promise.withResolvers<string>();
  // npm passes Ctrl-C on, so it may come twice: the second one must not cut the end short.
  for (const signal of signals) process.on(signal, () => enough.resolve('Ending.'));

  out.plain(`Real: ${honestly.double.real}\nPlayed: ${honestly.double.played}`);
  out.plain('A desktop and a control panel open now. Ctrl-C, or closing one of them, ends everything.\n');
  const opening = openLiveDemo({ start: new Date(), headed: true }, out, timeZone);
  const first = await Promise.race([opening, enough.promise]);
  const demo = typeof first === 'string' ? await opening : first;
  if (typeof first !== 'string') {
    await placeWindows(demo);
    void demo.closed.then(enough.resolve);
  }
  out.plain(`\n${await enough.promise}`);
  const limit = delay(endLimitMs, 'late' as const, { ref: false });
  const end = await Promise.race([demo.stop().then(() => 'clean' as const), limit]);
  if (end === 'clean') return 0;
  out.plain(`The end took longer than ${endLimitMs / 1000} s and was cut short.`);
  return 1;
}

/** The panel at the left edge, the desktop beside it; windows of the app and the browser over the desktop. */
export async function placeWindows({ world, panel }: LiveDemo): Promise<void> {
  const { desktop } = world.theatre.app;
  const screen = await panel.page.evaluate(() => ({
    left: 0,
    top: 0,
    width: window.screen.availWidth,
    height: window.screen.availHeight,
  }));
  const height = Math.min(screen.height, 1000);
  const wide = Math.max(640, Math.min(screen.width - panelWidth, 1500));
  await place(desktop.page, { left: panelWidth, top: 0, width: wide, height });
  await place(panel.page, { left: 0, top: 0, width: panelWidth, height });
  // Below the tray and left of the toasts; the browser a little lower than the app.
  const overDesktop = (more: number): Bounds => {
    const top = 130 + more;
    const bottom = Math.min(930, height - 20);
    return { left: panelWidth + 30 + more, top, width: Math.min(960, wide - 80), height: bottom - top };
  };
  const placed = new Set<Page>();
  desktop.onChange(() => {
    const page = desktop.window();
    if (page === null || placed.has(page)) return;
    placed.add(page);
    void place(page, overDesktop(0));
  });
  world.onSignInPage((page) => void place(page, overDesktop(40)));
}

async function place(page: Page, bounds: Bounds): Promise<void> {
  try {
    const cdp = await page.context().newCDPSession(page);
    const { windowId } = await cdp.send('Browser.getWindowForTarget');
    await cdp.send('Browser.setWindowBounds', { windowId, bounds });
    await cdp.detach();
  } catch {
    // Some window managers place windows themselves; the demo works wherever they are.
  }
}
