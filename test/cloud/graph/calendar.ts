/** One person's calendar: single events (series would be further items with a `seriesMasterId`) and their journal. */
import { newChangeKey, newImmutableId, newMutableId } from './ids.ts';
import { createJournal, type Journal } from './journal.ts';
import type { Person } from './mailbox.ts';

export interface StoredEvent {
  readonly immutableId: string;
  readonly mutableId: string;
  readonly iCalUId: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly changeKey: string;
  readonly isErased: boolean;
  readonly type: 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster';
  readonly seriesMasterId: string | undefined;
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

type Bookkeeping =
  | 'immutableId'
  | 'mutableId'
  | 'iCalUId'
  | 'createdAt'
  | 'changedAt'
  | 'changeKey'
  | 'isErased'
  | 'type'
  | 'seriesMasterId';
export type EditableEvent = Omit<StoredEvent, Bookkeeping>;

export interface EventChange {
  readonly before: StoredEvent | undefined;
  readonly after: StoredEvent | undefined;
}

export type CalendarStore = ReturnType<typeof createCalendarStore>;

/** @param now cloud time. @param onChange told after every change. */
export function createCalendarStore(now: () => Date, onChange: (change: EventChange) => void) {
  const events = new Map<string, StoredEvent>();
  const journal: Journal = createJournal();

  function named(id: string): StoredEvent {
    const found = events.get(id) ?? [...events.values()].find((event) => event.mutableId === id);
    if (found === undefined || found.isErased) throw new Error(`No such event: ${id}`);
    return found;
  }

  function checked(event: StoredEvent): StoredEvent {
    if (!(event.end >= event.start)) throw new Error(`An event must not end before it starts: ${event.subject}`);
    events.set(event.immutableId, event);
    return event;
  }

  return {
    journal,
    byKey: (immutableId: string): StoredEvent | undefined => events.get(immutableId),
    /** By either id, as long as the event exists. */
    find(id: string): StoredEvent | undefined {
      const found = events.get(id) ?? [...events.values()].find((event) => event.mutableId === id);
      return found?.isErased === true ? undefined : found;
    },
    all: (): StoredEvent[] => [...events.values()].filter((event) => !event.isErased),

    add(fields: EditableEvent): StoredEvent {
      const immutableId = newImmutableId();
      const after = checked({
        ...fields,
        immutableId,
        mutableId: newMutableId(),
        iCalUId: `040000008200E00074C5B7101A82E008${Buffer.from(immutableId.slice(-24)).toString('hex').toUpperCase()}`,
        createdAt: now(),
        changedAt: now(),
        changeKey: newChangeKey(),
        isErased: false,
        type: 'singleInstance',
        seriesMasterId: undefined,
      });
      journal.arrived(immutableId);
      onChange({ before: undefined, after });
      return after;
    },

    /** Every write is a change, also one that writes what was there: Exchange counts saves, not differences. */
    edit(id: string, patch: Partial<EditableEvent>): StoredEvent {
      const before = named(id);
      const after = checked({ ...before, ...patch, changedAt: now(), changeKey: newChangeKey() });
      journal.changed(after.immutableId, Object.keys(patch));
      onChange({ before, after });
      return after;
    },

    remove(id: string): StoredEvent {
      const before = named(id);
      const after = checked({ ...before, isErased: true, changedAt: now() });
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
