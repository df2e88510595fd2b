/** An event as Graph sends it, in UTC because we ask for `outlook.timezone="UTC"`. */
import { z } from 'zod';
import type { CalendarEvent } from '../domain/alert.ts';
import { instant, joinUrlOf, person, personOf, text, webLinkOf } from './wire.ts';

/** `{dateTime, timeZone}`: the text has no offset, so it means UTC only when the zone says so. */
const utcDateTime = z
  .object({ dateTime: z.string(), timeZone: z.string().regex(/^(?:utc|gmt|etc\/(?:utc|gmt))$/i) })
  .transform(({ dateTime }) => new Date(/(?:Z|[+-]\d{2}:\d{2})$/i.test(dateTime) ? dateTime : `${dateTime}Z`))
  .refine((at) => !Number.isNaN(at.getTime()));

/** What every entry of a calendar view has, an occurrence of a series too. */
const entry = z.object({
  id: z.string().min(1),
  start: utcDateTime,
  end: utcDateTime,
  seriesMasterId: text,
  type: z.enum(['singleInstance', 'occurrence', 'exception', 'seriesMaster']).catch('singleInstance'),
});

/** What delta leaves out of an occurrence because its series master carries it. */
const content = z.object({
  subject: text,
  isAllDay: z.boolean().catch(false),
  location: z.object({ displayName: text }).nullish().catch(null),
  isCancelled: z.boolean().catch(false),
  isOrganizer: z.boolean().catch(false),
  organizer: person,
  showAs: z.enum(['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown']).catch('unknown'),
  responseStatus: z
    .object({
      response: z
        .enum(['none', 'organizer', 'tentativelyAccepted', 'accepted', 'declined', 'notResponded'])
        .catch('none'),
    })
    .nullish()
    .catch(null),
  isReminderOn: z.boolean().catch(false),
  reminderMinutesBeforeStart: z.number().catch(0),
  onlineMeeting: z.object({ joinUrl: text }).nullish().catch(null),
  webLink: text,
  iCalUId: text,
  lastModifiedDateTime: instant.nullish().catch(null),
});

/** Delta sends an occurrence with little more than its times: no `subject` at all, not even an empty one. */
export const hasContent = (item: unknown): boolean => typeof item === 'object' && item !== null && 'subject' in item;

/** Null when it lacks what every event has, or when its times are not in UTC. */
export function eventOf(item: unknown): CalendarEvent | null {
  const times = entry.safeParse(item).data;
  const wire = content.safeParse(item).data;
  if (times === undefined || wire === undefined) return null;
  return {
    id: times.id,
    subject: wire.subject ?? '',
    start: times.start,
    end: times.end,
    isAllDay: wire.isAllDay,
    location: wire.location?.displayName ?? '',
    isCancelled: wire.isCancelled,
    isOrganizer: wire.isOrganizer,
    organizer: personOf(wire.organizer),
    showAs: wire.showAs,
    response: wire.responseStatus?.response ?? 'none',
    isReminderOn: wire.isReminderOn,
    reminderMinutesBeforeStart: wire.reminderMinutesBeforeStart,
    joinUrl: joinUrlOf(wire.onlineMeeting?.joinUrl),
    webLink: webLinkOf(wire.webLink),
    ...(wire.iCalUId ? { iCalUId: wire.iCalUId } : {}),
    seriesMasterId: times.seriesMasterId ?? null,
    type: times.type,
    lastModifiedAt: wire.lastModifiedDateTime ?? null,
  };
}

/** An occurrence of a series: its own id and times, the rest as the master says. Null when it lacks even those. */
export function occurrenceOf(item: unknown, master: CalendarEvent): CalendarEvent | null {
  const times = entry.safeParse(item).data;
  return times === undefined
    ? null
    : {
        ...master,
        id: times.id,
        start: times.start,
        end: times.end,
        seriesMasterId: master.id,
        type: times.type,
      };
}

/** The series an item belongs to, or null. */
export function seriesMasterIdOf(item: unknown): string | null {
  return z.object({ seriesMasterId: text }).safeParse(item).data?.seriesMasterId ?? null;
}
