import { type Alert, type AlertAnnouncement, alertId, type CalendarChange, type CalendarEvent } from './alert.ts';
import { sharedUid } from './same-meeting.ts';
import { momentText, spanText } from './wording.ts';

export interface CalendarWindow {
  readonly from: Date;
  readonly to: Date;
}
/** Days around now that are watched; the window is rolled on once a day. */
const windowDays = { back: 1, ahead: 60 } as const;

/** The window for the day of `now` (UTC), and that day's name, `YYYY-MM-DD`. */
export function calendarWindow(now: Date): CalendarWindow & { readonly day: string } {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const dayMs = 86_400_000;
  return {
    from: new Date(midnight - windowDays.back * dayMs),
    to: new Date(midnight + windowDays.ahead * dayMs),
    day: new Date(midnight).toISOString().slice(0, 10),
  };
}

export interface CalendarRound {
  readonly changes: readonly CalendarChange[];
  /** The round listed the whole window, so a known event that is missing has gone. */
  readonly full: boolean;
  /** The very first round of this account: everything in it is old news. */
  readonly first: boolean;
  readonly window: CalendarWindow;
  /** An unknown event that was last touched before this instant is not new: the window moved over it. */
  readonly newSince: Date;
  readonly now: Date;
}

/** Known events that this round no longer has: each needs one GET to tell "deleted" from "moved out of the window". */
export function eventsToLookUp(round: CalendarRound, known: ReadonlyMap<string, CalendarEvent>): readonly string[] {
  const listed = new Set<string>();
  const gone = new Set<string>();
  for (const change of round.changes) {
    if (change.kind === 'event') {
      listed.add(change.event.id);
      gone.delete(change.event.id);
    } else if (known.has(change.id)) gone.add(change.id);
  }
  if (round.full) {
    for (const event of known.values()) {
      if (!listed.has(event.id) && overlaps(event, round.window)) gone.add(event.id);
    }
  }
  return [...gone];
}

export interface CalendarJudgement {
  readonly alerts: readonly { readonly alert: Alert; readonly announcement: AlertAnnouncement }[];
  readonly events: readonly CalendarEvent[];
  readonly forgetEvents: readonly string[];
  /** Events that have moved or gone: what was told of them before is true no more. */
  readonly overtaken: readonly string[];
}

/**
 * What a round of calendar changes means: new, moved, changed and cancelled meetings. Silent: what I organise (my own
 * edits), other people's responses, and what is over already.
 *
 * @param lookedUp the answers for `eventsToLookUp`; null means that Graph knows the event no more.
 */
export function judgeCalendar(
  account: string,
  round: CalendarRound,
  known: ReadonlyMap<string, CalendarEvent>,
  lookedUp: ReadonlyMap<string, CalendarEvent | null>,
): CalendarJudgement {
  const told: Telling[] = [];
  const events = new Map<string, CalendarEvent>();
  const forget = new Set<string>();
  const knownSeries = new Set([...known.values()].map((event) => event.seriesMasterId).filter((id) => id !== null));
  const tell = (kind: Telling['kind'], event: CalendarEvent, detail: string, isGone = false): void => {
    if (round.first || event.isOrganizer) return;
    const over = event.end <= round.now;
    if (!over) told.push({ kind, event, detail, isGone });
  };
  const isNew = (event: CalendarEvent): boolean => {
    if (event.isCancelled) return false;
    // A round over the whole window lists occurrences that the window has moved over; their series is no news.
    if (round.full && event.seriesMasterId !== null && knownSeries.has(event.seriesMasterId)) return false;
    return event.lastModifiedAt === null ? !round.full : event.lastModifiedAt >= round.newSince;
  };
  const see = (event: CalendarEvent): void => {
    const before = events.get(event.id) ?? known.get(event.id);
    events.set(event.id, event);
    forget.delete(event.id);
    if (before === undefined) {
      if (isNew(event)) tell('meetingNew', event, whenAndWhere(event));
    } else if (event.isCancelled && !before.isCancelled) {
      // Exchange renames what it cancels ("Canceled: …") and shows it as free; the person knows the meeting as it was.
      const { subject, showAs, response } = before;
      tell('meetingCancelled', { ...event, subject, showAs, response }, `Was ${spanText(before)}`);
    } else if (!event.isCancelled && !sameTime(event, before)) {
      tell('meetingMoved', event, `${movedText(before, event)}${placeText(event, before)}`);
    } else if (!event.isCancelled) {
      const detail = differenceText(before, event);
      if (detail !== '') tell('meetingChanged', event, detail);
    }
  };

  for (const change of round.changes) {
    // A series is told by its occurrences; the master only comes along.
    if (change.kind === 'event' && change.event.type !== 'seriesMaster') see(change.event);
  }
  for (const [id, found] of lookedUp) {
    const before = known.get(id);
    if (before === undefined) continue;
    if (found === null) {
      forget.add(id);
      events.delete(id);
      // An organiser who cancels leaves it there, marked so. Who took this one out, Graph does not tell: we do not guess.
      if (!before.isCancelled)
        tell('meetingCancelled', before, `No longer in your calendar · was ${spanText(before)}`, true);
    } else {
      // Still there, so it has left the window: tell where it went, then stop tracking it.
      see(found);
      if (!overlaps(found, round.window)) {
        events.delete(id);
        forget.add(id);
      }
    }
  }
  if (round.full) {
    // What the window has left behind.
    for (const [id, event] of known) if (!events.has(id) && !overlaps(event, round.window)) forget.add(id);
  }
  const alerts = new Map(
    onceForEachSeries(told).map((each) => {
      const alert = alertFor(account, each, round.now);
      return [alert.id, alert];
    }),
  );
  return {
    alerts: [...alerts.values()].map((alert) => ({ alert, announcement: 'waiting' as const })),
    events: [...events.values()],
    forgetEvents: [...forget],
    // What was told of a series is true of its other occurrences still.
    overtaken: told
      .filter(({ kind, event }) => overtaking.has(kind) && event.seriesMasterId === null)
      .map(({ event }) => event.id),
  };
}

const overtaking: ReadonlySet<Alert['kind']> = new Set(['meetingMoved', 'meetingCancelled']);

interface Telling {
  readonly kind: Exclude<Alert['kind'], 'mail'>;
  readonly event: CalendarEvent;
  readonly detail: string;
  readonly isGone: boolean;
}

/** What happens to many occurrences of one series is told once, by the first of them. */
function onceForEachSeries(told: readonly Telling[]): readonly Telling[] {
  const groups = new Map<string, Telling[]>();
  for (const each of told) {
    const key = `${each.kind} ${each.isGone} ${each.event.seriesMasterId ?? each.event.id}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group.toSorted((a, b) => a.event.start.getTime() - b.event.start.getTime());
    const others = new Set(group.map(({ event }) => event.id)).size - 1;
    if (first === undefined) return [];
    if (others === 0) return group;
    return [{ ...first, detail: `${first.detail} · and ${others} more of this series` }];
  });
}

function alertFor(account: string, { kind, event, detail, isGone }: Telling, now: Date): Alert {
  // The same happening must give the same id: Graph's own modification time tells happenings apart, also when a
  // meeting is moved away and back. A deleted event has none of its own: it can be deleted only once at that time.
  const happening = kind === 'meetingCancelled' ? event.start : (event.lastModifiedAt ?? event.start);
  return {
    id: alertId(kind, account, event.id, happening.toISOString()),
    account,
    kind,
    itemId: event.id,
    who: event.organizer === null ? '' : event.organizer.name || event.organizer.address,
    subject: event.subject,
    detail,
    at: kind === 'meetingCancelled' ? now : (event.lastModifiedAt ?? now),
    startsAt: event.start,
    webLink: event.webLink,
    joinUrl: kind === 'meetingCancelled' ? null : event.joinUrl,
    settled: false,
    event: {
      organizerAddress: event.organizer?.address.toLowerCase() ?? null,
      isAllDay: event.isAllDay,
      isFree: event.showAs === 'free',
      isDeclined: event.response === 'declined',
      ...(isGone ? { isGone } : {}),
      ...(event.iCalUId === undefined ? {} : { iCalUId: sharedUid(event.iCalUId) }),
    },
  };
}

const sameTime = (a: CalendarEvent, b: CalendarEvent): boolean =>
  a.start.getTime() === b.start.getTime() && a.end.getTime() === b.end.getTime() && a.isAllDay === b.isAllDay;

const overlaps = (event: CalendarEvent, window: CalendarWindow): boolean =>
  event.end > window.from && event.start < window.to;

const whenAndWhere = (event: CalendarEvent): string =>
  event.location === '' ? spanText(event) : `${spanText(event)} · ${event.location}`;

function movedText(before: CalendarEvent, after: CalendarEvent): string {
  const startMoved = before.start.getTime() !== after.start.getTime() || before.isAllDay !== after.isAllDay;
  return startMoved
    ? `Moved from ${momentText(before.start, before.isAllDay)} to ${spanText(after)}`
    : `Now until ${momentText(after.end, after.isAllDay)}`;
}

const placeText = (after: CalendarEvent, before: CalendarEvent): string =>
  after.location === before.location || after.location === '' ? '' : ` · now in ${after.location}`;

function differenceText(before: CalendarEvent, after: CalendarEvent): string {
  const parts: string[] = [];
  if (before.location !== after.location) {
    parts.push(after.location === '' ? `No longer in ${before.location}` : `Now in ${after.location}`);
  }
  if (before.subject !== after.subject) parts.push(`Was called “${before.subject}”`);
  return parts.join(' · ');
}
