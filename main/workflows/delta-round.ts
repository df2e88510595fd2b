import { asFailure } from '../domain/failure.ts';
import type { Cursor, Log } from '../domain/ports.ts';

/** Clocks differ: an item is old news only if it is older than our last look by more than this, in milliseconds. */
export const skewMs = 5 * 60_000;

/**
 * One delta round, a full one when the link is dead or refused.
 *
 * @param world.drop forgets the dead link, so that a crash before the end of the full round does not come back to it.
 */
export async function readDelta<T>(
  world: { readonly cursor: Cursor | null; readonly log: Log; readonly name: string; readonly drop: () => void },
  read: (link: string | null) => Promise<T>,
): Promise<{ readonly got: T; readonly full: boolean }> {
  const { cursor } = world;
  const link = cursor === null || cursor.deltaLink === '' ? null : cursor.deltaLink;
  try {
    return { got: await read(link), full: link === null };
  } catch (error) {
    const { code } = asFailure(error);
    const isDead = code === 'graph-sync-state-lost';
    // A refusal names no reason: it may be the link that is wrong, and a wrong link would be refused for ever.
    if (link === null || !(isDead || code === 'graph-refused')) throw error;
    world.log.warn('delta.restarted', { resource: world.name });
    if (isDead) world.drop();
    return { got: await read(null), full: true };
  }
}

/** What the ledger found to be new, for whoever watches over push. */
export const foundBy = <R extends string>(
  resource: R,
  alerts: readonly { readonly alert: { readonly id: string; readonly at: Date } }[],
  added: readonly string[],
): { readonly resource: R; readonly at: Date }[] => {
  const isNew = new Set(added);
  return alerts.flatMap(({ alert }) => (isNew.has(alert.id) ? [{ resource, at: alert.at }] : []));
};

/** Graph's first answer can set its clock back: then the later reading is the true one. */
export const earlier = (a: Date, b: Date): Date => (a < b ? a : b);
/** For two readings of when something was done: the more recent one. */
export const later = (a: Date, b: Date): Date => (a > b ? a : b);
