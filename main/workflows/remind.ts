import type { CalendarEvent } from '../domain/alert.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import type { Cancel, Clock, Ledger, LedgerChange, Log, ReminderNotes } from '../domain/ports.ts';
import {
  calendarsWith,
  planReminders,
  type ReminderNote,
  type ReminderPlan,
  reminderAlert,
  type Told,
  trueTimes,
} from '../domain/reminder.ts';
import type { ReminderRules } from '../domain/settings.ts';
import { type ComingUp, createComingUp } from './coming-up.ts';
import { type Copies, createCopies } from './copies.ts';
import type { HealthBoard } from './health-board.ts';

/** After a start or a sleep the calendar is read before anything is told of it, but no longer waited for than this. */
const freshLimitMs = 30_000;
/** A stored calendar is looked at by then, also if its round goes on to other things. */
const lookSoonMs = 1_000;
/** When the disk refuses, nothing was told: the next try comes after this time. */
const retryMs = 30_000;
const minuteMs = 60_000;

export type Snooze = 'fiveMinutes' | 'tenMinutes' | 'untilStart';

/** Reminds of meetings, once each and until they end, and knows which come next. */
export interface Remind extends Pick<ComingUp, 'meetings' | 'nextMeeting'> {
  start(): void;
  /** The machine was asleep: what it knows of the calendar is read anew first. */
  woke(): void;
  /** A change was stored in the ledger. Never throws: it belongs to somebody else's work. */
  stored(change: Pick<LedgerChange, 'account' | 'resource' | 'events' | 'forgetEvents'>): void;
  /** The news of a round were told: now reminders may be. */
  roundEnded(): void;
  /** Rules or zone may be others now. */
  look(): void;
  /** Signed out: its toasts go; what was stored has gone with the account. */
  forget(account: string): void;
  /** @throws {Failure} `unexpected` when there is nothing to snooze or no time for it, `storage` if the disk refuses. */
  snooze(id: string, choice: Snooze): void;
  /** @throws {Failure} `unexpected` when it is no reminder, `storage` if the disk refuses. */
  dismiss(id: string): void;
  snoozedUntil(id: string): Date | null;
  stop(): void;
}

/** Needs `start()`; looks at the calendar that is stored, and never asks Graph. */
export function createRemind(world: {
  ledger: Pick<Ledger, 'events' | 'alert' | 'tellAnew' | 'markAnnounced' | 'settle'>;
  notes: ReminderNotes;
  /** Home account ids, signed in or waiting for their person: a stored calendar is good enough to be reminded by. */
  accounts: () => readonly string[];
  rules: () => ReminderRules;
  /** As whom the person knows that account. */
  accountName: (account: string) => string;
  clock: Clock;
  log: Log;
  board: HealthBoard;
  /** Tells of the reminders that wait in the ledger. */
  tell: () => void;
  closeToast: (id: string) => void;
  changed: (what: 'alerts' | 'meetings' | 'state') => void;
}): Remind {
  const { ledger, clock, log, board } = world;
  const comingUp = createComingUp(world.changed);
  const copies: Copies = createCopies();
  const notes = new Map<string, ReminderNote>();
  const calendars = new Map<string, ReadonlyMap<string, CalendarEvent>>();
  /** Read since the last start or wake-up. */
  const fresh = new Set<string>();
  /** A disk that cannot be read at the start can perhaps later. */
  let isLoaded = false;
  let dirty = false;
  let offsetMinutes = 0;
  let waitsForCalendar = false;
  let running = false;
  let cancelNext: Cancel = () => {};
  let cancelWait: Cancel = () => {};
  let cancelJumps: Cancel = () => {};

  function waitForCalendar(): void {
    fresh.clear();
    waitsForCalendar = true;
    cancelWait();
    cancelWait = clock.after(freshLimitMs, () => {
      waitsForCalendar = false;
      look();
    });
  }

  function calendarOf(account: string): ReadonlyMap<string, CalendarEvent> {
    const known = calendars.get(account);
    if (known !== undefined) return known;
    const events = ledger.events(account);
    calendars.set(account, events);
    return events;
  }

  function save(changed: readonly ReminderNote[]): void {
    world.notes.save(changed);
    for (const note of changed) notes.set(note.id, note);
  }

  /** Settled first, forgotten last: whatever goes wrong in between is done again by the next look. */
  function takeToasts(over: readonly ReminderNote[], takeBack: readonly ReminderNote[]): void {
    const ids = [...over, ...takeBack].map(({ id }) => id);
    if (ids.length === 0) return;
    ledger.settle(ids);
    for (const id of ids) world.closeToast(id);
    save(over.map((note) => ({ ...note, isOver: true })));
    world.notes.remove(takeBack.map(({ id }) => id));
    for (const { id } of takeBack) notes.delete(id);
    log.info('reminder.settled', { over: over.length, takenBack: takeBack.length });
  }

  /** The alert first: with a note and no alert a reminder would be lost. */
  function tellDue(account: string, due: ReminderPlan['due'], all: readonly Told[], now: Date): void {
    const namesOf = (event: CalendarEvent): readonly string[] => calendarsWith(event, all).map(world.accountName);
    ledger.tellAnew(due.map(({ event }) => reminderAlert(account, event, now, namesOf(event))));
    save(
      due.map(({ id }) => ({
        id,
        account,
        toldAt: now,
        snoozedAt: null,
        snoozedUntil: null,
        isDismissed: false,
        isOver: false,
      })),
    );
    for (const { event } of due) {
      copies.told(account, event);
      log.info('reminder.told', { lateMs: Math.max(0, now.getTime() - trueTimes(event).startsAt.getTime()) });
    }
  }

  function look(): void {
    if (!running) return;
    cancelNext();
    const now = clock.now();
    dirty = false;
    offsetMinutes = now.getTimezoneOffset();
    try {
      const at = lookNow(now);
      cancelNext = clock.after(Math.max(0, at.getTime() - now.getTime()), look);
    } catch (error) {
      const failure = asFailure(error);
      log.error('reminders.failed', { code: failure.code });
      if (failure.code === 'storage') board.raise({ code: 'storage-failing', account: null });
      cancelNext = clock.after(retryMs, look);
    }
  }

  /** @returns when to look again. */
  function lookNow(now: Date): Date {
    if (!isLoaded) for (const note of world.notes.all()) notes.set(note.id, note);
    isLoaded = true;
    const turns: Date[] = [];
    let listChanged = false;
    const all = world.accounts().map((account) => ({ account, events: calendarOf(account), notes: notesOf(account) }));
    copies.look(all, now);
    const known = all.map(({ account, events, notes: before }) => {
      const plan = planOf(account, events, before, now);
      takeToasts(plan.over, plan.takeBack);
      const mayTell = !waitsForCalendar || fresh.has(account);
      if (mayTell && plan.due.length > 0) tellDue(account, plan.due, all, now);
      listChanged ||= plan.over.length + plan.takeBack.length + (mayTell ? plan.due.length : 0) > 0;
      const coming = mayTell && plan.due.length > 0 ? planOf(account, events, notesOf(account), now) : plan;
      if (coming.nextAt !== null) turns.push(coming.nextAt);
      return { account, events, coming: coming.coming };
    });
    // Also what waits from before: a crash, or a disk that refused, may have come between storing and telling.
    world.tell();
    if (listChanged) world.changed('alerts');
    turns.push(comingUp.show(known, now), ...copies.turns());
    return new Date(Math.min(...turns.map((at) => at.getTime())));
  }
  const notesOf = (account: string): readonly ReminderNote[] =>
    [...notes.values()].filter((note) => note.account === account);
  const planOf = (
    account: string,
    events: ReadonlyMap<string, CalendarEvent>,
    before: readonly ReminderNote[],
    now: Date,
  ): ReminderPlan =>
    planReminders(account, events, before, world.rules(), now, (event) => copies.isTold(account, event));

  function lookSoon(): void {
    cancelNext();
    cancelNext = clock.after(lookSoonMs, look);
  }

  /** The reminder as it stands, and its meeting. @throws {Failure} `unexpected`. */
  function standing(id: string): { readonly note: ReminderNote; readonly startsAt: Date; readonly endsAt: Date } {
    const note = notes.get(id);
    const alert = note === undefined ? null : ledger.alert(id);
    if (note === undefined || alert === null || alert.startsAt === null || alert.endsAt === undefined) {
      throw new Failure('unexpected', 'This reminder is not in the list any more.');
    }
    return { note, startsAt: alert.startsAt, endsAt: alert.endsAt };
  }

  return {
    start() {
      running = true;
      waitForCalendar();
      // A timer counts on from where a clock that is set back now stands; the plan knows better.
      cancelJumps = clock.onJump((gapMs) => {
        if (gapMs < 0) look();
      });
      look();
    },
    woke() {
      if (running) waitForCalendar();
    },
    stored({ account, resource, events, forgetEvents }) {
      if (resource !== 'calendar' || !running) return;
      const isFirst = waitsForCalendar && !fresh.has(account);
      if (events.length + forgetEvents.length > 0) calendars.delete(account);
      fresh.add(account);
      if (events.length + forgetEvents.length === 0 && !isFirst) return;
      dirty = true;
      lookSoon();
    },
    roundEnded() {
      if (dirty || clock.now().getTimezoneOffset() !== offsetMinutes) look();
    },
    look,
    forget(account) {
      for (const { id } of notesOf(account)) {
        world.closeToast(id);
        notes.delete(id);
      }
      calendars.delete(account);
      look();
    },
    snooze(id, choice) {
      const { note, startsAt, endsAt } = standing(id);
      const now = clock.now();
      if (note.isDismissed) throw new Failure('unexpected', 'This reminder was dismissed.');
      const until = choice === 'untilStart' ? startsAt : new Date(now.getTime() + minutesOf[choice] * minuteMs);
      if (until <= now) throw new Failure('unexpected', 'The meeting has started already.');
      if (until >= endsAt) throw new Failure('unexpected', 'The meeting will be over by then.');
      save([{ ...note, snoozedAt: now, snoozedUntil: until }]);
      // One that quiet hours hold back waits no longer: it comes when the person said.
      ledger.markAnnounced([id], 'shown');
      world.closeToast(id);
      log.info('reminder.snoozed', { choice });
      world.changed('alerts');
      look();
    },
    dismiss(id) {
      const { note } = standing(id);
      ledger.settle([id]);
      save([{ ...note, isDismissed: true, snoozedAt: null, snoozedUntil: null }]);
      world.closeToast(id);
      log.info('reminder.dismissed');
      world.changed('alerts');
      look();
    },
    snoozedUntil(id) {
      const note = notes.get(id);
      return note === undefined || note.isOver ? null : note.snoozedUntil;
    },
    meetings: comingUp.meetings,
    nextMeeting: comingUp.nextMeeting,
    stop() {
      running = false;
      cancelNext();
      cancelWait();
      cancelJumps();
    },
  };
}

const minutesOf = { fiveMinutes: 5, tenMinutes: 10 } as const;

/** A ledger that tells of every change it has stored. */
export const noticing = (ledger: Ledger, stored: Remind['stored']): Ledger => ({
  ...ledger,
  apply(change) {
    const added = ledger.apply(change);
    stored(change);
    return added;
  },
});
