/** The live subscriptions and what Graph remembers of each. They lapse by the cloud's clock. */
import type { Subscription } from '@microsoft/microsoft-graph-types';
import type { CloudAccount, CloudClock, Report } from '../types.ts';
import { sevenDigitTime } from './odata.ts';
import type { NewSubscription } from './subscription-rules.ts';

export interface LiveSubscription extends NewSubscription {
  readonly id: string;
  readonly account: CloudAccount;
  readonly clientId: string;
  readonly immutableIds: boolean;
  /** The token it was created, renewed or reauthorized with; delivery stops when it is no longer good. */
  readonly tokenId: string;
  readonly tokenExpiresAt: Date;
  readonly patchedAt: Date | undefined;
  readonly reauthorizedAt: Date | undefined;
}

export type WhyGone = 'deleted' | 'lapsed' | 'removed';

export interface SubscriptionStore {
  get(id: string): LiveSubscription | undefined;
  all(): LiveSubscription[];
  of(username: string): LiveSubscription[];
  /** Adds it or replaces the one with the same id. */
  put(subscription: LiveSubscription): void;
  remove(id: string, why: WhyGone): void;
  onPut(listener: (subscription: LiveSubscription) => void): void;
  onGone(listener: (subscription: LiveSubscription, why: WhyGone) => void): void;
  stop(): void;
}

export function createSubscriptionStore(clock: CloudClock, report: Report): SubscriptionStore {
  const live = new Map<string, LiveSubscription>();
  const timers = new Map<string, () => void>();
  const putListeners: ((subscription: LiveSubscription) => void)[] = [];
  const goneListeners: ((subscription: LiveSubscription, why: WhyGone) => void)[] = [];

  function remove(id: string, why: WhyGone): void {
    const subscription = live.get(id);
    if (subscription === undefined) return;
    timers.get(id)?.();
    timers.delete(id);
    live.delete(id);
    const who = `${subscription.account.username}'s subscription to ${subscription.resource}`;
    report({ site: 'graph', name: `subscription.${why}`, text: `${who} is ${why}.`, fields: { id } });
    for (const listener of goneListeners) listener(subscription, why);
  }

  /** A timer may fire a moment late: what has expired is gone the moment somebody looks. */
  function current(id: string): LiveSubscription | undefined {
    const subscription = live.get(id);
    if (subscription !== undefined && subscription.expiresAt <= clock.now()) remove(id, 'lapsed');
    return live.get(id);
  }

  function all(): LiveSubscription[] {
    return [...live.keys()].flatMap((id) => current(id) ?? []);
  }

  return {
    get: current,
    all,
    of: (username) => all().filter((subscription) => subscription.account.username === username),
    put(subscription) {
      live.set(subscription.id, subscription);
      timers.get(subscription.id)?.();
      const leftMs = subscription.expiresAt.getTime() - clock.now().getTime();
      timers.set(
        subscription.id,
        clock.after(leftMs, () => void current(subscription.id)),
      );
      for (const listener of putListeners) listener(subscription);
    },
    remove,
    onPut: (listener) => void putListeners.push(listener),
    onGone: (listener) => void goneListeners.push(listener),
    stop() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

/** As `GET /subscriptions/{id}` shows it. */
export function subscriptionView(subscription: LiveSubscription): Subscription {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.clientId,
    changeType: subscription.changeType,
    clientState: subscription.clientState ?? null,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
    expirationDateTime: sevenDigitTime(subscription.expiresAt),
    creatorId: subscription.account.oid,
    includeResourceData: null,
    latestSupportedTlsVersion: 'v1_2',
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  } satisfies Subscription;
}
