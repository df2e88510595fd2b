/**
 * The timers of all that Tidings promises; whoever guards a socket or a program uses the platform's. Tests that move time
 * replace the import below and the global `Date`, nothing else.
 */
import { clearTimeout, setTimeout } from 'node:timers';
import type { Cancel, MachineClock } from '../domain/ports.ts';

export interface SystemClock extends MachineClock {
  /** Forgets every timer and listener; nothing runs afterwards. */
  stop(): void;
}

/** The machine's own timer is never set for longer, so that a leap of the wall clock is noticed within this time. */
const LONGEST_SLEEP_MS = 60_000;
/** Beyond this difference between planned and passed time it was a leap, not a busy machine. */
const JUMP_MS = 90_000;

interface Deadline {
  readonly delayMs: number;
  readonly order: number;
  readonly run: () => unknown;
  dueMs: number;
}

/**
 * The wall clock and timers that follow it, also through sleep and clock changes.
 *
 * A deadline is an instant on the wall clock. After a leap forwards whatever is due runs in order, once the jump
 * listeners have been told; a leap backwards delays nothing by more than its own delay. All timers share one timer of
 * the machine, which does not keep the process alive and wakes it at most once a minute when nothing is due.
 *
 * @param options.onError told what a callback threw or rejected with; without it that surfaces as uncaught.
 */
export function createSystemClock(options: { readonly onError?: (error: unknown) => void } = {}): SystemClock {
  const deadlines: Deadline[] = [];
  const jumpListeners = new Set<(gapMs: number) => void>();
  let order = 0;
  let stopped = false;
  let sleep: { readonly timer: NodeJS.Timeout; readonly sinceMs: number; readonly plannedMs: number } | null = null;

  const surface =
    options.onError ??
    ((error: unknown) => {
      queueMicrotask(() => {
        throw error;
      });
    });

  function guarded(run: () => unknown): void {
    try {
      const result = run();
      if (result instanceof Promise) result.catch(surface);
    } catch (error) {
      surface(error);
    }
  }

  function insert(deadline: Deadline): void {
    let low = 0;
    let high = deadlines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = deadlines[middle];
      if (other !== undefined && isBefore(other, deadline)) low = middle + 1;
      else high = middle;
    }
    deadlines.splice(low, 0, deadline);
  }

  /** How far the wall clock stands from where the present sleep lets us expect it; 0 within the tolerance. */
  function leap(nowMs: number): number {
    if (sleep === null) return 0;
    const beyondMs = nowMs - (sleep.sinceMs + sleep.plannedMs);
    if (beyondMs > JUMP_MS) return beyondMs;
    const backMs = nowMs - sleep.sinceMs;
    return backMs < -JUMP_MS ? backMs : 0;
  }

  function arm(): void {
    if (stopped) return;
    const nowMs = Date.now();
    const first = deadlines[0];
    if (first === undefined && jumpListeners.size === 0) {
      if (sleep !== null) clearTimeout(sleep.timer);
      sleep = null;
      return;
    }
    const wantedMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, (first?.dueMs ?? Number.POSITIVE_INFINITY) - nowMs));
    if (sleep !== null) {
      const wakesMs = sleep.sinceMs + sleep.plannedMs;
      const unseenLeap = leap(nowMs) !== 0;
      // Asleep for the right time already. A sleep that is too short costs one wake-up, not worth re-arming.
      if (!unseenLeap && nowMs <= wakesMs && wakesMs <= nowMs + wantedMs) return;
      clearTimeout(sleep.timer);
      if (unseenLeap) {
        // Keep what was expected, so that the wake-up sees the leap and tells it.
        sleep = { ...sleep, timer: wakeIn(0) };
        return;
      }
    }
    sleep = { timer: wakeIn(wantedMs), sinceMs: nowMs, plannedMs: wantedMs };
  }

  function wakeIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => wake(true), ms).unref();
  }

  /** @param asPlanned true when the sleep is over: then having slept too little on the wall clock is a leap as well. */
  function wake(asPlanned: boolean): void {
    if (stopped) return;
    const nowMs = Date.now();
    let gapMs = leap(nowMs);
    if (sleep !== null) {
      const beyondMs = nowMs - (sleep.sinceMs + sleep.plannedMs);
      if (asPlanned && beyondMs < -JUMP_MS) gapMs = beyondMs;
      clearTimeout(sleep.timer);
      sleep = null;
    }
    catchDeadlinesUp(nowMs);
    if (gapMs !== 0) for (const listener of [...jumpListeners]) guarded(() => listener(gapMs));
    // Only what is due now: a callback that asks for 0 ms again and again must not hold the loop.
    const due = deadlines.filter((deadline) => deadline.dueMs <= nowMs);
    for (const deadline of due) if (remove(deadline)) guarded(deadline.run);
    arm();
  }

  /** After a leap backwards nothing waits longer than it was asked to. */
  function catchDeadlinesUp(nowMs: number): void {
    let moved = false;
    for (const deadline of deadlines) {
      if (deadline.dueMs - nowMs <= deadline.delayMs) continue;
      deadline.dueMs = nowMs + deadline.delayMs;
      moved = true;
    }
    if (moved) deadlines.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  function remove(deadline: Deadline): boolean {
    const index = deadlines.indexOf(deadline);
    if (index === -1) return false;
    deadlines.splice(index, 1);
    return true;
  }

  return {
    now: () => new Date(),
    after(delayMs, run): Cancel {
      if (Number.isNaN(delayMs)) throw new RangeError('A delay must be a number of milliseconds');
      if (stopped) return () => {};
      const waitMs = Math.max(0, delayMs);
      const deadline: Deadline = { delayMs: waitMs, order: order++, run, dueMs: Date.now() + waitMs };
      insert(deadline);
      arm();
      return () => {
        if (remove(deadline)) arm();
      };
    },
    onJump(listener): Cancel {
      if (stopped) return () => {};
      // Wrapped, so that the same function registered twice can be cancelled one by one.
      const own = (gapMs: number) => listener(gapMs);
      jumpListeners.add(own);
      arm();
      return () => {
        if (jumpListeners.delete(own)) arm();
      };
    },
    recheck: () => wake(false),
    stop() {
      stopped = true;
      deadlines.length = 0;
      jumpListeners.clear();
      if (sleep !== null) clearTimeout(sleep.timer);
      sleep = null;
    },
  };
}

const isBefore = (a: Deadline, b: Deadline): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
