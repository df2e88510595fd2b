import { type WatchedResource, watchedResources } from '../domain/alert.ts';
import { backoffMs } from '../domain/backoff.ts';
import type { Calendar, Cancel, Clock, Ledger, Log, Mail, Random } from '../domain/ports.ts';
import type { Gap } from '../domain/wording.ts';
import type { AccountSessions } from './account-sessions.ts';
import { createCalendarRound } from './calendar-round.ts';
import type { HealthBoard } from './health-board.ts';
import { createHintBudget } from './hint-budget.ts';
import { type ChosenFolder, createMailRound } from './mail-round.ts';
import { createPushWatch, type Found } from './push-watch.ts';
import { asksToWait, createReadHealth } from './read-health.ts';
import { createUnreadCount } from './unread-count.ts';

/** How often delta is read without being told to. */
const pollEveryMs = { push: 3 * 60_000, noPush: 60_000 } as const;
/** A gap at least this long ends in one digest instead of a toast for each thing. */
const digestGapMs = 10 * 60_000;
const hints: ReadonlySet<string> = new Set(['notification', 'missed', 'absorbed']);
/** So many rounds a digest waits for mail and calendar both, before it tells of the one that could be read. */
const digestWaits = 3;
const retry = { baseMs: 5_000, capMs: 60_000 };

export interface CatchUp {
  /** A hint that something changed, or a reason to look: coalesced, never more than one round at a time. */
  request(what: WatchedResource | 'all', why: string): void;
  /** For the words of the digest, should the coming round end a gap. */
  expectGap(cause: Gap['cause'], since?: Date): void;
  /** A notification for this resource arrived. */
  pushArrived(resource: WatchedResource): void;
  /** Whether push works may have turned: without it the next look must not be as far away as with it. */
  pushTurned(): void;
  /** Microsoft was asked to call this computer: did it get through? */
  calledBack(works: boolean): void;
  unreadCount(): number | null;
  /** When everything was read last, also by an earlier run. */
  lastSuccess(): Date | null;
  lastPush(): Date | null;
  stop(): void;
}

/**
 * Reads what changed in one account's mail and calendar: when asked, and by itself every 3 minutes while push works,
 * every minute while it does not. A round that fails is tried again, 5 s later at first and 60 s at the most, or when
 * Graph says so. Never throws: failures go to the board and the log.
 */
export function createCatchUp(world: {
  account: string;
  addedAt: Date;
  mail: Mail;
  calendar: Calendar;
  ledger: Ledger;
  sessions: AccountSessions;
  /** In Graph's time as far as that is known: its instants are compared with ours. */
  clock: Clock;
  /** The computer's own, where that is another one: for times that the person reads. */
  ownClock?: Pick<Clock, 'now'>;
  /** How far Graph's clock is ahead of this computer's, in milliseconds; null before its first answer. */
  serverOffsetMs?: () => number | null;
  log: Log;
  random: Random;
  board: HealthBoard;
  /** Watched beside the inbox. */
  folders?: () => readonly ChosenFolder[];
  /** Whether `mail` asks for the first words of messages. */
  previews?: boolean;
  pushWorks: () => boolean;
  /** After a round was stored. `gap` is set when the round ended one. */
  announce: (gap: Gap | null, settled: readonly string[]) => void;
  /** Push may have lost something: the subscriptions may be gone. */
  pushDoubted: () => void;
  /** Push was proven to lose items, or that Microsoft cannot call us. */
  pushLost: () => void;
  /** A round went well after others had failed: whoever waits for Graph need not wait any longer. */
  recovered: () => void;
  changed: () => void;
}): CatchUp {
  const { account, ledger, sessions, clock, log, board } = world;
  let wanted = new Set<WatchedResource>();
  /** Hints above the budget: they wait for its next opening, or go along with another round. */
  const hinted = new Set<WatchedResource>();
  let running = false;
  let stopped = false;
  let attempt = 0;
  let lastSuccess = readBefore();
  let gapCause: { cause: Gap['cause']; since: Date | null } = { cause: 'notRunning', since: null };
  /** A gap that ended for one resource, and is told once the other has been read too. */
  let held: { readonly since: Date; readonly settled: readonly string[] } | null = null;
  const unread = createUnreadCount({ ...world, retry });
  const readMail = createMailRound({
    ...world,
    inboxChanged: () => unread.due(),
    gone(folders) {
      if (folders.length === 0) board.clear('folder-gone', account);
      else board.raise({ code: 'folder-gone', account, names: folders.map(({ name }) => name) });
    },
    unreadable(folders) {
      if (folders.length === 0) board.clear('folder-unreadable', account);
      else board.raise({ code: 'folder-unreadable', account, names: folders.map(({ name }) => name) });
    },
  });
  const readCalendar = createCalendarRound(world);
  const health = createReadHealth({ account, board, clock: world.ownClock ?? clock });
  const push = createPushWatch(world);
  const budget = createHintBudget(clock, () => {
    for (const resource of hinted) wanted.add(resource);
    hinted.clear();
    void round();
  });
  let cancelPoll: Cancel = () => {};
  /** The poll that is planned relies on push. */
  let trusted = false;
  let cancelNext: Cancel = () => {};

  function readBefore(): Date | null {
    try {
      const times = watchedResources.map((resource) => ledger.cursor(account, resource)?.caughtUpAt ?? null);
      return times.includes(null) ? null : earliest(times.flatMap((at) => at ?? []));
    } catch {
      // It is for words only; the first round says what is wrong with the disk.
      return null;
    }
  }

  /** Since when we know nothing of each resource, where that is long. The very first round ends no gap. */
  function gaps(): ReadonlyMap<WatchedResource, Date> {
    const cursors = watchedResources.map((resource) => [resource, ledger.cursor(account, resource)] as const);
    if (cursors.some(([, cursor]) => cursor === null)) return new Map();
    const nowMs = clock.now().getTime();
    return new Map(
      cursors.flatMap(([resource, cursor]) =>
        cursor !== null && nowMs - cursor.caughtUpAt.getTime() >= digestGapMs ? [[resource, cursor.caughtUpAt]] : [],
      ),
    );
  }

  async function round(): Promise<void> {
    if (running || stopped || wanted.size === 0 || !sessions.mayCallGraph(account)) return;
    cancelNext();
    running = true;
    for (const resource of hinted) wanted.add(resource);
    hinted.clear();
    const now = wanted;
    wanted = new Set();
    let failed: ReadonlySet<WatchedResource> = now;
    try {
      failed = await look(now);
    } catch (error) {
      for (const resource of now) wanted.add(resource);
      fail(error);
    } finally {
      running = false;
      planPoll();
      world.changed();
    }
    // What was asked for meanwhile; what has failed waits for its own time.
    if ([...wanted].some((resource) => !failed.has(resource))) void round();
  }

  /** Reads what is wanted and tells of it. One resource that fails does not hold the other back. */
  async function look(now: Set<WatchedResource>): Promise<ReadonlySet<WatchedResource>> {
    const before = gaps();
    if (before.size > 0) for (const resource of watchedResources) now.add(resource);
    const first = watchedResources.some((resource) => ledger.cursor(account, resource) === null);
    if (before.size > 0 || first) board.raise({ code: 'catching-up', account });
    const settled: string[] = [];
    const found: Found[] = [];
    const read = new Set<WatchedResource>();
    const failures = new Map<WatchedResource, unknown>();
    await Promise.all(
      [...now].map(async (resource) => {
        try {
          found.push(...(resource === 'mail' ? await readMail(settled) : await readCalendar(settled)));
          read.add(resource);
        } catch (error) {
          failures.set(resource, error);
        }
      }),
    );
    if (stopped) return new Set();
    for (const [resource, error] of failures) {
      wanted.add(resource);
      fail(error, resource === [...failures.keys()][0]);
    }
    if (failures.size === 0) {
      if (attempt > 0) world.recovered();
      attempt = 0;
      lastSuccess = clock.now();
      health.succeeded();
    }
    if (before.size === 0 && !first) push.judge(found);
    tell(before, read, settled, failures.size > 0);
    if (read.has('mail')) await countUnread(failures.size > 0);
    return new Set(failures.keys());
  }

  /** After the telling, which must not wait for a number. A failure delays nothing else, and is no gap. */
  async function countUnread(isPlanned: boolean): Promise<void> {
    const againMs = await unread.count();
    if (againMs === null || isPlanned) return;
    cancelNext();
    cancelNext = clock.after(againMs, () => {
      wanted.add('mail');
      void round();
    });
  }

  /** One digest for a gap that has ended, for mail and calendar together if that is possible soon. */
  function tell(
    before: ReadonlyMap<WatchedResource, Date>,
    read: ReadonlySet<WatchedResource>,
    settled: readonly string[],
    more: boolean,
  ): void {
    const ended = [...before].filter(([resource]) => read.has(resource)).map(([, since]) => since);
    const since = earliest(held === null ? ended : [...ended, held.since]);
    const all = [...(held?.settled ?? []), ...settled];
    if (since !== null && more && attempt < digestWaits && sessions.mayCallGraph(account)) {
      held = { since, settled: all };
      return;
    }
    held = null;
    const gap = since === null ? null : { cause: gapCause.cause, since: gapCause.since ?? since };
    if (!more || gap !== null) gapCause = { cause: 'offline', since: null };
    world.announce(gap, all);
  }

  /** @param counts false for the second failure of one round. */
  function fail(error: unknown, counts = true): void {
    if (stopped) return;
    const failure = sessions.observe(account, error);
    log.warn('delta.failed', { code: failure.code, requestId: failure.details.requestId ?? null });
    if (!sessions.mayCallGraph(account)) {
      health.gaveUp();
      return;
    }
    if (counts) attempt += 1;
    if (gapCause.cause === 'offline' && asksToWait(failure)) gapCause = { cause: 'throttled', since: null };
    const delayMs = backoffMs(attempt, world.random.fraction(), retry, failure.details.retryAfterMs ?? 0);
    health.failed(failure, attempt, delayMs);
    cancelNext();
    cancelNext = clock.after(delayMs, () => void round());
  }

  const pushIsTrusted = (): boolean => world.pushWorks() && !board.has('push-lost', account);
  function planPoll(): void {
    cancelPoll();
    if (stopped) return;
    trusted = pushIsTrusted();
    cancelPoll = clock.after(trusted ? pollEveryMs.push : pollEveryMs.noPush, () => {
      request('all', 'poll');
    });
  }
  function request(what: WatchedResource | 'all', why: string): void {
    push.note();
    if (why !== 'poll' && what !== 'calendar') unread.due();
    const resources = what === 'all' ? watchedResources : [what];
    if (hints.has(why) && !budget.book()) {
      for (const resource of resources) hinted.add(resource);
      return;
    }
    log.info('delta.requested', { what, why });
    for (const resource of resources) wanted.add(resource);
    if (why === 'asked') attempt = 0;
    void round();
    if (why === 'poll') planPoll();
  }

  return {
    request,
    expectGap(cause, since) {
      // That is what a gap is put down to anyway; whatever else was expected says more.
      if (cause === 'offline') return;
      gapCause = { cause, since: since ?? null };
    },
    pushArrived: push.arrived,
    pushTurned() {
      push.note();
      if (trusted && !pushIsTrusted()) planPoll();
    },
    calledBack(works) {
      push.calledBack(works);
      // What was lost on the way by now is told at once, and from here on the poll comes every minute.
      if (!works) request('all', 'not-called-back');
    },
    unreadCount: unread.now,
    lastSuccess: () => lastSuccess,
    lastPush: push.lastPush,
    stop() {
      stopped = true;
      cancelPoll();
      cancelNext();
      unread.stop();
      budget.stop();
    },
  };
}

const earliest = (dates: readonly Date[]): Date | null =>
  dates.length === 0 ? null : new Date(Math.min(...dates.map((at) => at.getTime())));
