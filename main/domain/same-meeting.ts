import type { Alert, CalendarEvent } from './alert.ts';

/** Exchange's own ids begin so; the eight hex digits after it name the day of an occurrence, zeros mean the series. */
const globalObjectId = /^(040000008200E00074C5B7101A82E008)[0-9A-F]{8}/i;

/**
 * What the copies of one meeting in several people's calendars have in common, whether Graph names the occurrence in it or
 * the series.
 *
 * @see https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxocal/ PidLidCleanGlobalObjectId
 */
export const sharedUid = (iCalUId: string): string =>
  iCalUId.replace(globalObjectId, (_whole, prefix: string) => `${prefix}00000000`);

/** The same for two copies of one meeting at the same time; null where nobody can tell. */
export function meetingKey(event: Pick<CalendarEvent, 'iCalUId' | 'start' | 'isAllDay'>): string | null {
  if (event.iCalUId === undefined || event.iCalUId === '') return null;
  return `${sharedUid(event.iCalUId)} ${event.start.toISOString()}${event.isAllDay ? ' all day' : ''}`;
}

/** The same for two alerts that tell the same of one meeting, each from its own calendar; null where nobody can tell. */
export function newsKey(alert: Pick<Alert, 'kind' | 'startsAt' | 'detail' | 'event'>): string | null {
  const { kind, startsAt, detail, event } = alert;
  if (kind === 'mail' || kind === 'reminder' || event?.iCalUId === undefined) return null;
  return JSON.stringify([kind, event.isGone ?? false, event.iCalUId, startsAt?.toISOString(), detail]);
}

/** "in the calendars of ada@contoso.example and sam@outlook.example"; empty for one calendar. */
export function calendarsText(names: readonly string[]): string {
  if (names.length < 2) return '';
  return `in the calendars of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
