import type { Cancel, Clock, Log } from '../../domain/ports.ts';
import type { TrayStanding } from './desktop-services.ts';

/** An icon is registered some moments after it was made, in milliseconds. */
const settleMs = 2_000;
/** Panels come late, crash and come back; looking more often would wake an idle machine. */
const everyMs = 60_000;

export interface PanelWatch {
  /** Looks now; resolves when what was found is told. */
  look(): Promise<void>;
  stop(): void;
}

/**
 * Knows whether the person can see our icon on a Linux panel, which Electron tells nobody: asks once the icon had time
 * to be registered, then every minute. An icon that a panel does not know of, because it came later or began anew, is
 * made once more.
 *
 * @param options.also asked at the same times: what else of the desktop comes and goes.
 */
export function watchPanel(options: {
  readonly ask: () => Promise<TrayStanding>;
  readonly also: () => Promise<void>;
  readonly makeAnew: () => void;
  readonly found: (isShown: boolean) => void;
  readonly clock: Clock;
  readonly log: Log;
}): PanelWatch {
  const { ask, also, makeAnew, found, clock, log } = options;
  let cancel: Cancel = () => {};
  let stopped = false;
  let seen: TrayStanding = 'unknown';
  /** Made anew since it was last seen: doing it again and again would help nobody. */
  let triedAnew = false;

  async function look(): Promise<void> {
    cancel();
    const [standing] = await Promise.all([ask(), also()]);
    if (stopped) return;
    if (standing !== seen) log.info('tray.standing', { from: seen, to: standing });
    seen = standing;
    cancel = clock.after(judge(standing), () => void look());
  }

  /** Returns when to look again. */
  function judge(standing: TrayStanding): number {
    if (standing !== 'notRegistered') {
      triedAnew = false;
      found(standing !== 'noHost');
      return everyMs;
    }
    if (triedAnew) {
      found(false);
      return everyMs;
    }
    triedAnew = true;
    makeAnew();
    return settleMs;
  }

  cancel = clock.after(settleMs, () => void look());
  return {
    look,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
