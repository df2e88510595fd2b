/** Reads collections to their end. */
import { Failure } from '../domain/failure.ts';
import type { Log } from '../domain/ports.ts';
import type { GraphClient, GraphRequest } from './client.ts';
import { syncStateLost, unusable } from './failures.ts';
import { idOf, page } from './wire.ts';

const maxPages = 500;

export interface Collection {
  readonly items: readonly unknown[];
  /** Null for collections that are not delta. */
  readonly deltaLink: string | null;
}

/**
 * Follows `@odata.nextLink` to the last page.
 *
 * @throws {Failure} `graph-unreachable` when a link leads elsewhere, leads in a circle or never ends.
 */
export async function readAll(client: GraphClient, log: Log, first: GraphRequest): Promise<Collection> {
  const items: unknown[] = [];
  const visited = new Set<string>();
  let target = first.target;
  for (let pages = 1; pages <= maxPages; pages += 1) {
    const answer = await client.json({ ...first, target }, page);
    items.push(...answer.value);
    const next = answer['@odata.nextLink'];
    if (next === undefined) return { items, deltaLink: answer['@odata.deltaLink'] ?? null };
    if (!client.isOurs(next)) {
      log.error('paging.foreign-link', { path: first.template, pages });
      throw unusable({});
    }
    if (visited.has(next)) {
      log.error('paging.circled', { path: first.template, pages });
      throw unusable({});
    }
    visited.add(next);
    target = next;
  }
  log.error('paging.endless', { path: first.template, pages: maxPages });
  throw unusable({});
}

export interface DeltaItems {
  /** Each id once, as it was last told, in the order of last telling. */
  readonly items: ReadonlyMap<string, unknown>;
  readonly deltaLink: string;
}

/**
 * One whole delta round.
 *
 * @param deltaLink where the last round ended, or null to begin with `start`.
 * @throws {Failure} `graph-sync-state-lost` when the link is dead, cannot be ours or never comes to an end. A round
 *   from the start has no link to lose: there the same trouble is `graph-unreachable`.
 */
export async function readDelta(
  client: GraphClient,
  log: Log,
  request: Pick<GraphRequest, 'template' | 'prefer'> & { readonly start: string },
  deltaLink: string | null,
): Promise<DeltaItems> {
  if (deltaLink !== null && !client.isOurs(deltaLink)) {
    // Stored under another cloud's address, or damaged: it must not be given a token.
    log.error('delta.foreign-link', { path: request.template });
    throw syncStateLost();
  }
  let round: Collection;
  try {
    round = await readAll(client, log, {
      method: 'GET',
      target: deltaLink ?? request.start,
      template: request.template,
      about: 'delta',
      prefer: request.prefer ?? [],
    });
  } catch (error) {
    const isLost = error instanceof Failure && error.code === 'graph-sync-state-lost';
    if (isLost && deltaLink === null) throw unusable({ ...error.details, cause: error });
    throw error;
  }
  if (round.deltaLink === null || !client.isOurs(round.deltaLink)) {
    log.error('delta.without-link', { path: request.template, foreign: round.deltaLink !== null });
    throw unusable({});
  }
  const items = new Map<string, unknown>();
  for (const item of round.items) {
    const id = idOf(item);
    if (id === null) {
      log.warn('item.dropped', { path: request.template, why: 'no id' });
      continue;
    }
    items.delete(id);
    items.set(id, item);
  }
  return { items, deltaLink: round.deltaLink };
}

/** Maps in order, at most three at a time; the first failure ends it. */
export async function mapAll<A, B>(inputs: readonly A[], map: (input: A) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = [];
  const queue = inputs.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, input] of queue) {
      if (failed) return;
      results[index] = await map(input);
    }
  };
  try {
    await Promise.all([worker(), worker(), worker()]);
  } catch (error) {
    failed = true;
    throw error;
  }
  return results;
}
