import { describe, expect, test } from 'vitest';
import { ADA, drain as drainRound, type Rig, startRig } from './rig.ts';

const WINDOW = 'startDateTime=2026-11-20T00:00:00Z&endDateTime=2027-01-20T00:00:00Z';
const DELTA = `/me/calendarView/delta?${WINDOW}`;
const IMMUTABLE = { Prefer: 'IdType="ImmutableId", outlook.timezone="UTC"' };

async function start() {
  const rig = await startRig();
  return { rig, token: rig.token(), calendar: rig.graph.calendar(ADA.username) };
}

const drain = (rig: Rig, token: string, path: string) => drainRound(rig, token, path, IMMUTABLE);

const removed = (id: string) => ({ '@odata.type': '#microsoft.graph.event', id, '@removed': { reason: 'deleted' } });

describe('calendarView delta', () => {
  test('shows an event as Outlook does; dateTime carries no offset', async () => {
    const { rig, token, calendar } = await start();
    const event = calendar.create({
      subject: 'Review',
      start: '2026-11-21T11:00:00+01:00',
      durationMinutes: 45,
      location: 'Room 4',
      organizer: 'Grace Roe <grace@fabrikam.example>',
      isOnlineMeeting: true,
    });
    const { items } = await drain(rig, token, DELTA);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      '@odata.type': '#microsoft.graph.event',
      '@odata.etag': `W/"${event.changeKey}"`,
      id: event.immutableId,
      subject: 'Review',
      start: { dateTime: '2026-11-21T10:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-11-21T10:45:00.0000000', timeZone: 'UTC' },
      isAllDay: false,
      isCancelled: false,
      isOrganizer: false,
      isReminderOn: true,
      reminderMinutesBeforeStart: 15,
      showAs: 'busy',
      type: 'singleInstance',
      seriesMasterId: null,
      responseStatus: { response: 'notResponded' },
      location: { displayName: 'Room 4' },
      organizer: { emailAddress: { name: 'Grace Roe', address: 'grace@fabrikam.example' } },
      isOnlineMeeting: true,
      onlineMeeting: { joinUrl: expect.stringMatching(/^https:\/\/teams\.microsoft\.com\//) },
      onlineMeetingUrl: null,
      webLink: expect.stringMatching(/^https:\/\/outlook\.office365\.com\//),
    });
  });

  test.each([
    '$select=subject',
    '$filter=isAllDay eq false',
    '$expand=attachments',
    '$orderby=subject',
    '$search="x"',
    '$top=5',
  ])('refuses %s with 400', async (query) => {
    const { rig, token } = await start();
    expect((await rig.ask(`${DELTA}&${query}`, token)).status).toBe(400);
  });

  test.each([
    '',
    '?startDateTime=2026-11-20T00:00:00Z',
    '?startDateTime=soon&endDateTime=later',
    '?startDateTime=2026-11-21T00:00:00Z&endDateTime=2026-11-20T00:00:00Z',
    '?startDateTime=2026-11-21T00:00:00Z&endDateTime=2036-11-20T00:00:00Z',
  ])('refuses the window "%s" with 400', async (query) => {
    const { rig, token } = await start();
    expect((await rig.ask(`/me/calendarView/delta${query}`, token)).status).toBe(400);
  });

  test('the window is fixed in the link: what changes or goes outside it is listed as removed', async () => {
    const { rig, token, calendar } = await start();
    const inside = calendar.create({ start: '2026-12-01T10:00:00Z' });
    const outside = calendar.create({ start: '2027-06-01T10:00:00Z' });
    const { items, link } = await drain(rig, token, DELTA);
    expect(items.map((item) => item.id)).toEqual([inside.immutableId]);

    calendar.update(inside.immutableId, { start: '2027-03-01T10:00:00Z' });
    calendar.update(outside.immutableId, { subject: 'Changed outside' });
    const away = await drain(rig, token, link);
    expect(away.items).toEqual([removed(inside.immutableId), removed(outside.immutableId)]);
    expect((await rig.ask(`/me/events/${inside.immutableId}`, token)).status).toBe(200);

    calendar.update(inside.immutableId, { start: '2026-12-02T10:00:00Z' });
    expect((await drain(rig, token, away.link)).items).toMatchObject([
      {
        id: inside.immutableId,
        start: { dateTime: '2026-12-02T10:00:00.0000000' },
        end: { dateTime: '2026-12-02T10:30:00.0000000' },
      },
    ]);
  });

  test('moved, cancelled, answered and removed events come in the next round', async () => {
    const { rig, token, calendar } = await start();
    const [moves, isCalledOff, isAnswered, goes] = ['A', 'B', 'C', 'D'].map(
      (subject) => calendar.create({ subject, attendees: ['zoe@contoso.example'] }).immutableId,
    ) as [string, string, string, string];
    const { link } = await drain(rig, token, DELTA);
    calendar.update(moves, { start: '2026-11-22T09:00:00Z', location: 'Elsewhere' });
    calendar.cancel(isCalledOff);
    calendar.setResponse(isAnswered, 'accepted');
    calendar.attendeeResponds(isAnswered, 'zoe@contoso.example', 'declined');
    calendar.remove(goes);
    const { items } = await drain(rig, token, link);
    expect(items).toMatchObject([
      { id: moves, location: { displayName: 'Elsewhere' }, start: { dateTime: '2026-11-22T09:00:00.0000000' } },
      { id: isCalledOff, isCancelled: true, subject: 'Canceled: B' },
      {
        id: isAnswered,
        responseStatus: { response: 'accepted' },
        attendees: [{ emailAddress: { address: 'zoe@contoso.example' }, status: { response: 'declined' } }],
      },
      removed(goes),
    ]);
    expect((await rig.ask(`/me/events/${goes}`, token)).status).toBe(404);
  });

  test('pages, expires and replays like mail', async () => {
    const { rig, token, calendar } = await start();
    for (let count = 0; count < 12; count += 1) calendar.create({ subject: `${count}` });
    calendar.emptyPages(1);
    const { items, link } = await drain(rig, token, DELTA);
    expect(items).toHaveLength(12);
    calendar.replay(2);
    expect((await drain(rig, token, link)).items).toHaveLength(2);
    calendar.expireDelta();
    const gone = await rig.ask(link, token);
    expect(gone.status).toBe(410);
    expect((await drain(rig, token, gone.headers.get('location') ?? '')).items).toHaveLength(12);
  });

  test('all-day events run from midnight to midnight', async () => {
    const { rig, token, calendar } = await start();
    calendar.create({ isAllDay: true, start: '2026-11-23', showAs: 'free' });
    const headers = { Prefer: 'outlook.timezone="America/New_York"' };
    const { body } = await rig.ask(DELTA, token, { headers });
    expect(body.value[0]).toMatchObject({
      isAllDay: true,
      start: { dateTime: '2026-11-23T00:00:00.0000000', timeZone: 'America/New_York' },
      end: { dateTime: '2026-11-24T00:00:00.0000000', timeZone: 'America/New_York' },
    });
  });
});

describe('other calendar calls', () => {
  test('times come in the zone asked for, and an unknown zone is refused', async () => {
    const { rig, token, calendar } = await start();
    const { immutableId } = calendar.create({ start: '2026-07-01T10:00:00Z' });
    const ask = (zone: string) =>
      rig.ask(`/me/events/${immutableId}?$select=start`, token, { headers: { Prefer: `outlook.timezone="${zone}"` } });
    expect((await ask('Europe/Berlin')).body.start).toEqual({
      dateTime: '2026-07-01T12:00:00.0000000',
      timeZone: 'Europe/Berlin',
    });
    expect((await ask('Middle/Earth')).status).toBe(400);
    expect((await rig.ask(`/me/events/${immutableId}`, token)).body.start.timeZone).toBe('UTC');
  });

  test('calendarView lists a window in order, with $select', async () => {
    const { rig, token, calendar } = await start();
    calendar.create({ subject: 'Late', start: '2026-12-02T10:00:00Z' });
    calendar.create({ subject: 'Early', start: '2026-12-01T10:00:00Z' });
    calendar.create({ subject: 'Never', start: '2028-12-01T10:00:00Z' });
    const { body } = await rig.ask(`/me/calendarView?${WINDOW}&$select=subject`, token);
    expect(body.value.map((one: { subject: string }) => one.subject)).toEqual(['Early', 'Late']);
    expect(Object.keys(body.value[0])).toEqual(['@odata.etag', 'id', 'subject']);
  });

  test('reminderView tells when each reminder fires', async () => {
    const { rig, token, calendar } = await start();
    const event = calendar.create({ subject: 'Review', start: '2026-12-01T10:00:00Z', reminderMinutesBeforeStart: 10 });
    calendar.create({ start: '2026-12-01T11:00:00Z', isReminderOn: false });
    const path = "/me/reminderView(startDateTime='2026-12-01T00:00:00Z',endDateTime='2026-12-02T00:00:00Z')";
    const { body } = await rig.ask(path, token, { headers: IMMUTABLE });
    expect(body.value).toMatchObject([
      {
        eventId: event.immutableId,
        eventSubject: 'Review',
        reminderFireTime: { dateTime: '2026-12-01T09:50:00.0000000', timeZone: 'UTC' },
      },
    ]);
  });

  test('everything needs Calendars.Read', async () => {
    const { rig } = await start();
    const token = rig.token({ scopes: ['Mail.Read'] });
    for (const path of [DELTA, '/me/events', '/me/events/x', `/me/calendarView?${WINDOW}`]) {
      expect((await rig.ask(path, token)).status).toBe(403);
    }
  });

  test('refuses to create what cannot be', async () => {
    const { calendar } = await start();
    expect(() => calendar.create({ start: '2026-12-01T10:00:00' })).toThrow(/offset or Z/);
    expect(() => calendar.create({ start: '2026-12-01T10:00:00Z', end: '2026-12-01T09:00:00Z' })).toThrow(/end before/);
    expect(() => calendar.update('nothing', { subject: 'x' })).toThrow(/No such event/);
  });
});
