import type { WatchedResource } from '../domain/alert.ts';
import { asFailure } from '../domain/failure.ts';
import type {
  Clock,
  ExpectedClientState,
  ListenerSecrets,
  Log,
  Random,
  Records,
  Subscriptions,
} from '../domain/ports.ts';
import { askedLifetimeMs } from '../domain/subscription.ts';
import type { GraphsList } from './graphs-list.ts';

/** Graph may validate our address until this long after a create began. */
const validationMs = 60_000;

/** Makes subscriptions, each with a secret of its own. */
export interface SubscriptionMaker {
  /** Resolves with false when there is no public address to subscribe with any more. */
  create(resource: WatchedResource): Promise<boolean>;
  /** What Graph may send before we know the id of what it has just made. */
  pending(): readonly ExpectedClientState[];
  validationExpected(): boolean;
}

/** @param world.isWide whether mail is subscribed to as a whole. */
export function createSubscriptionMaker(world: {
  account: string;
  subscriptions: Subscriptions;
  records: Records;
  list: Pick<GraphsList, 'doubt' | 'lookNow' | 'elsewhere'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
  random: Pick<Random, 'secret'>;
  sha256: (text: string) => string;
  isWide: (resource: WatchedResource) => boolean;
  publicUrl: () => string | null;
  secrets: () => ListenerSecrets;
}): SubscriptionMaker {
  const { account, subscriptions, records, list, clock, log } = world;
  const pending = new Map<WatchedResource, string>();
  const began = new Map<WatchedResource, Date>();

  async function create(resource: WatchedResource, afterConflict: boolean): Promise<boolean> {
    const publicUrl = world.publicUrl();
    if (publicUrl === null) return false;
    const { notificationPath, lifecyclePath } = world.secrets();
    const clientState = world.random.secret(32);
    const clientStateDigest = world.sha256(clientState);
    const what = { resource, ...(world.isWide(resource) ? ({ isWide: true } as const) : {}) };
    pending.set(resource, clientStateDigest);
    began.set(resource, clock.now());
    try {
      const created = await subscriptions.create({
        ...what,
        notificationUrl: `${publicUrl}/${notificationPath}`,
        lifecycleNotificationUrl: `${publicUrl}/${lifecyclePath}`,
        clientState,
        expiresAt: new Date(clock.now().getTime() + askedLifetimeMs),
      });
      records.saveSubscription({
        account,
        ...what,
        id: created.id,
        host: new URL(publicUrl).host,
        expiresAt: created.expiresAt,
        clientStateDigest,
        challenged: false,
      });
      log.info('subscription.created', { resource, expiresAt: created.expiresAt.toISOString() });
      return true;
    } catch (error) {
      if (asFailure(error).code !== 'graph-conflict') throw error;
      // One like it lives on, from a run that we do not remember: have all leftovers deleted, then create again.
      log.warn('subscription.conflict', { resource });
      list.doubt();
      if (afterConflict) throw error;
      await list.lookNow();
      if (list.elsewhere() > 0) throw error;
      return await create(resource, true);
    } finally {
      pending.delete(resource);
    }
  }

  return {
    create: (resource) => create(resource, false),
    pending: () => [...pending].map(([resource, digest]) => ({ account, resource, digest })),
    validationExpected: () => [...began.values()].some((at) => clock.now().getTime() - at.getTime() < validationMs),
  };
}
