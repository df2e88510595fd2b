import type { WatchedResource } from '../domain/alert.ts';
import { asFailure } from '../domain/failure.ts';
import { lifecycleEvents } from '../domain/notification.ts';
import type { Log, Queue } from '../domain/ports.ts';

/** What one account does about what Graph says. */
export interface NotificationReceiver {
  changed(resource: WatchedResource): void;
  reauthorizationRequired(resource: WatchedResource): void;
  subscriptionRemoved(resource: WatchedResource): void;
  missed(resource: WatchedResource): void;
}

/**
 * Empties the durable queue into the accounts. An entry is done once what it says is remembered elsewhere: a challenge
 * as a mark on its subscription, a change by the delta link, which still lies before it. Never throws: what cannot be
 * remembered now stays in the queue for the next time.
 */
export function drainQueue(
  queue: Queue,
  receiverFor: (account: string) => NotificationReceiver | null,
  log: Log,
  onUnknown: (lifecycleEvent: string) => void,
): void {
  try {
    drain(queue, receiverFor, log, onUnknown);
  } catch (error) {
    log.error('queue.held', { code: asFailure(error).code });
  }
}

function drain(...[queue, receiverFor, log, onUnknown]: Parameters<typeof drainQueue>): void {
  for (let posts = queue.pending(100); posts.length > 0; posts = queue.pending(100)) {
    for (const post of posts) {
      for (const { account, resource } of post.changes) receiverFor(account)?.changed(resource);
      for (const { account, resource, lifecycleEvent } of post.lifecycle) {
        const receiver = receiverFor(account);
        const known = lifecycleEvents.find((name) => name === lifecycleEvent);
        log.info('lifecycle.received', { resource, lifecycleEvent: known ?? 'unknown', account: receiver !== null });
        if (known === undefined) {
          log.warn('lifecycle.unknown', { lifecycleEvent, action: 'ignored' });
          onUnknown(lifecycleEvent);
        } else receiver?.[known](resource);
      }
    }
    queue.done(posts.map((post) => post.id));
  }
}
