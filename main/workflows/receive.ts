import type { WatchedResource } from '../domain/alert.ts';
import { backoffMs } from '../domain/backoff.ts';
import { asFailure } from '../domain/failure.ts';
import { lifecycleEvents, type QueuedPost } from '../domain/notification.ts';
import type { Cancel, Clock, Log, Queue, Random } from '../domain/ports.ts';

/** Between two tries of what could not be remembered. */
const again = { baseMs: 5_000, capMs: 60_000 } as const;
/** A post that failed so often is set aside, so that nothing waits behind it for ever. */
const mostTries = 5;
const pageSize = 100;

/** What one account does about what Graph says. */
export interface NotificationReceiver {
  changed(resource: WatchedResource): void;
  reauthorizationRequired(resource: WatchedResource): void;
  subscriptionRemoved(resource: WatchedResource): void;
  missed(resource: WatchedResource): void;
}

export interface Receive {
  /** Never throws: what cannot be remembered now stays in the queue, and is tried again by itself. */
  drain(): void;
  stop(): void;
}

/**
 * Empties the durable queue into the accounts. An entry is done once what it says is remembered elsewhere: a challenge
 * as a mark on its subscription, a change by the delta link, which still lies before it.
 */
export function createReceive(world: {
  readonly queue: Queue;
  readonly receiverFor: (account: string) => NotificationReceiver | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onUnknown: (lifecycleEvent: string) => void;
}): Receive {
  const { queue, receiverFor, clock, random, log } = world;
  /** Failed tries of the posts that are still in the queue. */
  const tries = new Map<number, number>();
  let failedRounds = 0;
  let cancelRetry: Cancel | null = null;
  let stopped = false;

  function hand({ changes, lifecycle }: QueuedPost): void {
    for (const { account, resource } of changes) receiverFor(account)?.changed(resource);
    for (const { account, resource, lifecycleEvent } of lifecycle) {
      const receiver = receiverFor(account);
      const known = lifecycleEvents.find((name) => name === lifecycleEvent);
      log.info('lifecycle.received', { resource, lifecycleEvent: known ?? 'unknown', account: receiver !== null });
      if (known === undefined) {
        log.warn('lifecycle.unknown', { lifecycleEvent, action: 'ignored' });
        world.onUnknown(lifecycleEvent);
      } else receiver?.[known](resource);
    }
  }

  /** True when nothing of the post has to be kept any more. */
  function isDone(post: QueuedPost): boolean {
    try {
      hand(post);
      return true;
    } catch (error) {
      const tried = (tries.get(post.id) ?? 0) + 1;
      tries.set(post.id, tried);
      const fields = { code: asFailure(error).code, tried };
      if (tried < mostTries) {
        log.warn('queue.held', fields);
        return false;
      }
      log.error('queue.parked', fields);
      lookInstead(post);
      return true;
    }
  }

  /** Whatever it was about: reading the mailbox shows what has come of it. */
  function lookInstead({ changes, lifecycle }: QueuedPost): void {
    for (const { account, resource } of [...changes, ...lifecycle]) {
      try {
        receiverFor(account)?.missed(resource);
      } catch (error) {
        log.error('queue.look-failed', { code: asFailure(error).code });
      }
    }
  }

  function drainAll(): void {
    const held = new Set<number>();
    for (;;) {
      const found = queue.pending(pageSize + held.size).filter(({ id }) => !held.has(id));
      if (found.length === 0) break;
      const done: number[] = [];
      for (const post of found) {
        if (isDone(post)) done.push(post.id);
        else held.add(post.id);
      }
      queue.done(done);
      for (const id of done) tries.delete(id);
    }
    failedRounds = held.size === 0 ? 0 : failedRounds + 1;
  }

  function drain(): void {
    if (stopped) return;
    cancelRetry?.();
    cancelRetry = null;
    try {
      drainAll();
    } catch (error) {
      failedRounds += 1;
      log.error('queue.unreadable', { code: asFailure(error).code });
    }
    if (failedRounds > 0) cancelRetry = clock.after(backoffMs(failedRounds, random.fraction(), again), drain);
  }

  return {
    drain,
    stop() {
      stopped = true;
      cancelRetry?.();
    },
  };
}
