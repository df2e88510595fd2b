import type { Alert } from '../domain/alert.ts';
import type { Cancel, Clock, Ledger, Log, Toast, Toasts } from '../domain/ports.ts';
import type { QuietPeriod } from '../domain/quiet.ts';
import { fateOf } from '../domain/rules.ts';
import { newsKey } from '../domain/same-meeting.ts';
import type { Settings } from '../domain/settings.ts';
import { toastButtons } from '../domain/toast-buttons.ts';
import {
  accountLabel,
  countsText,
  digestText,
  type Gap,
  type Held,
  remindersText,
  toastText,
} from '../domain/wording.ts';
import type { HealthBoard } from './health-board.ts';
import type { HeldBack } from './held-back.ts';
import type { Muting } from './muting.ts';
import type { SharedToasts } from './shared-toasts.ts';

/** At most this many toasts in this time; what is above it becomes one summary. */
const burst = { toasts: 5, perMs: 10_000 } as const;
/** More reminders than these at once, as after a night's sleep, are one toast. */
const mostReminders = 3;
/** The same news from another calendar of the person's, within this time, is in the list and pops up no more. */
const copyMs = 10 * 60_000;
/** Where a quiet time ends while mailboxes are still being read, both are told in one digest, but no later than this. */
const patienceMs = 60_000;

export interface Announce {
  /**
   * Tells of everything that waits and may be told: one digest when it ended a gap or a quiet time, else a toast each.
   *
   * @param account whose news: what others wait with may belong to a digest of their own. Absent: everybody's.
   */
  announce(gap: Gap | null, account?: string): void;
  /** Tells of the reminders that wait, whoever's they are, and of nothing else: a toast each, or one for many. */
  remind(): void;
  /** Quiet has begun, has ended or has another reason; also to be called at the start. */
  quietTurned(): void;
  /** Read elsewhere or gone: their toasts are taken back, one that tells of several with the last of them. */
  settle(alertIds: readonly string[]): void;
  stop(): void;
}

/** The only one that shows toasts of alerts: what waits in the ledger is told by it, and marked as shown after the call. */
export function createAnnounce(world: {
  ledger: Ledger;
  toasts: Toasts;
  clock: Clock;
  log: Log;
  board: HealthBoard;
  settings: () => Settings;
  /** Why toasts are held back, or null. Never throws. */
  quiet: () => QuietPeriod | null;
  heldBack: HeldBack;
  shared: SharedToasts;
  muting: Pick<Muting, 'isMuted' | 'mailCame'>;
  /** Somebody's mailbox is being read after a gap: a digest will come of it. */
  isCatchingUp: () => boolean;
  /** To tell digests apart; null while there is only one account. */
  accountName?: (account: string) => string | null;
  changed: () => void;
}): Announce {
  const { ledger, toasts, clock, log, board, heldBack, shared } = world;
  let recent: number[] = [];
  /** News of meetings that was told, by `newsKey()`. */
  const news = new Map<string, { readonly account: string; readonly atMs: number }>();
  /** While one is planned, all that comes waits for it. */
  let summary: { readonly cancel: Cancel } | null = null;
  /** A quiet time has ended; its digest waits for what is being read. */
  let patience: Cancel | 'over' | null = null;
  let stopped = false;

  /** Shows, then marks: a crash in between repeats a toast once, and loses none. */
  function show(toast: Omit<Toast, 'urgent'>, told: readonly Alert[]): void {
    const outcome = toasts.show({ ...toast, urgent: false });
    if (outcome === 'shown') board.clear('toasts-blocked');
    else board.raise({ code: 'toasts-blocked', account: null });
    recent.push(clock.now().getTime());
    const ids = told.map((alert) => alert.id);
    if (!ids.includes(toast.key)) shared.shown(toast.key, ids);
    ledger.markAnnounced(ids, 'shown');
    log.info('alert.announced', { count: told.length, outcome });
  }

  function showOne(alert: Alert): void {
    const buttons = toastButtons(alert);
    const text = toastText(alert, world.settings().contentLevel, clock.now());
    show({ key: alert.id, ...text, ...(buttons.length === 0 ? {} : { buttons }) }, [alert]);
  }

  /** Of those that wait: what may be told now. The rest goes on waiting for the end of quiet, or is listed only. */
  function mayBeTold(waiting: readonly Alert[], gap: Gap | null = null): readonly Alert[] {
    const quiet = world.quiet();
    const settings = world.settings();
    const fates = waiting.map((alert) => {
      const fate = fateNow(alert, settings, quiet);
      return { alert, fate: fate !== 'listOnly' && isCopy(alert) ? ('listOnly' as const) : fate };
    });
    const having = (wanted: (typeof fates)[number]['fate']) =>
      fates.flatMap(({ alert, fate }) => (fate === wanted ? [alert] : []));
    ledger.markAnnounced(
      having('listOnly').map(({ id }) => id),
      'quiet',
    );
    if (having('hold').length > 0) heldBack.note(quiet, gap);
    return having('tell');
  }

  /** Whether the same of the same meeting was told from another account's calendar a moment ago. */
  function isCopy(alert: Alert): boolean {
    const key = newsKey(alert);
    if (key === null) return false;
    const nowMs = clock.now().getTime();
    for (const [old, { atMs }] of news) if (Math.abs(nowMs - atMs) >= copyMs) news.delete(old);
    const told = news.get(key);
    if (told !== undefined && told.account !== alert.account) return true;
    news.set(key, { account: alert.account, atMs: told?.atMs ?? nowMs });
    return false;
  }

  /** A rule that cannot be looked up keeps nothing back. */
  function fateNow(alert: Alert, settings: Settings, quiet: QuietPeriod | null): ReturnType<typeof fateOf> {
    try {
      const isMuted = world.muting.isMuted(alert);
      if (isMuted) world.muting.mailCame(alert);
      return fateOf(alert, settings, { at: clock.now(), quiet, isMuted });
    } catch (error) {
      log.error('rules.failed', { error: String(error) });
      return 'tell';
    }
  }

  const waitingFor = (account: string | undefined): readonly Alert[] =>
    ledger.waiting().filter((alert) => account === undefined || alert.account === account);

  /** All in one toast, but for reminders: those are of use as such. */
  function digest(why: Gap | Held, account: string | undefined, all: readonly Alert[]): void {
    tellReminders(all.filter(({ kind }) => kind === 'reminder'));
    const told = all.filter(({ kind }) => kind !== 'reminder');
    if (told.length === 0) return;
    const { title, body } = digestText(told, why, clock.now());
    const username = account === undefined ? null : (world.accountName?.(account) ?? null);
    const name = username === null ? null : accountLabel(username, world.settings().contentLevel);
    const key = account === undefined ? 'digest' : `digest:${account}`;
    show({ key, title, body: name === null ? body : `${body} (${name})` }, told);
  }

  function announce(gap: Gap | null, account?: string): void {
    if (stopped) return;
    if (world.quiet() === null && heldBack.get() !== null) {
      if (gap !== null && waitingFor(account).length > 0) heldBack.note(null, gap);
      release();
      return;
    }
    const told = mayBeTold(waitingFor(account), gap);
    if (told.length === 0) return;
    if (gap === null) tellEach(told);
    else digest(gap, account, told);
    world.changed();
  }

  function tellEach(told: readonly Alert[]): void {
    const nowMs = clock.now().getTime();
    if (summary !== null) return;
    recent = recent.filter((at) => at > nowMs - burst.perMs);
    const free = Math.max(0, burst.toasts - recent.length);
    for (const alert of told.slice(0, free)) showOne(alert);
    if (told.length > free) {
      summary = { cancel: clock.after(burst.perMs, summarise) };
    }
  }
  function summarise(): void {
    summary = null;
    if (stopped) return;
    const told = mayBeTold(ledger.waiting());
    if (told.length === 0) return;
    show({ key: 'summary', title: countsText(told), body: 'Open Tidings to see them.' }, told);
    world.changed();
  }

  function remind(): void {
    if (stopped) return;
    const due = mayBeTold(ledger.waiting().filter(({ kind }) => kind === 'reminder'));
    if (due.length === 0) return;
    tellReminders(due);
    world.changed();
  }
  function tellReminders(due: readonly Alert[]): void {
    const { contentLevel } = world.settings();
    if (due.length > mostReminders) show({ key: 'reminders', ...remindersText(due, contentLevel, clock.now()) }, due);
    else for (const alert of due) showOne(alert);
  }

  /** Tells of what was held and need not be any more. */
  function release(): void {
    const held = heldBack.get();
    if (stopped || held === null || mustWait()) return;
    endPatience();
    const waiting = ledger.waiting();
    digest(held, undefined, mayBeTold(waiting));
    // Cleared last: after a crash it says that what still waits belongs into a digest.
    if (world.quiet() === null || ledger.waiting().length === 0) heldBack.clear();
    if (waiting.length > 0) world.changed();
  }

  /** The same moment (a laptop is opened) often ends both a quiet time and a gap. */
  function mustWait(): boolean {
    if (patience === 'over' || !world.isCatchingUp()) return false;
    patience ??= clock.after(patienceMs, () => {
      patience = 'over';
      release();
    });
    return true;
  }
  function endPatience(): void {
    if (patience !== null && patience !== 'over') patience();
    patience = null;
  }

  return {
    announce,
    remind,
    quietTurned: release,
    settle(ids) {
      for (const key of [...ids, ...shared.settled(ids)]) toasts.close(key);
    },
    stop() {
      stopped = true;
      summary?.cancel();
      endPatience();
    },
  };
}
