/** Mail folders, by delta. @see https://learn.microsoft.com/graph/delta-query-messages */
import { z } from 'zod';
import type { MailChange } from '../domain/alert.ts';
import { Failure } from '../domain/failure.ts';
import type { Log, Mail } from '../domain/ports.ts';
import { markReadScopes } from '../domain/settings.ts';
import type { GraphClient } from './client.ts';
import { createMailFolders } from './mail-folders.ts';
import { mapAll, readDelta } from './paging.ts';
import { immutableIds, isRemoved, mailFolder } from './wire.ts';
import { messageOf, messageProperties } from './wire-message.ts';

/** A filtered round tells of this many messages at most. */
const filteredRoundLimit = 5000;

/** @param previews whether to ask for the first words of a message, which needs `Mail.Read`. */
export function createMail(client: GraphClient, log: Log, previews: boolean): Mail {
  const select = `$select=${messageProperties(previews).join(',')}`;

  async function message(id: string): Promise<MailChange | null> {
    try {
      const whole = await client.json(
        {
          method: 'GET',
          target: `/me/messages/${encodeURIComponent(id)}?${select}`,
          template: '/me/messages/{id}',
          prefer: [immutableIds],
        },
        z.looseObject({}),
      );
      const read = messageOf(whole);
      if (read !== null) return { kind: 'message', message: read };
      log.warn('item.dropped', { path: '/me/messages/{id}', why: 'odd message' });
      return null;
    } catch (error) {
      if (error instanceof Failure && error.code === 'graph-not-found') return { kind: 'removed', id };
      throw error;
    }
  }

  return {
    ...createMailFolders(client, log),

    async changes(deltaLink, since, folder = 'inbox') {
      const template = `/me/mailFolders/${folder === 'inbox' ? folder : '{id}'}/messages/delta`;
      // Newest first: should the limit cut something off, it is the oldest.
      const start =
        `/me/mailFolders/${encodeURIComponent(folder)}/messages/delta?${select}` +
        `&$filter=${encodeURIComponent(`receivedDateTime ge ${since.toISOString()}`)}` +
        `&$orderby=${encodeURIComponent('receivedDateTime desc')}`;
      const round = await readDelta(
        client,
        log,
        { template, start, prefer: ['odata.maxpagesize=100', immutableIds] },
        deltaLink,
      );
      if (deltaLink === null && round.items.size >= filteredRoundLimit) {
        log.warn('round.at-limit', { path: template, items: round.items.size });
      }
      const changes = await mapAll([...round.items], async ([id, item]): Promise<MailChange | null> => {
        if (isRemoved(item)) return { kind: 'removed', id };
        const read = messageOf(item);
        // Delta may tell only what changed (`isRead` when it was read elsewhere): then ask for the whole.
        return read === null ? message(id) : { kind: 'message', message: read };
      });
      return { changes: changes.filter((change) => change !== null), deltaLink: round.deltaLink };
    },

    async unreadCount() {
      const folder = await client.json(
        {
          method: 'GET',
          target: '/me/mailFolders/inbox?$select=unreadItemCount',
          template: '/me/mailFolders/inbox',
          prefer: [immutableIds],
        },
        mailFolder,
      );
      return folder.unreadItemCount;
    },

    async markRead(id) {
      try {
        await client.run({
          method: 'PATCH',
          target: `/me/messages/${encodeURIComponent(id)}`,
          template: '/me/messages/{id}',
          prefer: [immutableIds],
          body: { isRead: true },
          extraScopes: markReadScopes,
        });
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'graph-not-found') throw error;
      }
    },
  };
}
