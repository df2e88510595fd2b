import type { Alert } from '../domain/alert.ts';
import type { Cancel, Clock, Ledger, Log, Toast, Toasts } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { toastButtons } from '../domain/toast-buttons.ts';
import { countsText, digestText, type Gap, remindersText, toastText } from '../domain/wording.ts';
import type { HealthBoard } from './health-board.ts';

/** At most this many toasts in this time; what is above it becomes one summary. */
const burst = { toasts: 5, perMs: 10_000 } as const;
/** More reminders than these at once, as after a night's sleep, are one toast. */
const mostReminders = 3;

export interface Announce {
  /**
   * Tells of everything that waits: one digest when it ended a gap, else a toast each.
   *
   * @param account whose news: what others wait with may belong to a digest of their own. Absent: everybody's.
   */
  announce(gap: Gap | null, account?: string): void;
  /** Tells of the reminders that wait, whoever's they are, and of nothing else: a toast each, or one for many. */
  remind(): void;
  /** Read elsewhere or gone: their toasts are taken back. */
  settle(alertIds: readonly string[]): void;
  stop(): void;
}

export function createAnnounce(world: {
  ledger: Ledger;
  toasts: Toasts;
  clock: Clock;
  log: Log;
  board: HealthBoard;
  settings: () => Settings;
  /** To tell digests apart; null while there is only one account. */
  accountName?: (account: string) => string | null;
  changed: () => void;
}): Announce {
  const { ledger, toasts, clock, log, board } = world;
  let recent: number[] = [];
  /** While one is planned, all that comes waits for it. */
  let summary: { readonly cancel: Cancel } | null = null;
  let stopped = false;

  /** Shows, then marks: a crash in between repeats a toast once, and loses none. */
  function show(toast: Omit<Toast, 'urgent'>, told: readonly Alert[]): void {
    const outcome = toasts.show({ ...toast, urgent: false });
    if (outcome === 'shown') board.clear('toasts-blocked');
    else board.raise({ code: 'toasts-blocked', account: null });
    recent.push(clock.now().getTime());
    ledger.markAnnounced(
      told.map((alert) => alert.id),
      'shown',
    );
    log.info('alert.announced', { count: told.length, outcome });
  }

  function showOne(alert: Alert): void {
    const buttons = toastButtons(alert);
    const text = toastText(alert, world.settings().contentLevel, clock.now());
    show({ key: alert.id, ...text, ...(buttons.length === 0 ? {} : { buttons }) }, [alert]);
  }

  const waitingFor = (account: string | undefined): readonly Alert[] =>
    ledger.waiting().filter((alert) => account === undefined || alert.account === account);

  function digest(gap: Gap, account: string | undefined): void {
    const held = waitingFor(account);
    if (held.length === 0) return;
    const { title, body } = digestText(held, gap, clock.now());
    const name = account === undefined ? null : (world.accountName?.(account) ?? null);
    const key = account === undefined ? 'digest' : `digest:${account}`;
    show({ key, title, body: name === null ? body : `${body} (${name})` }, held);
    world.changed();
  }

  function announce(gap: Gap | null, account?: string): void {
    if (stopped) return;
    if (gap !== null) {
      digest(gap, account);
      return;
    }
    const waiting = waitingFor(account);
    if (waiting.length === 0) return;
    const now = clock.now();
    if (summary !== null) return;
    recent = recent.filter((at) => at > now.getTime() - burst.perMs);
    const free = Math.max(0, burst.toasts - recent.length);
    for (const alert of waiting.slice(0, free)) showOne(alert);
    if (waiting.length > free) {
      summary = { cancel: clock.after(burst.perMs, summarise) };
    }
    world.changed();
  }
  function summarise(): void {
    summary = null;
    const waiting = ledger.waiting();
    if (stopped || waiting.length === 0) return;
    show({ key: 'summary', title: countsText(waiting), body: 'Open Tidings to see them.' }, waiting);
    world.changed();
  }

  function remind(): void {
    if (stopped) return;
    const due = ledger.waiting().filter(({ kind }) => kind === 'reminder');
    if (due.length === 0) return;
    const { contentLevel } = world.settings();
    if (due.length > mostReminders) show({ key: 'reminders', ...remindersText(due, contentLevel, clock.now()) }, due);
    else for (const alert of due) showOne(alert);
    world.changed();
  }

  return {
    announce,
    remind,
    settle: (ids) => {
      for (const id of ids) toasts.close(id);
    },
    stop() {
      stopped = true;
      summary?.cancel();
    },
  };
}
