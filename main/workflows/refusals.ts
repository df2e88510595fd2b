import type { Cancel, Clock, Log } from '../domain/ports.ts';

/** Of each kind this many are told one by one in this time; the rest is summed up. */
const told = { each: 5, perMs: 60_000 } as const;

export interface Refusals {
  /** Somebody was refused; `why` is one of a few fixed words. */
  count(why: string): void;
  stop(): void;
}

/** What the listener refuses, in the log. Anyone can have it refuse a thousand a second: that must not push out the rest. */
export function createRefusals(clock: Clock, log: Log): Refusals {
  const counts = new Map<string, number>();
  let cancel: Cancel | null = null;

  function sumUp(): void {
    cancel = null;
    for (const [why, count] of counts) {
      if (count > told.each) log.info('request.refused', { why, more: count - told.each });
    }
    counts.clear();
  }
  return {
    count(why) {
      const count = (counts.get(why) ?? 0) + 1;
      counts.set(why, count);
      if (count <= told.each) log.info('request.refused', { why });
      cancel ??= clock.after(told.perMs, sumUp);
    },
    stop() {
      cancel?.();
      sumUp();
    },
  };
}
