/** One person's calendar: single events, series with their exceptions, and the journal of their changes. */
import { newChangeKey, newImmutableId, newMutableId, occurrenceIds } from './ids.ts';
import { createJournal, type Journal } from './journal.ts';
import type { Person } from './mailbox.ts';
import { checkRule, daysWithin, type SeriesRule, timesOn } from './series.ts';

export interface StoredEvent {
  readonly immutableId: string;
  readonly mutableId: string;
  readonly iCalUId: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly changeKey: string;
  readonly isErased: boolean;
  readonly type: 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster';
  /** Of an occurrence or exception: its series' immutable id. */
  readonly seriesMasterId: string | undefined;
  readonly seriesMasterMutableId: string | undefined;
  /** Of a series master. */
  readonly series: Series | undefined;
  /** Of an occurrence or exception: the day it was meant for (`2026-11-21`), and when it was to begin. */
  readonly day: string | undefined;
  readonly originalStart: Date | undefined;
  readonly subject: string;
  readonly preview: string;
  /** For all-day events midnight UTC of the first day, and of the day after the last. */
  readonly start: Date;
  readonly end: Date;
  readonly isAllDay: boolean;
  readonly isCancelled: boolean;
  readonly location: string;
  readonly organizer: Person;
  readonly isOrganizer: boolean;
  readonly joinUrl: string | undefined;
  readonly showAs: 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere';
  readonly importance: 'low' | 'normal' | 'high';
  readonly sensitivity: 'normal' | 'personal' | 'private' | 'confidential';
  readonly response: 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded';
  readonly isReminderOn: boolean;
  readonly reminderMinutesBeforeStart: number;
  readonly attendees: readonly (Person & { readonly response: StoredEvent['response'] })[];
}

export interface Series {
  readonly rule: SeriesRule;
  readonly cancelledDays: ReadonlySet<string>;
  /** What the series was before its rule or its times changed. */
  readonly formerly: readonly { readonly rule: SeriesRule; readonly start: Date; readonly end: Date }[];
}

type Bookkeeping =
  | 'immutableId'
  | 'mutableId'
  | 'iCalUId'
  | 'createdAt'
  | 'changedAt'
  | 'changeKey'
  | 'isErased'
  | 'type'
  | 'seriesMasterId'
  | 'seriesMasterMutableId'
  | 'series'
  | 'day'
  | 'originalStart';
export type EditableEvent = Omit<StoredEvent, Bookkeeping>;

export interface EventChange {
  readonly before: StoredEvent | undefined;
  readonly after: StoredEvent | undefined;
}

export type CalendarStore = ReturnType<typeof createCalendarStore>;

const uidPrefix = '040000008200E00074C5B7101A82E008';

/** An occurrence's: the series' own, with the day in place of the zeros, as year (two bytes), month and day. */
function uidOn(series: string, day: string): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const bytes = Buffer.from([year >> 8, year & 255, month, date])
    .toString('hex')
    .toUpperCase();
  return series.startsWith(`${uidPrefix}00000000`)
    ? `${uidPrefix}${bytes}${series.slice(uidPrefix.length + 8)}`
    : series;
}

/** @param now cloud time. @param onChange told after every change. */
export function createCalendarStore(now: () => Date, onChange: (change: EventChange) => void) {
  /** Single events, series masters and exceptions; plain occurrences follow from their master. */
  const events = new Map<string, StoredEvent>();
  /** Either id of an occurrence somebody may have seen → where it comes from. */
  const occurrences = new Map<string, { readonly masterId: string; readonly day: string }>();
  const journal: Journal = createJournal();

  function lookUp(id: string): StoredEvent | undefined {
    const stored = events.get(id) ?? [...events.values()].find((event) => event.mutableId === id);
    const known = occurrences.get(id);
    return stored ?? (known && occurrenceOn(known.masterId, known.day));
  }

  /** The plain occurrence of a day, erased if the series has none there (any more). */
  function occurrenceOn(masterId: string, day: string): StoredEvent | undefined {
    const master = events.get(masterId);
    if (!master?.series) return undefined;
    const { series } = master;
    const ids = occurrenceIds(masterId, day);
    const { start, end } = timesOn(series.rule, master, day);
    for (const id of Object.values(ids)) occurrences.set(id, { masterId, day });
    const isOn = !series.cancelledDays.has(day) && daysWithin(series.rule, master, start, end).includes(day);
    return {
      ...master,
      ...ids,
      type: 'occurrence',
      iCalUId: uidOn(master.iCalUId, day),
      isErased: master.isErased || !isOn,
      seriesMasterId: masterId,
      seriesMasterMutableId: master.mutableId,
      series: undefined,
      day,
      originalStart: start,
      start,
      end,
    };
  }

  function named(id: string): StoredEvent {
    const found = lookUp(id);
    if (found === undefined || found.isErased) throw new Error(`No such event: ${id}`);
    return found;
  }

  function checked(event: StoredEvent): StoredEvent {
    if (!(event.end >= event.start)) throw new Error(`An event must not end before it starts: ${event.subject}`);
    events.set(event.immutableId, event);
    return event;
  }

  const stamp = () => ({ changedAt: now(), changeKey: newChangeKey() });

  /** Without its exceptions: their days are ordinary again, or gone. */
  function dropExceptions(masterId: string): void {
    for (const { immutableId, seriesMasterId, day } of [...events.values()]) {
      if (seriesMasterId !== masterId || day === undefined) continue;
      events.delete(immutableId);
      occurrenceOn(masterId, day);
      journal.changed(immutableId, ['start']);
    }
  }

  /** Plain occurrences of a series that touch the window. */
  function occurrencesWithin(master: StoredEvent, start: Date, end: Date): StoredEvent[] {
    if (!master.series) return [];
    return daysWithin(master.series.rule, master, start, end).flatMap((day) => {
      if (events.has(occurrenceIds(master.immutableId, day).immutableId)) return [];
      const occurrence = occurrenceOn(master.immutableId, day);
      return occurrence === undefined || occurrence.isErased ? [] : [occurrence];
    });
  }

  /** One day of a series is called off for good; the series itself counts as changed. */
  function removeDay(before: StoredEvent, masterId: string, day: string): StoredEvent {
    const master = named(masterId);
    if (!master.series) throw new Error(`Not a series: ${masterId}`);
    const series = { ...master.series, cancelledDays: new Set([...master.series.cancelledDays, day]) };
    const after = checked({ ...master, ...stamp(), series });
    events.delete(before.immutableId);
    occurrenceOn(masterId, day);
    if (journal.entry(before.immutableId) === undefined) journal.arrived(before.immutableId);
    journal.gone(before.immutableId, 'deleted');
    onChange({ before: master, after });
    return { ...before, isErased: true };
  }

  return {
    journal,
    /** By immutable id, erased or not. */
    byKey: (immutableId: string): StoredEvent | undefined => lookUp(immutableId),
    /** By either id, as long as the event exists. */
    find(id: string): StoredEvent | undefined {
      const found = lookUp(id);
      return found?.isErased === true ? undefined : found;
    },
    /** Single events, series masters and exceptions. */
    all: (): StoredEvent[] => [...events.values()].filter((event) => !event.isErased),
    occurrencesWithin,
    /** What a calendar shows in this window: single events, exceptions and occurrences, no masters. */
    within(start: Date, end: Date): StoredEvent[] {
      return [...events.values()].flatMap((event) => {
        if (event.isErased) return [];
        if (event.series) return occurrencesWithin(event, start, end);
        return overlaps(event, start, end) ? [event] : [];
      });
    },
    /**
     * Immutable ids of the days on which the series touches the window or, with `formerly`, ever did, except those that
     * are exceptions or cancelled by themselves.
     */
    daysOf(master: StoredEvent, start: Date, end: Date, formerly: boolean): string[] {
      const { series } = master;
      if (!series) return [];
      const versions = [
        { rule: series.rule, start: master.start, end: master.end },
        ...(formerly ? series.formerly : []),
      ];
      const days = new Set(versions.flatMap((one) => daysWithin(one.rule, one, start, end)));
      return [...days].flatMap((day) => {
        const id = occurrenceOn(master.immutableId, day)?.immutableId;
        return id === undefined || events.has(id) || series.cancelledDays.has(day) ? [] : [id];
      });
    },

    /** @param rule makes it the master of a series that begins with these times. @param iCalUId of a copy elsewhere. */
    add(fields: EditableEvent, rule?: SeriesRule, iCalUId?: string): StoredEvent {
      if (rule) checkRule(rule);
      const immutableId = newImmutableId();
      const after = checked({
        ...fields,
        ...stamp(),
        immutableId,
        mutableId: newMutableId(),
        iCalUId: iCalUId ?? `${uidPrefix}00000000${Buffer.from(immutableId.slice(-24)).toString('hex').toUpperCase()}`,
        createdAt: now(),
        isErased: false,
        type: rule ? 'seriesMaster' : 'singleInstance',
        seriesMasterId: undefined,
        seriesMasterMutableId: undefined,
        series: rule && { rule, cancelledDays: new Set(), formerly: [] },
        day: undefined,
        originalStart: undefined,
      });
      journal.arrived(immutableId);
      onChange({ before: undefined, after });
      return after;
    },

    /**
     * Every write is a change, also one that writes what was there: Exchange counts saves, not differences. An occurrence
     * becomes an exception. A series that gets other times or another rule loses its exceptions.
     */
    edit(id: string, patch: Partial<EditableEvent>, rule?: SeriesRule): StoredEvent {
      const before = named(id);
      if (rule) checkRule(rule);
      if (rule && !before.series) throw new Error(`Not a series: ${before.subject}`);
      const isMoved = patch.start !== undefined || patch.end !== undefined || rule !== undefined;
      const { series, start, end } = before;
      const next = series && {
        rule: rule ?? series.rule,
        cancelledDays: rule ? new Set<string>() : series.cancelledDays,
        formerly: isMoved ? [...series.formerly, { rule: series.rule, start, end }] : series.formerly,
      };
      const type = before.type === 'occurrence' ? 'exception' : before.type;
      const after = checked({ ...before, ...patch, ...stamp(), type, series: next });
      if (before.type === 'occurrence') journal.arrived(after.immutableId);
      else journal.changed(after.immutableId, Object.keys(patch));
      if (series && isMoved) dropExceptions(after.immutableId);
      onChange({ before, after });
      return after;
    },

    /** Takes an event, a whole series, or one day of a series out of the calendar. */
    remove(id: string): StoredEvent {
      const before = named(id);
      if (before.seriesMasterId !== undefined && before.day !== undefined) {
        return removeDay(before, before.seriesMasterId, before.day);
      }
      const after = checked({ ...before, isErased: true, changedAt: now() });
      if (before.series) dropExceptions(before.immutableId);
      journal.gone(after.immutableId, 'deleted');
      onChange({ before, after: undefined });
      return after;
    },
  };
}

/** True when the event touches the window; `end` itself is outside. */
export function overlaps(event: StoredEvent, start: Date, end: Date): boolean {
  if (event.start.getTime() === event.end.getTime()) return event.start >= start && event.start < end;
  return event.start < end && event.end > start;
}
