/** What the app's process has under way, and when it has come to rest. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { nextDueMs, settleTurns } from '../electron-double/virtual-time.ts';
import type { AppRest } from './wire.ts';

/** Real milliseconds after which whoever asked hears that something goes on: it may be their own turn. */
const patienceMs = 20;

export interface UnderWay {
  count(): number;
  /** What goes on within something that is counted already is part of that. */
  counted<T>(work: () => Promise<T>): Promise<T>;
  /** Once nothing is under way any more, or soon after. */
  rest(): Promise<AppRest>;
  /** At once. */
  restNow(): Promise<AppRest>;
}

interface Whole {
  isOver: boolean;
  /** By itself, and not as a part of what it began in. */
  isCounted: boolean;
  readonly parts: Set<Whole>;
}

export function createUnderWay(): UnderWay {
  let count = 0;
  const waiters = new Set<() => void>();
  const within = new AsyncLocalStorage<Whole>();

  async function restNow(): Promise<AppRest> {
    // Twice: what the first turns let go on may begin something.
    for (let quiet = 0; quiet < 2 && count === 0; quiet += 1) await settleTurns();
    return { busy: count, dueMs: nextDueMs() };
  }
  const over = (): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(limit);
        waiters.delete(end);
        resolve();
      };
      const limit = setTimeout(end, patienceMs);
      waiters.add(end);
    });

  return {
    count: () => count,
    async counted(work) {
      const outer = within.getStore();
      const isPart = outer?.isOver === false;
      const whole: Whole = { isOver: false, isCounted: !isPart, parts: new Set() };
      if (isPart) outer.parts.add(whole);
      else count += 1;
      try {
        return await within.run(whole, work);
      } finally {
        whole.isOver = true;
        outer?.parts.delete(whole);
        // What nobody waited for within it goes on by itself.
        for (const part of whole.parts) {
          if (part.isOver) continue;
          if (isPart && !outer.isOver) outer.parts.add(part);
          else if (!part.isCounted) {
            part.isCounted = true;
            count += 1;
          }
        }
        if (whole.isCounted) count -= 1;
        if (count === 0) for (const end of [...waiters]) end();
      }
    },
    async rest() {
      await settleTurns();
      if (count > 0) await over();
      return await restNow();
    },
    restNow,
  };
}
