/** At most `slots` pieces of work at once; the rest wait in order. */
export interface Limiter {
  /** Rejects with whatever `work` rejects with, or with the reason given to `stop`. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Turns away everyone who waits or comes later. What runs already goes on. */
  stop(reason: Error): void;
}

/** @param slots above zero. */
export function createLimiter(slots: number): Limiter {
  let free = slots;
  let stopped: Error | null = null;
  const waiting: { enter: () => void; refuse: (reason: Error) => void }[] = [];

  function take(): Promise<void> {
    if (stopped !== null) return Promise.reject(stopped);
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((enter, refuse) => waiting.push({ enter, refuse }));
  }
  // The slot goes straight to the next in line: nobody can slip in between.
  function give(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next.enter();
  }

  return {
    async run(work) {
      await take();
      try {
        return await work();
      } finally {
        give();
      }
    },
    stop(reason) {
      stopped = reason;
      for (const { refuse } of waiting.splice(0)) refuse(reason);
    },
  };
}
