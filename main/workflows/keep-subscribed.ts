import { type WatchedResource, watchedResources } from '../domain/alert.ts';
import { backoffMs } from '../domain/backoff.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import { createTurns } from '../domain/in-turn.ts';
import type {
  Clock,
  ExpectedClientState,
  ListenerSecrets,
  Log,
  Neighbours,
  Random,
  Records,
  SubscriptionRecord,
  Subscriptions,
} from '../domain/ports.ts';
import { decide } from '../domain/subscription.ts';
import type { AccountSessions } from './account-sessions.ts';
import { createSubscriptionMaker } from './create-subscription.ts';
import { createGraphsList } from './graphs-list.ts';
import type { HealthBoard } from './health-board.ts';
import { createSubscriptionHealth } from './subscription-health.ts';
import { createTakeStep } from './take-step.ts';
import { newlyWatched, refusalText, type Watched } from './watched-subscription.ts';

const retry = { baseMs: 5_000, capMs: 5 * 60_000 };
/** Withdrawn permission or an exhausted quota: somebody has to act elsewhere, so there is no hurry. */
const forbiddenRetryMs = 15 * 60_000;
/** Between two looks whether the other computer still is there. */
const elsewhereRetryMs = 5 * 60_000;

export interface KeepSubscribed {
  /** Looks at the facts again; cheap. */
  reconcile(): void;
  challenged(resource: WatchedResource): void;
  /** Graph removed it. */
  removed(resource: WatchedResource): void;
  /** Something came that Graph never told of: does it still have our subscriptions? */
  doubted(): void;
  /** Live and pending ones, for the listener. */
  expected(): readonly ExpectedClientState[];
  validationExpected(): boolean;
  live(): readonly SubscriptionRecord[];
  /** Both subscriptions live, at the address that is ours now. */
  complete(): boolean;
  /**
   * Our name is lost: take back everything that points to it, whether or not Graph can be asked right now. Resolves with
   * how many Graph could not be told of.
   */
  deleteAll(): Promise<number>;
  /** A click or a wake: forget that the last try failed. */
  retryNow(): void;
  /** Another computer is told in place of this one. */
  isElsewhere(): boolean;
  /** The person wants to be told at once here: what another computer has goes. */
  takeOver(): void;
  stop(): void;
}

/**
 * Keeps one account's subscriptions at Graph alive, at the address that is ours: created, renewed after half of their
 * life, answered when challenged, made anew when gone. Nothing happens before the first `reconcile()`. Failures are shown
 * and tried again, 5 s later at first and 5 minutes at the most.
 */
export function createKeepSubscribed(world: {
  account: string;
  subscriptions: Subscriptions;
  records: Records;
  sessions: AccountSessions;
  clock: Clock;
  log: Log;
  random: Random;
  board: HealthBoard;
  neighbours: Neighbours;
  sha256: (text: string) => string;
  /** False without a tunnel: then polling is all there is, by choice. */
  wanted: boolean;
  /** More folders than the inbox are watched: then mail is subscribed to as a whole. */
  isWide?: () => boolean;
  publicUrl: () => string | null;
  secrets: () => ListenerSecrets;
  /** Every success ends with a look at what was missed. */
  resync: (resource: WatchedResource, why: string) => void;
  /** Graph could not reach us: somebody should look at the tunnel. */
  addressDoubted: () => void;
  changed: () => void;
}): KeepSubscribed {
  const { account, subscriptions, records, sessions, clock, log, random } = world;
  const watched = new Map<WatchedResource, Watched>(watchedResources.map((resource) => [resource, newlyWatched()]));
  let hadHost = false;
  let stopped = false;
  const health = createSubscriptionHealth(world);

  const live = (): readonly SubscriptionRecord[] => records.subscriptions().filter((r) => r.account === account);
  const recordOf = (resource: WatchedResource): SubscriptionRecord | null =>
    live().find((r) => r.resource === resource) ?? null;
  const isWide = (resource: WatchedResource): boolean => resource === 'mail' && world.isWide?.() === true;
  const host = (): string | null => {
    const url = world.publicUrl();
    return url === null ? null : new URL(url).host;
  };

  const inTurn = createTurns();
  const list = createGraphsList({ ...world, host, inTurn, again: () => pumpAll() });
  const maker = createSubscriptionMaker({ ...world, list, isWide });
  const take = createTakeStep({ ...world, recordOf, create: (resource) => inTurn(() => maker.create(resource)) });

  /** Follows `decide` until it waits. Never rejects: a disk that refuses even that is asked again later. */
  function pump(resource: WatchedResource): void {
    follow(resource).catch((error: unknown) => {
      log.error('subscription.unexpected', { resource, code: asFailure(error).code });
      const w = watched.get(resource);
      if (w !== undefined) planPump(resource, w, retry.capMs);
    });
  }
  async function follow(resource: WatchedResource): Promise<void> {
    const w = watched.get(resource);
    if (w === undefined || stopped) return;
    if (w.running) {
      w.again = true;
      return;
    }
    w.running = true;
    w.cancelTimer();
    try {
      for (let steps = 0; steps < 10 && !stopped; steps += 1) {
        w.again = false;
        if (!list.isKnown() && sessions.mayCallGraph(account) && (w.retryAt === null || w.retryAt <= clock.now()))
          await lookAtList(w);
        const next = decide(
          { record: recordOf(resource), lastAnswer: w.lastAnswer, retryAt: w.retryAt },
          {
            now: clock.now(),
            mayCallGraph: sessions.mayCallGraph(account),
            publicHost: host(),
            isWide: isWide(resource),
          },
        );
        if (next.do === 'wait') {
          if (w.again) continue;
          if (next.until !== null) planPump(resource, w, next.until.getTime() - clock.now().getTime());
          return;
        }
        await take(resource, w, next);
        w.attempt = 0;
        w.refusal = null;
        w.retryAt = null;
        w.isElsewhere = false;
      }
      if (stopped) return;
      // Graph undoes what it has just done: no hurry to do it again.
      log.warn('subscription.restless', { resource });
      planPump(resource, w, retry.capMs);
    } catch (error) {
      fail(resource, w, asFailure(error));
    } finally {
      w.running = false;
      if (complete()) list.replaced();
      showHealth();
      world.changed();
    }
    if (w.again && !stopped) pump(resource);
  }

  async function lookAtList(w: Watched): Promise<void> {
    w.isListRefused = false;
    try {
      await list.look();
    } catch (error) {
      w.isListRefused = asFailure(error).code === 'graph-forbidden';
      throw error;
    }
  }
  /** Something tells that ours may be gone: no reason to sit out the rest after a refusal of before. */
  function doubt(): void {
    for (const w of watched.values()) if (w.isListRefused) w.retryAt = null;
    list.doubtSoon();
  }

  function planPump(resource: WatchedResource, w: Watched, delayMs: number): void {
    w.cancelTimer();
    if (!stopped) w.cancelTimer = clock.after(Math.max(0, delayMs), () => pump(resource));
  }

  function fail(resource: WatchedResource, w: Watched, failure: Failure): void {
    log.warn('subscription.failed', { resource, code: failure.code, requestId: failure.details.requestId ?? null });
    sessions.observe(account, failure);
    if (stopped) return;
    const record = recordOf(resource);
    if (failure.code === 'graph-not-found' && record !== null) {
      // Retrying can never succeed: the subscription is gone. Make a new one and read what was missed.
      records.removeSubscription(record.id);
      w.again = true;
      return;
    }
    if (failure.code === 'graph-validation-failed') world.addressDoubted();
    w.isElsewhere = failure.code === 'graph-conflict' && list.elsewhere() > 0;
    if (w.isElsewhere && list.isTakingOver()) {
      // The click came while this was under way.
      w.isElsewhere = false;
      w.again = true;
      return;
    }
    if (w.isElsewhere) {
      log.info('subscription.elsewhere', { resource });
      w.attempt = 0;
      w.retryAt = new Date(clock.now().getTime() + elsewhereRetryMs);
      planPump(resource, w, elsewhereRetryMs);
      return;
    }
    w.attempt += 1;
    const atLeastMs = failure.code === 'graph-forbidden' ? forbiddenRetryMs : (failure.details.retryAfterMs ?? 0);
    const delayMs = backoffMs(w.attempt, random.fraction(), retry, atLeastMs);
    w.patient = atLeastMs > 0;
    w.retryAt = new Date(clock.now().getTime() + delayMs);
    w.refusal = refusalText(failure, w.retryAt);
    planPump(resource, w, delayMs);
  }

  const complete = (): boolean => {
    const at = host();
    return at !== null && watchedResources.every((resource) => recordOf(resource)?.host === at);
  };
  const isElsewhere = (): boolean => [...watched.values()].some((w) => w.isElsewhere);
  const showHealth = (): void =>
    health.show({
      complete: complete() || !world.wanted,
      inTrouble: [...watched.values()].some((w) => w.attempt > 0),
      hasHost: host() !== null,
      refusal: [...watched.values()].find((w) => w.refusal !== null)?.refusal ?? null,
      isElsewhere: isElsewhere(),
    });

  const pumpAll = (): void => {
    for (const resource of watchedResources) pump(resource);
  };
  return {
    reconcile() {
      const hasHost = host() !== null;
      if (hasHost && !hadHost) {
        // We were just reached from outside, so the network is back: what failed without it need not wait.
        for (const w of watched.values()) if (!w.patient) w.retryAt = null;
      }
      hadHost = hasHost;
      pumpAll();
    },
    challenged(resource) {
      const record = recordOf(resource);
      if (record === null) return;
      records.saveSubscription({ ...record, challenged: true });
      pump(resource);
    },
    removed(resource) {
      // Not taken on trust (the tunnel could have made it up): Graph's own list decides, at most every few seconds.
      log.info('subscription.removal-told', { resource });
      doubt();
    },
    doubted: doubt,
    expected: () => [
      ...live().map((r) => ({ account, resource: r.resource, digest: r.clientStateDigest })),
      ...maker.pending(),
    ],
    validationExpected: maker.validationExpected,
    complete,
    live,
    deleteAll: () =>
      // After a create that is under way: what it makes has to go too.
      inTurn(async () => {
        const ids = live().map(({ id }) => id);
        const told = await Promise.allSettled(
          ids.map(async (id) => {
            if (!sessions.mayCallGraph(account)) throw new Error('only the person can help');
            await subscriptions.remove(id);
          }),
        );
        for (const id of ids) records.removeSubscription(id);
        list.doubt();
        return told.filter(({ status }) => status === 'rejected').length;
      }),
    retryNow() {
      for (const w of watched.values()) w.retryAt = null;
      pumpAll();
    },
    isElsewhere,
    takeOver() {
      list.takeOver();
      for (const w of watched.values()) w.retryAt = null;
      pumpAll();
    },
    stop() {
      stopped = true;
      health.stop();
      list.stop();
      for (const w of watched.values()) w.cancelTimer();
    },
  };
}
