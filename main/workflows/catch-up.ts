import { type CalendarEvent, type WatchedResource, watchedResources } from '../domain/alert.ts';
import { backoffMs } from '../domain/backoff.ts';
import { calendarWindow, eventsToLookUp, judgeCalendar } from '../domain/calendar-judgement.ts';
import { asFailure, isRefusal } from '../domain/failure.ts';
import { judgeMail } from '../domain/mail-judgement.ts';
import type { Calendar, Cancel, Clock, Cursor, Ledger, Log, Mail, Random } from '../domain/ports.ts';
import type { Gap } from '../domain/wording.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { HealthBoard } from './health-board.ts';
import { createHintBudget } from './hint-budget.ts';
import { createPushWatch, type Found } from './push-watch.ts';

/** How often delta is read without being told to. */
export const pollEveryMs = { push: 3 * 60_000, noPush: 60_000 } as const;
/** A gap at least this long ends in one digest instead of a toast for each thing. */
export const digestGapMs = 10 * 60_000;
const hints: ReadonlySet<string> = new Set(['notification', 'missed', 'absorbed']);
/** Clocks differ: an item is old news only if it is older than our last look by more than this. */
const skewMs = 5 * 60_000;
/** The very first round looks back so far: enough for a clock that is set to another zone, or to yesterday. */
const firstLookBackMs = 25 * 60 * 60_000;
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
  unreadCount(): number | null;
  lastSuccess(): Date | null;
  lastPush(): Date | null;
  stop(): void;
}

export function createCatchUp(world: {
  account: string;
  addedAt: Date;
  mail: Mail;
  calendar: Calendar;
  ledger: Ledger;
  sessions: AccountSessions;
  /** In Graph's time as far as that is known: its instants are compared with ours. */
  clock: Clock;
  /** How far Graph's clock is ahead of this computer's, in milliseconds; null before its first answer. */
  serverOffsetMs?: () => number | null;
  log: Log;
  random: Random;
  board: HealthBoard;
  pushWorks: () => boolean;
  /** After a round was stored. `gap` is set when the round ended one. */
  announce: (gap: Gap | null, settled: readonly string[]) => void;
  /** Push has lost an item: the subscriptions may be gone. */
  pushDoubted: () => void;
  /** Push was proven to lose items, twice in a row. */
  pushLost: () => void;
  changed: () => void;
}): CatchUp {
  const { account, ledger, sessions, clock, log, board } = world;
  let wanted = new Set<WatchedResource>();
  /** Hints above the budget: they wait for its next opening, or go along with another round. */
  const hinted = new Set<WatchedResource>();
  let running = false;
  let stopped = false;
  let attempt = 0;
  let lastSuccess: Date | null = null;
  let unread: number | null = null;
  let gapCause: { cause: Gap['cause']; since: Date | null } = { cause: 'notRunning', since: null };
  /** A gap that ended for one resource, and is told once the other has been read too. */
  let held: { readonly since: Date; readonly settled: readonly string[] } | null = null;
  const push = createPushWatch(world);
  const budget = createHintBudget(clock, () => {
    for (const resource of hinted) wanted.add(resource);
    hinted.clear();
    void round();
  });
  let cancelPoll: Cancel = () => {};
  let cancelNext: Cancel = () => {};

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
          found.push(...(resource === 'mail' ? await mailRound(settled) : await calendarRound()));
          read.add(resource);
          if (resource === 'mail') unread = await world.mail.unreadCount();
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
      attempt = 0;
      lastSuccess = clock.now();
      for (const code of ['graph-unreachable', 'graph-refused', 'catching-up'] as const) board.clear(code, account);
      board.clear('storage-failing');
    }
    if (before.size === 0 && !first) push.judge(found);
    tell(before, read, settled, failures.size > 0);
    return new Set(failures.keys());
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

  /** One delta round, a full one when the link is dead. */
  async function delta<T>(
    resource: WatchedResource,
    cursor: Cursor | null,
    read: (link: string | null) => Promise<T>,
  ): Promise<{ got: T; full: boolean }> {
    const link = cursor === null || cursor.deltaLink === '' ? null : cursor.deltaLink;
    try {
      return { got: await read(link), full: link === null };
    } catch (error) {
      if (link === null || asFailure(error).code !== 'graph-sync-state-lost') throw error;
      log.warn('delta.restarted', { resource });
      ledger.dropDeltaLink(account, resource);
      return { got: await read(null), full: true };
    }
  }

  async function mailRound(settled: string[]): Promise<Found[]> {
    const cursor = ledger.cursor(account, 'mail');
    const caughtUpAt = cursor?.caughtUpAt ?? world.addedAt;
    const beganAt = clock.now();
    const lookBackMs = cursor === null ? firstLookBackMs : skewMs;
    const { got, full } = await delta('mail', cursor, (link) =>
      world.mail.changes(link, new Date(Math.min(caughtUpAt.getTime(), beganAt.getTime()) - lookBackMs)),
    );
    // Only now, because it takes an answer to know Graph's clock.
    const baseline = cursor?.baseline ?? baselineOf(world.addedAt, world.serverOffsetMs?.() ?? 0);
    const ids = got.changes.map((change) => (change.kind === 'removed' ? change.id : change.message.id));
    const newSince = full && cursor !== null ? later(baseline, new Date(caughtUpAt.getTime() - skewMs)) : baseline;
    const verdict = judgeMail(account, got.changes, ledger.messages(account, ids), newSince);
    const added = ledger.apply({
      account,
      resource: 'mail',
      cursor: { deltaLink: got.deltaLink, baseline, caughtUpAt: earlier(beganAt, clock.now()), windowDay: null },
      alerts: verdict.alerts,
      settle: verdict.settle,
      messages: verdict.messages,
      events: [],
      forgetEvents: [],
    });
    settled.push(...verdict.settle);
    log.info('delta.read', { resource: 'mail', changes: got.changes.length, alerts: added.length, full });
    const isNew = new Set(added);
    return verdict.alerts.flatMap(({ alert }) =>
      isNew.has(alert.id) ? [{ resource: 'mail' as const, at: alert.at }] : [],
    );
  }

  async function calendarRound(): Promise<Found[]> {
    const stored = ledger.cursor(account, 'calendar');
    const beganAt = clock.now();
    const window = calendarWindow(beganAt);
    // The window is fixed into the link: a new day needs a new round.
    const cursor = stored !== null && stored.windowDay !== window.day ? { ...stored, deltaLink: '' } : stored;
    const { got, full } = await delta('calendar', cursor, (link) => world.calendar.changes(link, window));
    const known = ledger.events(account);
    const roundOf = {
      changes: got.changes,
      full,
      first: stored === null,
      window,
      newSince: new Date((stored?.caughtUpAt ?? beganAt).getTime() - skewMs),
      now: beganAt,
    };
    const lookedUp = new Map<string, CalendarEvent | null>();
    for (const id of eventsToLookUp(roundOf, known)) lookedUp.set(id, await world.calendar.event(id));
    const verdict = judgeCalendar(account, roundOf, known, lookedUp);
    const added = ledger.apply({
      account,
      resource: 'calendar',
      cursor: {
        deltaLink: got.deltaLink,
        baseline: stored?.baseline ?? beganAt,
        caughtUpAt: earlier(beganAt, clock.now()),
        windowDay: window.day,
      },
      alerts: verdict.alerts,
      settle: [],
      messages: [],
      events: verdict.events,
      forgetEvents: verdict.forgetEvents,
    });
    log.info('delta.read', { resource: 'calendar', changes: got.changes.length, alerts: added.length, full });
    const isNew = new Set(added);
    return verdict.alerts.flatMap(({ alert }) =>
      isNew.has(alert.id) ? [{ resource: 'calendar' as const, at: alert.at }] : [],
    );
  }

  /** @param counts false for the second failure of one round. */
  function fail(error: unknown, counts = true): void {
    if (stopped) return;
    const failure = sessions.observe(account, error);
    log.warn('delta.failed', { code: failure.code, requestId: failure.details.requestId ?? null });
    if (!sessions.mayCallGraph(account)) {
      for (const code of ['catching-up', 'graph-refused'] as const) board.clear(code, account);
      return;
    }
    if (counts) attempt += 1;
    // Whatever the reason: who cannot be told of anything must not be told that all is good.
    if (failure.code === 'storage') board.raise({ code: 'storage-failing', account: null });
    else if (isRefusal(failure)) board.raise({ code: 'graph-refused', account, message: failure.userMessage });
    else if (attempt >= 2) {
      board.clear('graph-refused', account);
      board.raise({ code: 'graph-unreachable', account });
    }
    cancelNext();
    cancelNext = clock.after(
      backoffMs(attempt, world.random.fraction(), retry, failure.details.retryAfterMs ?? 0),
      () => void round(),
    );
  }

  const pushIsTrusted = (): boolean => world.pushWorks() && !board.has('push-lost', account);
  function planPoll(): void {
    cancelPoll();
    if (stopped) return;
    cancelPoll = clock.after(pushIsTrusted() ? pollEveryMs.push : pollEveryMs.noPush, () => {
      request('all', 'poll');
    });
  }
  function request(what: WatchedResource | 'all', why: string): void {
    log.info('delta.requested', { what, why });
    push.note();
    const resources = what === 'all' ? watchedResources : [what];
    if (hints.has(why) && !budget.book()) {
      for (const resource of resources) hinted.add(resource);
      return;
    }
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
    unreadCount: () => unread,
    lastSuccess: () => lastSuccess,
    lastPush: push.lastPush,
    stop() {
      stopped = true;
      cancelPoll();
      cancelNext();
      budget.stop();
    },
  };
}

const earliest = (dates: readonly Date[]): Date | null =>
  dates.length === 0 ? null : new Date(Math.min(...dates.map((at) => at.getTime())));
/** The sign-in's own second, by Graph's clock: Graph's instants have no smaller parts. */
const baselineOf = (addedAt: Date, serverOffsetMs: number): Date =>
  new Date(Math.floor((addedAt.getTime() + serverOffsetMs) / 1_000) * 1_000);
/** Graph's first answer can set its clock back: then the later reading is the true one. */
const earlier = (a: Date, b: Date): Date => (a < b ? a : b);
const later = (a: Date, b: Date): Date => (a > b ? a : b);
