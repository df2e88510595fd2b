import type { WatchedResource } from '../domain/alert.ts';
import type { Clock, Log, Records, SubscriptionRecord, Subscriptions } from '../domain/ports.ts';
import { askedLifetimeMs, type SubscriptionStep } from '../domain/subscription.ts';
import type { Watched } from './watched-subscription.ts';

/** Does what `decide` has decided; rejects with the Failure of whoever was asked. */
export type TakeStep = (
  resource: WatchedResource,
  watched: Pick<Watched, 'lastAnswer'>,
  step: Exclude<SubscriptionStep, { do: 'wait' }>,
) => Promise<void>;

/**
 * @param world.create resolves with false when there is no public address to subscribe with any more.
 * @param world.resync every success ends with a look at what was missed.
 */
export function createTakeStep(world: {
  subscriptions: Pick<Subscriptions, 'remove' | 'renew' | 'reauthorize'>;
  records: Pick<Records, 'saveSubscription' | 'removeSubscription'>;
  recordOf: (resource: WatchedResource) => SubscriptionRecord | null;
  create: (resource: WatchedResource) => Promise<boolean>;
  clock: Pick<Clock, 'now'>;
  log: Log;
  resync: (resource: WatchedResource, why: string) => void;
}): TakeStep {
  const { subscriptions, records, recordOf, clock, log, resync } = world;

  /** Keeps what is known of a subscription, unless it was taken back while Graph was being asked. */
  function keep(resource: WatchedResource, id: string, change: Partial<SubscriptionRecord>): void {
    const record = recordOf(resource);
    if (record?.id === id) records.saveSubscription({ ...record, ...change });
  }

  return async (resource, watched, step) => {
    const record = recordOf(resource);
    switch (step.do) {
      case 'create':
        if (!(await world.create(resource))) return;
        watched.lastAnswer = { kind: 'renew', at: clock.now() };
        return resync(resource, 'subscribed');
      case 'remove':
        await subscriptions.remove(step.id);
        records.removeSubscription(step.id);
        log.info('subscription.removed', { resource, why: step.why });
        return;
      case 'absorb':
        if (record !== null) records.saveSubscription({ ...record, challenged: false });
        log.info('challenge.absorbed', { resource });
        // Not answered twice, but looked into: the reason for it may be newer than our answer.
        return resync(resource, 'absorbed');
      case 'reauthorize':
        await subscriptions.reauthorize(step.id);
        keep(resource, step.id, { challenged: false });
        watched.lastAnswer = { kind: 'reauthorize', at: clock.now() };
        log.info('subscription.reauthorized', { resource });
        return resync(resource, 'reauthorized');
      case 'renew': {
        const renewed = await subscriptions.renew(step.id, new Date(clock.now().getTime() + askedLifetimeMs));
        keep(resource, step.id, { expiresAt: renewed.expiresAt, challenged: false });
        watched.lastAnswer = { kind: 'renew', at: clock.now() };
        log.info('subscription.renewed', { resource, expiresAt: renewed.expiresAt.toISOString() });
        return resync(resource, 'renewed');
      }
    }
  };
}
