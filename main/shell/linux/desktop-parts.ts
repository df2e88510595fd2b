import type { Cancel, Clock, Log } from '../../domain/ports.ts';
import type { Lacks } from '../lacks.ts';
import { askToastService, askTray } from './desktop-services.ts';
import { watchPanel } from './panel-watch.ts';
import { createSessionBus } from './session-bus.ts';
import { createToastGate, openGate, type ToastGate } from './toast-gate.ts';

/** What of a desktop may be missing, and comes and goes: on Linux only; elsewhere both are part of the system. */
export interface DesktopParts {
  readonly gate: ToastGate;
  /**
   * Begins to look for the tray icon.
   *
   * @param makeAnew takes the icon away and makes it once more.
   */
  watchTray(makeAnew: () => void): Cancel;
}

/** Finds out for as long as it runs whether toasts and tray icon are there to be seen, and keeps `lacks` true. */
export function createDesktopParts(options: {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly lacks: Lacks;
  readonly clock: Clock;
  readonly log: Log;
}): DesktopParts {
  const { platform, env, pid, lacks, clock, log } = options;
  if (platform !== 'linux') return { gate: openGate, watchTray: () => () => {} };
  const bus = createSessionBus({ env });
  const gate = createToastGate({
    ask: () => askToastService(bus),
    found(isThere) {
      if (lacks.has('toasts') === isThere) log.info('toasts.standing', { isThere });
      lacks.set('toasts', !isThere);
    },
  });
  // Health says it before the first toast is due.
  void gate.check();
  return {
    gate,
    watchTray: (makeAnew) =>
      watchPanel({
        ask: () => askTray(bus, pid),
        also: () => gate.check(),
        makeAnew,
        found: (isShown) => lacks.set('tray', !isShown),
        clock,
        log,
      }).stop,
  };
}
