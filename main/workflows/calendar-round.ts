import type { CalendarEvent } from '../domain/alert.ts';
import { calendarWindow, eventsToLookUp, judgeCalendar } from '../domain/calendar-judgement.ts';
import type { Calendar, Clock, Ledger, Log } from '../domain/ports.ts';
import { earlier, foundBy, readDelta, skewMs } from './delta-round.ts';
import type { Found } from './push-watch.ts';

/** Reads what changed in the calendar and stores it; resolves with what is new, and adds to `settled` what is overtaken. */
export function createCalendarRound(world: {
  account: string;
  calendar: Calendar;
  ledger: Ledger;
  clock: Pick<Clock, 'now'>;
  log: Log;
}): (settled: string[]) => Promise<readonly Found[]> {
  const { account, calendar, ledger, clock, log } = world;
  return async (settled) => {
    const stored = ledger.cursor(account, 'calendar');
    const beganAt = clock.now();
    const window = calendarWindow(beganAt);
    // The window is fixed into the link: a new day needs a new round.
    const cursor = stored !== null && stored.madeFor !== window.day ? { ...stored, deltaLink: '' } : stored;
    const { got, full } = await readDelta(
      { cursor, log, name: 'calendar', drop: () => ledger.dropDeltaLink(account, 'calendar') },
      (link) => calendar.changes(link, window),
    );
    const known = ledger.events(account);
    const roundOf = {
      changes: got.changes,
      full,
      first: stored === null,
      window,
      newSince: new Date((stored?.caughtUpAt ?? beganAt).getTime() - skewMs),
      now: beganAt,
    };
    const lookedUp = new Map<string, CalendarEvent | null>();
    for (const id of eventsToLookUp(roundOf, known)) lookedUp.set(id, await calendar.event(id));
    const verdict = judgeCalendar(account, roundOf, known, lookedUp);
    const told = new Set(verdict.alerts.map(({ alert }) => alert.id));
    const settle = ledger.meetingNews(account, verdict.overtaken).filter((id) => !told.has(id));
    const added = ledger.apply({
      account,
      resource: 'calendar',
      cursor: {
        deltaLink: got.deltaLink,
        baseline: stored?.baseline ?? beganAt,
        caughtUpAt: earlier(beganAt, clock.now()),
        madeFor: window.day,
      },
      alerts: verdict.alerts,
      settle,
      messages: [],
      events: verdict.events,
      forgetEvents: verdict.forgetEvents,
    });
    settled.push(...settle);
    log.info('delta.read', { resource: 'calendar', changes: got.changes.length, alerts: added.length, full });
    return foundBy('calendar', verdict.alerts, added);
  };
}
