/** Lifecycle notifications: when Graph sends them by itself, and how one looks. */
import type { ChangeNotification } from '@microsoft/microsoft-graph-types';
import type { CloudClock, Report } from '../types.ts';
import type { Delivery } from './delivery.ts';
import { sevenDigitTime } from './odata.ts';
import type { LiveSubscription, SubscriptionStore } from './subscription-store.ts';

/** The first challenge comes when half of the last hour is left, the next ones every 15 minutes. */
const FIRST_CHALLENGE_MS = 30 * 60_000;
const CHALLENGE_EVERY_MS = 15 * 60_000;
/** Nobody is challenged longer than notifications are kept. */
const CHALLENGE_AT_MOST_MS = 4 * 60 * 60_000;

export interface LifecycleContext {
  readonly clock: CloudClock;
  readonly report: Report;
  readonly store: SubscriptionStore;
  readonly delivery: Pick<Delivery, 'enqueue' | 'settled'>;
  /** Whether Graph challenges by itself when a token or a subscription is about to end. */
  challengesByItself(): boolean;
}

export function createLifecycle({ clock, report, store, delivery, challengesByItself }: LifecycleContext) {
  const timers = new Map<string, () => void>();
  const challengedAt = new Map<string, Date>();

  /** Returns false when the subscription has no `lifecycleNotificationUrl`. */
  function send(subscription: LiveSubscription, lifecycleEvent: string): boolean {
    const url = subscription.lifecycleNotificationUrl;
    const what = `${subscription.account.username}'s subscription to ${subscription.resource}`;
    report({
      site: 'graph',
      name: 'lifecycle.sent',
      text: `Graph says ${lifecycleEvent} about ${what}${url === undefined ? ', but it has no lifecycle address' : ''}.`,
      fields: { lifecycleEvent, id: subscription.id },
    });
    if (url === undefined) return false;
    const { id: subscriptionId } = subscription;
    const outlives = lifecycleEvent === 'subscriptionRemoved';
    const payload = lifecyclePayload(subscription, lifecycleEvent);
    delivery.enqueue({ kind: 'lifecycle', subscriptionId, url, payload, label: lifecycleEvent, outlives });
    return true;
  }

  /** Sets the timer for the next challenge, from what the subscription lives on. */
  function schedule(subscription: LiveSubscription): void {
    cancel(subscription);
    const endsMs = Math.min(subscription.expiresAt.getTime(), subscription.tokenExpiresAt.getTime());
    const lastMs = challengedAt.get(subscription.id)?.getTime() ?? Number.NEGATIVE_INFINITY;
    const nextMs = Math.max(endsMs - FIRST_CHALLENGE_MS, lastMs + CHALLENGE_EVERY_MS, clock.now().getTime());
    if (nextMs >= subscription.expiresAt.getTime() || nextMs > endsMs + CHALLENGE_AT_MOST_MS) return;
    timers.set(
      subscription.id,
      clock.after(nextMs - clock.now().getTime(), () => {
        const current = store.get(subscription.id);
        if (current === undefined) return undefined;
        if (challengesByItself()) send(current, 'reauthorizationRequired');
        challengedAt.set(current.id, clock.now());
        schedule(current);
        // A clock that is moved waits for this, so that time does not run ahead of the wire.
        return delivery.settled();
      }),
    );
  }

  function cancel(subscription: LiveSubscription): void {
    timers.get(subscription.id)?.();
    timers.delete(subscription.id);
  }

  store.onPut(schedule);
  store.onGone((subscription) => {
    cancel(subscription);
    challengedAt.delete(subscription.id);
  });

  return {
    send,
    stop(): void {
      for (const stopTimer of timers.values()) stopTimer();
      timers.clear();
    },
  };
}

/** Carries no resource; the event may be one that nobody knows yet. */
function lifecyclePayload(subscription: LiveSubscription, lifecycleEvent: string): object {
  const known = {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: sevenDigitTime(subscription.expiresAt),
    tenantId: subscription.account.tid,
    ...(subscription.clientState === undefined ? {} : { clientState: subscription.clientState }),
  } satisfies ChangeNotification;
  return { ...known, lifecycleEvent };
}
