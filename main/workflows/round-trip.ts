import { asFailure } from '../domain/failure.ts';
import type { Clock, ListenerSecrets, Log, NewSubscription, Random, Subscriptions } from '../domain/ports.ts';

/** Graph keeps no subscription for less; ours is taken back at once. */
const lifeMs = 45 * 60_000;
/** Whoever asks for a validation later than this is not answered, in milliseconds. */
const validationMs = 15_000;

/** Has Microsoft call this computer back, for real. */
export interface RoundTrip {
  /**
   * Resolves with whether our listener was asked while Graph created the subscription: Graph may take an address that
   * it has asked before. Rejects with a Failure, `graph-validation-failed` when Graph could not reach us.
   */
  run(publicUrl: string): Promise<{ readonly wasAsked: boolean }>;
  /** Asked by the listener for each validation request at one of our secret paths. */
  validationExpected(): boolean;
}

/**
 * A subscription that differs from ours in what it watches for, so that Graph does not refuse it as a double: made, which
 * has Graph call both of our addresses through the tunnel, and deleted at once. The address is a new one each time,
 * because Graph sends a query back as it is, and need not ask what it has asked before.
 *
 * @see https://learn.microsoft.com/graph/api/subscription-post-subscriptions
 */
export function createRoundTrip(world: {
  subscriptions: Subscriptions;
  secrets: () => ListenerSecrets;
  clock: Pick<Clock, 'now'>;
  random: Pick<Random, 'secret'>;
  log: Log;
  /** Graph got through to `publicUrl`, or said that it could not; also where nobody waits for the answer any more. */
  proven: (works: boolean, publicUrl: string) => void;
}): RoundTrip {
  const { subscriptions, clock, random, log } = world;
  let began: Date | null = null;
  let running: Promise<{ readonly wasAsked: boolean }> | null = null;
  let asked = 0;
  /** Of an earlier test, where taking it back has failed. */
  const leftovers = new Set<string>();

  async function takeBack(id: string): Promise<void> {
    leftovers.add(id);
    await subscriptions.remove(id).then(
      () => leftovers.delete(id),
      // Whatever it still sends is refused, and it ends by itself within the hour.
      (error: unknown) => log.warn('round-trip.left-behind', { code: asFailure(error).code }),
    );
  }

  function wanted(publicUrl: string): NewSubscription {
    const { notificationPath, lifecyclePath } = world.secrets();
    const test = random.secret(12);
    return {
      resource: 'calendar',
      changeType: 'deleted',
      notificationUrl: `${publicUrl}/${notificationPath}?test=${test}`,
      lifecycleNotificationUrl: `${publicUrl}/${lifecyclePath}?test=${test}`,
      // Nobody remembers it: a notification of it is refused like a stranger's.
      clientState: random.secret(32),
      expiresAt: new Date(clock.now().getTime() + lifeMs),
    };
  }

  async function create(publicUrl: string): Promise<string> {
    const request = wanted(publicUrl);
    try {
      return (await subscriptions.create(request)).id;
    } catch (error) {
      if (asFailure(error).code !== 'graph-conflict') throw error;
      // One like it lives on from a run that ended in the middle: Graph gives the path away that tells it from ours.
      for (const found of await subscriptions.list()) {
        if (/[?&]test=/.test(found.notificationUrl)) await subscriptions.remove(found.id);
      }
      return (await subscriptions.create(request)).id;
    }
  }

  async function once(publicUrl: string): Promise<{ readonly wasAsked: boolean }> {
    for (const id of [...leftovers]) await takeBack(id);
    began = clock.now();
    asked = 0;
    try {
      const id = await create(publicUrl);
      const wasAsked = asked > 0;
      if (wasAsked) world.proven(true, publicUrl);
      await takeBack(id);
      return { wasAsked };
    } catch (error) {
      if (asFailure(error).code === 'graph-validation-failed') world.proven(false, publicUrl);
      throw error;
    } finally {
      began = null;
    }
  }

  return {
    run(publicUrl) {
      // One that nobody waited for to its end is still one.
      running ??= once(publicUrl).finally(() => {
        running = null;
      });
      return running;
    },
    validationExpected() {
      if (began === null || clock.now().getTime() - began.getTime() >= validationMs) return false;
      asked += 1;
      return true;
    },
  };
}
