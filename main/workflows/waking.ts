import type { Cancel, Log, MachineClock } from '../domain/ports.ts';

/** A leap this long says that the machine was away: timers and sockets may be dead. */
const wakeGapMs = 90_000;

/** Notices that the machine slept: the system says so, or the wall clock has leapt. */
export interface Waking {
  start(): void;
  stop(): void;
  suspended(): void;
  resumed(): void;
}

/** @param world.wake `since`: when the machine fell asleep, as far as that is known. */
export function createWaking(world: {
  clock: MachineClock;
  log: Log;
  wake: (since: Date | undefined) => void;
}): Waking {
  const { clock, log } = world;
  let sleptAt: Date | null = null;
  let waking = false;
  let stopWatching: Cancel = () => {};
  const wakeOnce = (since: Date | undefined): void => {
    sleptAt = null;
    world.wake(since);
  };
  return {
    start() {
      stopWatching = clock.onJump((gapMs) => {
        log.warn('clock.jumped', { gapMs });
        if (gapMs > wakeGapMs && !waking) wakeOnce(sleptAt ?? new Date(clock.now().getTime() - gapMs));
      });
    },
    stop: () => stopWatching(),
    suspended() {
      sleptAt = clock.now();
    },
    resumed() {
      waking = true;
      // First the words for the gap, because the clock then runs whatever has fallen due.
      wakeOnce(sleptAt ?? undefined);
      clock.recheck();
      waking = false;
    },
  };
}
