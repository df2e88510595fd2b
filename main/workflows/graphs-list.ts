import type { InTurn } from '../domain/in-turn.ts';
import type { Cancel, Clock, Log, Neighbours, Records, Subscriptions } from '../domain/ports.ts';
import { adoptSubscriptions } from './adopt-subscriptions.ts';

/** Graph's list is asked for at most this often because of what a notification says. */
const apartMs = 10_000;

/** Nobody says when a subscription is gone, so Graph is also asked without a reason: 72 requests a day. */
const everyMs = 20 * 60_000;

/** After that somebody else insists as well: then the click has had its chance. */
const insistMs = 30_000;

/** When to look at Graph's own list of subscriptions, and what the last look found. */
export interface GraphsList {
  /** False before the first look, and whenever there is a reason for another one. */
  isKnown(): boolean;
  /** One look for whoever asks at the same time, apart from creates. */
  look(): Promise<void>;
  /** The same for somebody who has the turn already. */
  lookNow(): Promise<void>;
  /** What we remember may be wrong: the next step begins with a look. */
  doubt(): void;
  /** Somebody says so who need not be right: `again` is called for a look soon, however often they say it. */
  doubtSoon(): void;
  /** How many subscriptions of another computer the last look has left alone. */
  elsewhere(): number;
  /** The next look leaves nobody else's, nor do those that follow until ours is in place: whoever looks meanwhile could be faster. */
  takeOver(): void;
  /** The person has said so, and it is not done yet. */
  isTakingOver(): boolean;
  /** What was taken over has been replaced: whoever had it may look now. Earlier they would take it back. */
  replaced(): void;
  stop(): void;
}

/**
 * @param world.inTurn a list read while a create is under way would take the newborn for a leftover.
 * @param world.again time for the look that was doubted.
 */
export function createGraphsList(world: {
  account: string;
  subscriptions: Subscriptions;
  records: Records;
  neighbours: Neighbours;
  clock: Clock;
  log: Log;
  host: () => string | null;
  inTurn: InTurn;
  again: () => void;
}): GraphsList {
  const { clock } = world;
  let known = false;
  /** Grows with each reason for another look: one that comes while a look is under way is not answered by that. */
  let doubts = 0;
  let elsewhere = 0;
  let takesOver = false;
  let tookOverAt: Date | null = null;
  let lookedAt = new Date(0);
  let looking: Promise<void> | null = null;
  let stopped = false;
  let cancelSoon: Cancel | null = null;
  let cancelRegular: Cancel = () => {};
  const takenFrom = new Set<string>();

  async function lookNow(): Promise<void> {
    const [doubtsBefore, tookOver] = [doubts, isTakingOver()];
    const found = await adoptSubscriptions({ ...world, host: world.host(), takesOver: tookOver });
    elsewhere = found.elsewhere;
    for (const url of found.takenFrom) takenFrom.add(url);
    if (tookOver) tookOverAt ??= clock.now();
    known = doubts === doubtsBefore;
    lookedAt = clock.now();
    planRegular();
  }
  function planRegular(): void {
    cancelRegular();
    if (stopped) return;
    cancelRegular = clock.after(everyMs, () => {
      // Without an address there is nothing to lose, and a new one is a reason of its own.
      if (world.host() === null) planRegular();
      else again();
    });
  }
  const isTakingOver = (): boolean =>
    takesOver && (tookOverAt === null || clock.now().getTime() - tookOverAt.getTime() < insistMs);
  function doubt(): void {
    known = false;
    doubts += 1;
  }
  function again(): void {
    doubt();
    world.again();
  }
  return {
    isKnown: () => known,
    look() {
      looking ??= world.inTurn(lookNow).finally(() => {
        looking = null;
      });
      return looking;
    },
    lookNow,
    doubt,
    doubtSoon() {
      // One that is planned already is not put off: whoever forges removals must not keep us from looking.
      if (cancelSoon !== null) return;
      const agoMs = clock.now().getTime() - lookedAt.getTime();
      if (agoMs >= apartMs) {
        again();
        return;
      }
      cancelSoon = clock.after(apartMs - Math.max(0, agoMs), () => {
        cancelSoon = null;
        again();
      });
    },
    elsewhere: () => elsewhere,
    takeOver() {
      takesOver = true;
      tookOverAt = null;
      doubt();
    },
    isTakingOver,
    replaced() {
      for (const url of takenFrom) void world.neighbours.tellTakenOver(url);
      takenFrom.clear();
      takesOver = false;
    },
    stop() {
      stopped = true;
      cancelSoon?.();
      cancelRegular();
    },
  };
}
