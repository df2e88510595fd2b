import { describe, expect, test } from 'vitest';
import { ADA, drain as drainRound, type Rig, startRig, subscriptionBody } from './rig.ts';
import { instantAt, wallTime } from './zones.ts';

const WINDOW = 'startDateTime=2027-03-22T00:00:00Z&endDateTime=2027-04-05T00:00:00Z';
const DELTA = `/me/calendarView/delta?${WINDOW}`;
const IMMUTABLE = { Prefer: 'IdType="ImmutableId", outlook.timezone="UTC"' };
const FROM = '2027-03-22T00:00:00Z';
const TO = '2027-04-05T00:00:00Z';

/** Mondays and Wednesdays at nine in Berlin, over the beginning of summer time on 28 March 2027. */
async function start() {
  const rig = await startRig();
  const calendar = rig.graph.calendar(ADA.username);
  const master = calendar.create({
    subject: 'Stand-up',
    start: '2027-03-22T08:00:00Z',
    durationMinutes: 15,
    location: 'Room 4',
    series: { every: 'week', daysOfWeek: ['monday', 'wednesday'], timeZone: 'W. Europe Standard Time' },
  });
  const token = rig.token();
  const drain = (path: string) => drainRound(rig, token, path, IMMUTABLE);
  const days = () => calendar.between(FROM, TO);
  return { rig, calendar, master, token, drain, days };
}

async function view(rig: Rig, token: string, window = WINDOW) {
  const { body } = await rig.ask(`/me/calendarView?${window}&$top=50`, token, { headers: IMMUTABLE });
  return body.value.map((one: { type: string; start: { dateTime: string } }) => [
    one.type,
    one.start.dateTime.slice(5, 16),
  ]);
}

describe('a series', () => {
  test('keeps its hour on the wall when summer time begins', async () => {
    const { rig, token } = await start();
    expect(await view(rig, token)).toEqual([
      ['occurrence', '03-22T08:00'],
      ['occurrence', '03-24T08:00'],
      ['occurrence', '03-29T07:00'],
      ['occurrence', '03-31T07:00'],
    ]);
  });

  test('is one event among the events, with its rule', async () => {
    const { rig, master, token } = await start();
    const { body } = await rig.ask('/me/events', token, { headers: IMMUTABLE });
    expect(body.value).toMatchObject([
      {
        id: master.immutableId,
        type: 'seriesMaster',
        seriesMasterId: null,
        originalStartTimeZone: 'W. Europe Standard Time',
        recurrence: {
          pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'wednesday'], firstDayOfWeek: 'sunday' },
          range: { type: 'noEnd', startDate: '2027-03-22', recurrenceTimeZone: 'W. Europe Standard Time' },
        },
      },
    ]);
  });

  test.each([
    [{ every: 'day', interval: 3, count: 3 } as const, ['03-22', '03-25', '03-28']],
    [{ every: 'day', until: '2027-03-24' } as const, ['03-22', '03-23', '03-24']],
    [{ every: 'week', interval: 2 } as const, ['03-22']],
    [{ every: 'week', interval: 2, daysOfWeek: ['sunday', 'monday'] } as const, ['03-22', '04-04']],
  ])('follows the rule %j', async (series, expected) => {
    const rig = await startRig();
    const calendar = rig.graph.calendar(ADA.username);
    calendar.create({ start: '2027-03-22T08:00:00Z', series });
    const starts = calendar.between(FROM, TO).map((event) => event.start.toISOString().slice(5, 10));
    expect(starts).toEqual(expected);
  });

  test('refuses rules that make no sense', async () => {
    const { calendar } = await start();
    expect(() => calendar.create({ series: { every: 'day', interval: 0 } })).toThrow(/interval/);
    expect(() => calendar.create({ series: { every: 'day', until: 'soon' } })).toThrow('Not a day: soon');
    expect(() => calendar.create({ series: { every: 'day', timeZone: 'Middle/Earth' } })).toThrow(/time zone/);
  });

  test('lists its instances, and each can be fetched by either of its ids', async () => {
    const { rig, master, token, days } = await start();
    const path = `/me/events/${master.immutableId}/instances?${WINDOW}`;
    const { body } = await rig.ask(path, token, { headers: IMMUTABLE });
    expect(body.value.map(({ id }: { id: string }) => id)).toEqual(days().map(({ immutableId }) => immutableId));
    const [first] = days();
    for (const id of [first?.immutableId ?? '', first?.mutableId ?? '']) {
      const one = await rig.ask(`/me/events/${encodeURIComponent(id)}`, token, { headers: IMMUTABLE });
      expect(one.body).toMatchObject({
        type: 'occurrence',
        subject: 'Stand-up',
        seriesMasterId: master.immutableId,
        originalStart: '2027-03-22T08:00:00.0000000Z',
      });
    }
    const single = rig.graph.calendar(ADA.username).create({});
    expect((await rig.ask(`/me/events/${single.immutableId}/instances?${WINDOW}`, token)).status).toBe(400);
    expect((await rig.ask(`/me/events/nothing/instances?${WINDOW}`, token)).status).toBe(404);
  });

  test('reminds of each day', async () => {
    const { rig, token, days } = await start();
    const path = "/me/reminderView(startDateTime='2027-03-24T07:00:00Z',endDateTime='2027-03-29T06:46:00Z')";
    const { body } = await rig.ask(path, token, { headers: IMMUTABLE });
    expect(body.value).toMatchObject([
      { eventId: days()[1]?.immutableId, reminderFireTime: { dateTime: '2027-03-24T07:45:00.0000000' } },
      { eventId: days()[2]?.immutableId, reminderFireTime: { dateTime: '2027-03-29T06:45:00.0000000' } },
    ]);
  });
});

describe('change tracking of a series', () => {
  test('tells the master whole and its days lean, however small the pages', async () => {
    const { rig, master, token, drain, days } = await start();
    const { items } = await drain(DELTA);
    expect(items[0]).toMatchObject({ id: master.immutableId, type: 'seriesMaster', subject: 'Stand-up' });
    expect(items.slice(1)).toEqual(
      days().map((event) => ({
        '@odata.type': '#microsoft.graph.event',
        '@odata.etag': `W/"${master.changeKey}"`,
        id: event.immutableId,
        seriesMasterId: master.immutableId,
        type: 'occurrence',
        start: { dateTime: `${event.start.toISOString().slice(0, 19)}.0000000`, timeZone: 'UTC' },
        end: { dateTime: `${event.end.toISOString().slice(0, 19)}.0000000`, timeZone: 'UTC' },
      })),
    );
    const small = await rig.ask(DELTA, token, { headers: { Prefer: 'odata.maxpagesize=2' } });
    expect(small.body.value).toHaveLength(2);
  });

  test('a changed day is an exception, told whole; a day that goes is told as removed; nothing else is told', async () => {
    const { calendar, drain, days, rig, token, master } = await start();
    const { link } = await drain(DELTA);
    const [, second, third] = days();
    calendar.update(second?.immutableId ?? '', { start: '2027-03-24T13:00:00Z', subject: 'Stand-up, later' });
    calendar.remove(third?.immutableId ?? '');
    const next = await drain(link);
    expect(next.items).toHaveLength(2);
    expect(next.items).toMatchObject([
      {
        id: second?.immutableId,
        type: 'exception',
        subject: 'Stand-up, later',
        location: { displayName: 'Room 4' },
        originalStart: '2027-03-24T08:00:00.0000000Z',
        start: { dateTime: '2027-03-24T13:00:00.0000000' },
      },
      { id: third?.immutableId, '@removed': { reason: 'deleted' } },
    ]);
    expect(await view(rig, token)).toEqual([
      ['occurrence', '03-22T08:00'],
      ['exception', '03-24T13:00'],
      ['occurrence', '03-31T07:00'],
    ]);
    expect((await rig.ask(`/me/events/${third?.immutableId}`, token)).status).toBe(404);
    const asked = await rig.ask(`/me/events/${master.immutableId}?$select=cancelledOccurrences`, token, {
      headers: IMMUTABLE,
    });
    expect(asked.body.cancelledOccurrences).toEqual([`OID.${master.immutableId}.2027-03-29`]);
    expect((await drain(next.link)).items).toEqual([]);
  });

  test('a day called off by its organizer stays as a cancelled exception', async () => {
    const { calendar, drain, days } = await start();
    const { link } = await drain(DELTA);
    calendar.cancel(days()[0]?.immutableId ?? '');
    expect((await drain(link)).items).toMatchObject([
      { id: days()[0]?.immutableId, type: 'exception', isCancelled: true, subject: 'Canceled: Stand-up' },
    ]);
  });

  test('a series that moves to another hour keeps the ids of its days, and loses its exceptions', async () => {
    const { calendar, drain, days, master } = await start();
    calendar.update(days()[1]?.immutableId ?? '', { subject: 'Special' });
    const before = days().map(({ immutableId }) => immutableId);
    const { link } = await drain(DELTA);
    calendar.update(master.immutableId, { start: '2027-03-22T10:00:00Z' });
    const { items } = await drain(link);
    const occurrences = items.filter(({ type }) => type === 'occurrence');
    expect(occurrences.map(({ id }) => id).toSorted()).toEqual(before.toSorted());
    expect(days().map(({ start, type }) => [type, start.toISOString().slice(5, 16)])).toEqual([
      ['occurrence', '03-22T10:00'],
      ['occurrence', '03-24T10:00'],
      ['occurrence', '03-29T09:00'],
      ['occurrence', '03-31T09:00'],
    ]);
  });

  test('days that a new rule leaves out are told as removed, and so are all when the series goes', async () => {
    const { calendar, drain, days, master } = await start();
    const [first, second, third, fourth] = days().map(({ immutableId }) => immutableId);
    const { link } = await drain(DELTA);
    const rule = { every: 'week', daysOfWeek: ['monday'], timeZone: 'W. Europe Standard Time' } as const;
    calendar.update(master.immutableId, { series: rule });
    const changed = await drain(link);
    const told = (items: Record<string, unknown>[]) =>
      Object.fromEntries(items.map((item) => [item.id, item['@removed'] ? 'removed' : item.type]));
    expect(told(changed.items)).toEqual({
      [master.immutableId]: 'seriesMaster',
      [first ?? '']: 'occurrence',
      [second ?? '']: 'removed',
      [third ?? '']: 'occurrence',
      [fourth ?? '']: 'removed',
    });
    calendar.remove(master.immutableId);
    const gone = told((await drain(changed.link)).items);
    expect(gone).toMatchObject({ [master.immutableId]: 'removed', [first ?? '']: 'removed', [third ?? '']: 'removed' });
    expect(days()).toEqual([]);
  });
});

test('subscriptions hear of the series once, of a changed day by its own id, of a removed day by the series', async () => {
  const rig = await startRig();
  const receiver = await rig.receiver('desk.relay.example');
  const body = subscriptionBody(rig, 'desk.relay.example', { resource: 'me/events' });
  await rig.ask('/subscriptions', rig.token(), { method: 'POST', body, headers: IMMUTABLE });
  const calendar = rig.graph.calendar(ADA.username);
  const master = calendar.create({ start: '2027-03-22T08:00:00Z', series: { every: 'day', count: 5 } });
  const [first, second] = calendar.between(FROM, TO);
  calendar.update(first?.immutableId ?? '', { subject: 'Special' });
  calendar.remove(second?.immutableId ?? '');
  await expect.poll(() => receiver.items().length).toBe(3);
  expect(receiver.items()).toMatchObject([
    { changeType: 'created', resourceData: { id: master.immutableId } },
    { changeType: 'updated', resourceData: { id: first?.immutableId } },
    { changeType: 'updated', resourceData: { id: master.immutableId } },
  ]);
});

describe('time zones', () => {
  test.each([
    ['W. Europe Standard Time', '2027-03-29T09:00:00.0000000'],
    ['Europe/Berlin', '2027-03-29T09:00:00.0000000'],
    ['Pacific Standard Time', '2027-03-29T00:00:00.0000000'],
    ['UTC', '2027-03-29T07:00:00.0000000'],
  ])('Outlook writes times in %s when asked to', async (zone, dateTime) => {
    const { rig, token, days } = await start();
    const headers = { Prefer: `outlook.timezone="${zone}", IdType="ImmutableId"` };
    const { body, headers: answered } = await rig.ask(`/me/events/${days()[2]?.immutableId}`, token, { headers });
    expect(body.start).toEqual({ dateTime, timeZone: zone });
    expect(answered.get('preference-applied')).toContain(`outlook.timezone="${zone}"`);
  });

  test('refuses a zone nobody knows', async () => {
    const { rig, token } = await start();
    const { status, body } = await rig.ask('/me/events', token, { headers: { Prefer: 'outlook.timezone="Mars"' } });
    expect([status, body.error.code]).toEqual([400, 'TimeZoneNotSupportedException']);
  });

  test.each([
    ['2027-03-28T02:30:00', '2027-03-28T03:30:00'],
    ['2027-10-31T02:30:00', '2027-10-31T02:30:00'],
    ['2027-07-01T09:00:00', '2027-07-01T09:00:00'],
  ])('%s on a wall in Berlin is a moment at which the wall shows %s', (wall, shown) => {
    expect(wallTime(instantAt(wall, 'Europe/Berlin'), 'Europe/Berlin')).toBe(shown);
  });
});
