import type { Cancel, Clock } from '../domain/ports.ts';

/** Hints may be forged, so they must stay cheap: this many lead to a round at once in this time, the rest is coalesced. */
const budget = { hints: 4, perMs: 10_000 } as const;

export interface HintBudget {
  /** True while a hint may be followed at once; else `open` is called when the budget has room again, once for all. */
  book(): boolean;
  stop(): void;
}

/** @param open called once when a hint that had to wait may be followed. */
export function createHintBudget(clock: Clock, open: () => void): HintBudget {
  let recent: number[] = [];
  let cancel: Cancel | null = null;
  return {
    book() {
      const nowMs = clock.now().getTime();
      recent = recent.filter((at) => at > nowMs - budget.perMs && at <= nowMs);
      const [oldest] = recent;
      if (cancel === null && (oldest === undefined || recent.length < budget.hints)) {
        recent.push(nowMs);
        return true;
      }
      cancel ??= clock.after((oldest ?? nowMs) + budget.perMs - nowMs, () => {
        cancel = null;
        recent.push(clock.now().getTime());
        open();
      });
      return false;
    },
    stop: () => cancel?.(),
  };
}
