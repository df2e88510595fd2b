/** The folders of a mailbox, and where a message lies. @see https://learn.microsoft.com/graph/api/user-list-mailfolders */
import { z } from 'zod';
import { Failure } from '../domain/failure.ts';
import type { Log, Mail, MailFolder } from '../domain/ports.ts';
import type { GraphClient } from './client.ts';
import { mapAll, readAll } from './paging.ts';
import { immutableIds } from './wire.ts';

/** Nobody chooses among more; a mailbox with more is cut, and the log says so. */
const mostFolders = 1_000;
const deepest = 12;
/** What is written here or was thrown away is no news, nor is what lies in a folder below. The inbox is always watched. */
const neverOffered = ['drafts', 'sentitems', 'outbox', 'deleteditems'] as const;

const folder = z.object({
  id: z.string().min(1),
  displayName: z.string().catch(''),
  childFolderCount: z.number().int().nonnegative().catch(0),
});
type WireFolder = z.infer<typeof folder>;

/** Rejects with Failures of the client; a folder that is gone is null. */
export function createMailFolders(client: GraphClient, log: Log): Pick<Mail, 'folders' | 'find'> {
  let inboxId: Promise<string | null> | null = null;

  /** Null where the mailbox has no such folder. */
  async function idOf(wellKnownName: string): Promise<string | null> {
    try {
      const target = `/me/mailFolders/${wellKnownName}?$select=id`;
      const template = `/me/mailFolders/${wellKnownName}`;
      return (await client.json({ method: 'GET', target, template }, folder)).id;
    } catch (error) {
      if (error instanceof Failure && error.code === 'graph-not-found') return null;
      throw error;
    }
  }

  /** The folders directly in one, or at the top, by name. */
  async function inside(parent: string | null): Promise<readonly WireFolder[]> {
    const [place, template] =
      parent === null
        ? ['', '/me/mailFolders']
        : [`/${encodeURIComponent(parent)}/childFolders`, '/me/mailFolders/{id}/childFolders'];
    const { items } = await readAll(client, log, {
      method: 'GET',
      target: `/me/mailFolders${place}?$select=id,displayName,childFolderCount&$top=100`,
      template,
    });
    const read = items.flatMap((item) => folder.safeParse(item).data ?? []);
    if (read.length < items.length) log.warn('item.dropped', { path: template, why: 'odd folder' });
    return read.toSorted((a, b) => a.displayName.localeCompare(b.displayName));
  }

  return {
    async folders() {
      const inbox = await idOf('inbox');
      const left = new Set(await mapAll(neverOffered, idOf));
      const offered: MailFolder[] = [];
      const walk = async (parent: string | null, depth: number): Promise<void> => {
        for (const { id, displayName, childFolderCount } of await inside(parent)) {
          if (left.has(id)) continue;
          if (offered.length >= mostFolders || depth > deepest) {
            log.warn('folders.cut', { most: mostFolders, deepest });
            return;
          }
          // What lies in the inbox stands at the top: the inbox itself is not for choosing.
          if (id !== inbox) offered.push({ id, name: displayName || '(no name)', depth });
          if (childFolderCount > 0) await walk(id, id === inbox ? depth : depth + 1);
        }
      };
      await walk(null, 0);
      return offered;
    },

    async find(id) {
      inboxId ??= idOf('inbox').catch((error: unknown) => {
        inboxId = null;
        throw error;
      });
      const inbox = await inboxId;
      try {
        const place = await client.json(
          {
            method: 'GET',
            target: `/me/messages/${encodeURIComponent(id)}?$select=parentFolderId,isRead`,
            template: '/me/messages/{id}',
            prefer: [immutableIds],
          },
          z.object({ parentFolderId: z.string(), isRead: z.boolean() }),
        );
        return { folder: place.parentFolderId === inbox ? 'inbox' : place.parentFolderId, isRead: place.isRead };
      } catch (error) {
        if (error instanceof Failure && error.code === 'graph-not-found') return null;
        throw error;
      }
    },
  };
}
