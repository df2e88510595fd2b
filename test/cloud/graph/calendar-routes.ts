/** The calendar over HTTP: one event, a series, a window, reminders in a window, and change tracking of a window. */
import type { Reminder } from '@microsoft/microsoft-graph-types';
import { type Answer, badRequest, itemNotFound, ok } from './answers.ts';
import { type CalendarStore, overlaps, type StoredEvent } from './calendar.ts';
import { cancelledOccurrences, EVENT_PROPERTIES, eventView, leanOccurrence } from './calendar-view.ts';
import { CALENDAR_READ, type Call, onlyGet, requireScope } from './call.ts';
import type { DeltaEntry, DeltaFeed, DeltaState } from './delta.ts';
import { onlyOptions, parseInstant, parseSelect, SERVICE_ROOT, selected } from './odata.ts';
import { LARGEST_PAGE, pageOf } from './paging.ts';

const COLLECTION = 'calendarView';
const DELTA_PAGE = 10;
/** The longest window Outlook expands, in milliseconds: 1,825 days. */
const LONGEST_WINDOW_MS = 1825 * 24 * 60 * 60 * 1000;

/** Fixed when the round begins; links carry it. */
export interface CalendarWindow {
  readonly start: Date;
  readonly end: Date;
}

export interface CalendarRoom {
  readonly store: CalendarStore;
  readonly feed: DeltaFeed<CalendarWindow>;
}

/** Answers `calendarView…`, `events…` and `reminderView(…)`; undefined when the path is none of them. */
export function answerCalendar(call: Call, room: CalendarRoom): Answer | undefined {
  const [first = '', second, third] = call.segments;
  const name = first.toLowerCase();
  const depth = call.segments.length;
  const isView = name === 'calendarview' && depth === 1;
  const isDelta = name === 'calendarview' && depth === 2 && second?.toLowerCase() === 'delta';
  const isInstances = name === 'events' && depth === 3 && third?.toLowerCase() === 'instances';
  const isEvents = name === 'events' && (depth <= 2 || isInstances);
  const isReminders = name.startsWith('reminderview(') && depth === 1;
  if (!isView && !isDelta && !isEvents && !isReminders) return undefined;
  onlyGet(call);
  requireScope(call, CALENDAR_READ);
  if (isReminders) return reminders(call, room, first);
  if (isView) return view(call, room);
  if (isDelta) return delta(call, room);
  if (second === undefined) return allEvents(call, room);
  return isInstances ? instances(call, room, second) : oneEvent(call, room, second);
}

function shown(call: Call, event: StoredEvent): object {
  return eventView(event, call.account, call.prefer);
}

function oneEvent(call: Call, { store }: CalendarRoom, id: string): Answer {
  onlyOptions(call.query, ['$select']);
  const select = parseSelect(call.query, EVENT_PROPERTIES, 'event');
  const event = store.find(id);
  if (event === undefined) throw itemNotFound();
  const cancelled = select?.has('cancelledOccurrences') && event.series;
  const extra = cancelled ? cancelledOccurrences(event, call.prefer.immutableIds) : {};
  return ok(selected({ ...shown(call, event), ...extra }, select));
}

/** Single events and series masters; what happens on the days of a series is `instances` or the view. */
function allEvents(call: Call, { store }: CalendarRoom): Answer {
  const events = store.all().filter(({ type }) => type !== 'exception');
  return list(call, events, 'me/events');
}

function view(call: Call, { store }: CalendarRoom): Answer {
  const { start, end } = windowOf(call.query);
  return list(call, store.within(start, end), 'me/calendarView');
}

/** Occurrences and exceptions of one series within a window. */
function instances(call: Call, { store }: CalendarRoom, id: string): Answer {
  const master = store.find(id);
  if (master === undefined) throw itemNotFound();
  if (!master.series) throw badRequest('The event is not a series master.', 'ErrorInvalidRequest');
  const { start, end } = windowOf(call.query);
  const inside = store.within(start, end).filter(({ seriesMasterId }) => seriesMasterId === master.immutableId);
  return list(call, inside, `me/events/${encodeURIComponent(id)}/instances`);
}

function list(call: Call, events: readonly StoredEvent[], path: string): Answer {
  onlyOptions(call.query, ['$select', '$top', '$skip', '$orderby']);
  const select = parseSelect(call.query, EVENT_PROPERTIES, 'event');
  const order = call.query.get('$orderby') ?? 'start/dateTime';
  if (!/^start\/dateTime( asc)?$/.test(order)) throw badRequest(`The stand-in does not sort by '${order}'.`);
  const sorted = [...events].sort((a, b) => a.start.getTime() - b.start.getTime());
  const { page, nextLink } = pageOf(call, sorted, path);
  return ok({ value: page.map((event) => selected(shown(call, event), select)), ...nextLink });
}

function reminders(call: Call, { store }: CalendarRoom, segment: string): Answer {
  const match = /^reminderView\(\s*startDateTime='([^']+)'\s*,\s*endDateTime='([^']+)'\s*\)$/i.exec(segment);
  if (match === null) throw badRequest('reminderView needs startDateTime and endDateTime.');
  const query = new URLSearchParams({ startDateTime: match[1] ?? '', endDateTime: match[2] ?? '' });
  const window = windowOf(query);
  const earliest = Math.max(0, ...store.all().map((event) => event.reminderMinutesBeforeStart));
  const value = store
    .within(window.start, new Date(window.end.getTime() + earliest * 60_000))
    .filter((event) => event.isReminderOn && !event.isCancelled)
    .map((event) => ({ event, at: new Date(event.start.getTime() - event.reminderMinutesBeforeStart * 60_000) }))
    .filter(({ at }) => at >= window.start && at < window.end)
    .map(({ event, at }) => {
      const { id, start, end, webLink, location, subject } = eventView(event, call.account, call.prefer);
      return {
        eventId: id ?? '',
        eventStartTime: start ?? null,
        eventEndTime: end ?? null,
        changeKey: event.changeKey,
        eventSubject: subject ?? null,
        eventLocation: location ?? null,
        eventWebLink: webLink ?? null,
        reminderFireTime: { dateTime: `${at.toISOString().slice(0, 19)}.0000000`, timeZone: 'UTC' },
      } satisfies Reminder;
    });
  return ok({ value });
}

/** @throws GraphFailure 400 unless both ends are there, readable and in order. */
function windowOf(query: URLSearchParams): CalendarWindow {
  const [start, end] = ['startDateTime', 'endDateTime'].map((name) => {
    const text = query.get(name);
    if (text === null || text === '') {
      throw badRequest(
        "This request requires a time window specified by the query string parameters 'startDateTime' and 'endDateTime'.",
        'ErrorInvalidParameter',
      );
    }
    // Without an offset the time is taken as UTC here.
    const at = parseInstant(text) ?? parseInstant(`${text}Z`) ?? parseInstant(`${text}T00:00:00Z`);
    if (at === undefined) throw badRequest(`The value '${text}' of '${name}' is not valid.`, 'ErrorInvalidParameter');
    return at;
  });
  if (start === undefined || end === undefined || end <= start) {
    throw badRequest('The end of the window must come after its start.', 'ErrorInvalidParameter');
  }
  if (end.getTime() - start.getTime() > LONGEST_WINDOW_MS) {
    throw badRequest('The window may span at most 1825 days.', 'ErrorInvalidParameter');
  }
  return { start, end };
}

function delta(call: Call, room: CalendarRoom): Answer {
  const { feed, store } = room;
  const state = deltaState(call, room);
  const { entries, link } = feed.page(state, Math.min(call.prefer.maxPageSize ?? DELTA_PAGE, LARGEST_PAGE));
  const value = entries.flatMap((entry) => deltaItem(call, store, state.options, entry));
  const name = link.kind === '$skiptoken' ? '@odata.nextLink' : '@odata.deltaLink';
  return ok({
    '@odata.context': `${SERVICE_ROOT}/$metadata#Collection(event)`,
    [name]: `${SERVICE_ROOT}/me/calendarView/delta?${link.kind}=${link.token}`,
    value,
  });
}

function deltaState(call: Call, { feed, store }: CalendarRoom): DeltaState<CalendarWindow> {
  const { query } = call;
  const skip = query.get('$skiptoken');
  const token = query.get('$deltatoken');
  if (skip !== null || token !== null) {
    if ([...query.keys()].length > 1) throw badRequest('A link carries its options; nothing may be added to it.');
    const kind = skip === null ? '$deltatoken' : '$skiptoken';
    const state = feed.resume(kind, skip ?? token ?? '', COLLECTION, store.journal, restartUrl);
    return kind === '$skiptoken' ? state : { ...state, entries: expanded(store, state.options, state.entries) };
  }
  // Change tracking of a calendar view takes no system query option at all.
  onlyOptions(query, []);
  const window = windowOf(query);
  const state = feed.start(COLLECTION, window, store.journal, 'everything');
  const inside = state.entries.filter(({ key }) => {
    const event = store.byKey(key);
    return event !== undefined && touches(store, event, window);
  });
  return { ...state, entries: expanded(store, window, inside) };
}

/** Each series followed by its days in the window; for a caller who knows it, also days it used to have. */
function expanded(store: CalendarStore, { start, end }: CalendarWindow, entries: readonly DeltaEntry[]): DeltaEntry[] {
  const seen = new Map<string, DeltaEntry>();
  for (const entry of entries) {
    seen.set(entry.key, entry);
    const master = store.byKey(entry.key);
    if (!master?.series) continue;
    for (const key of store.daysOf(master, start, end, entry.since > 0)) seen.set(key, { key, since: entry.since });
  }
  return [...seen.values()];
}

function touches(store: CalendarStore, event: StoredEvent, { start, end }: CalendarWindow): boolean {
  return event.series ? store.daysOf(event, start, end, false).length > 0 : overlaps(event, start, end);
}

function restartUrl(window: CalendarWindow | undefined): string {
  const path = `${SERVICE_ROOT}/me/calendarView/delta`;
  if (window === undefined) return path;
  return `${path}?startDateTime=${window.start.toISOString()}&endDateTime=${window.end.toISOString()}`;
}

/** An event that changed outside the window is listed as removed, whether the caller ever knew it or not. */
function deltaItem(call: Call, store: CalendarStore, window: CalendarWindow, { key, since }: DeltaEntry): object[] {
  const event = store.byKey(key);
  if (event === undefined) return [];
  const type = { '@odata.type': '#microsoft.graph.event' };
  if (!event.isErased && touches(store, event, window)) {
    return [{ ...type, ...(event.type === 'occurrence' ? leanOccurrence(event, call.prefer) : shown(call, event)) }];
  }
  if (since === 0) return [];
  const id = call.prefer.immutableIds ? event.immutableId : event.mutableId;
  return [{ ...type, id, '@removed': { reason: 'deleted' } }];
}
