import type { Cancel, Clock } from '../domain/ports.ts';

/** Neither Electron's main process nor Node is told of a changed network; looking more often would wake an idle machine. */
const lookEveryMs = 30_000;

/** Tells when the network comes or goes. Returns what ends it. */
export function watchOnline(isOnline: () => boolean, clock: Clock, changed: () => void): Cancel {
  let online = isOnline();
  let cancel: Cancel = () => {};
  const look = (): void => {
    cancel = clock.after(lookEveryMs, look);
    if (isOnline() === online) return;
    online = !online;
    changed();
  };
  cancel = clock.after(lookEveryMs, look);
  return () => cancel();
}
