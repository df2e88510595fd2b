import { expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { askedLifetimeMs } from '../../../main/domain/subscription.ts';
import { both, day, min, rig, s, sha256 } from './keep-subscribed-rig.ts';
import { ada, createGraph, createWorld, failure, held, settled, signInNeeded } from './world.ts';

test('folders that are chosen change what mail is subscribed to, and nothing else; a restart keeps it', async () => {
  const first = rig();
  await first.start();
  first.folders.isWide = true;
  first.subscribed.reconcile();
  await settled();
  const next = rig(first, first.graph);
  next.folders.isWide = true;
  next.subscribed.reconcile();
  await settled();
  expect({
    calls: first.subscriptionCalls,
    asked: first.asked.map(({ resource, isWide }) => [resource, isWide ?? false]),
    stored: first.records.subscriptions().map(({ resource, isWide }) => [resource, isWide ?? false]),
    complete: next.subscribed.complete(),
  }).toEqual({
    calls: ['remove mail-1', 'create mail', 'list'],
    asked: [
      ['mail', false],
      ['calendar', false],
      ['mail', true],
    ],
    stored: [
      ['calendar', false],
      ['mail', true],
    ],
    complete: true,
  });
});

test('subscribes to mail and calendar, and ends with a look at what came before', async () => {
  const { subscribed, asked, resyncs, records, clock, atGraph, warnings, subscriptionCalls } = rig();
  subscribed.reconcile();
  await settled();
  expect({
    calls: subscriptionCalls,
    asked: asked.map(({ clientState, ...rest }) => ({ ...rest, secretOf: clientState.length })),
    distinct: new Set(asked.map(({ clientState }) => clientState)).size,
    stored: records.subscriptions().map(({ resource, host, clientStateDigest }) => [resource, host, clientStateDigest]),
    resyncs,
    live: atGraph(),
    complete: subscribed.complete(),
    warnings: warnings(),
  }).toEqual({
    calls: ['list', 'create mail', 'create calendar'],
    asked: both.map((resource) => ({
      resource,
      notificationUrl: 'https://tours.relay.example/note',
      lifecycleNotificationUrl: 'https://tours.relay.example/life',
      expiresAt: new Date(clock.now().getTime() + askedLifetimeMs),
      secretOf: 43,
    })),
    distinct: 2,
    stored: asked.map(({ resource, clientState }) => [resource, 'tours.relay.example', sha256(clientState)]),
    resyncs: ['mail subscribed', 'calendar subscribed'],
    live: ['calendar-2', 'mail-1'],
    complete: true,
    warnings: [],
  });
});

test('waits for an address, and calls nothing good meanwhile', async () => {
  const { subscribed, place, subscriptionCalls, warnings, pass } = rig();
  place.url = null;
  subscribed.reconcile();
  await settled();
  const early = warnings();
  await pass(30 * s);
  expect([subscriptionCalls, early, warnings()]).toEqual([['list'], ['starting ada-home'], ['starting ada-home']]);
});

test('keeps what Graph still has after a restart, with the expiry that Graph says', async () => {
  const first = rig();
  await first.start();
  first.subscribed.stop();
  const [mail] = first.live.values();
  if (mail !== undefined) first.live.set(mail.id, { ...mail, expiresAt: new Date('2026-11-25T09:00:00Z') });
  const second = rig(first, first.graph);
  second.subscribed.reconcile();
  await settled();
  expect({
    calls: second.subscriptionCalls.filter((call) => !call.startsWith('renew')),
    live: second.atGraph(),
    complete: second.subscribed.complete(),
  }).toEqual({ calls: ['list'], live: ['calendar-2', 'mail-1'], complete: true });
});

test('leaves exactly one subscription for each after five restarts, whatever Graph was left with', async () => {
  const world = createWorld();
  const graph = createGraph(world.clock);
  for (let run = 0; run < 5; run += 1) {
    const each = rig(world, graph);
    each.place.url = `https://run${run}.relay.example`;
    each.subscribed.reconcile();
    await settled();
    // A crash: Graph keeps them, and every second time we do not remember.
    each.subscribed.stop();
    if (run % 2 === 1) for (const { id } of world.records.subscriptions()) world.records.removeSubscription(id);
  }
  expect(
    [...graph.live.values()].map(({ resource, notificationUrl }) => [resource, new URL(notificationUrl).host]),
  ).toEqual([
    ['mail', 'run4.relay.example'],
    ['calendar', 'run4.relay.example'],
  ]);
});

test('makes room when Graph says that there is one like it already', async () => {
  const { subscribed, before, live, atGraph, subscriptionCalls, clock } = rig();
  const stranger = {
    id: 'stranger',
    resource: 'mail',
    notificationUrl: 'https://old.example/a',
    lifecycleNotificationUrl: null,
    expiresAt: clock.now(),
  };
  before.create = async ({ resource }) => {
    if (resource !== 'mail') return;
    // It shows up only after the first list, as after a create whose answer was lost.
    if (!subscriptionCalls.includes('remove stranger')) live.set('stranger', stranger);
    if (live.has('stranger')) throw failure('graph-conflict');
  };
  subscribed.reconcile();
  await settled();
  expect([atGraph(), subscribed.complete()]).toEqual([['calendar-2', 'mail-1'], true]);
});

test('does not hammer Graph where there is no mailbox to subscribe to', async () => {
  const { subscribed, before, subscriptionCalls, pass, warnings } = rig();
  before.create = async () => {
    throw failure('graph-not-found');
  };
  subscribed.reconcile();
  await pass(10 * min);
  const creates = subscriptionCalls.filter((call) => call === 'create mail').length;
  expect({ some: creates >= 3, few: creates <= 10, warnings: warnings() }).toEqual({
    some: true,
    few: true,
    warnings: ['not-subscribed ada-home'],
  });
});

test.each([
  ['a withdrawn permission', failure('graph-forbidden'), 15 * min],
  ['a time that Graph asked for', failure('graph-busy', { retryAfterMs: 7 * min }), 7 * min],
])('does not come back sooner than after %s allows, even when the tunnel does', async (_what, error, waitMs) => {
  const { subscribed, before, subscriptionCalls, pass, place } = rig();
  before.create = async () => {
    throw error;
  };
  subscribed.reconcile();
  await settled();
  const tried = subscriptionCalls.length;
  place.url = null;
  subscribed.reconcile();
  place.url = 'https://tours.relay.example';
  subscribed.reconcile();
  await pass(waitMs - 1);
  const before2 = subscriptionCalls.length;
  await pass(1);
  expect([before2 - tried, subscriptionCalls.length - before2 >= 2]).toEqual([0, true]);
});

test.each(['doubted', 'removed'] as const)(
  'a list that Graph once refused to show does not keep it from looking when a subscription is %s later',
  async (how) => {
    const { subscribed, before, pass, graph, atGraph, start } = rig();
    await start();
    before.list = async () => {
      throw failure('graph-forbidden');
    };
    await pass(20 * min);
    // Graph shows it again, and has dropped them meanwhile; only what comes unannounced tells.
    before.list = async () => {};
    graph.live.clear();
    subscribed[how]('mail');
    await pass(11_000);
    expect(atGraph().length).toBe(2);
  },
);

test('tells in Graph’s own reason why there is no subscription, until there is one', async () => {
  const { subscribed, before, pass, board } = rig();
  before.create = async () => {
    throw new Failure('graph-forbidden', 'This mailbox has no room for another subscription.');
  };
  subscribed.reconcile();
  await settled();
  const { cause } = board.health();
  before.create = async () => {};
  await pass(16 * min);
  expect([cause?.code, cause !== null && 'message' in cause && cause.message, board.health().state]).toEqual([
    'not-subscribed',
    'This mailbox has no room for another subscription.',
    'allGood',
  ]);
});

test('does not take a removal on trust, but asks Graph, at most every ten seconds, however often it is told', async () => {
  const { start, subscribed, subscriptionCalls, pass, atGraph } = rig();
  await start();
  await pass(min);
  for (let tenth = 0; tenth < 300; tenth += 1) {
    subscribed.removed('mail');
    await pass(100);
  }
  await pass(min);
  const lists = subscriptionCalls.filter((call) => call === 'list').length;
  expect({ lists, others: subscriptionCalls.length - lists, live: atGraph() }).toEqual({
    lists: 4,
    others: 0,
    live: ['calendar-2', 'mail-1'],
  });
});

test('makes a new one when Graph did remove it', async () => {
  const { start, subscribed, live, resyncs, pass, atGraph } = rig();
  await start();
  await pass(min);
  live.delete('mail-1');
  subscribed.removed('mail');
  await settled();
  expect([atGraph(), resyncs]).toEqual([['calendar-2', 'mail-3'], ['mail subscribed']]);
});

test('says which secrets it expects, also while Graph has not answered yet', async () => {
  const { subscribed, before, asked, pass } = rig();
  const wait = held<void>();
  before.create = () => wait.promise;
  subscribed.reconcile();
  await settled();
  const [first] = asked;
  const pending = [subscribed.expected(), subscribed.validationExpected()];
  wait.resolve();
  await settled();
  const afterwards = subscribed.expected().map(({ resource, digest }) => [resource, digest]);
  await pass(60 * s);
  expect({ pending, afterwards, validation: subscribed.validationExpected() }).toEqual({
    pending: [[{ account: 'ada-home', resource: 'mail', digest: sha256(first?.clientState ?? '') }], true],
    afterwards: asked.map(({ resource, clientState }) => [resource, sha256(clientState)]),
    validation: false,
  });
});

test('makes no request while only the person can help, and says nothing beside that', async () => {
  const { subscribed, sessions, subscriptionCalls, pass, warnings, atGraph } = rig();
  sessions.observe(ada.homeAccountId, signInNeeded('session-expired'));
  subscribed.reconcile();
  await pass(5 * 60 * min);
  const silent = [...subscriptionCalls];
  sessions.signedIn(ada);
  subscribed.retryNow();
  const during = warnings();
  await settled();
  expect([silent, during, atGraph().length, warnings()]).toEqual([[], [], 2, []]);
});

test('goes on when the disk refused for a while', async () => {
  const { start, subscribed, records, pass, atGraph } = rig();
  await start();
  await pass(60 * min);
  const { subscriptions } = records;
  records.subscriptions = () => {
    throw failure('storage');
  };
  subscribed.reconcile();
  await pass(min);
  records.subscriptions = subscriptions;
  await pass(10 * min);
  await pass(5 * day);
  expect([atGraph(), subscribed.complete()]).toEqual([['calendar-2', 'mail-1'], true]);
});

test('does nothing once it is stopped', async () => {
  const { start, subscribed, timers, pass, subscriptionCalls } = rig();
  await start();
  subscribed.removed('mail');
  subscribed.stop();
  subscribed.reconcile();
  subscribed.retryNow();
  await pass(30 * day);
  expect([timers(), subscriptionCalls]).toEqual([0, []]);
});
