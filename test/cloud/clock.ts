/** The cloud's clock. Everything that lasts (tokens, subscriptions, retries) is measured with it, so a test can move time. */
import type { CloudClock } from './types.ts';

export interface OwnedCloudClock extends CloudClock {
  /** Timers not yet due. */
  pending(): number;
  /** When the next one is due, in epoch milliseconds; null when none is, or nobody can tell. */
  nextDueMs(): number | null;
  /** Forgets every timer. */
  stop(): void;
}

/** The largest delay `setTimeout` takes, in milliseconds; longer ones are chained. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** Real milliseconds one timer's work may take while time is being moved. */
const WORK_LIMIT_MS = 30_000;

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => unknown;
}

/**
 * A clock that stands still until `advance`.
 *
 * `advance` runs what falls due in order, each at its own moment, and waits for the promise of a timer that returns
 * one before the next runs. Calls of `advance` queue up. A timer must not itself wait for `advance`.
 */
export function createManualClock(start: Date = new Date('2026-11-21T09:00:00Z')): OwnedCloudClock {
  let nowMs = start.getTime();
  let order = 0;
  let tail: Promise<void> = Promise.resolve();
  const timers = new Set<Timer>();

  function nextDue(limitMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs > limitMs) continue;
      if (!first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }

  async function move(ms: number): Promise<void> {
    const targetMs = nowMs + ms;
    const failures: unknown[] = [];
    for (let timer = nextDue(targetMs); timer; timer = nextDue(targetMs)) {
      timers.delete(timer);
      nowMs = Math.max(nowMs, timer.dueMs);
      try {
        await withinLimit(timer.run());
      } catch (error) {
        failures.push(error);
      }
      // What the timer started may set timers of its own: let it, before looking for the next one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    nowMs = targetMs;
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} timers of the cloud failed`);
  }

  return {
    mode: 'manual',
    now: () => new Date(nowMs),
    after(delayMs, run) {
      const timer: Timer = { dueMs: nowMs + Math.max(0, delayMs), order: order++, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      if (!(ms >= 0) || !Number.isFinite(ms)) {
        return Promise.reject(new RangeError(`The clock moves forward only, not by ${ms} ms`));
      }
      const moved = tail.then(() => move(ms));
      tail = moved.catch(() => {});
      return moved;
    },
    pending: () => timers.size,
    nextDueMs: () => nextDue(Number.POSITIVE_INFINITY)?.dueMs ?? null,
    stop: () => timers.clear(),
  };
}

/**
 * A clock that follows the machine. Its timers do not keep the process alive.
 *
 * @param onError told when a timer's work fails; without it the failure surfaces as an uncaught error.
 */
export function createRealClock(onError?: (error: unknown) => void): OwnedCloudClock {
  const cancels = new Set<() => void>();
  return {
    mode: 'real',
    now: () => new Date(),
    after(delayMs, run) {
      let leftMs = Math.max(0, delayMs);
      let handle: NodeJS.Timeout;
      const arm = () => {
        const stepMs = Math.min(leftMs, LONGEST_TIMEOUT_MS);
        leftMs -= stepMs;
        handle = setTimeout(leftMs > 0 ? arm : fire, stepMs);
        handle.unref();
      };
      const cancel = () => {
        clearTimeout(handle);
        cancels.delete(cancel);
      };
      const fire = async () => {
        cancels.delete(cancel);
        try {
          await (run as () => unknown)();
        } catch (error) {
          if (!onError) throw error;
          onError(error);
        }
      };
      cancels.add(cancel);
      arm();
      return cancel;
    },
    advance: () => Promise.reject(new Error('A real clock cannot be moved; start the cloud with a manual one')),
    pending: () => cancels.size,
    nextDueMs: () => null,
    stop() {
      for (const cancel of [...cancels]) cancel();
    },
  };
}

async function withinLimit(work: unknown): Promise<void> {
  if (!(work instanceof Promise)) return;
  let limit: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    limit = setTimeout(
      () => reject(new Error(`A timer of the cloud did not finish its work within ${WORK_LIMIT_MS} ms`)),
      WORK_LIMIT_MS,
    );
  });
  try {
    await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(limit);
  }
}
