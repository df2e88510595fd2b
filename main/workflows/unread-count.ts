import { backoffMs } from '../domain/backoff.ts';
import type { Clock, Log, Mail, Random } from '../domain/ports.ts';
import type { AccountSessions } from './account-sessions.ts';

/** Unread mail is counted with what changed; mail older than the delta's window changes without a word, so also this often. */
const countEveryMs = 15 * 60_000;

/** How many messages of the inbox are unread, as the server counts them. */
export interface UnreadCount {
  /** Null before the first count. */
  now(): number | null;
  /** Something changed, or may have: the next round counts. */
  due(): void;
  /**
   * Counts if it is due, or was not done for 15 minutes. Never rejects. Resolves with when to try again, in milliseconds
   * from now, or null: it was not due, it was counted, or only the person can help.
   */
  count(): Promise<number | null>;
  stop(): void;
}

/** @param world.retry how soon a count that failed is tried again, in milliseconds. */
export function createUnreadCount(world: {
  account: string;
  mail: Pick<Mail, 'unreadCount'>;
  sessions: AccountSessions;
  clock: Clock;
  random: Random;
  log: Log;
  retry: { readonly baseMs: number; readonly capMs: number };
}): UnreadCount {
  const { account, mail, sessions, clock, random, log, retry } = world;
  let unread: number | null = null;
  let isDue = true;
  let attempt = 0;
  let countedAtMs = 0;
  let stopped = false;
  return {
    now: () => unread,
    due() {
      isDue = true;
    },
    async count() {
      const nowMs = clock.now().getTime();
      // A clock that was set back must not put it off.
      if (!isDue && nowMs >= countedAtMs && nowMs - countedAtMs < countEveryMs) return null;
      try {
        isDue = false;
        unread = await mail.unreadCount();
        countedAtMs = nowMs;
        attempt = 0;
        return null;
      } catch (error) {
        isDue = true;
        if (stopped) return null;
        const failure = sessions.observe(account, error);
        log.warn('unread.not-counted', { code: failure.code });
        attempt += 1;
        if (!sessions.mayCallGraph(account)) return null;
        return backoffMs(attempt, random.fraction(), retry, failure.details.retryAfterMs ?? 0);
      }
    },
    stop() {
      stopped = true;
    },
  };
}
