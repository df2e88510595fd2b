/** The primary calendar, by delta over a window. @see https://learn.microsoft.com/graph/delta-query-events */
import { z } from 'zod';
import type { CalendarChange, CalendarEvent } from '../domain/alert.ts';
import { Failure } from '../domain/failure.ts';
import type { Calendar, Log } from '../domain/ports.ts';
import type { GraphClient } from './client.ts';
import { unusable } from './failures.ts';
import { mapAll, readDelta } from './paging.ts';
import { immutableIds, isRemoved } from './wire.ts';
import { eventOf, hasContent, occurrenceOf, seriesMasterIdOf } from './wire-event.ts';

const template = '/me/calendarView/delta';
// Delta knows no `$select`, so bodies come along: text is shorter than HTML, and a small page stays small.
const common = ['outlook.timezone="UTC"', 'outlook.body-content-type="text"', immutableIds];

/** Null when it is deleted, `odd` when what Graph answers cannot be read as an event. */
type FindEvent = (id: string) => Promise<CalendarEvent | 'odd' | null>;

/** Rejects with Failures of the client; an item that cannot be read is logged and left out, the others count. */
export function createCalendar(client: GraphClient, log: Log): Calendar {
  async function fetchEvent(id: string): ReturnType<FindEvent> {
    try {
      const item = await client.json(
        {
          method: 'GET',
          target: `/me/events/${encodeURIComponent(id)}`,
          template: '/me/events/{id}',
          prefer: common,
        },
        z.looseObject({}),
      );
      return eventOf(item) ?? 'odd';
    } catch (error) {
      if (error instanceof Failure && error.code === 'graph-not-found') return null;
      throw error;
    }
  }

  /** Series masters by id: of this round, else asked for once. */
  function mastersOf(items: ReadonlyMap<string, unknown>): FindEvent {
    const masters = new Map<string, ReturnType<FindEvent>>();
    return (id) => {
      const known = masters.get(id);
      if (known !== undefined) return known;
      const item = items.get(id);
      const read = item !== undefined && !isRemoved(item) && hasContent(item) ? eventOf(item) : null;
      const master = read === null ? fetchEvent(id) : Promise.resolve(read);
      masters.set(id, master);
      return master;
    };
  }

  async function read(id: string, item: unknown, master: FindEvent): ReturnType<FindEvent> {
    if (hasContent(item)) {
      const whole = eventOf(item);
      if (whole !== null) return whole;
    }
    const masterId = seriesMasterIdOf(item);
    const series = masterId === null ? null : await master(masterId);
    const occurrence = series === null || series === 'odd' ? null : occurrenceOf(item, series);
    return occurrence ?? (await fetchEvent(id));
  }

  return {
    async event(id) {
      const event = await fetchEvent(id);
      // Not null: that would say "deleted".
      if (event === 'odd') throw unusable({ cause: new TypeError('an event without times in UTC') });
      return event;
    },

    async changes(deltaLink, window) {
      const query = new URLSearchParams({
        startDateTime: window.from.toISOString(),
        endDateTime: window.to.toISOString(),
      });
      const round = await readDelta(
        client,
        log,
        {
          template,
          start: `/me/calendarView/delta?${query}`,
          prefer: ['odata.maxpagesize=25', ...common],
        },
        deltaLink,
      );
      const master = mastersOf(round.items);
      const changes = await mapAll([...round.items], async ([id, item]): Promise<CalendarChange | null> => {
        if (isRemoved(item)) return { kind: 'removed', id };
        const event = await read(id, item, master);
        if (event === null) return { kind: 'removed', id };
        if (event !== 'odd') return { kind: 'event', event };
        // One odd event must not hide the others for ever.
        log.warn('item.dropped', { path: template, why: 'odd event' });
        return null;
      });
      return { changes: changes.filter((change) => change !== null), deltaLink: round.deltaLink };
    },
  };
}
