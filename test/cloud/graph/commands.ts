/** What a scenario, a demo or a test makes happen in a mailbox and a calendar. */
import { randomUUID } from 'node:crypto';
import type { CloudAccount, CloudClock, Report } from '../types.ts';
import type { EditableEvent, StoredEvent } from './calendar.ts';
import type { CalendarRoom } from './calendar-routes.ts';
import { newImmutableId } from './ids.ts';
import type { MailRoom } from './mail-delta.ts';
import type { EditableMail, Person, StoredMail } from './mailbox.ts';
import type { SeriesRule } from './series.ts';

/** A person as an object, as `Grace Roe <grace@fabrikam.example>`, or as a bare address. */
export type PersonInput = string | Person;
/** An instant as a `Date` or as ISO 8601 text with an offset; all-day events also take a bare day. */
export type InstantInput = Date | string;

export interface MailInput extends Partial<EditableMail> {
  readonly from?: PersonInput;
  /** When it was received; default now. */
  readonly at?: InstantInput;
  /** Id, well-known name or display name; default `inbox`. */
  readonly folder?: string;
  readonly conversationId?: string;
}

export interface EventInput extends Partial<Omit<EditableEvent, 'start' | 'end' | 'organizer' | 'attendees'>> {
  readonly start?: InstantInput;
  readonly end?: InstantInput;
  /** Used when `end` is missing; default 30, or whole days for all-day events. */
  readonly durationMinutes?: number;
  readonly organizer?: PersonInput;
  readonly isOnlineMeeting?: boolean;
  readonly attendees?: readonly PersonInput[];
  /** Of the same meeting in somebody else's calendar. */
  readonly iCalUId?: string;
  /** Makes the event the first of a series. */
  readonly series?: SeriesRule;
}

export interface CommandContext {
  readonly clock: CloudClock;
  readonly report: Report;
  readonly account: CloudAccount;
}

export type MailboxCommands = ReturnType<typeof createMailboxCommands>;
export type CalendarCommands = ReturnType<typeof createCalendarCommands>;

/** Message ids may be given in either form; the returned `immutableId` is the one that lasts. */
export function createMailboxCommands({ clock, report, account }: CommandContext, room: MailRoom) {
  const { mailbox, feed, habits } = room;
  const owner = account.username;
  const tell = (name: string, text: string) => report({ site: 'graph', name, text });
  const told = (name: string, verb: string, mail: StoredMail): StoredMail => {
    tell(name, `“${mail.subject}” in ${owner}'s ${mail.folder.displayName} ${verb}.`);
    return mail;
  };
  return {
    deliver({ from, at, folder, conversationId, ...fields }: MailInput = {}): StoredMail {
      const sender = personOf(from ?? 'Grace Roe <grace@fabrikam.example>');
      const mail = {
        subject: 'Hello',
        preview: '',
        importance: 'normal',
        isRead: false,
        isFlagged: false,
        categories: [],
        isFocused: true,
        ...fields,
        from: sender,
        receivedAt: at === undefined ? clock.now() : instantOf(at),
        conversationId: conversationId ?? newImmutableId(),
      } as const;
      return told('mail.delivered', `arrives from ${sender.address}`, mailbox.add(mail, folder ?? 'inbox'));
    },
    markRead: (id: string) => told('mail.read', 'is marked as read', mailbox.edit(id, { isRead: true })),
    markUnread: (id: string) => told('mail.unread', 'is marked as unread', mailbox.edit(id, { isRead: false })),
    update: (id: string, patch: Partial<EditableMail>) => told('mail.updated', 'is changed', mailbox.edit(id, patch)),
    move: (id: string, folder: string) => told('mail.moved', 'is the new place of a message', mailbox.move(id, folder)),
    /** Into Deleted Items; with `permanently`, out of the world. */
    remove: (id: string, options: { readonly permanently?: boolean } = {}) =>
      told('mail.removed', 'is a removed message', mailbox.remove(id, options.permanently === true)),
    restore: (id: string) => told('mail.restored', 'is restored', mailbox.restore(id)),
    addFolder: (displayName: string, inside?: string): string => mailbox.addFolder(displayName, inside).id,
    /** For good, with everything in it. */
    removeFolder(name: string): void {
      tell('folder.removed', `${mailbox.removeFolder(name).displayName} of ${owner} is gone.`);
    },
    /** What is in a folder now; default the inbox. */
    messages: (folder = 'inbox'): readonly StoredMail[] => mailbox.mailsIn(mailbox.folderNamed(folder)),
    /** The next delta answers of this account (mail) are empty pages. */
    emptyPages: (count: number) => feed.emptyPages(count),
    /** The next incremental round lists the newest items once more. */
    replay: (count: number) => feed.replay(count),
    /** Every delta link given out so far is refused: `410 SyncStateNotFound` unless said otherwise. */
    expireDelta(how: { readonly status?: number; readonly code?: string } = {}): void {
      feed.expire({ status: how.status ?? 410, code: how.code ?? 'SyncStateNotFound' });
      tell('delta.expired', `The mail delta links of ${owner} are no longer good.`);
    },
    /** `$deltatoken=latest` is answered with everything. */
    ignoreLatest: (isOn: boolean) => {
      habits.ignoresLatest = isOn;
    },
    /** On (as Outlook does): a change of read state is shown with `id` and `isRead` only. */
    partialUpdates: (isOn: boolean) => {
      habits.partialUpdates = isOn;
    },
  };
}

export function createCalendarCommands({ clock, report, account }: CommandContext, room: CalendarRoom) {
  const { store, feed } = room;
  const owner = account.username;
  const tell = (name: string, text: string) => report({ site: 'graph', name, text });
  const told = (name: string, verb: string, event: StoredEvent): StoredEvent => {
    tell(name, `“${event.subject}” in ${owner}'s calendar ${verb}.`);
    return event;
  };
  return {
    create(input: EventInput = {}): StoredEvent {
      const start = instantOf(input.start ?? new Date(clock.now().getTime() + 60 * 60_000));
      const isOrganizer = input.isOrganizer ?? false;
      const fields: EditableEvent = {
        subject: 'Meeting',
        preview: '',
        isAllDay: false,
        isCancelled: false,
        location: '',
        showAs: 'busy',
        importance: 'normal',
        sensitivity: 'normal',
        response: isOrganizer ? 'organizer' : 'notResponded',
        isReminderOn: true,
        reminderMinutesBeforeStart: 15,
        isOrganizer,
        joinUrl: undefined,
        ...fieldsOf(input),
        ...timesOf(input, start, undefined),
        organizer: isOrganizer ? selfOf(account) : personOf(input.organizer ?? 'Grace Roe <grace@fabrikam.example>'),
        attendees: (input.attendees ?? []).map((one) => ({ ...personOf(one), response: 'none' })),
      };
      const event = store.add(fields, input.series, input.iCalUId);
      const what = input.series ? 'a series that begins at' : 'created for';
      return told('event.created', `is ${what} ${event.start.toISOString()}`, event);
    },
    /**
     * Anything of the event; a new `start` without `end` keeps its length. The id of an occurrence changes that day alone
     * and makes it an exception; the id of its master changes the whole series.
     */
    update(id: string, input: EventInput): StoredEvent {
      const before = find(id);
      const times = input.start === undefined && input.end === undefined ? {} : timesOf(input, before.start, before);
      const organizer = input.organizer === undefined ? {} : { organizer: personOf(input.organizer) };
      return told(
        'event.updated',
        'is changed',
        store.edit(id, { ...fieldsOf(input), ...times, ...organizer }, input.series),
      );
    },
    /** Called off by its organizer, as attendees see it: an event, a whole series, or one day of it. */
    cancel(id: string): StoredEvent {
      const { subject } = find(id);
      const patch = { isCancelled: true, subject: `Canceled: ${subject}`, showAs: 'free' } as const;
      return told('event.cancelled', 'is cancelled', store.edit(id, patch));
    },
    remove: (id: string) => told('event.removed', 'is removed', store.remove(id)),
    setResponse: (id: string, response: StoredEvent['response']) =>
      told('event.answered', `is answered: ${response}`, store.edit(id, { response })),
    /** Somebody else answers: the event changes, and nothing that its owner cares about. */
    attendeeResponds(id: string, who: PersonInput, response: StoredEvent['response']): StoredEvent {
      const person = personOf(who);
      const others = find(id).attendees.filter((one) => one.address !== person.address);
      const event = store.edit(id, { attendees: [...others, { ...person, response }] });
      return told('event.attendee', `is answered by ${person.address}: ${response}`, event);
    },
    /** Single events, series masters and exceptions. */
    events: (): readonly StoredEvent[] => store.all(),
    /** What the calendar shows in a window: single events, occurrences and exceptions, in order. */
    between: (from: InstantInput, to: InstantInput): readonly StoredEvent[] =>
      store.within(instantOf(from), instantOf(to)).sort((a, b) => a.start.getTime() - b.start.getTime()),
    emptyPages: (count: number) => feed.emptyPages(count),
    replay: (count: number) => feed.replay(count),
    expireDelta(how: { readonly status?: number; readonly code?: string } = {}): void {
      feed.expire({ status: how.status ?? 410, code: how.code ?? 'SyncStateNotFound' });
      tell('delta.expired', `The calendar delta links of ${owner} are no longer good.`);
    },
  };

  function find(id: string): StoredEvent {
    const found = store.find(id);
    if (found === undefined) throw new Error(`No such event: ${id}`);
    return found;
  }
}

function selfOf({ name, username }: CloudAccount): Person {
  return { name, address: username };
}

function personOf(input: PersonInput): Person {
  if (typeof input !== 'string') return input;
  const [, name, address] = /^\s*(.*?)\s*<([^>]+)>\s*$/.exec(input) ?? [];
  return address === undefined ? { name: input, address: input } : { name: name || address, address };
}

function instantOf(input: InstantInput): Date {
  const at = new Date(input);
  if (Number.isNaN(at.getTime())) throw new Error(`Not an instant: ${input}`);
  if (typeof input === 'string' && !/(Z|[+-]\d{2}:\d{2}|^\d{4}-\d{2}-\d{2})$/i.test(input)) {
    throw new Error(`An instant needs an offset or Z: ${input}`);
  }
  return at;
}

const DAY_MS = 24 * 60 * 60_000;

function timesOf(input: EventInput, fallbackStart: Date, before: StoredEvent | undefined): { start: Date; end: Date } {
  const isAllDay = input.isAllDay ?? before?.isAllDay ?? false;
  const asked = input.start === undefined ? fallbackStart : instantOf(input.start);
  const start = isAllDay ? new Date(`${asked.toISOString().slice(0, 10)}T00:00:00Z`) : asked;
  const oldMs = before === undefined ? undefined : before.end.getTime() - before.start.getTime();
  const usualMs = oldMs ?? (isAllDay ? DAY_MS : 30 * 60_000);
  const lengthMs = input.durationMinutes === undefined ? usualMs : input.durationMinutes * 60_000;
  return { start, end: input.end === undefined ? new Date(start.getTime() + lengthMs) : instantOf(input.end) };
}

/** What goes into the store as it is. */
function fieldsOf(input: EventInput): Partial<EditableEvent> {
  const { start, end, durationMinutes, organizer, attendees, isOnlineMeeting, series, iCalUId, ...fields } = input;
  if (isOnlineMeeting === undefined || fields.joinUrl !== undefined) return fields;
  return {
    ...fields,
    joinUrl: isOnlineMeeting ? `https://teams.microsoft.com/l/meetup-join/${randomUUID()}` : undefined,
  };
}
