import { backoffMs } from '../domain/backoff.ts';
import type { Clock, Log, Random } from '../domain/ports.ts';

/** Taking another name costs every account its subscriptions, so it is not tried again soon if it did not help. */
const again = { baseMs: 10 * 60_000, capMs: 6 * 60 * 60_000 } as const;

/** Somebody else's notification this long ago proves nothing about an address that is lost since. */
const recentMs = 3 * 60_000;

/** What is done about lost notifications, for all accounts together: they share one public address. */
export interface PushRepair {
  /** Proven for this account. */
  lost(account: string): void;
  arrived(account: string): void;
  forget(account: string): void;
}

/**
 * If others are reached at our address, the address is not to blame: then only the one account subscribes anew.
 * Otherwise the tunnel takes another name. Each account gets its next try later than the one before, until a
 * notification arrives for it.
 */
export function createPushRepair(world: {
  clock: Clock;
  log: Log;
  random: Pick<Random, 'fraction'>;
  takeOtherName: () => void;
  subscribeAnew: (account: string) => void;
}): PushRepair {
  const { clock, log } = world;
  const tries = new Map<string, { readonly attempt: number; readonly notBefore: Date }>();
  const heard = new Map<string, Date>();
  let nameSince = clock.now();

  const othersAreReached = (account: string): boolean => {
    const recent = new Date(clock.now().getTime() - recentMs);
    return [...heard].some(([other, at]) => other !== account && at >= nameSince && at >= recent && !tries.has(other));
  };

  return {
    lost(account) {
      const now = clock.now();
      const before = tries.get(account);
      if (before !== undefined && now < before.notBefore) return;
      const attempt = (before?.attempt ?? 0) + 1;
      const notBefore = new Date(now.getTime() + backoffMs(attempt, world.random.fraction(), again));
      tries.set(account, { attempt, notBefore });
      const alone = othersAreReached(account);
      log.warn('push.repaired', { by: alone ? 'subscribing anew' : 'another name', attempt });
      if (alone) {
        world.subscribeAnew(account);
        return;
      }
      nameSince = now;
      world.takeOtherName();
    },
    arrived(account) {
      heard.set(account, clock.now());
      tries.delete(account);
    },
    forget(account) {
      heard.delete(account);
      tries.delete(account);
    },
  };
}
