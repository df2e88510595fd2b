/** Graph's subscriptions to change notifications. @see https://learn.microsoft.com/graph/api/resources/subscription */
import { z } from 'zod';
import type { WatchedResource } from '../domain/alert.ts';
import { Failure } from '../domain/failure.ts';
import type { GraphSubscription, Log, Subscriptions } from '../domain/ports.ts';
import type { GraphClient } from './client.ts';
import { readAll } from './paging.ts';
import { immutableIds, subscription } from './wire.ts';

/** The inbox only, unless more is watched: `me/messages` also wakes us for Sent Items and Drafts. */
const resources: Readonly<Record<WatchedResource, string>> = {
  mail: "me/mailFolders('inbox')/messages",
  calendar: 'me/events',
};

/** Rejects with Failures of the client: `graph-not-found` for one that Graph does not have. */
export function createSubscriptions(client: GraphClient, log: Log): Subscriptions {
  const path = (id: string): string => `/subscriptions/${encodeURIComponent(id)}`;
  return {
    // Graph calls both addresses back before it answers. Never repeated: a lost answer may hide a success, and a
    // second create would end in a conflict.
    create: (request) =>
      client.json(
        {
          method: 'POST',
          target: '/subscriptions',
          template: '/subscriptions',
          about: 'subscriptionCreate',
          // Cannot be switched later.
          prefer: [immutableIds],
          body: {
            changeType: request.changeType ?? 'created,updated,deleted',
            notificationUrl: request.notificationUrl,
            lifecycleNotificationUrl: request.lifecycleNotificationUrl,
            resource:
              request.resource === 'mail' && request.isWide === true ? 'me/messages' : resources[request.resource],
            expirationDateTime: request.expiresAt.toISOString(),
            clientState: request.clientState,
          },
        },
        subscription,
      ),

    renew: (id, expiresAt) =>
      client.json(
        {
          method: 'PATCH',
          target: path(id),
          template: '/subscriptions/{id}',
          about: 'subscription',
          body: { expirationDateTime: expiresAt.toISOString() },
        },
        subscription,
      ),

    reauthorize: (id) =>
      client.run({
        method: 'POST',
        target: `${path(id)}/reauthorize`,
        template: '/subscriptions/{id}/reauthorize',
        about: 'subscription',
      }),

    async list() {
      const { items } = await readAll(client, log, {
        method: 'GET',
        target: '/subscriptions',
        template: '/subscriptions',
        about: 'subscription',
      });
      const found: GraphSubscription[] = [];
      for (const item of items) {
        const parsed = subscription.safeParse(item);
        if (parsed.success) found.push(parsed.data);
        else log.warn('item.dropped', { path: '/subscriptions', why: z.prettifyError(parsed.error) });
      }
      return found;
    },

    async remove(id) {
      try {
        await client.run({
          method: 'DELETE',
          target: path(id),
          template: '/subscriptions/{id}',
          about: 'subscription',
        });
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'graph-not-found') throw error;
      }
    },
  };
}
