import { describe, expect, test } from 'vitest';
import { createWorld, failing, graphErrorBody, type Script, type World } from './played-graph.ts';

const window = { from: new Date('2026-11-20T00:00:00Z'), to: new Date('2027-01-20T00:00:00Z') };
const prefer = 'outlook.timezone="UTC", outlook.body-content-type="text", IdType="ImmutableId"';
const at = (day: number, hour: number) => ({
  dateTime: `2026-11-${day}T${String(hour).padStart(2, '0')}:00:00.0000000`,
  timeZone: 'UTC',
});
const times = (day: number) => ({ start: at(day, 9), end: at(day, 10) });

const wire = (id: string, more: object = {}) => ({
  id,
  subject: `about ${id}`,
  ...times(23),
  isAllDay: false,
  location: { displayName: 'Room 1' },
  isCancelled: false,
  isOrganizer: false,
  organizer: { emailAddress: { name: 'Grace', address: 'grace@contoso.example' } },
  showAs: 'busy',
  responseStatus: { response: 'accepted' },
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  onlineMeeting: null,
  webLink: 'https://outlook.office365.com/calendar/item/x',
  seriesMasterId: null,
  type: 'singleInstance',
  lastModifiedDateTime: '2026-11-20T09:00:00Z',
  ...more,
});
const read = (id: string, more: object = {}) => ({
  id,
  subject: `about ${id}`,
  start: new Date('2026-11-23T09:00:00Z'),
  end: new Date('2026-11-23T10:00:00Z'),
  isAllDay: false,
  location: 'Room 1',
  isCancelled: false,
  isOrganizer: false,
  organizer: { name: 'Grace', address: 'grace@contoso.example' },
  showAs: 'busy',
  response: 'accepted',
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  joinUrl: null,
  webLink: 'https://outlook.office365.com/calendar/item/x',
  seriesMasterId: null,
  type: 'singleInstance',
  lastModifiedAt: new Date('2026-11-20T09:00:00Z'),
  ...more,
});
const deltaLink = (world: World, name = 'end') => `${world.base}/me/calendarView/delta?$deltatoken=${name}`;

/** One round with these items; single events by id from `events`, everything else 404. */
async function round(items: readonly unknown[], events: Readonly<Record<string, object>> = {}) {
  const script: Script = ({ path }) => {
    if (path.startsWith('/me/calendarView/delta')) {
      return { json: { value: items, '@odata.deltaLink': deltaLink(world) } };
    }
    const event = events[path.replace('/me/events/', '')];
    return event === undefined ? { status: 404, json: graphErrorBody('ErrorItemNotFound') } : { json: event };
  };
  const world = await createWorld(script);
  const result = await world.graph.calendar.changes(null, window);
  return { changes: result.changes, paths: world.asked.slice(1).map(({ path }) => path), world };
}

test('a first round covers the window, in UTC and with immutable ids, without a query option', async () => {
  const { changes, world } = await round([wire('A'), { id: 'B', '@removed': { reason: 'deleted' } }]);
  expect(changes).toEqual([
    { kind: 'event', event: read('A') },
    { kind: 'removed', id: 'B' },
  ]);
  expect(world.asked.map(({ path, headers }) => [path, headers.prefer])).toEqual([
    [
      '/me/calendarView/delta?startDateTime=2026-11-20T00:00:00.000Z&endDateTime=2027-01-20T00:00:00.000Z',
      `odata.maxpagesize=25, ${prefer}`,
    ],
  ]);
});

test('a later round follows the link, with the same preferences', async () => {
  const world = await createWorld(() => ({ json: { value: [], '@odata.deltaLink': deltaLink(world, 'next') } }));
  expect(await world.graph.calendar.changes(deltaLink(world), window)).toEqual({
    changes: [],
    deltaLink: deltaLink(world, 'next'),
  });
  expect(world.asked.map(({ path, headers }) => [path, headers.prefer])).toEqual([
    ['/me/calendarView/delta?$deltatoken=end', `odata.maxpagesize=25, ${prefer}`],
  ]);
});

test('a dead link is a lost sync state', async () => {
  const world = await createWorld(() => ({ status: 410, json: graphErrorBody('SyncStateNotFound') }));
  expect((await failing(world.graph.calendar.changes(deltaLink(world), window))).code).toBe('graph-sync-state-lost');
});

describe('an occurrence that is told with its times only', () => {
  const series = wire('S', { type: 'seriesMaster' });
  const bare = (id: string, day: number) => ({ id, ...times(day), type: 'occurrence', seriesMasterId: 'S' });
  const occurrence = (id: string, day: number) => ({
    kind: 'event',
    event: read('S', {
      id,
      type: 'occurrence',
      seriesMasterId: 'S',
      start: new Date(`2026-11-${day}T09:00:00Z`),
      end: new Date(`2026-11-${day}T10:00:00Z`),
    }),
  });

  test('takes the rest from its series in the same round', async () => {
    const { changes, paths } = await round([bare('O1', 24), series, bare('O2', 25)]);
    expect(changes).toEqual([
      occurrence('O1', 24),
      { kind: 'event', event: read('S', { type: 'seriesMaster' }) },
      occurrence('O2', 25),
    ]);
    expect(paths).toEqual([]);
  });

  test('takes it from the series asked for once, when the round does not tell it', async () => {
    const { changes, paths } = await round([bare('O1', 24), bare('O2', 25)], { S: series });
    expect(changes).toEqual([occurrence('O1', 24), occurrence('O2', 25)]);
    expect(paths).toEqual(['/me/events/S']);
  });

  test('is asked for itself when its series is gone', async () => {
    const { changes, paths } = await round([bare('O1', 24)], { O1: wire('O1') });
    expect(changes).toEqual([{ kind: 'event', event: read('O1') }]);
    expect(paths).toEqual(['/me/events/S', '/me/events/O1']);
  });
});

test('an event told in part is asked for whole; gone meanwhile it counts as removed', async () => {
  const { changes } = await round(
    [
      { id: 'A', subject: 'about A' },
      { id: 'B', isCancelled: true },
    ],
    { A: wire('A') },
  );
  expect(changes).toEqual([
    { kind: 'event', event: read('A') },
    { kind: 'removed', id: 'B' },
  ]);
});

test('an event that stays unreadable is dropped and logged; the others come through', async () => {
  const local = { start: { dateTime: '2026-11-23T09:00:00', timeZone: 'Pacific Standard Time' } };
  const { changes, world } = await round([wire('odd', local), wire('A')], { odd: wire('odd', local) });
  expect(changes).toEqual([{ kind: 'event', event: read('A') }]);
  expect(world.logged.filter(({ event }) => event === 'item.dropped').length).toBe(1);
});

describe('one event', () => {
  test('is asked for in UTC and with an immutable id', async () => {
    const world = await createWorld(() => ({ json: wire('A+/=') }));
    expect(await world.graph.calendar.event('A+/=')).toEqual(read('A+/='));
    expect(world.asked.map(({ path, headers }) => [path, headers.prefer])).toEqual([['/me/events/A+/=', prefer]]);
  });

  test('that is deleted is null', async () => {
    const world = await createWorld(() => ({ status: 404, json: graphErrorBody('ErrorItemNotFound') }));
    expect(await world.graph.calendar.event('A')).toBeNull();
  });

  test('that cannot be read is a failure, not "deleted"', async () => {
    const world = await createWorld(() => ({ json: { id: 'A' } }));
    expect((await failing(world.graph.calendar.event('A'))).code).toBe('graph-unreachable');
  });

  test('of a mailbox that is switched off is a failure, not "deleted"', async () => {
    const world = await createWorld(() => ({ status: 404, json: graphErrorBody('MailboxNotEnabledForRESTAPI') }));
    expect((await failing(world.graph.calendar.event('A'))).code).toBe('graph-refused');
  });
});
