import { describe, expect, test, vi } from 'vitest';
import { ADA, startRig, subscriptionBody } from './rig.ts';

const HOST = 'quiet-otter.relay.example';
const MINUTE = 60_000;

async function subscribed(options: { tokenLifeMs?: number; change?: Record<string, unknown> } = {}) {
  const rig = await startRig();
  const receiver = await rig.receiver(HOST);
  const token = rig.token(options.tokenLifeMs === undefined ? {} : { lifeMs: options.tokenLifeMs });
  const body = subscriptionBody(rig, HOST, options.change);
  const { body: made } = await rig.ask('/subscriptions', token, { method: 'POST', body });
  const quiet = () => vi.waitFor(() => expect(rig.graph.inFlight()).toBe(0), { timeout: 5000, interval: 2 });
  const lifecycleEvents = () => receiver.items().map((item) => item.lifecycleEvent);
  return { rig, receiver, token, quiet, lifecycleEvents, id: made.id as string };
}

describe('lifecycle events on command', () => {
  test.each(['reauthorizationRequired', 'missed', 'somethingFromTheFuture'])(
    '%s goes to lifecycleNotificationUrl without resource information',
    async (lifecycleEvent) => {
      const { rig, receiver, quiet, id } = await subscribed();
      expect(rig.graph.challenge(ADA.username, lifecycleEvent)).toBe(1);
      await quiet();
      expect(receiver.received).toEqual([
        {
          url: `https://${HOST}/l/secret`,
          contentType: 'application/json; charset=utf-8',
          value: [
            {
              subscriptionId: id,
              subscriptionExpirationDateTime: '2026-11-28T07:40:00.0000000Z',
              tenantId: ADA.tid,
              clientState: 'state-of-the-client',
              lifecycleEvent,
            },
          ],
        },
      ]);
      expect(rig.graph.subscriptions(ADA.username)).toHaveLength(1);
    },
  );

  test('subscriptionRemoved removes the subscription and still arrives', async () => {
    const { rig, token, quiet, lifecycleEvents, id } = await subscribed();
    rig.graph.challenge(ADA.username, 'subscriptionRemoved');
    await quiet();
    expect(lifecycleEvents()).toEqual(['subscriptionRemoved']);
    expect((await rig.ask(`/subscriptions/${id}`, token)).status).toBe(404);
  });

  test('a subscription without lifecycleNotificationUrl hears nothing', async () => {
    const { rig, receiver, quiet } = await subscribed({ change: { lifecycleNotificationUrl: undefined } });
    expect(rig.graph.challenge(ADA.username, 'reauthorizationRequired')).toBe(0);
    await quiet();
    expect(receiver.received).toEqual([]);
  });

  test('forgetSubscriptions removes them without a word', async () => {
    const { rig, receiver, quiet } = await subscribed();
    expect(rig.graph.forgetSubscriptions(ADA.username)).toBe(1);
    await quiet();
    expect([receiver.received, rig.graph.subscriptions(ADA.username)]).toEqual([[], []]);
  });

  test('challenges are delivered also while the token holds changes back', async () => {
    const { rig, token, quiet, lifecycleEvents } = await subscribed();
    rig.spoil(token);
    rig.graph.mailbox(ADA.username).deliver();
    rig.graph.challenge(ADA.username, 'reauthorizationRequired');
    await quiet();
    expect(lifecycleEvents()).toEqual(['reauthorizationRequired']);
  });
});

describe('lifecycle events by themselves', () => {
  test('half an hour before the token ends the challenges begin, every 15 minutes until it is answered', async () => {
    const { rig, lifecycleEvents, id } = await subscribed({ tokenLifeMs: 75 * MINUTE });
    await rig.clock.advance(45 * MINUTE - 1);
    expect(lifecycleEvents()).toEqual([]);
    await rig.clock.advance(1);
    expect(lifecycleEvents()).toHaveLength(1);
    await rig.clock.advance(15 * MINUTE);
    expect(lifecycleEvents()).toHaveLength(2);
    await rig.ask(`/subscriptions/${id}/reauthorize`, rig.token({ lifeMs: 24 * 60 * MINUTE }), { method: 'POST' });
    await rig.clock.advance(6 * 60 * MINUTE);
    expect(lifecycleEvents()).toEqual(['reauthorizationRequired', 'reauthorizationRequired']);
  });

  test('they come before the subscription ends too, and renewing it moves them', async () => {
    const { rig, lifecycleEvents, id } = await subscribed({ change: { expirationDateTime: '2026-11-21T10:00:00Z' } });
    await rig.clock.advance(30 * MINUTE);
    expect(lifecycleEvents()).toHaveLength(1);
    const body = { expirationDateTime: '2026-11-21T14:00:00Z' };
    await rig.ask(`/subscriptions/${id}`, rig.token(), { method: 'PATCH', body });
    await rig.clock.advance(3 * 60 * MINUTE);
    expect(lifecycleEvents()).toHaveLength(1);
  });

  test('renewing with a token that is about to end does not silence them', async () => {
    const { rig, token, lifecycleEvents, id } = await subscribed({ tokenLifeMs: 60 * MINUTE });
    await rig.clock.advance(30 * MINUTE);
    await rig.ask(`/subscriptions/${id}/reauthorize`, token, { method: 'POST' });
    await rig.clock.advance(14 * MINUTE);
    expect(lifecycleEvents()).toHaveLength(1);
    await rig.clock.advance(1 * MINUTE);
    expect(lifecycleEvents()).toHaveLength(2);
  });

  test('revoked grants are challenged at once, unless switched off', async () => {
    const { rig, quiet, lifecycleEvents } = await subscribed();
    rig.graph.rules({ challengeOnRevoke: false });
    rig.revoke(ADA);
    await quiet();
    expect(lifecycleEvents()).toEqual([]);
    rig.graph.rules({ challengeOnRevoke: true });
    rig.revoke(ADA);
    await quiet();
    expect(lifecycleEvents()).toEqual(['reauthorizationRequired']);
  });
});
