import type { MailChange } from '../domain/alert.ts';
import { asFailure, isRefusal } from '../domain/failure.ts';
import { judgeMail } from '../domain/mail-judgement.ts';
import type { Clock, Cursor, CursorKey, KnownMessage, Ledger, LedgerChange, Log, Mail } from '../domain/ports.ts';
import { earlier, foundBy, later, readDelta, skewMs } from './delta-round.ts';
import type { Found } from './push-watch.ts';

/** The very first round looks back so far: enough for a clock that is set to another zone, or to yesterday. */
const firstLookBackMs = 25 * 60 * 60_000;
/** A folder that fails so often in a row, while the inbox can be read, is that folder's trouble and nobody else's. */
const patienceRounds = 3;
/** One GET each; a move of more messages than this at once counts as done with. */
const mostLookUps = 100;

/** Rows in one transaction: a few hundredths of a second. */
const pieceSize = 250;

/** A folder that is watched beside the inbox. */
export interface ChosenFolder {
  readonly id: string;
  readonly name: string;
}

/**
 * Reads what changed in the inbox and the chosen folders, and stores it; resolves with what is new, and adds to
 * `settled` what is done with.
 *
 * @param world.gone those of the chosen folders that Microsoft does not have any more; told at each round.
 * @param world.unreadable those that it does not show, while the inbox can be read; told at each round, and asked again.
 */
export function createMailRound(world: {
  account: string;
  addedAt: Date;
  mail: Pick<Mail, 'changes' | 'find'>;
  ledger: Ledger;
  clock: Pick<Clock, 'now'>;
  serverOffsetMs?: () => number | null;
  log: Log;
  folders?: () => readonly ChosenFolder[];
  gone?: (folders: readonly ChosenFolder[]) => void;
  unreadable?: (folders: readonly ChosenFolder[]) => void;
  /** Whether `mail` asks for the first words of messages: a delta link goes on bringing what it was made for. */
  previews?: boolean;
  /** Microsoft told of changes in it, stored by now. */
  inboxChanged?: () => void;
}): (settled: string[]) => Promise<readonly Found[]> {
  const { account, mail, ledger, clock, log } = world;
  /** Not asked for again in this run: a folder that was deleted does not come back under its id. */
  const gone = new Set<string>();
  /** Failed rounds in a row, by folder. */
  const failed = new Map<string, number>();
  const asksFor = world.previews === true ? 'previews' : null;
  let kept = '';

  async function read(folder: string, watched: ReadonlySet<string>, settled: string[]): Promise<readonly Found[]> {
    const isInbox = folder === 'inbox';
    const key: CursorKey = isInbox ? 'mail' : `mail:${folder}`;
    const stored = ledger.cursor(account, key);
    const isOther = stored !== null && stored.madeFor !== asksFor;
    const cursor = isOther ? { ...stored, deltaLink: '' } : stored;
    const beganAt = clock.now();
    // What came before a folder was chosen is not news; the inbox was chosen with the account.
    const caughtUpAt = cursor?.caughtUpAt ?? (isInbox ? world.addedAt : beganAt);
    const lookBackMs = isOther || (isInbox && cursor === null) ? firstLookBackMs : skewMs;
    const since = (): Date => new Date(Math.min(caughtUpAt.getTime(), beganAt.getTime()) - lookBackMs);
    const { got, full } = await readDelta(
      { cursor, log, name: 'mail', drop: () => ledger.dropDeltaLink(account, key) },
      (link) => (isInbox ? mail.changes(link, since()) : mail.changes(link, since(), folder)),
    );
    // Only now, because it takes an answer to know Graph's clock.
    const baseline = cursor?.baseline ?? wholeSecond(isInbox ? world.addedAt : beganAt, isInbox ? offsetMs() : 0);
    const newSince = full && cursor !== null ? later(baseline, new Date(caughtUpAt.getTime() - skewMs)) : baseline;
    const changes = watched.size < 2 ? got.changes : await withoutMoves(got.changes, watched);
    const verdict = judgeMail(account, changes, knownOf(changes), newSince);
    const next: Cursor = {
      deltaLink: got.deltaLink,
      baseline,
      caughtUpAt: earlier(beganAt, clock.now()),
      madeFor: asksFor,
    };
    const added = await store(key, cursor, next, verdict);
    settled.push(...verdict.settle);
    if (isInbox && changes.length > 0) world.inboxChanged?.();
    log.info('delta.read', { resource: 'mail', inbox: isInbox, changes: changes.length, alerts: added.length, full });
    return foundBy('mail', verdict.alerts, added);
  }
  /**
   * A long round goes to the disk piece by piece, with room between for whoever knocks. The cursor and what was seen move
   * on with the last piece only: after a crash the round is read again, and alerts that are there already are left alone.
   */
  async function store(
    resource: CursorKey,
    cursor: Cursor | null,
    next: Cursor,
    { alerts, messages, settle }: ReturnType<typeof judgeMail>,
  ): Promise<readonly string[]> {
    const none = { account, resource, alerts: [], settle: [], messages: [], events: [], forgetEvents: [] };
    // The very first round has no cursor that could stay where it is.
    if (cursor === null || alerts.length + messages.length <= pieceSize) {
      return ledger.apply({ ...none, cursor: next, alerts, settle, messages });
    }
    const added: string[] = [];
    const apply = async (part: Partial<Pick<LedgerChange, 'alerts' | 'messages'>>): Promise<void> => {
      added.push(...ledger.apply({ ...none, cursor: ledger.cursor(account, resource) ?? cursor, ...part }));
      await turn();
    };
    // Whoever is known as seen is told of no more: alerts first.
    for (const some of pieces(alerts)) await apply({ alerts: some });
    for (const some of pieces(messages)) await apply({ messages: some });
    ledger.apply({ ...none, cursor: next, settle });
    return added;
  }

  const offsetMs = (): number => world.serverOffsetMs?.() ?? 0;
  const knownOf = (changes: readonly MailChange[]): ReadonlyMap<string, KnownMessage> =>
    ledger.messages(
      account,
      changes.map((change) => (change.kind === 'removed' ? change.id : change.message.id)),
    );

  /** A message that left one watched folder for another, unread, is not done with. */
  async function withoutMoves(
    changes: readonly MailChange[],
    watched: ReadonlySet<string>,
  ): Promise<readonly MailChange[]> {
    const known = knownOf(changes.filter(({ kind }) => kind === 'removed'));
    const open = [...known.values()].filter(
      ({ alertId }) => alertId !== null && ledger.alert(alertId)?.settled === false,
    );
    if (open.length > mostLookUps) log.warn('moves.not-looked-up', { messages: open.length });
    const moved = new Set<string>();
    for (const { id } of open.slice(0, mostLookUps)) {
      const place = await mail.find(id);
      if (place !== null && !place.isRead && watched.has(place.folder)) moved.add(id);
    }
    return changes.filter((change) => change.kind !== 'removed' || !moved.has(change.id));
  }

  /** Nothing new in a folder that is gone, or that Microsoft does not show. */
  async function readChosen(folder: ChosenFolder, watched: ReadonlySet<string>, settled: string[]) {
    try {
      const found = await read(folder.id, watched, settled);
      failed.delete(folder.id);
      return found;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === 'graph-not-found') {
        log.warn('folder.gone');
        gone.add(folder.id);
        return [];
      }
      if (!isRefusal(failure) && failure.code !== 'graph-unreachable') throw error;
      const rounds = isRefusal(failure) ? patienceRounds : (failed.get(folder.id) ?? 0) + 1;
      failed.set(folder.id, rounds);
      if (rounds < patienceRounds) throw error;
      log.warn('folder.unreadable', { code: failure.code });
      return [];
    }
  }

  return async (settled) => {
    const chosen = world.folders?.() ?? [];
    const ids = JSON.stringify(chosen.map(({ id }) => id));
    if (kept !== ids) {
      ledger.keepFolders(
        account,
        chosen.map(({ id }) => id),
      );
      for (const id of gone) if (!chosen.some((folder) => folder.id === id)) gone.delete(id);
      for (const id of failed.keys()) if (!chosen.some((folder) => folder.id === id)) failed.delete(id);
      kept = ids;
    }
    const here = chosen.filter(({ id }) => !gone.has(id));
    const watched = new Set(['inbox', ...here.map(({ id }) => id)]);
    // The inbox first: its answer tells Graph's time, which the folders' baselines need.
    const found = [...(await read('inbox', watched, settled))];
    const others = await Promise.allSettled(here.map((folder) => readChosen(folder, watched, settled)));
    world.gone?.(chosen.filter(({ id }) => gone.has(id)));
    world.unreadable?.(here.filter(({ id }) => (failed.get(id) ?? 0) >= patienceRounds && !gone.has(id)));
    for (const each of others) {
      // Whatever could be read is stored; the rest is asked for again.
      if (each.status === 'rejected') throw each.reason;
      found.push(...each.value);
    }
    return found;
  };
}

/** An instant's own second, by Graph's clock: Graph's instants have no smaller parts. */
const wholeSecond = (at: Date, offsetMs: number): Date =>
  new Date(Math.floor((at.getTime() + offsetMs) / 1_000) * 1_000);

function* pieces<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += pieceSize) yield all.slice(from, from + pieceSize);
}

/** Lets everything else that is ready have its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
