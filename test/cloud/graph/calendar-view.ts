/** A stored event as Graph shows it. */
import type { DateTimeTimeZone, Event } from '@microsoft/microsoft-graph-types';
import { placesOf } from '../clouds.ts';
import type { CloudAccount } from '../types.ts';
import type { StoredEvent } from './calendar.ts';
import { etagOf } from './ids.ts';
import { bodyOf, sevenDigitTime } from './odata.ts';
import { recurrenceView } from './series.ts';
import { ianaZone, wallTime } from './zones.ts';

export const EVENT_PROPERTIES = [
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'categories',
  'originalStartTimeZone',
  'originalEndTimeZone',
  'iCalUId',
  'reminderMinutesBeforeStart',
  'isReminderOn',
  'hasAttachments',
  'subject',
  'body',
  'bodyPreview',
  'importance',
  'sensitivity',
  'isAllDay',
  'isCancelled',
  'isDraft',
  'isOrganizer',
  'responseRequested',
  'seriesMasterId',
  'showAs',
  'type',
  'webLink',
  'onlineMeetingUrl',
  'isOnlineMeeting',
  'onlineMeetingProvider',
  'onlineMeeting',
  'allowNewTimeProposals',
  'hideAttendees',
  'recurrence',
  'originalStart',
  'cancelledOccurrences',
  'responseStatus',
  'start',
  'end',
  'location',
  'locations',
  'attendees',
  'organizer',
] as const satisfies readonly (keyof Event)[];

export interface EventShape {
  readonly immutableIds: boolean;
  /** An IANA or Windows name from `Prefer: outlook.timezone`; default UTC. */
  readonly timeZone?: string | undefined;
  readonly bodyAs?: 'html' | 'text';
}

/** The whole event, with its annotations. */
export function eventView(event: StoredEvent, account: CloudAccount, shape: EventShape): Event {
  const { immutableIds, timeZone = 'UTC', bodyAs = 'html' } = shape;
  const id = immutableIds ? event.immutableId : event.mutableId;
  const location = { displayName: event.location, locationType: 'default', uniqueId: event.location } as const;
  const whole = {
    id,
    createdDateTime: sevenDigitTime(event.createdAt),
    lastModifiedDateTime: sevenDigitTime(event.changedAt),
    changeKey: event.changeKey,
    categories: [],
    originalStartTimeZone: event.series?.rule.timeZone ?? 'UTC',
    originalEndTimeZone: event.series?.rule.timeZone ?? 'UTC',
    iCalUId: event.iCalUId,
    reminderMinutesBeforeStart: event.reminderMinutesBeforeStart,
    isReminderOn: event.isReminderOn,
    hasAttachments: false,
    subject: event.subject,
    bodyPreview: event.preview,
    importance: event.importance,
    sensitivity: event.sensitivity,
    isAllDay: event.isAllDay,
    isCancelled: event.isCancelled,
    isDraft: false,
    isOrganizer: event.isOrganizer,
    responseRequested: true,
    seriesMasterId: masterIdOf(event, immutableIds),
    showAs: event.showAs,
    type: event.type,
    webLink: webLink(account, id),
    onlineMeetingUrl: null,
    isOnlineMeeting: event.joinUrl !== undefined,
    onlineMeetingProvider: event.joinUrl === undefined ? 'unknown' : 'teamsForBusiness',
    allowNewTimeProposals: true,
    hideAttendees: false,
    recurrence: event.series === undefined ? null : recurrenceView(event.series.rule, event),
    ...(event.originalStart === undefined ? {} : { originalStart: sevenDigitTime(event.originalStart) }),
    responseStatus: { response: event.response, time: sevenDigitTime(event.changedAt) },
    body: bodyOf(event.preview, bodyAs),
    // All-day events float: midnight whatever zone is asked for.
    start: inZone(event.start, event.isAllDay ? 'UTC' : timeZone, timeZone),
    end: inZone(event.end, event.isAllDay ? 'UTC' : timeZone, timeZone),
    location,
    locations: event.location === '' ? [] : [location],
    attendees: event.attendees.map(({ name, address, response }) => ({
      type: 'required',
      status: { response, time: sevenDigitTime(event.changedAt) },
      emailAddress: { name, address },
    })),
    organizer: { emailAddress: { name: event.organizer.name, address: event.organizer.address } },
    onlineMeeting: event.joinUrl === undefined ? null : { joinUrl: event.joinUrl },
  } satisfies Event;
  return { '@odata.etag': etagOf(event.changeKey), ...whole } as Event;
}

/** What change tracking shows of a plain occurrence: its times; the rest is said by its master. */
export function leanOccurrence(event: StoredEvent, { immutableIds, timeZone = 'UTC' }: EventShape): Event {
  const zone = event.isAllDay ? 'UTC' : timeZone;
  const lean = {
    id: immutableIds ? event.immutableId : event.mutableId,
    seriesMasterId: masterIdOf(event, immutableIds),
    type: 'occurrence',
    start: inZone(event.start, zone, timeZone),
    end: inZone(event.end, zone, timeZone),
  } satisfies Event;
  return { '@odata.etag': etagOf(event.changeKey), ...lean } as Event;
}

/** Days that were called off, in the form of `occurrenceId`. Shown for a series master, and only when asked for. */
export function cancelledOccurrences(event: StoredEvent, immutableIds: boolean): Pick<Event, 'cancelledOccurrences'> {
  const id = immutableIds ? event.immutableId : event.mutableId;
  const days = [...(event.series?.cancelledDays ?? [])];
  return { cancelledOccurrences: days.map((day) => `OID.${id}.${day}`) } satisfies Event;
}

function masterIdOf({ seriesMasterId, seriesMasterMutableId }: StoredEvent, immutableIds: boolean): string | null {
  return (immutableIds ? seriesMasterId : seriesMasterMutableId) ?? null;
}

/** `{dateTime, timeZone}`; `dateTime` carries no offset. */
function inZone(at: Date, zone: string, label: string): DateTimeTimeZone {
  return { dateTime: `${wallTime(at, ianaZone(zone) ?? 'UTC')}.0000000`, timeZone: label } satisfies DateTimeTimeZone;
}

function webLink(account: CloudAccount, id: string): string {
  const host = account.kind === 'personal' ? 'outlook.live.com' : placesOf(account).outlook;
  return `https://${host}/owa/?itemid=${encodeURIComponent(id)}&exvsurl=1&path=/calendar/item`;
}
