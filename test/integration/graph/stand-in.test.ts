/** The adapter against the stand-in cloud's Graph, which refuses what Microsoft would refuse. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { NewSubscription } from '../../../main/domain/ports.ts';
import { createGraph } from '../../../main/graph/graph.ts';
import { ADA, type Rig, startRig } from '../../cloud/graph/rig.ts';
import { failing, until } from './played-graph.ts';

const minuteMs = 60_000;

/** Our adapter with production's address; only the wire leads to the rig. */
async function connect(options: { scopes?: string[]; previews?: boolean } = {}) {
  const rig = await startRig();
  const host = 'quiet-name.loca.example';
  const receiver = await rig.receiver(host);
  const token = rig.token(options.scopes === undefined ? {} : { scopes: options.scopes });
  const graph = createGraph({
    fetch: (url, init) => fetch(url.replace('https://graph.microsoft.com', rig.base), init),
    tokens: { accessToken: async () => token },
    clock: { now: rig.clock.now, after: rig.clock.after, onJump: () => () => {} },
    log: { info() {}, warn() {}, error() {} },
    random: { fraction: () => 0.5 },
    previews: options.previews ?? false,
  });
  onTestFinished(graph.close);
  const wanted = (change: Partial<NewSubscription> = {}): NewSubscription => ({
    resource: 'mail',
    notificationUrl: `https://${host}/n/secret`,
    lifecycleNotificationUrl: `https://${host}/l/secret`,
    clientState: 'state-of-the-client',
    expiresAt: inMinutes(rig, 10_000),
    ...change,
  });
  return {
    ...graph,
    rig,
    host,
    receiver,
    wanted,
    mailbox: rig.graph.mailbox(ADA.username),
    events: rig.graph.calendar(ADA.username),
    since: new Date(rig.clock.now().getTime() - 24 * 60 * minuteMs),
    window: { from: inMinutes(rig, -24 * 60), to: inMinutes(rig, 60 * 24 * 60) },
  };
}
const inMinutes = (rig: Rig, minutes: number): Date => new Date(rig.clock.now().getTime() + minutes * minuteMs);

describe('subscriptions', () => {
  test('live from create to remove', async () => {
    const { subscriptions, wanted, rig, receiver } = await connect();
    const mail = await subscriptions.create(wanted());
    const calendar = await subscriptions.create(wanted({ resource: 'calendar' }));
    expect(receiver.validated.length).toBe(4);
    expect([mail.expiresAt, mail.notificationUrl, mail.lifecycleNotificationUrl]).toEqual([
      inMinutes(rig, 10_000),
      wanted().notificationUrl,
      wanted().lifecycleNotificationUrl,
    ]);
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    expect([...(await subscriptions.list())].sort(byId)).toEqual([mail, calendar].sort(byId));
    expect(rig.graph.subscriptions(ADA.username).every(({ immutableIds }) => immutableIds)).toBe(true);

    await rig.clock.advance(60 * minuteMs);
    expect((await subscriptions.renew(mail.id, inMinutes(rig, 10_000))).expiresAt).toEqual(inMinutes(rig, 10_000));
    await subscriptions.reauthorize(calendar.id);

    await subscriptions.remove(mail.id);
    await subscriptions.remove(mail.id);
    expect((await subscriptions.list()).map(({ id }) => id)).toEqual([calendar.id]);
    expect((await failing(subscriptions.renew(mail.id, inMinutes(rig, 100)))).code).toBe('graph-not-found');
    expect(rig.graph.violations).toEqual([]);
  });

  test('are refused with the code that says why', async () => {
    const { subscriptions, wanted, rig, receiver, host } = await connect();
    const create = async (change: Partial<NewSubscription> = {}) =>
      (await failing(subscriptions.create(wanted(change)))).code;

    rig.unplug(host);
    expect(await create()).toBe('graph-validation-failed');
    const again = await rig.receiver(host);
    again.onValidation = (_token, response) => void response.writeHead(404).end();
    expect(await create()).toBe('graph-validation-failed');
    again.onValidation = (text, response) => void response.writeHead(200, { 'Content-Type': 'text/plain' }).end(text);
    expect(await create({ clientState: 'x'.repeat(129) })).toBe('graph-refused');
    await subscriptions.create(wanted());
    expect(await create()).toBe('graph-conflict');
    rig.graph.setOthersSubscriptions(ADA.username, 1000);
    const quota = await failing(subscriptions.create(wanted({ resource: 'calendar' })));
    expect([quota.code, quota.userMessage]).toEqual(['graph-forbidden', expect.stringContaining('no room')]);
    expect(receiver.received).toEqual([]);
  });

  test('without the permission are forbidden', async () => {
    const { subscriptions, wanted } = await connect({ scopes: ['Mail.ReadBasic'] });
    const failure = await failing(subscriptions.create(wanted({ resource: 'calendar' })));
    expect([failure.code, failure.userMessage]).toEqual(['graph-forbidden', expect.stringContaining('permission')]);
  });

  test('created with the answer lost are not created again', async () => {
    const { subscriptions, wanted, rig } = await connect();
    rig.graph.failNext({ path: '/subscriptions', method: 'POST', how: 'lost' });
    expect((await failing(subscriptions.create(wanted()))).code).toBe('graph-unreachable');
    expect((await subscriptions.list()).length).toBe(1);
    expect(rig.graph.requests.filter(({ method }) => method === 'POST').length).toBe(1);
  });
});

describe('mail', () => {
  test('comes by delta: new, read elsewhere, moved away, deleted, once each', async () => {
    const { mail, mailbox, since, rig } = await connect();
    mailbox.deliver({ subject: 'too old', at: new Date(since.getTime() - 1000) });
    const first = mailbox.deliver({ subject: 'one', from: 'Grace Roe <grace@fabrikam.example>', importance: 'high' });
    const start = await mail.changes(null, since);
    expect(start.changes).toEqual([
      {
        kind: 'message',
        message: {
          id: first.immutableId,
          subject: 'one',
          from: { name: 'Grace Roe', address: 'grace@fabrikam.example' },
          receivedAt: rig.clock.now(),
          isRead: false,
          importance: 'high',
          inferenceClassification: 'focused',
          conversationId: expect.any(String),
          preview: null,
          webLink: expect.stringMatching(/^https:\/\/outlook\./),
        },
      },
    ]);

    const second = mailbox.deliver({ subject: 'two' });
    mailbox.markRead(first.immutableId);
    const later = await mail.changes(start.deltaLink, since);
    const told = later.changes.map((change) =>
      change.kind === 'message' ? [change.message.subject, change.message.isRead] : change,
    );
    expect(new Set(told)).toEqual(
      new Set([
        ['one', true],
        ['two', false],
      ]),
    );

    mailbox.move(first.immutableId, 'archive');
    mailbox.remove(second.immutableId);
    const last = await mail.changes(later.deltaLink, since);
    expect(new Set(last.changes)).toEqual(
      new Set([
        { kind: 'removed', id: first.immutableId },
        { kind: 'removed', id: second.immutableId },
      ]),
    );
    expect((await mail.changes(last.deltaLink, since)).changes).toEqual([]);
  });

  test('all read at once elsewhere keeps to four requests at a time', async () => {
    const { mail, mailbox, since, rig } = await connect();
    const delivered = Array.from({ length: 40 }, (_, n) => mailbox.deliver({ subject: `mail ${n}` }));
    const start = await mail.changes(null, since);
    for (const { immutableId } of delivered) mailbox.markRead(immutableId);
    const { changes } = await mail.changes(start.deltaLink, since);
    expect(changes.length).toBe(40);
    expect(changes.every((change) => change.kind === 'message' && change.message.isRead)).toBe(true);
    expect(rig.graph.violations).toEqual([]);
  });

  test('comes whole over many pages, empty ones and replays', async () => {
    const { mail, mailbox, since } = await connect();
    for (let n = 0; n < 250; n += 1) mailbox.deliver({ subject: `mail ${n}` });
    mailbox.emptyPages(3);
    const start = await mail.changes(null, since);
    const subjects = new Set(start.changes.flatMap((c) => (c.kind === 'message' ? [c.message.subject] : [])));
    expect([start.changes.length, subjects.size]).toEqual([250, 250]);
    mailbox.replay(5);
    mailbox.deliver({ subject: 'new' });
    const later = await mail.changes(start.deltaLink, since);
    expect(new Set(later.changes.map((c) => (c.kind === 'message' ? c.message.id : c.id))).size).toBe(
      later.changes.length,
    );
  });

  test.each([{}, { status: 400, code: 'SyncStateInvalid' }, { status: 404, code: 'syncStateNotFound' }])(
    'after its links expired (%j) begins again',
    async (how) => {
      const { mail, mailbox, since } = await connect();
      const start = await mail.changes(null, since);
      mailbox.deliver({ subject: 'meanwhile' });
      mailbox.expireDelta(how);
      expect((await failing(mail.changes(start.deltaLink, since))).code).toBe('graph-sync-state-lost');
      expect((await mail.changes(null, since)).changes.length).toBe(1);
    },
  );

  test('has a preview only with Mail.Read and only when wanted', async () => {
    const reading = await connect({ scopes: ['Mail.Read'], previews: true });
    reading.mailbox.deliver({ preview: 'Here are the numbers' });
    expect((await reading.mail.changes(null, reading.since)).changes).toMatchObject([
      { message: { preview: 'Here are the numbers' } },
    ]);
    const basic = await connect({ scopes: ['Mail.ReadBasic'] });
    basic.mailbox.deliver({ preview: 'Here are the numbers' });
    expect((await basic.mail.changes(null, basic.since)).changes).toMatchObject([{ message: { preview: null } }]);
  });

  test('is counted by the server', async () => {
    const { mail, mailbox } = await connect();
    mailbox.deliver();
    mailbox.deliver({ isRead: true });
    expect(await mail.unreadCount()).toBe(1);
  });
});

describe('the calendar', () => {
  test('comes by delta: new, moved, cancelled, deleted', async () => {
    const { calendar, events, window, rig } = await connect();
    const start = inMinutes(rig, 120);
    const created = events.create({ subject: 'Standup', start, location: 'Room 1', isOnlineMeeting: true });
    const first = await calendar.changes(null, window);
    expect(first.changes).toEqual([
      {
        kind: 'event',
        event: {
          id: created.immutableId,
          subject: 'Standup',
          start,
          end: inMinutes(rig, 150),
          isAllDay: false,
          location: 'Room 1',
          isCancelled: false,
          isOrganizer: false,
          organizer: { name: 'Grace Roe', address: 'grace@fabrikam.example' },
          showAs: 'busy',
          response: 'notResponded',
          isReminderOn: true,
          reminderMinutesBeforeStart: 15,
          joinUrl: expect.stringMatching(/^https:\/\/teams\.microsoft\.com\//),
          webLink: expect.stringMatching(/^https:\/\/outlook\./),
          iCalUId: created.iCalUId,
          seriesMasterId: null,
          type: 'singleInstance',
          lastModifiedAt: rig.clock.now(),
        },
      },
    ]);

    events.update(created.immutableId, { start: inMinutes(rig, 240) });
    const moved = await calendar.changes(first.deltaLink, window);
    expect(moved.changes).toMatchObject([{ event: { start: inMinutes(rig, 240), end: inMinutes(rig, 270) } }]);

    events.cancel(created.immutableId);
    const cancelled = await calendar.changes(moved.deltaLink, window);
    expect(cancelled.changes).toMatchObject([{ event: { isCancelled: true } }]);
    expect(await calendar.event(created.immutableId)).toMatchObject({ isCancelled: true });

    events.remove(created.immutableId);
    expect((await calendar.changes(cancelled.deltaLink, window)).changes).toEqual([
      { kind: 'removed', id: created.immutableId },
    ]);
    expect(await calendar.event(created.immutableId)).toBeNull();
  });

  test('tells of an all-day event at midnight, and of a move out of the window as removed', async () => {
    const { calendar, events, window, rig } = await connect();
    const day = events.create({ subject: 'Fair', isAllDay: true, start: '2026-12-01' });
    const first = await calendar.changes(null, window);
    expect(first.changes).toMatchObject([
      { event: { isAllDay: true, start: new Date('2026-12-01T00:00:00Z'), end: new Date('2026-12-02T00:00:00Z') } },
    ]);
    events.update(day.immutableId, { start: inMinutes(rig, 200 * 24 * 60) });
    expect((await calendar.changes(first.deltaLink, window)).changes).toEqual([
      { kind: 'removed', id: day.immutableId },
    ]);
    expect((await calendar.event(day.immutableId))?.subject).toBe('Fair');
  });
});

describe('on a bad day', () => {
  test.each(['truncated', 'reset'] as const)('an answer that is %s is asked for again', async (how) => {
    const { mail, mailbox, since, rig } = await connect();
    mailbox.deliver({ subject: 'one' });
    rig.graph.failNext({ path: 'delta', how });
    const round = mail.changes(null, since);
    await until(() => rig.clock.pending() > 0);
    await rig.clock.advance(500);
    expect((await round).changes.length).toBe(1);
  });

  test('throttled, it waits as long as asked', async () => {
    const { mail, since, rig } = await connect();
    rig.graph.failNext({ path: 'delta', how: 'throttle' });
    const round = mail.changes(null, since);
    await until(() => rig.clock.pending() > 0);
    await rig.clock.advance(9_999);
    expect(rig.graph.requests.length).toBe(1);
    await rig.clock.advance(1);
    expect((await round).changes).toEqual([]);
  });

  test('garbage is "cannot be reached"', async () => {
    const { mail, since, rig } = await connect();
    rig.graph.failNext({ path: 'delta', how: 'garbage' });
    expect((await failing(mail.changes(null, since))).code).toBe('graph-unreachable');
  });
});

describe('folders', () => {
  test('are offered as a tree without the inbox, what is written here and what was thrown away', async () => {
    const { mail, mailbox } = await connect();
    mailbox.addFolder('Projects');
    mailbox.addFolder('Apollo', 'Projects');
    mailbox.addFolder('Lander', 'Apollo');
    mailbox.addFolder('Below the inbox', 'Inbox');
    mailbox.addFolder('Sent long ago', 'Sent Items');
    for (let n = 1; n <= 120; n += 1) mailbox.addFolder(`List ${String(n).padStart(3, '0')}`);
    const offered = await mail.folders();
    expect(offered.filter(({ name }) => !name.startsWith('List')).map(({ name, depth }) => [depth, name])).toEqual([
      [0, 'Archive'],
      [0, 'Below the inbox'],
      [0, 'Junk Email'],
      [0, 'Projects'],
      [1, 'Apollo'],
      [2, 'Lander'],
    ]);
    expect(offered.length).toBe(126);
  });

  test('are watched like the inbox: new, moved in, read, gone', async () => {
    const { mail, mailbox, since } = await connect();
    const projects = mailbox.addFolder('Projects');
    const first = mailbox.deliver({ subject: 'First', folder: 'Projects' });
    const round = await mail.changes(null, since, projects);
    expect(round.changes).toMatchObject([{ kind: 'message', message: { id: first.immutableId, subject: 'First' } }]);
    const inbox = mailbox.deliver({ subject: 'Second' });
    mailbox.move(inbox.immutableId, 'Projects');
    mailbox.markRead(first.immutableId);
    const next = await mail.changes(round.deltaLink, since, projects);
    expect(
      next.changes.map((change) => change.kind === 'message' && [change.message.subject, change.message.isRead]).sort(),
    ).toEqual([
      ['First', true],
      ['Second', false],
    ]);
    mailbox.removeFolder('Projects');
    expect((await failing(mail.changes(next.deltaLink, since, projects))).code).toBe('graph-not-found');
  });

  test('say where a message lies', async () => {
    const { mail, mailbox } = await connect();
    const projects = mailbox.addFolder('Projects');
    const { immutableId } = mailbox.deliver({ subject: 'Wanderer' });
    const places = [await mail.find(immutableId)];
    mailbox.move(immutableId, 'Projects');
    mailbox.markRead(immutableId);
    places.push(await mail.find(immutableId));
    mailbox.remove(immutableId, { permanently: true });
    places.push(await mail.find(immutableId));
    expect(places).toEqual([{ folder: 'inbox', isRead: false }, { folder: projects, isRead: true }, null]);
  });

  test('are woken by one subscription to all mail, which does not collide with that to the inbox', async () => {
    const { subscriptions, wanted, rig } = await connect();
    await subscriptions.create(wanted());
    await subscriptions.create(wanted({ isWide: true }));
    expect(rig.graph.subscriptions(ADA.username).map(({ resource }) => resource)).toEqual([
      "me/mailFolders('inbox')/messages",
      'me/messages',
    ]);
  });
});

describe('a round trip', () => {
  test('is a subscription of its own beside ours, and calls both addresses with their query', async () => {
    const { subscriptions, wanted, rig, receiver } = await connect();
    await subscriptions.create(wanted({ resource: 'calendar' }));
    const test = await subscriptions.create(
      wanted({ resource: 'calendar', changeType: 'deleted', notificationUrl: `${wanted().notificationUrl}?test=1` }),
    );
    expect([receiver.validated.length, rig.graph.subscriptions(ADA.username).length]).toEqual([4, 2]);
    await subscriptions.remove(test.id);
    expect(rig.graph.subscriptions(ADA.username).map(({ changeType }) => changeType)).toEqual([
      'created,updated,deleted',
    ]);
  });
});
