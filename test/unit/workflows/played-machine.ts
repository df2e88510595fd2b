/** A machine's timers apart from its wall clock: asleep, only the wall clock moves. For `vi.mock('node:timers', …)`. */
export function createPlayedMachine() {
  let elapsedMs = 0;
  let next = 1;
  const armed = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  return {
    timers: {
      setTimeout(run: () => void, ms: number) {
        const id = next++;
        armed.set(id, { atMs: elapsedMs + Math.max(1, ms), run });
        const timer = { id, unref: () => timer };
        return timer;
      },
      clearTimeout: (timer: { id: number }) => armed.delete(timer.id),
    },
    /** Lets time pass: timers fire in order, `moveWall` follows. */
    pass(ms: number, moveWall: (ms: number) => void): void {
      const endMs = elapsedMs + ms;
      for (;;) {
        const first = [...armed].filter(([, t]) => t.atMs <= endMs).sort((a, b) => a[1].atMs - b[1].atMs)[0];
        if (first === undefined) break;
        const [id, timer] = first;
        armed.delete(id);
        moveWall(timer.atMs - elapsedMs);
        elapsedMs = timer.atMs;
        timer.run();
      }
      moveWall(endMs - elapsedMs);
      elapsedMs = endMs;
    },
  };
}
