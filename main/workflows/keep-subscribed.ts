import { type WatchedResource, watchedResources } from '../domain/alert.ts';
import { backoffMs } from '../domain/backoff.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import type {
  Cancel,
  Clock,
  ExpectedClientState,
  GraphSubscription,
  ListenerSecrets,
  Log,
  Random,
  Records,
  SubscriptionRecord,
  Subscriptions,
} from '../domain/ports.ts';
import { askedLifetimeMs, decide, type SubscriptionFacts, type SubscriptionStep } from '../domain/subscription.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { HealthBoard } from './health-board.ts';

/** A new subscription may take this long before the person is told that push is not there yet. */
const graceMs = 30_000;
/** Graph may validate our address until this long after a create began. */
const validationMs = 60_000;
/** Graph's list is asked for at most this often because of what a notification says. */
const verifyApartMs = 10_000;
const retry = { baseMs: 5_000, capMs: 5 * 60_000 };
/** Withdrawn permission or an exhausted quota: somebody has to act elsewhere, so there is no hurry. */
const forbiddenRetryMs = 15 * 60_000;

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
  /** Our name is lost: take back everything that points to it, whether or not Graph can be asked right now. */
  deleteAll(): Promise<void>;
  /** A click or a wake: forget that the last try failed. */
  retryNow(): void;
  stop(): void;
}

export function createKeepSubscribed(world: {
  account: string;
  subscriptions: Subscriptions;
  records: Records;
  sessions: AccountSessions;
  clock: Clock;
  log: Log;
  random: Random;
  board: HealthBoard;
  sha256: (text: string) => string;
  /** False without a tunnel: then polling is all there is, by choice. */
  wanted: boolean;
  publicUrl: () => string | null;
  secrets: () => ListenerSecrets;
  /** Every success ends with a look at what was missed. */
  resync: (resource: WatchedResource, why: string) => void;
  /** Graph could not reach us: somebody should look at the tunnel. */
  addressDoubted: () => void;
  changed: () => void;
}): KeepSubscribed {
  const { account, subscriptions, records, sessions, clock, log, random, board } = world;
  interface Watched {
    lastAnswer: SubscriptionFacts['lastAnswer'];
    retryAt: Date | null;
    attempt: number;
    pendingDigest: string | null;
    createBegan: Date | null;
    running: boolean;
    again: boolean;
    cancelTimer: Cancel;
  }
  const watched = new Map<WatchedResource, Watched>(
    watchedResources.map((resource) => [
      resource,
      {
        lastAnswer: null,
        retryAt: null,
        attempt: 0,
        pendingDigest: null,
        createBegan: null,
        running: false,
        again: false,
        cancelTimer: () => {},
      },
    ]),
  );
  let adopted = false;
  let adoptedAt = new Date(0);
  let adopting: Promise<void> | null = null;
  let cancelVerify: Cancel = () => {};
  let stopped = false;
  let cancelGrace: Cancel = () => {};
  let incompleteSince: Date | null = null;

  const recordOf = (resource: WatchedResource): SubscriptionRecord | null =>
    records.subscriptions().find((r) => r.account === account && r.resource === resource) ?? null;
  const host = (): string | null => {
    const url = world.publicUrl();
    return url === null ? null : new URL(url).host;
  };

  /** A list read while a create is under way would take the newborn for a leftover. */
  let tail: Promise<unknown> = Promise.resolve();
  function exclusive<T>(job: () => Promise<T>): Promise<T> {
    const result = tail.then(job);
    tail = result.catch(() => {});
    return result;
  }

  /** Once per start: what Graph has against what we remember. Leftovers go, changed expiries are taken over. */
  async function adopt(): Promise<void> {
    const listed = await subscriptions.list();
    for (const record of records.subscriptions().filter((r) => r.account === account)) {
      const found = listed.find((s) => s.id === record.id);
      if (found === undefined || !bothUrlsAt(found, record.host)) records.removeSubscription(record.id);
      else records.saveSubscription({ ...record, expiresAt: found.expiresAt });
    }
    const ours = new Set(records.subscriptions().map((r) => r.id));
    let leftovers = 0;
    for (const found of listed) {
      if (ours.has(found.id)) continue;
      await subscriptions.remove(found.id);
      leftovers += 1;
    }
    log.info('subscriptions.adopted', { adopted: ours.size, leftovers });
    adopted = true;
    adoptedAt = clock.now();
  }
  function verify(): void {
    adopted = false;
    pumpAll();
  }
  function verifySoon(): void {
    cancelVerify();
    if (clock.now().getTime() - adoptedAt.getTime() < verifyApartMs) cancelVerify = clock.after(verifyApartMs, verify);
    else verify();
  }
  /** One look at Graph's list for both resources, and, should somebody forge removals, not more than one in a while. */
  function adoptOnce(): Promise<void> {
    adopting ??= exclusive(adopt).finally(() => {
      adopting = null;
    });
    return adopting;
  }

  async function pump(resource: WatchedResource): Promise<void> {
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
        if (!adopted && sessions.mayCallGraph(account) && (w.retryAt === null || w.retryAt <= clock.now()))
          await adoptOnce();
        const step = decide(
          { record: recordOf(resource), lastAnswer: w.lastAnswer, retryAt: w.retryAt },
          { now: clock.now(), mayCallGraph: sessions.mayCallGraph(account), publicHost: host() },
        );
        if (step.do === 'wait') {
          if (step.until !== null) {
            const delayMs = Math.max(0, step.until.getTime() - clock.now().getTime());
            w.cancelTimer = clock.after(delayMs, () => void pump(resource));
          }
          if (w.again) continue;
          break;
        }
        await take(resource, w, step);
        w.attempt = 0;
        w.retryAt = null;
      }
    } catch (error) {
      fail(resource, w, asFailure(error));
    } finally {
      w.running = false;
      showHealth();
      world.changed();
    }
    if (w.again && !stopped) void pump(resource);
  }

  async function take(
    resource: WatchedResource,
    w: Watched,
    step: Exclude<SubscriptionStep, { do: 'wait' }>,
  ): Promise<void> {
    const record = recordOf(resource);
    switch (step.do) {
      case 'create':
        return await exclusive(() => create(resource, w));
      case 'remove':
        await subscriptions.remove(step.id);
        records.removeSubscription(step.id);
        log.info('subscription.removed', { resource, why: step.why });
        return;
      case 'absorb':
        if (record !== null) records.saveSubscription({ ...record, challenged: false });
        log.info('challenge.absorbed', { resource });
        return;
      case 'reauthorize':
        await subscriptions.reauthorize(step.id);
        if (record !== null) records.saveSubscription({ ...record, challenged: false });
        w.lastAnswer = { kind: 'reauthorize', at: clock.now() };
        log.info('subscription.reauthorized', { resource });
        return world.resync(resource, 'reauthorized');
      case 'renew': {
        const renewed = await subscriptions.renew(step.id, new Date(clock.now().getTime() + askedLifetimeMs));
        if (record !== null) records.saveSubscription({ ...record, expiresAt: renewed.expiresAt, challenged: false });
        w.lastAnswer = { kind: 'renew', at: clock.now() };
        log.info('subscription.renewed', { resource, expiresAt: renewed.expiresAt.toISOString() });
        return world.resync(resource, 'renewed');
      }
    }
  }

  async function create(resource: WatchedResource, w: Watched, afterConflict = false): Promise<void> {
    const publicUrl = world.publicUrl();
    if (publicUrl === null) return;
    const { notificationPath, lifecyclePath } = world.secrets();
    const clientState = random.secret(32);
    w.pendingDigest = world.sha256(clientState);
    w.createBegan = clock.now();
    try {
      const created = await subscriptions.create({
        resource,
        notificationUrl: `${publicUrl}/${notificationPath}`,
        lifecycleNotificationUrl: `${publicUrl}/${lifecyclePath}`,
        clientState,
        expiresAt: new Date(clock.now().getTime() + askedLifetimeMs),
      });
      records.saveSubscription({
        account,
        resource,
        id: created.id,
        host: new URL(publicUrl).host,
        expiresAt: created.expiresAt,
        clientStateDigest: w.pendingDigest,
        challenged: false,
      });
      w.lastAnswer = { kind: 'renew', at: clock.now() };
      log.info('subscription.created', { resource, expiresAt: created.expiresAt.toISOString() });
      world.resync(resource, 'subscribed');
    } catch (error) {
      if (asFailure(error).code !== 'graph-conflict') throw error;
      // One like it lives on, from a run that we do not remember: have all leftovers deleted, then create again.
      log.warn('subscription.conflict', { resource });
      adopted = false;
      if (afterConflict) throw error;
      await adopt();
      return await create(resource, w, true);
    } finally {
      w.pendingDigest = null;
    }
  }

  function fail(resource: WatchedResource, w: Watched, failure: Failure): void {
    log.warn('subscription.failed', { resource, code: failure.code, requestId: failure.details.requestId ?? null });
    sessions.observe(account, failure);
    if (failure.code === 'graph-not-found') {
      // Retrying can never succeed: the subscription is gone. Make a new one and read what was missed.
      const record = recordOf(resource);
      if (record !== null) records.removeSubscription(record.id);
      w.again = true;
      return;
    }
    if (failure.code === 'graph-validation-failed') world.addressDoubted();
    w.attempt += 1;
    const atLeastMs = failure.code === 'graph-forbidden' ? forbiddenRetryMs : (failure.details.retryAfterMs ?? 0);
    const delayMs = backoffMs(w.attempt, random.fraction(), retry, atLeastMs);
    w.retryAt = new Date(clock.now().getTime() + delayMs);
    w.cancelTimer();
    w.cancelTimer = clock.after(delayMs, () => void pump(resource));
  }

  const complete = (): boolean => {
    const at = host();
    return at !== null && watchedResources.every((resource) => recordOf(resource)?.host === at);
  };
  function showHealth(): void {
    cancelGrace();
    cancelGrace = () => {};
    if (stopped) return;
    if (complete() || !world.wanted) {
      incompleteSince = null;
      board.clear('not-subscribed', account);
      board.clear('starting', account);
      return;
    }
    if (!sessions.mayCallGraph(account)) return;
    incompleteSince ??= clock.now();
    const graceLeftMs = incompleteSince.getTime() + graceMs - clock.now().getTime();
    const inTrouble = [...watched.values()].some((w) => w.attempt > 0);
    if (graceLeftMs > 0 && !inTrouble) {
      board.raise({ code: 'starting', account });
      cancelGrace = clock.after(graceLeftMs, showHealth);
      return;
    }
    board.clear('starting', account);
    // Without an address the tunnel is the trouble, and says so itself.
    if (host() !== null) board.raise({ code: 'not-subscribed', account });
  }

  const pumpAll = (): void => {
    for (const resource of watchedResources) void pump(resource);
  };
  return {
    reconcile: pumpAll,
    challenged(resource) {
      const record = recordOf(resource);
      if (record === null) return;
      records.saveSubscription({ ...record, challenged: true });
      void pump(resource);
    },
    removed(resource) {
      // Not taken on trust (the tunnel could have made it up): Graph's own list decides, at most every few seconds.
      log.info('subscription.removal-told', { resource });
      verifySoon();
    },
    doubted: verifySoon,
    expected() {
      const live = records.subscriptions().filter((r) => r.account === account);
      const pending = [...watched].flatMap(([resource, w]) =>
        w.pendingDigest === null ? [] : [{ account, resource, digest: w.pendingDigest }],
      );
      return [...live.map((r) => ({ account, resource: r.resource, digest: r.clientStateDigest })), ...pending];
    },
    validationExpected: () =>
      [...watched.values()].some(
        (w) => w.createBegan !== null && clock.now().getTime() - w.createBegan.getTime() < validationMs,
      ),
    complete,
    live: () => records.subscriptions().filter((r) => r.account === account),
    async deleteAll() {
      const ids = records
        .subscriptions()
        .filter((r) => r.account === account)
        .map((r) => r.id);
      await Promise.allSettled(
        ids.map(async (id) => {
          if (sessions.mayCallGraph(account)) await subscriptions.remove(id);
        }),
      );
      for (const id of ids) records.removeSubscription(id);
      adopted = false;
    },
    retryNow() {
      for (const w of watched.values()) w.retryAt = null;
      pumpAll();
    },
    stop() {
      stopped = true;
      cancelGrace();
      cancelVerify();
      for (const w of watched.values()) w.cancelTimer();
    },
  };
}

const bothUrlsAt = (found: GraphSubscription, host: string): boolean =>
  [found.notificationUrl, found.lifecycleNotificationUrl].every(
    (url) => url !== null && URL.canParse(url) && new URL(url).host === host,
  );
