/**
 * Delivery of notifications: batches, the 3 s limit, retries with back-off for up to 4 h of cloud time, the pause while a
 * subscription's token is no longer good, and the endpoint states `slow` and `drop`.
 */
import type { CloudClock, Directory, PublicWeb, Report } from '../types.ts';
import { createEndpointHealth } from './endpoint-health.ts';
import type { LiveSubscription, SubscriptionStore } from './subscription-store.ts';

/** One element of `value`. */
export interface Notification {
  readonly kind: 'change' | 'lifecycle';
  readonly subscriptionId: string;
  readonly url: string;
  readonly payload: object;
  /** Lifecycle event or change type, for the log. */
  readonly label: string;
  /** Stays deliverable when the subscription is gone (`subscriptionRemoved`). */
  readonly outlives: boolean;
}

export interface DeliveryRecord {
  readonly at: Date;
  readonly host: string;
  readonly attempt: number;
  readonly labels: readonly string[];
  readonly subscriptionIds: readonly string[];
  /** HTTP status, or why there was none. */
  readonly outcome: number | 'timed out' | 'unreachable' | 'swallowed' | 'discarded' | 'given up' | 'held';
}

/** Real milliseconds: the world answers in real time. */
export interface DeliveryLimits {
  readonly firstMs: number;
  readonly retryMs: number;
}

interface Batch {
  readonly url: string;
  readonly items: readonly Notification[];
  readonly attempt: number;
  readonly since: Date;
}

const RETRY_FOR_MS = 4 * 60 * 60_000;
const FIRST_BACK_OFF_MS = 10_000;
const LONGEST_BACK_OFF_MS = 30 * 60_000;
const SLOW_DELAY_MS = 10 * 60_000;
const RECORDS_KEPT = 5000;

export interface DeliveryContext {
  readonly clock: CloudClock;
  readonly web: PublicWeb;
  readonly directory: Directory;
  readonly report: Report;
  readonly store: SubscriptionStore;
  readonly limits: DeliveryLimits;
  /** Told when notifications of a live subscription are given up or discarded, and when one gets through. */
  onLost(subscriptionId: string): void;
  onDelivered(subscriptionIds: readonly string[]): void;
}

export type Delivery = ReturnType<typeof createDelivery>;

export function createDelivery(context: DeliveryContext) {
  const { clock, web, directory, report, store, limits } = context;
  const health = createEndpointHealth(limits.firstMs, limits.retryMs);
  const records: DeliveryRecord[] = [];
  /** Everything that waits for a moment of cloud time: back-off, delay. */
  const waiting = new Map<Batch, () => void>();
  /** What a subscription's bad token holds back. */
  const held = new Map<Batch, () => void>();
  let outbox: Notification[] = [];
  let inOrder: Notification[] = [];
  let flushing: NodeJS.Immediate | undefined;
  const active = new Set<Promise<void>>();
  let sending = 0;
  let isStopped = false;
  const mode = { swallow: 0, duplicate: 0, disorder: 0, delayMs: 0, batchAtMost: 10 };

  function record(batch: Batch, outcome: DeliveryRecord['outcome']): void {
    const host = new URL(batch.url).hostname;
    const labels = batch.items.map((item) => item.label);
    const subscriptionIds = [...new Set(batch.items.map((item) => item.subscriptionId))];
    records.push({ at: clock.now(), host, attempt: batch.attempt, labels, subscriptionIds, outcome });
    if (records.length > RECORDS_KEPT) records.shift();
    const isGood = typeof outcome === 'number' && outcome >= 200 && outcome < 300;
    const told = isGood ? 'delivered' : outcome === 'held' ? 'held' : 'failed';
    report({
      site: 'graph',
      name: `notification.${told}`,
      text: `${labels.join(', ')} → ${host}: ${outcome} (attempt ${batch.attempt}).`,
      fields: { attempt: batch.attempt, outcome },
    });
  }

  function enqueue(item: Notification): void {
    if (isStopped) return;
    if (mode.swallow > 0) {
      mode.swallow -= 1;
      record({ url: item.url, items: [item], attempt: 0, since: clock.now() }, 'swallowed');
      return;
    }
    inOrder.push(item);
    if (mode.disorder > inOrder.length) return;
    const ready = mode.disorder > 1 ? inOrder.reverse() : inOrder;
    inOrder = [];
    mode.disorder = 0;
    outbox.push(...ready);
    flushing ??= setImmediate(flush);
  }

  /** What came in one turn of the event loop for one address travels together. */
  function flush(): void {
    flushing = undefined;
    const items = outbox;
    outbox = [];
    const byUrl = Map.groupBy(items, (item) => item.url);
    for (const [url, group] of byUrl) {
      for (let from = 0; from < group.length; from += mode.batchAtMost) {
        dispatch({ url, items: group.slice(from, from + mode.batchAtMost), attempt: 1, since: clock.now() });
      }
    }
  }

  function dispatch(batch: Batch): void {
    const state = health.state(new URL(batch.url).hostname, clock.now());
    if (state === 'drop') {
      lose(batch, 'discarded');
      return;
    }
    const delayMs = Math.max(mode.delayMs, state === 'slow' ? SLOW_DELAY_MS : 0);
    const copies = mode.duplicate > 0 ? 2 : 1;
    mode.duplicate = Math.max(0, mode.duplicate - 1);
    for (let copy = 0; copy < copies; copy += 1) {
      const own = { ...batch };
      if (delayMs > 0) wait(own, delayMs);
      else void attempt(own);
    }
  }

  function wait(batch: Batch, delayMs: number): void {
    const cancel = clock.after(delayMs, () => {
      waiting.delete(batch);
      return attempt(batch);
    });
    waiting.set(batch, cancel);
  }

  function canTravel(item: Notification): boolean {
    const subscription = store.get(item.subscriptionId);
    return subscription === undefined
      ? item.outlives
      : item.kind === 'lifecycle' || directory.tokenStillGood(subscription.tokenId);
  }

  function attempt(batch: Batch): Promise<void> {
    const work = tryOnce(batch).finally(() => active.delete(work));
    active.add(work);
    return work;
  }

  async function tryOnce(batch: Batch): Promise<void> {
    if (isStopped) return;
    const alive = batch.items.filter((item) => item.outlives || store.get(item.subscriptionId) !== undefined);
    const kept = alive.filter((item) => !canTravel(item));
    if (kept.length > 0) hold({ ...batch, items: kept });
    const items = alive.filter(canTravel);
    if (items.length === 0) return;
    const going = { ...batch, items };
    const outcome = await post(going);
    record(going, outcome);
    if (typeof outcome === 'number' && outcome >= 200 && outcome < 300) {
      context.onDelivered(items.map((item) => item.subscriptionId));
    } else {
      retry(going);
    }
  }

  async function post(batch: Batch): Promise<number | 'timed out' | 'unreachable'> {
    const timeoutMs = batch.attempt === 1 ? limits.firstMs : limits.retryMs;
    const startedMs = performance.now();
    sending += 1;
    const answer = await web
      .send({
        url: batch.url,
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ value: batch.items.map((item) => item.payload) }),
        timeoutMs,
      })
      .catch(() => undefined);
    sending -= 1;
    const tookMs = performance.now() - startedMs;
    health.record(new URL(batch.url).hostname, clock.now(), tookMs);
    if (tookMs >= timeoutMs) return 'timed out';
    return answer?.status ?? 'unreachable';
  }

  function retry(batch: Batch): void {
    if (isStopped) return;
    const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (batch.attempt - 1), LONGEST_BACK_OFF_MS);
    if (clock.now().getTime() + backOffMs - batch.since.getTime() > RETRY_FOR_MS) lose(batch, 'given up');
    else wait({ ...batch, attempt: batch.attempt + 1 }, backOffMs);
  }

  function hold(batch: Batch): void {
    record(batch, 'held');
    const leftMs = batch.since.getTime() + RETRY_FOR_MS - clock.now().getTime();
    const cancel = clock.after(leftMs, () => {
      held.delete(batch);
      lose(batch, 'given up');
    });
    held.set(batch, cancel);
  }

  function lose(batch: Batch, outcome: 'given up' | 'discarded'): void {
    record(batch, outcome);
    for (const id of new Set(batch.items.map((item) => item.subscriptionId))) context.onLost(id);
  }

  function isOf(batch: Batch, subscription: LiveSubscription): boolean {
    return batch.items.some((item) => item.subscriptionId === subscription.id);
  }

  return {
    records: records as readonly DeliveryRecord[],
    enqueue,
    mode,
    /** Lets go what was held for this subscription, at once. */
    resume(subscription: LiveSubscription): void {
      for (const [batch, cancel] of [...held]) {
        if (!isOf(batch, subscription)) continue;
        cancel();
        held.delete(batch);
        void attempt(batch);
      }
    },
    /** Forgets what waits for a subscription that is gone. */
    forget(subscription: LiveSubscription): void {
      for (const list of [waiting, held]) {
        for (const [batch, cancel] of [...list]) {
          if (!batch.items.every((item) => item.subscriptionId === subscription.id && !item.outlives)) continue;
          cancel();
          list.delete(batch);
        }
      }
    },
    /** Notifications on their way: queued, held, delayed, between attempts, or being sent. */
    pending(): number {
      const count = (list: Iterable<Batch>) => [...list].reduce((sum, batch) => sum + batch.items.length, 0);
      return outbox.length + inOrder.length + count(waiting.keys()) + count(held.keys()) + sending;
    },
    /** Being sent right now, or about to be. */
    busy: (): number => active.size + (flushing === undefined ? 0 : 1),
    /** Resolves when nothing is being sent; each attempt ends by its own limit. */
    async settled(): Promise<void> {
      while (active.size > 0 || flushing !== undefined) {
        await (active.size > 0 ? Promise.all(active) : new Promise((resolve) => setImmediate(resolve)));
      }
    },
    stop(): void {
      isStopped = true;
      if (flushing !== undefined) clearImmediate(flushing);
      flushing = undefined;
      for (const list of [waiting, held]) {
        for (const cancel of list.values()) cancel();
        list.clear();
      }
    },
  };
}
