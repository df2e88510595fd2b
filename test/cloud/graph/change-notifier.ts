/** From a change in a mailbox or calendar to the notifications that subscriptions get for it. */
import { randomUUID } from 'node:crypto';
import type { ChangeNotification, Event, Message } from '@microsoft/microsoft-graph-types';
import type { CloudAccount } from '../types.ts';
import type { EventChange } from './calendar.ts';
import { eventView } from './calendar-view.ts';
import type { Delivery } from './delivery.ts';
import { etagOf } from './ids.ts';
import { type MailView, messageView } from './mail-view.ts';
import type { Folder, MailChange } from './mailbox.ts';
import type { ChangeType, Watched } from './subscription-rules.ts';
import type { LiveSubscription, SubscriptionStore } from './subscription-store.ts';

interface Ids {
  readonly immutableId: string;
  readonly mutableId: string;
  readonly changeKey: string;
}

export interface NotifierContext {
  readonly store: SubscriptionStore;
  readonly delivery: Pick<Delivery, 'enqueue'>;
  folderOf(account: CloudAccount, name: string): Folder | undefined;
}

export function createChangeNotifier({ store, delivery, folderOf }: NotifierContext) {
  function notify(subscription: LiveSubscription, changeType: ChangeType, ids: Ids): void {
    if (!subscription.changeTypes.has(changeType)) return;
    const payload = changePayload(subscription, changeType, ids);
    const { id: subscriptionId, notificationUrl: url } = subscription;
    const label = `${subscription.watched.kind} ${changeType}`;
    delivery.enqueue({ kind: 'change', subscriptionId, url, payload, label, outlives: false });
  }

  return {
    mailChanged(account: CloudAccount, { folder, before, after }: MailChange): void {
      const ids = after ?? before;
      if (ids === undefined) return;
      const view: MailView = { immutableIds: true, sees: 'everything' };
      const [was, is] = [before, after].map((mail) => mail && messageView(mail, account, view));
      for (const subscription of store.of(account.username)) {
        const { watched } = subscription;
        if (watched.kind !== 'messages') continue;
        if (watched.folder !== undefined && folderOf(account, watched.folder) !== folder) continue;
        const changeType = seenThrough(watched, was, is);
        if (changeType !== undefined) notify(subscription, changeType, ids);
      }
    },

    eventChanged(account: CloudAccount, { before, after }: EventChange): void {
      const ids = after ?? before;
      if (ids === undefined) return;
      const [was, is] = [before, after].map((event) => event && eventView(event, account, { immutableIds: true }));
      for (const subscription of store.of(account.username)) {
        if (subscription.watched.kind !== 'events') continue;
        const changeType = seenThrough(subscription.watched, was, is);
        if (changeType !== undefined) notify(subscription, changeType, ids);
      }
    },
  };
}

/** With a filter, entering the filtered set is `created` and leaving it is `deleted`. */
function seenThrough(
  { filter }: Watched,
  was: Message | Event | undefined,
  is: Message | Event | undefined,
): ChangeType | undefined {
  const wasIn = was !== undefined && (filter?.(was) ?? true);
  const isIn = is !== undefined && (filter?.(is) ?? true);
  if (wasIn && isIn) return 'updated';
  if (isIn) return 'created';
  return wasIn ? 'deleted' : undefined;
}

function changePayload(subscription: LiveSubscription, changeType: ChangeType, ids: Ids): object {
  const id = subscription.immutableIds ? ids.immutableId : ids.mutableId;
  const isMail = subscription.watched.kind === 'messages';
  const path = `Users/${subscription.account.oid}/${isMail ? 'Messages' : 'Events'}/${id}`;
  return {
    id: randomUUID(),
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: pacificTime(subscription.expiresAt),
    changeType,
    resource: path,
    resourceData: {
      '@odata.type': isMail ? '#Microsoft.Graph.Message' : '#Microsoft.Graph.Event',
      '@odata.id': path,
      '@odata.etag': etagOf(ids.changeKey),
      id,
    },
    tenantId: subscription.account.tid,
    ...(subscription.clientState === undefined ? {} : { clientState: subscription.clientState }),
  } satisfies ChangeNotification;
}

/** The same instant eight hours west, with seven fraction digits, as the service is seen to write it. */
function pacificTime(at: Date): string {
  const shifted = new Date(at.getTime() - 8 * 60 * 60_000);
  return shifted.toISOString().replace('Z', '4567-08:00');
}
