import { type CalendarEvent, type WatchedResource, watchedResources } from '../domain/alert.ts';
import { backoffMs } from '../domain/backoff.ts';
import { calendarWindow, eventsToLookUp, judgeCalendar } from '../domain/calendar-judgement.ts';
import { asFailure } from '../domain/failure.ts';
import { judgeMail } from '../domain/mail-judgement.ts';
import type { Calendar, Cancel, Clock, Cursor, Ledger, Log, Mail, Random } from '../domain/ports.ts';
import type { Gap } from '../domain/wording.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { HealthBoard } from './health-board.ts';

/** How often delta is read without being told to. */
export const pollEveryMs = { push: 3 * 60_000, noPush: 60_000 } as const;
/** A gap at least this long ends in one digest instead of a toast for each thing. */
export const digestGapMs = 10 * 60_000;
/** Hints may be forged, so they must stay cheap: this many lead to a round at once in this time, the rest is coalesced. */
const hintBudget = { rounds: 4, perMs: 10_000 } as const;
const hints: ReadonlySet<string> = new Set(['notification', 'missed']);
/** An item found by the poll that push should have told of, if it was there for this long. */
const pushLateMs = 2 * 60_000;
/** Clocks differ: an item is old news only if it is older than our last look by more than this. */
const skewMs = 5 * 60_000;
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
  clock: Clock;
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
  let running = false;
  let stopped = false;
  let attempt = 0;
  let recentHints: number[] = [];
  let lastSuccess: Date | null = null;
  let unread: number | null = null;
  let gapCause: { cause: Gap['cause']; since: Date | null } = { cause: 'notRunning', since: null };
  let losses = 0;
  const lastPush = new Map<WatchedResource, Date>();
  let cancelPoll: Cancel = () => {};
  let cancelNext: Cancel = () => {};
  let cancelHint: Cancel = () => {};

  const gapNow = (): Gap | null => {
    const oldest = watchedResources.map((r) => ledger.cursor(account, r)?.caughtUpAt ?? null);
    const times = oldest.filter((at) => at !== null).map((at) => at.getTime());
    if (times.length < watchedResources.length) return null; // the very first round ends no gap
    const since = new Date(Math.min(...times));
    if (clock.now().getTime() - since.getTime() < digestGapMs) return null;
    return { cause: gapCause.cause, since: gapCause.since ?? since };
  };

  async function round(): Promise<void> {
    if (running || stopped || wanted.size === 0 || !sessions.mayCallGraph(account)) return;
    cancelNext();
    running = true;
    const gap = gapNow();
    if (gap !== null) for (const resource of watchedResources) wanted.add(resource);
    const now = wanted;
    wanted = new Set();
    const first = watchedResources.some((r) => ledger.cursor(account, r) === null);
    if (gap !== null || first) board.raise({ code: 'catching-up', account });
    try {
      const settled: string[] = [];
      const found = await Promise.all([...now].map((r) => (r === 'mail' ? mailRound(settled) : calendarRound())));
      if (now.has('mail')) unread = await world.mail.unreadCount();
      attempt = 0;
      lastSuccess = clock.now();
      gapCause = { cause: 'offline', since: null };
      board.clear('graph-unreachable', account);
      judgePush(found.flat(), gap !== null || first);
      world.announce(gap, settled);
    } catch (error) {
      for (const resource of now) wanted.add(resource);
      fail(error);
    } finally {
      board.clear('catching-up', account);
      running = false;
      planPoll();
      world.changed();
    }
    if (wanted.size > 0 && attempt === 0) void round();
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
    const baseline = cursor?.baseline ?? world.addedAt;
    const caughtUpAt = cursor?.caughtUpAt ?? world.addedAt;
    const beganAt = clock.now();
    const { got, full } = await delta('mail', cursor, (link) =>
      world.mail.changes(link, new Date(Math.min(caughtUpAt.getTime(), beganAt.getTime()) - skewMs)),
    );
    const ids = got.changes.map((change) => (change.kind === 'removed' ? change.id : change.message.id));
    const newSince = full && cursor !== null ? later(baseline, new Date(caughtUpAt.getTime() - skewMs)) : baseline;
    const verdict = judgeMail(account, got.changes, ledger.messages(account, ids), newSince);
    const added = ledger.apply({
      account,
      resource: 'mail',
      cursor: { deltaLink: got.deltaLink, baseline, caughtUpAt: beganAt, windowDay: null },
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
        caughtUpAt: beganAt,
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

  /** Health counts evidence: what the poll finds, and push should have told long ago, was lost on the way. */
  function judgePush(found: readonly Found[], endedGap: boolean): void {
    if (!world.pushWorks() || endedGap || found.length === 0) return;
    const now = clock.now().getTime();
    const late = found.some(
      ({ resource, at }) => now - at.getTime() > pushLateMs && (lastPush.get(resource)?.getTime() ?? 0) < at.getTime(),
    );
    if (!late) return;
    losses += 1;
    log.warn('push.lost', { inARow: losses });
    if (losses < 2) {
      world.pushDoubted();
      return;
    }
    board.raise({ code: 'push-lost', account });
    world.pushLost();
  }

  function fail(error: unknown): void {
    const failure = sessions.observe(account, error);
    log.warn('delta.failed', { code: failure.code, requestId: failure.details.requestId ?? null });
    if (!sessions.mayCallGraph(account)) return;
    attempt += 1;
    if (
      ['graph-unreachable', 'graph-busy', 'identity-unreachable', 'identity-busy'].includes(failure.code) &&
      attempt >= 2
    ) {
      board.raise({ code: 'graph-unreachable', account });
    }
    cancelNext();
    cancelNext = clock.after(
      backoffMs(attempt, world.random.fraction(), retry, failure.details.retryAfterMs ?? 0),
      () => void round(),
    );
  }

  function planPoll(): void {
    cancelPoll();
    if (stopped) return;
    cancelPoll = clock.after(world.pushWorks() ? pollEveryMs.push : pollEveryMs.noPush, () => {
      request('all', 'poll');
    });
  }
  function request(what: WatchedResource | 'all', why: string): void {
    log.info('delta.requested', { what, why });
    for (const resource of what === 'all' ? watchedResources : [what]) wanted.add(resource);
    if (why === 'asked') attempt = 0;
    if (hints.has(why) && !hintIsFree()) return;
    void round();
    if (why === 'poll') planPoll();
  }

  /** Books a round for a hint, or plans it for when the budget has room again. */
  function hintIsFree(): boolean {
    const nowMs = clock.now().getTime();
    recentHints = recentHints.filter((at) => at > nowMs - hintBudget.perMs && at <= nowMs);
    const [oldest] = recentHints;
    if (oldest === undefined || recentHints.length < hintBudget.rounds) {
      recentHints.push(nowMs);
      return true;
    }
    cancelHint();
    cancelHint = clock.after(oldest + hintBudget.perMs - nowMs, () => void round());
    return false;
  }

  return {
    request,
    expectGap(cause, since) {
      gapCause = { cause, since: since ?? null };
    },
    pushArrived(resource) {
      lastPush.set(resource, clock.now());
      losses = 0;
      board.clear('push-lost', account);
    },
    unreadCount: () => unread,
    lastSuccess: () => lastSuccess,
    lastPush: () => {
      const times = [...lastPush.values()].map((at) => at.getTime());
      return times.length === 0 ? null : new Date(Math.max(...times));
    },
    stop() {
      stopped = true;
      cancelPoll();
      cancelNext();
      cancelHint();
    },
  };
}

interface Found {
  readonly resource: WatchedResource;
  readonly at: Date;
}
const later = (a: Date, b: Date): Date => (a > b ? a : b);
