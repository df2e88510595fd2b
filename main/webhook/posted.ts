import { z } from 'zod';
import { lifecycleEvents, type ReceivedPost } from '../domain/notification.ts';
import type { Recognise } from './client-state.ts';

/** https://learn.microsoft.com/graph/api/resources/changenotificationcollection; every other field is ignored. */
const collection = z.object({ value: z.array(z.unknown()) });
const notification = z.object({
  subscriptionId: z.string().min(1).max(128),
  clientState: z.string().min(1).max(255),
  changeType: z.string().nullish(),
  lifecycleEvent: z.string().nullish(),
});

export interface Reduced {
  readonly post: ReceivedPost;
  /** Items without a shape we know. */
  readonly malformed: number;
  /** Items whose `clientState` is nobody's. */
  readonly unrecognised: number;
}

/** The notifications of a POST's body, or null if it is no collection of them. */
export function notificationsIn(body: unknown): readonly unknown[] | null {
  const parsed = collection.safeParse(body);
  return parsed.success ? parsed.data.value : null;
}

const changeTypes: readonly string[] = ['created', 'updated', 'deleted'];
/** Names that nobody knows count as one: a forger may make up a thousand. */
const kindOf = (name: string, known: readonly string[]): string => (known.includes(name) ? name : '');

/**
 * What the core needs of a POST: who is meant and what kind of change, each once, and nothing that a forger could have
 * us show. Lifecycle notifications are recognised by `lifecycleEvent`, whichever URL they came to.
 */
export function reduce(items: readonly unknown[], recognise: Recognise, receivedAt: Date): Reduced {
  const changes = new Map<string, ReceivedPost['changes'][number]>();
  const lifecycle = new Map<string, ReceivedPost['lifecycle'][number]>();
  let malformed = 0;
  let unrecognised = 0;
  for (const item of items) {
    const parsed = notification.safeParse(item);
    if (!parsed.success) {
      malformed += 1;
      continue;
    }
    const { subscriptionId, clientState } = parsed.data;
    const watch = recognise(clientState);
    if (watch === null) {
      unrecognised += 1;
      continue;
    }
    const lifecycleEvent = printable(parsed.data.lifecycleEvent ?? '');
    if (lifecycleEvent !== '') {
      const key = JSON.stringify([watch, kindOf(lifecycleEvent, lifecycleEvents)]);
      if (!lifecycle.has(key)) lifecycle.set(key, { ...watch, subscriptionId, lifecycleEvent });
      continue;
    }
    const changeType = printable(parsed.data.changeType ?? '') || 'unknown';
    const key = JSON.stringify([watch, kindOf(changeType, changeTypes)]);
    if (!changes.has(key)) changes.set(key, { ...watch, subscriptionId, changeType });
  }
  const post = { receivedAt, changes: [...changes.values()], lifecycle: [...lifecycle.values()] };
  return { post, malformed, unrecognised };
}

/** A name that somebody else chose, fit for a log: at most 64 characters of printable ASCII. */
function printable(name: string): string {
  return name.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, '?');
}
