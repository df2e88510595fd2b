/**
 * Delta rounds: opaque `$skiptoken`/`$deltatoken` handles, paging, and the misbehaviour the documentation allows (empty
 * pages, replays, tokens that expire early).
 */
import { randomBytes } from 'node:crypto';
import { badRequest, GraphFailure } from './answers.ts';
import type { Journal } from './journal.ts';

export type TokenKind = '$skiptoken' | '$deltatoken';

/** One item of a page; `since` is the sequence number up to which the caller already knows the item (0 = not at all). */
export interface DeltaEntry {
  readonly key: string;
  readonly since: number;
}

/** Where a caller stands in one collection. `O` = the options given at the start of the round; the links carry them. */
export interface DeltaState<O> {
  readonly collection: string;
  readonly options: O;
  readonly generation: number;
  /** Head of the journal when this round began: the next round starts there. */
  readonly upTo: number;
  readonly entries: readonly DeltaEntry[];
  readonly offset: number;
}

export interface DeltaPage<O> {
  readonly state: DeltaState<O>;
  readonly entries: readonly DeltaEntry[];
  readonly link: { readonly kind: TokenKind; readonly token: string };
}

/** How an expired token is refused: `410` with a `Location`, or a `40x` naming the sync state. */
export interface Expiry {
  readonly status: number;
  readonly code: string;
}

const FORGOTTEN: Expiry = { status: 410, code: 'SyncStateNotFound' };
const TOKEN_BYTES = 180;
const TOKEN_SHAPE = /^[\w-]{240}$/;
/** Exchange forgets old tokens when its cache is full; so does this one. */
const TOKENS_KEPT = 20_000;

export type DeltaFeed<O> = ReturnType<typeof createDeltaFeed<O>>;

/** One per mailbox and kind of item. @typeParam O options of a round. */
export function createDeltaFeed<O>() {
  const tokens = new Map<string, { readonly kind: TokenKind; readonly state: DeltaState<O> }>();
  let generation = 0;
  let expiry: Expiry = FORGOTTEN;
  let emptyPages = 0;
  let replays = 0;

  function issue(kind: TokenKind, state: DeltaState<O>): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    tokens.set(token, { kind, state });
    const oldest = tokens.keys().next().value;
    if (tokens.size > TOKENS_KEPT && oldest !== undefined) tokens.delete(oldest);
    return token;
  }

  function round(collection: string, options: O, journal: Journal, since: number | 'nothing') {
    const keys = since === 'nothing' ? journal.keysHere() : journal.changedSince(since);
    const entries: DeltaEntry[] = keys.map((key) => ({ key, since: since === 'nothing' ? 0 : since }));
    if (since !== 'nothing' && replays > 0) {
      const newest = journal.keysHere().slice(0, replays);
      entries.push(...newest.map((key) => ({ key, since: 0 })));
      replays = 0;
    }
    return { collection, options, generation, upTo: journal.head(), entries, offset: 0 };
  }

  return {
    /** A first round: everything in the collection, or (`latest`) nothing but a link for what comes from now on. */
    start(collection: string, options: O, journal: Journal, from: 'everything' | 'latest'): DeltaState<O> {
      const state = round(collection, options, journal, 'nothing');
      return from === 'latest' ? { ...state, entries: [] } : state;
    },

    /**
     * Goes on from a link's token.
     *
     * @param restartUrl where a `410` sends the caller, given the options of the round if they are still known.
     * @throws GraphFailure 400 for a token of another kind or collection; 410 (or as commanded) when expired.
     */
    resume(
      kind: TokenKind,
      token: string,
      collection: string,
      journal: Journal,
      restartUrl: (options: O | undefined) => string,
    ): DeltaState<O> {
      if (!TOKEN_SHAPE.test(token)) throw badRequest('Badly formed token.', 'ErrorInvalidUrlQuery');
      const found = tokens.get(token);
      if (found === undefined || found.state.generation < generation) {
        const { status, code } = found === undefined ? FORGOTTEN : expiry;
        throw new GraphFailure(
          status,
          code,
          'The sync state generation is not found; a full synchronization is needed.',
          status === 410 ? { Location: restartUrl(found?.state.options) } : {},
        );
      }
      const { state } = found;
      if (found.kind !== kind || state.collection !== collection) {
        throw badRequest('The token does not belong to this request.', 'ErrorInvalidUrlQuery');
      }
      return kind === '$skiptoken' ? state : round(collection, state.options, journal, state.upTo);
    },

    /** Cuts the next page of at most `size` items. */
    page(state: DeltaState<O>, size: number): DeltaPage<O> {
      if (emptyPages > 0) {
        emptyPages -= 1;
        return { state, entries: [], link: { kind: '$skiptoken', token: issue('$skiptoken', state) } };
      }
      const end = state.offset + size;
      const entries = state.entries.slice(state.offset, end);
      const isLast = end >= state.entries.length;
      const kind = isLast ? '$deltatoken' : '$skiptoken';
      const next = isLast ? { ...state, entries: [], offset: 0 } : { ...state, offset: end };
      return { state, entries, link: { kind, token: issue(kind, next) } };
    },

    /** The next `count` answers are pages without items. */
    emptyPages(count: number): void {
      emptyPages = count;
    },
    /** The next incremental round also lists the `count` newest items again. */
    replay(count: number): void {
      replays = count;
    },
    /** Every token handed out so far is refused from now on. */
    expire(how: Expiry): void {
      generation += 1;
      expiry = how;
    },
  };
}
