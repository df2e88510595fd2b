import { expect, test } from 'vitest';
import { min, rig, s } from './keep-subscribed-rig.ts';
import { ada, failure, held, settled, signInNeeded } from './world.ts';

test('has the tunnel looked at when Graph could not reach it, and tries again', async () => {
  const { subscribed, before, doubts, pass, atGraph } = rig();
  before.create = async () => {
    throw failure('graph-validation-failed');
  };
  subscribed.reconcile();
  await settled();
  const asked = doubts.length;
  before.create = async () => {};
  await pass(5 * s);
  expect([asked, atGraph().length]).toEqual([2, 2]);
});

test('subscribes at once when the tunnel is back after a long time without a network', async () => {
  const { subscribed, before, place, pass, atGraph, subscriptionCalls } = rig();
  place.url = null;
  before.list = async () => {
    throw failure('graph-unreachable');
  };
  subscribed.reconcile();
  await pass(60 * min);
  const tries = subscriptionCalls.length;
  before.list = async () => {};
  place.url = 'https://tours.relay.example';
  subscribed.reconcile();
  await settled();
  expect({ tries: tries > 5 && tries < 80, live: atGraph().length }).toEqual({ tries: true, live: 2 });
});

test('moves to a new address: first away with the old one, then the new one', async () => {
  const { start, subscribed, place, subscriptionCalls, atGraph, live } = rig();
  await start();
  place.url = 'https://new.relay.example';
  subscribed.reconcile();
  await settled();
  expect({
    order: ['mail', 'calendar'].map((resource) => subscriptionCalls.filter((call) => call.includes(resource))),
    hosts: [...live.values()].map(({ notificationUrl }) => new URL(notificationUrl).host),
    live: atGraph().length,
  }).toEqual({
    order: [
      ['remove mail-1', 'create mail'],
      ['remove calendar-2', 'create calendar'],
    ],
    hosts: ['new.relay.example', 'new.relay.example'],
    live: 2,
  });
});

test('takes back everything when the name is lost, also what is just being made', async () => {
  const { subscribed, before, atGraph, records, place } = rig();
  const wait = held<void>();
  before.create = () => wait.promise;
  subscribed.reconcile();
  await settled();
  const gone = subscribed.deleteAll();
  place.url = null;
  before.create = async () => {};
  wait.resolve();
  await gone;
  await settled();
  expect([atGraph(), records.subscriptions()]).toEqual([[], []]);
});

test('forgets them even when Graph cannot be asked, and removes the leftovers later', async () => {
  const { start, subscribed, before, place, records, atGraph } = rig();
  await start();
  before.remove = async () => {
    throw failure('graph-unreachable');
  };
  place.url = null;
  await subscribed.deleteAll();
  const stored = records.subscriptions();
  before.remove = async () => {};
  place.url = 'https://new.relay.example';
  subscribed.reconcile();
  await settled();
  expect([stored, atGraph()]).toEqual([[], ['calendar-4', 'mail-3']]);
});

test('does not bring back what was taken away while Graph was being asked', async () => {
  const { start, subscribed, before, place, records, pass, sessions } = rig();
  await start();
  await pass(60 * min);
  const wait = held<void>();
  before.reauthorize = () => wait.promise;
  subscribed.challenged('mail');
  await settled();
  place.url = null;
  await subscribed.deleteAll();
  sessions.observe(ada.homeAccountId, signInNeeded('session-expired'));
  wait.resolve();
  await settled();
  expect(records.subscriptions()).toEqual([]);
});
