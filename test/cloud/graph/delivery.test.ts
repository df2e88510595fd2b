import { describe, expect, test, vi } from 'vitest';
import type { GraphOptions } from './graph.ts';
import { ADA, startRig, subscriptionBody } from './rig.ts';

const HOST = 'quiet-otter.relay.example';
const HOUR = 3_600_000;

async function subscribed(
  options: { limits?: GraphOptions['limits']; change?: Record<string, unknown>; immutable?: boolean } = {},
) {
  const rig = await startRig(options.limits);
  const receiver = await rig.receiver(HOST);
  const token = rig.token();
  const headers: Record<string, string> = options.immutable === false ? {} : { Prefer: 'IdType="ImmutableId"' };
  const body = subscriptionBody(rig, HOST, options.change);
  const answer = await rig.ask('/subscriptions', token, { method: 'POST', body, headers });
  expect(answer.status).toBe(201);
  rig.graph.rules({ challengeByItself: false });
  const mailbox = rig.graph.mailbox(ADA.username);
  /** Until nothing is being sent. */
  const quiet = () => vi.waitFor(() => expect(rig.graph.inFlight()).toBe(0), { timeout: 5000, interval: 2 });
  const outcomes = () => rig.graph.deliveries.map((one) => one.outcome);
  return {
    rig,
    receiver,
    token,
    mailbox,
    quiet,
    outcomes,
    id: answer.body.id as string,
    path: `/subscriptions/${answer.body.id}`,
  };
}

describe('what a notification looks like', () => {
  test('a new message is told to notificationUrl at once, with everything the fact sheet names', async () => {
    const { receiver, mailbox, quiet, id } = await subscribed();
    const mail = mailbox.deliver({ subject: 'Budget' });
    await quiet();
    const resource = `Users/${ADA.oid}/Messages/${mail.immutableId}`;
    expect(receiver.received).toEqual([
      {
        url: `https://${HOST}/n/secret?x=1`,
        contentType: 'application/json; charset=utf-8',
        value: [
          {
            id: expect.any(String),
            subscriptionId: id,
            subscriptionExpirationDateTime: '2026-11-27T23:40:00.0004567-08:00',
            clientState: 'state-of-the-client',
            changeType: 'created',
            tenantId: ADA.tid,
            resource,
            resourceData: {
              '@odata.type': '#Microsoft.Graph.Message',
              '@odata.id': resource,
              '@odata.etag': `W/"${mail.changeKey}"`,
              id: mail.immutableId,
            },
          },
        ],
      },
    ]);
  });

  test('carries the ordinary id unless immutable ids were asked for at creation', async () => {
    const { receiver, mailbox, quiet } = await subscribed({ immutable: false });
    const mail = mailbox.deliver();
    await quiet();
    expect(receiver.items()[0]?.resourceData).toMatchObject({ id: mail.mutableId });
  });

  test('says created, updated, deleted for arriving, being read, leaving the folder; other folders stay silent', async () => {
    const { receiver, mailbox, quiet } = await subscribed();
    const mail = mailbox.deliver();
    mailbox.markRead(mail.immutableId);
    mailbox.markRead(mail.immutableId);
    mailbox.move(mail.immutableId, 'archive');
    mailbox.deliver({ folder: 'sentitems' });
    await quiet();
    expect(receiver.items().map((item) => item.changeType)).toEqual(['created', 'updated', 'deleted']);
  });

  test('me/messages covers every folder', async () => {
    const { receiver, mailbox, quiet } = await subscribed({
      change: { resource: 'me/messages', changeType: 'created' },
    });
    mailbox.deliver({ folder: 'sentitems' });
    await quiet();
    expect(receiver.items()).toHaveLength(1);
  });

  test('with a filter, entering the set is created and leaving it is deleted', async () => {
    const resource = "me/mailFolders('inbox')/messages?$filter=isRead eq false";
    const { receiver, mailbox, quiet } = await subscribed({ change: { resource } });
    const mail = mailbox.deliver();
    mailbox.markRead(mail.immutableId);
    mailbox.update(mail.immutableId, { subject: 'Read and renamed' });
    mailbox.markUnread(mail.immutableId);
    await quiet();
    expect(receiver.items().map((item) => item.changeType)).toEqual(['created', 'deleted', 'created']);
  });

  test('only the change types asked for are told', async () => {
    const { receiver, mailbox, quiet } = await subscribed({ change: { changeType: 'deleted' } });
    mailbox.remove(mailbox.deliver().immutableId);
    await quiet();
    expect(receiver.items().map((item) => item.changeType)).toEqual(['deleted']);
  });

  test('events are told under Users/{id}/Events/{id}', async () => {
    const { rig, receiver, quiet } = await subscribed({ change: { resource: 'me/events' } });
    const event = rig.graph.calendar(ADA.username).create();
    await quiet();
    expect(receiver.items()[0]).toMatchObject({
      changeType: 'created',
      resource: `Users/${ADA.oid}/Events/${event.immutableId}`,
      resourceData: { '@odata.type': '#Microsoft.Graph.Event', id: event.immutableId },
    });
  });

  test('changes of one moment travel in one batch, at most ten in each', async () => {
    const { receiver, mailbox, quiet } = await subscribed();
    for (let count = 0; count < 12; count += 1) mailbox.deliver();
    await quiet();
    expect(receiver.received.map((one) => one.value.length)).toEqual([10, 2]);
  });
});

describe('delivery', () => {
  test.each([200, 202, 204])('an answer of %d is delivered', async (status) => {
    const { rig, receiver, mailbox, quiet } = await subscribed();
    receiver.onNotification = (response) => void response.writeHead(status).end();
    mailbox.deliver();
    await quiet();
    expect(rig.graph.pendingDeliveries()).toBe(0);
    await rig.clock.advance(4 * HOUR);
    expect(receiver.received).toHaveLength(1);
  });

  test.each([404, 410, 400, 500, 503, 302])(
    'an answer of %d is tried again after 10 s of cloud time',
    async (status) => {
      const { rig, receiver, mailbox, quiet } = await subscribed();
      receiver.onNotification = (response, attempt) => void response.writeHead(attempt === 1 ? status : 202).end();
      mailbox.deliver();
      await quiet();
      expect([receiver.received.length, rig.graph.pendingDeliveries()]).toEqual([1, 1]);
      await rig.clock.advance(9_999);
      expect(receiver.received).toHaveLength(1);
      await rig.clock.advance(1);
      expect([receiver.received.length, rig.graph.pendingDeliveries()]).toEqual([2, 0]);
    },
  );

  test('retries back off exponentially for 4 hours of cloud time, then give up', async () => {
    const { rig, mailbox, quiet } = await subscribed();
    rig.unplug(HOST);
    mailbox.deliver();
    await quiet();
    await rig.clock.advance(5 * HOUR);
    const tries = rig.graph.deliveries.filter((one) => one.outcome === 'unreachable');
    const gaps = tries.slice(1).map((one, index) => (one.at.getTime() - (tries[index]?.at.getTime() ?? 0)) / 1000);
    expect(gaps.slice(0, 9)).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1800]);
    expect((tries.at(-1)?.at.getTime() ?? 0) - (tries[0]?.at.getTime() ?? 0)).toBeLessThanOrEqual(4 * HOUR);
    expect([rig.graph.deliveries.at(-1)?.outcome, rig.graph.pendingDeliveries()]).toEqual(['given up', 0]);
  });

  test('the first attempt may take 3 s, a retry 10 s', async () => {
    const { rig, receiver, mailbox, quiet, outcomes } = await subscribed({ limits: { firstMs: 60, retryMs: 2000 } });
    receiver.onNotification = (response) => void setTimeout(() => response.writeHead(202).end(), 150);
    mailbox.deliver();
    await quiet();
    expect(outcomes()).toEqual(['timed out']);
    await rig.clock.advance(10_000);
    expect(outcomes()).toEqual(['timed out', 202]);
  });

  test('what was lost is told by missed with the next delivery', async () => {
    const { rig, receiver, mailbox, quiet, id } = await subscribed();
    rig.unplug(HOST);
    mailbox.deliver();
    await quiet();
    await rig.clock.advance(4 * HOUR);
    const back = await rig.receiver(HOST);
    mailbox.deliver();
    await vi.waitFor(() => expect(back.items()).toHaveLength(2), { timeout: 5000 });
    expect(receiver.received).toEqual([]);
    expect(back.received[1]?.url).toBe(`https://${HOST}/l/secret`);
    expect(back.items()[1]).toEqual({
      subscriptionId: id,
      subscriptionExpirationDateTime: '2026-11-28T07:40:00.0000000Z',
      tenantId: ADA.tid,
      clientState: 'state-of-the-client',
      lifecycleEvent: 'missed',
    });
  });

  test('pauses while the token is no longer good and goes on when reauthorized', async () => {
    const { rig, receiver, token, mailbox, quiet, outcomes, path } = await subscribed();
    rig.spoil(token);
    mailbox.deliver();
    await quiet();
    await rig.clock.advance(HOUR);
    expect([receiver.received.length, rig.graph.pendingDeliveries(), outcomes()]).toEqual([0, 1, ['held']]);
    await rig.ask(`${path}/reauthorize`, rig.token(), { method: 'POST' });
    await quiet();
    expect([receiver.items().length, rig.graph.pendingDeliveries()]).toEqual([1, 0]);
  });

  test('PATCH with a good token lets deliveries go on too', async () => {
    const { rig, receiver, token, mailbox, quiet, path } = await subscribed();
    rig.spoil(token);
    mailbox.deliver();
    await quiet();
    const body = { expirationDateTime: '2026-11-28T00:00:00Z' };
    await rig.ask(path, rig.token(), { method: 'PATCH', body });
    await quiet();
    expect(receiver.items()).toHaveLength(1);
  });

  test('what is held longer than 4 hours is gone', async () => {
    const { rig, receiver, token, mailbox, quiet, path } = await subscribed();
    rig.graph.rules({ tellMissed: false });
    rig.spoil(token);
    mailbox.deliver();
    await quiet();
    await rig.clock.advance(4 * HOUR);
    await rig.ask(`${path}/reauthorize`, rig.token(), { method: 'POST' });
    await quiet();
    expect([receiver.received, rig.graph.pendingDeliveries()]).toEqual([[], 0]);
  });

  test('a deleted subscription gets nothing any more, waiting retries included', async () => {
    const { rig, receiver, token, mailbox, quiet, path } = await subscribed();
    receiver.onNotification = (response) => void response.writeHead(503).end();
    mailbox.deliver();
    await quiet();
    await rig.ask(path, token, { method: 'DELETE' });
    mailbox.deliver();
    await rig.clock.advance(4 * HOUR);
    expect([receiver.received.length, rig.graph.pendingDeliveries()]).toEqual([1, 0]);
  });

  test('an endpoint that is slow too often gets its notifications 10 minutes late', async () => {
    const { rig, receiver, mailbox, quiet, outcomes } = await subscribed({ limits: { firstMs: 150, retryMs: 5000 } });
    rig.graph.notifications.batch(1);
    let isSlow = true;
    receiver.onNotification = (response) => void setTimeout(() => response.writeHead(202).end(), isSlow ? 300 : 0);
    for (let count = 0; count < 10; count += 1) mailbox.deliver();
    await quiet();
    expect(outcomes()).toEqual(Array(10).fill('timed out'));
    isSlow = false;
    await rig.clock.advance(10_000);
    const before = receiver.received.length;
    mailbox.deliver();
    await quiet();
    expect(receiver.received).toHaveLength(before);
    await rig.clock.advance(10 * 60_000);
    expect(receiver.received).toHaveLength(before + 1);
  });

  test('an endpoint that is far too slow too often loses its notifications for 10 minutes', async () => {
    const { rig, receiver, mailbox, quiet, outcomes } = await subscribed({ limits: { firstMs: 40, retryMs: 40 } });
    rig.graph.notifications.batch(1);
    rig.graph.rules({ tellMissed: false });
    receiver.onNotification = () => {};
    for (let count = 0; count < 10; count += 1) mailbox.deliver();
    await quiet();
    mailbox.deliver();
    await quiet();
    expect(outcomes().at(-1)).toBe('discarded');
  });
});

describe('mischief on command', () => {
  test('drop swallows as many notifications as told, without a word', async () => {
    const { rig, receiver, mailbox, quiet } = await subscribed();
    rig.graph.notifications.drop(2);
    const mails = [mailbox.deliver(), mailbox.deliver(), mailbox.deliver()];
    await quiet();
    await rig.clock.advance(4 * HOUR);
    expect(receiver.items().map((item) => item.resourceData)).toMatchObject([{ id: mails[2]?.immutableId }]);
    expect(rig.graph.pendingDeliveries()).toBe(0);
  });

  test('duplicate sends a batch twice', async () => {
    const { rig, receiver, mailbox, quiet } = await subscribed();
    rig.graph.notifications.duplicate(1);
    mailbox.deliver();
    await quiet();
    mailbox.deliver();
    await quiet();
    const ids = receiver.items().map((item) => item.id);
    expect([ids.length, new Set(ids).size]).toEqual([3, 2]);
  });

  test('disorder turns the order round', async () => {
    const { rig, receiver, mailbox, quiet } = await subscribed();
    rig.graph.notifications.disorder(2);
    const first = mailbox.deliver();
    await quiet();
    expect([receiver.received.length, rig.graph.pendingDeliveries()]).toEqual([0, 1]);
    const second = mailbox.deliver();
    await quiet();
    expect(receiver.items().map((item) => item.resourceData)).toMatchObject([
      { id: second.immutableId },
      { id: first.immutableId },
    ]);
  });

  test('delay puts cloud time between a change and its notification', async () => {
    const { rig, receiver, mailbox, quiet } = await subscribed();
    rig.graph.notifications.delay(60_000);
    mailbox.deliver();
    await quiet();
    expect(receiver.received).toHaveLength(0);
    await rig.clock.advance(60_000);
    expect(receiver.received).toHaveLength(1);
  });

  test('every happening is one line without tokens, states or secret paths', async () => {
    const { rig, mailbox, quiet } = await subscribed();
    mailbox.deliver();
    await quiet();
    const lines = rig.events.map((event) => event.text).join('\n');
    expect(rig.events.map((event) => event.name)).toEqual([
      'endpoint.validated',
      'endpoint.validated',
      'subscription.created',
      'mail.delivered',
      'notification.delivered',
    ]);
    for (const secret of ['/n/secret', '/l/secret', 'state-of-the-client', 'token-1'])
      expect(lines).not.toContain(secret);
  });
});
