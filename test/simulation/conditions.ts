/** What is wrong with the world at this moment, and how long the app may take to get over what is not wrong any more. */
export type Trouble =
  | 'offline'
  | 'relayDown'
  | 'blackHole'
  | 'tunnelClosed'
  | 'nameStolen'
  | 'pushSwallowed'
  | 'nameGivenUp'
  | 'graphDown'
  | 'throttled'
  | 'identityDown'
  | 'signedOut'
  | 'tokenDied'
  | 'asleep'
  | 'notRunning'
  | 'clockSet'
  | 'subscriptionRemoved'
  | 'subscriptionForgotten'
  | 'deltaExpired';

const second = 1_000;
const minute = 60 * second;

/**
 * After its end, milliseconds. The goal is 60 s (30 s and 90 s for the tunnel); what stands above that is how long the
 * app cannot know: a probe comes once a minute and takes up to 25 s to be sure, Graph's own word (`Retry-After`) is
 * kept, and a subscription that Graph dropped without a word shows in the next change that was not announced.
 */
export const graceMs: Readonly<Record<Trouble, number>> = {
  offline: 120 * second,
  relayDown: 120 * second,
  blackHole: 120 * second,
  tunnelClosed: 120 * second,
  nameStolen: 180 * second,
  pushSwallowed: 0,
  nameGivenUp: 120 * second,
  graphDown: 120 * second,
  throttled: 120 * second,
  identityDown: 120 * second,
  signedOut: 60 * second,
  tokenDied: 60 * second,
  asleep: 90 * second,
  notRunning: 90 * second,
  clockSet: 120 * second,
  subscriptionRemoved: 60 * second,
  subscriptionForgotten: 15 * minute,
  deltaExpired: 60 * second,
};

export interface Conditions {
  /** Returns what ends it. */
  begin(trouble: Trouble): () => void;
  /** Came and is over; `extraMs` on top of its grace. */
  happened(trouble: Trouble, extraMs?: number): void;
  has(trouble: Trouble): boolean;
  /** Since when it has stood; null when it does not. */
  since(trouble: Trouble): number | null;
  active(): readonly Trouble[];
  /** Nothing is wrong, and everything that was is long enough ago. */
  calm(): boolean;
  /** The last one that ended. */
  lastEnded(): { readonly trouble: Trouble; readonly atMs: number } | null;
  /** When this one happened or ended last. */
  lastOf(trouble: Trouble): number | null;
  counts(): Readonly<Record<string, number>>;
}

export function createConditions(nowMs: () => number): Conditions {
  const standing = new Map<Trouble, { count: number; sinceMs: number }>();
  const ended = new Map<Trouble, number>();
  const counts: Record<string, number> = {};
  let calmFromMs = 0;
  let last: { trouble: Trouble; atMs: number } | null = null;

  function over(trouble: Trouble, extraMs = 0): void {
    last = { trouble, atMs: nowMs() };
    ended.set(trouble, nowMs());
    calmFromMs = Math.max(calmFromMs, nowMs() + graceMs[trouble] + extraMs);
  }
  const noted = (trouble: Trouble): void => {
    counts[trouble] = (counts[trouble] ?? 0) + 1;
  };
  return {
    begin(trouble) {
      noted(trouble);
      const now = standing.get(trouble) ?? { count: 0, sinceMs: nowMs() };
      standing.set(trouble, now);
      now.count += 1;
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        now.count -= 1;
        if (now.count > 0) return;
        standing.delete(trouble);
        over(trouble);
      };
    },
    happened(trouble, extraMs) {
      noted(trouble);
      over(trouble, extraMs);
    },
    has: (trouble) => standing.has(trouble),
    since: (trouble) => standing.get(trouble)?.sinceMs ?? null,
    active: () => [...standing.keys()],
    calm: () => standing.size === 0 && nowMs() >= calmFromMs,
    lastEnded: () => last,
    lastOf: (trouble) => (standing.has(trouble) ? nowMs() : (ended.get(trouble) ?? null)),
    counts: () => counts,
  };
}
