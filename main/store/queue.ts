import { z } from 'zod';
import { Failure } from '../domain/failure.ts';
import type { QueuedPost } from '../domain/notification.ts';
import type { Log, Queue } from '../domain/ports.ts';
import type { Database } from './database.ts';

/** More than this waiting means that nobody takes them; Graph then keeps what it has and asks again. */
const MOST_POSTS = 50_000;

const watch = { account: z.string(), resource: z.enum(['mail', 'calendar']), subscriptionId: z.string() };
/** Our own JSON of a ReceivedPost, as it comes back from the file. */
const storedPost = z.object({
  receivedAt: z.iso.datetime().transform((text) => new Date(text)),
  changes: z.array(z.object({ ...watch, changeType: z.string() })),
  lifecycle: z.array(z.object({ ...watch, lifecycleEvent: z.string() })),
});

export interface StoredQueue extends Queue {
  /** Takes out what concerns this account, within a transaction of the caller's. */
  forgetAccount(account: string): void;
  /** Counts anew after that transaction, whichever way it ended. */
  recount(): void;
}

/** The durable queue: one row and one commit per POST, nothing in a row but the post as JSON. */
export function createQueue(database: Database, log: Log): StoredQueue {
  const insert = database.prepare('INSERT INTO queue (post) VALUES (?)');
  const oldest = database.prepare('SELECT id, post FROM queue ORDER BY id LIMIT ?');
  const remove = database.prepare('DELETE FROM queue WHERE id = ?');
  const count = database.prepare('SELECT count(*) AS posts FROM queue');
  const mentioning = database.prepare('SELECT id, post FROM queue WHERE instr(post, ?) > 0');
  const rewrite = database.prepare('UPDATE queue SET post = ? WHERE id = ?');
  const countRows = (): number => database.guarded(() => Number(count.get()?.posts));
  let size = countRows();

  function done(ids: readonly number[]): void {
    if (ids.length === 0) return;
    // Undone by a power cut, the posts are handed on once more, and another look at the mailbox finds nothing new.
    size -= database.hastyTransaction(() => ids.reduce((gone, id) => gone + Number(remove.run(id).changes), 0));
  }

  return {
    put({ receivedAt, changes, lifecycle }) {
      if (size >= MOST_POSTS) throw new Failure('storage', 'Too much is waiting to be looked at.');
      // Field by field: whatever else an object carries stays out of the file.
      const post = JSON.stringify({
        receivedAt,
        changes: changes.map(({ account, resource, subscriptionId, changeType }) => ({
          account,
          resource,
          subscriptionId,
          changeType,
        })),
        lifecycle: lifecycle.map(({ account, resource, subscriptionId, lifecycleEvent }) => ({
          account,
          resource,
          subscriptionId,
          lifecycleEvent,
        })),
      });
      // A single statement is its own transaction.
      database.guarded(() => insert.run(post));
      size += 1;
    },
    pending(limit) {
      const rows = database.guarded(() => oldest.all(limit));
      const unreadable: number[] = [];
      const posts = rows.flatMap((row): QueuedPost[] => {
        const id = Number(row.id);
        const parsed = storedPost.safeParse(parseJson(String(row.post)));
        if (!parsed.success) unreadable.push(id);
        return parsed.success ? [{ id, ...parsed.data }] : [];
      });
      if (unreadable.length > 0) {
        // A post is only a hint; the next delta finds what it hinted at. Kept, it would block the queue for ever.
        log.error('queue.unreadable', { posts: unreadable.length, action: 'dropped' });
        done(unreadable);
      }
      return posts;
    },
    done,
    size: () => size,
    forgetAccount(account) {
      for (const { id, post } of mentioning.all(JSON.stringify(account)) as unknown as { id: number; post: string }[]) {
        const stored = storedPost.safeParse(parseJson(post)).data;
        const changes = (stored?.changes ?? []).filter((change) => change.account !== account);
        const lifecycle = (stored?.lifecycle ?? []).filter((event) => event.account !== account);
        if (stored === undefined || changes.length + lifecycle.length === 0) remove.run(id);
        else rewrite.run(JSON.stringify({ receivedAt: stored.receivedAt, changes, lifecycle }), id);
      }
    },
    recount() {
      size = countRows();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
