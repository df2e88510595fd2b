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
  readonly owner: string;
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

interface Mischief {
  generation: number;
  expiry: Expiry;
  emptyPages: number;
  replays: number;
}

const TOKEN_BYTES = 180;
const TOKEN_SHAPE = /^[\w-]{240}$/;
/** Exchange forgets old tokens when its cache is full; so does this one. */
const TOKENS_KEPT = 20_000;

export type DeltaFeed<O> = ReturnType<typeof createDeltaFeed<O>>;

/** @typeParam O options of a round. */
export function createDeltaFeed<O>() {
  const tokens = new Map<string, { readonly kind: TokenKind; readonly state: DeltaState<O> }>();
  const mischief = new Map<string, Mischief>();

  function mischiefOf(owner: string): Mischief {
    const found = mischief.get(owner);
    if (found !== undefined) return found;
    const fresh = { generation: 0, expiry: { status: 410, code: 'SyncStateNotFound' }, emptyPages: 0, replays: 0 };
    mischief.set(owner, fresh);
    return fresh;
  }

  function issue(kind: TokenKind, state: DeltaState<O>): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    tokens.set(token, { kind, state });
    const oldest = tokens.keys().next().value;
    if (tokens.size > TOKENS_KEPT && oldest !== undefined) tokens.delete(oldest);
    return token;
  }

  function round(owner: string, collection: string, options: O, journal: Journal, since: number | 'nothing') {
    const keys = since === 'nothing' ? journal.keysHere() : journal.changedSince(since);
    const entries: DeltaEntry[] = keys.map((key) => ({ key, since: since === 'nothing' ? 0 : since }));
    const own = mischiefOf(owner);
    if (since !== 'nothing' && own.replays > 0) {
      entries.push(
        ...journal
          .keysHere()
          .slice(0, own.replays)
          .map((key) => ({ key, since: 0 })),
      );
      own.replays = 0;
    }
    return { owner, collection, options, generation: own.generation, upTo: journal.head(), entries, offset: 0 };
  }

  return {
    /** A first round: everything in the collection, or (`latest`) nothing but a link for what comes from now on. */
    start(
      owner: string,
      collection: string,
      options: O,
      journal: Journal,
      from: 'everything' | 'latest',
    ): DeltaState<O> {
      const state = round(owner, collection, options, journal, 'nothing');
      return from === 'latest' ? { ...state, entries: [] } : state;
    },

    /**
     * Goes on from a link's token.
     *
     * @param restartUrl where a `410` sends the caller.
     * @throws GraphFailure 400 for a token of another kind, mailbox or collection; 410 (or as commanded) when expired.
     */
    resume(kind: TokenKind, token: string, owner: string, collection: string, journal: Journal, restartUrl: string) {
      if (!TOKEN_SHAPE.test(token)) throw badRequest('Badly formed token.', 'ErrorInvalidUrlQuery');
      const found = tokens.get(token);
      const own = mischiefOf(owner);
      if (found === undefined || found.state.generation < own.generation) {
        const { status, code } = found === undefined ? { status: 410, code: 'SyncStateNotFound' } : own.expiry;
        throw new GraphFailure(
          status,
          code,
          'The sync state generation is not found; a full synchronization is needed.',
          status === 410 ? { Location: restartUrl } : {},
        );
      }
      const { state } = found;
      if (found.kind !== kind || state.owner !== owner || state.collection !== collection) {
        throw badRequest('The token does not belong to this request.', 'ErrorInvalidUrlQuery');
      }
      if (kind === '$skiptoken') return state;
      return round(owner, collection, state.options, journal, state.upTo);
    },

    /** Cuts the next page of at most `size` items. */
    page(state: DeltaState<O>, size: number): DeltaPage<O> {
      const own = mischiefOf(state.owner);
      if (own.emptyPages > 0) {
        own.emptyPages -= 1;
        return { state, entries: [], link: { kind: '$skiptoken', token: issue('$skiptoken', state) } };
      }
      const end = state.offset + size;
      const kind = end < state.entries.length ? '$skiptoken' : '$deltatoken';
      const token = issue(
        kind,
        kind === '$skiptoken' ? { ...state, offset: end } : { ...state, entries: [], offset: 0 },
      );
      return { state, entries: state.entries.slice(state.offset, end), link: { kind, token } };
    },

    /** The next `count` answers of this mailbox are pages without items. */
    emptyPages(owner: string, count: number): void {
      mischiefOf(owner).emptyPages += count;
    },
    /** The next incremental round also lists the `count` newest items again. */
    replay(owner: string, count: number): void {
      mischiefOf(owner).replays = count;
    },
    /** Every token handed out so far is refused from now on. */
    expire(owner: string, expiry: Expiry): void {
      const own = mischiefOf(owner);
      own.generation += 1;
      own.expiry = expiry;
    },
  };
}
