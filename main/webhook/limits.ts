/** What the listener takes from strangers. Sizes in bytes unless they say otherwise. */
export const limits = {
  requestLine: 8 * 1024,
  /** Request line and headers together. */
  head: 16 * 1024,
  headerCount: 100,
  /** Graph's largest batch is not documented; ours stay far below this. */
  body: 1024 * 1024,
  jsonDepth: 16,
  items: 1000,
  /** Decoded characters. */
  validationToken: 2048,
  /** A refused request's body that is still read, so that its connection can serve the next request. */
  drained: 64 * 1024,
  sockets: 256,
  /** From a request's first byte to the end of its answer, milliseconds. */
  requestMs: 10_000,
  keepAliveMs: 75_000,
  requestsPerSecond: 100,
  requestBurst: 500,
} as const;

export interface Budget {
  /** True and one less left, or false. */
  take(): boolean;
}

/** A token bucket: `burst` at once, refilled at `perSecond`. `now` is in milliseconds and only moves forward. */
export function createBudget(perSecond: number, burst: number, now: () => number): Budget {
  let left = burst;
  let filledAt = now();
  return {
    take() {
      const at = now();
      left = Math.min(burst, left + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
