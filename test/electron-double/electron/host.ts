/** The one place that knows the desktop this app process runs on. Set once, before the product's main is imported. */
import type { Remote } from '../link.ts';
import type { AppStart, DesktopCalls } from '../wire.ts';

interface Host {
  desktop: Remote<DesktopCalls>;
  start: AppStart;
}
let current: Host | null = null;
let ready = false;

export function beginHost(host: Host): void {
  current = host;
}
export function host(): Host {
  if (current === null) throw new Error('The Electron double works only in a process that a desktop has started');
  return current;
}

export function isReady(): boolean {
  return ready;
}
export function setReady(): void {
  ready = true;
}
/** Electron's own rule for windows, trays and sessions. `what` is Electron's sentence, less its ending. */
export function needsReady(what: string): void {
  if (!ready) throw new Error(`${what} before app is ready`);
}

/** For calls whose answer nobody waits for. A desktop that is gone takes this process with it anyway. */
export function tell(call: Promise<unknown>): void {
  call.catch((error: Error) => {
    if (!error.message.endsWith('is gone')) throw error;
  });
}
