import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { askedLifetimeMs } from '../../../main/domain/subscription.ts';
import { createKeepSubscribed } from '../../../main/workflows/keep-subscribed.ts';
import {
  ada,
  createGraph,
  createSessions,
  createWorld,
  failure,
  held,
  settled,
  signInNeeded,
  type World,
} from './world.ts';

const s = 1_000;
const min = 60 * s;
const day = 24 * 60 * min;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function rig(world: World = createWorld(), graph: ReturnType<typeof createGraph> = createGraph(world.clock)) {
  const sessions = createSessions(world);
  if (sessions.list().length === 0) sessions.signedIn(ada);
  const place = { url: 'https://tours.relay.example' as string | null };
  const resyncs: string[] = [];
  const doubts: string[] = [];
  const folders = { isWide: false };
  const subscribed = createKeepSubscribed({
    ...world,
    isWide: () => folders.isWide,
    account: ada.homeAccountId,
    subscriptions: graph.subscriptions,
    sessions,
    sha256,
    wanted: true,
    publicUrl: () => place.url,
    secrets: () => ({ notificationPath: 'note', lifecyclePath: 'life', probePath: 'probe', probeKey: 'key' }),
    resync: (resource, why) => resyncs.push(`${resource} ${why}`),
    addressDoubted: () => doubts.push('doubted'),
    changed: () => {},
  });
  const start = async (): Promise<void> => {
    subscribed.reconcile();
    await settled();
    graph.subscriptionCalls.length = 0;
    resyncs.length = 0;
  };
  const live = (): string[] => [...graph.live.keys()].toSorted();
  return { ...world, ...graph, graph, sessions, place, folders, resyncs, doubts, subscribed, start, atGraph: live };
}
const both = ['mail', 'calendar'];
/** What was changed at Graph; its list is looked at every 20 minutes beside that. */
const deeds = (calls: readonly string[]): readonly string[] => calls.filter((call) => call !== 'list');

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

test('waits for an address, and shows for how long that is fine', async () => {
  const { subscribed, place, subscriptionCalls, warnings, pass } = rig();
  place.url = null;
  subscribed.reconcile();
  await settled();
  const early = warnings();
  await pass(30 * s);
  expect([subscriptionCalls, early, warnings()]).toEqual([['list'], ['starting ada-home'], []]);
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

test('makes a new one, and reads what was missed, when Graph does not know it any more', async () => {
  const { start, subscribed, live, subscriptionCalls, resyncs, atGraph, pass } = rig();
  await start();
  await pass(2 * min);
  live.delete('mail-1');
  subscribed.challenged('mail');
  await settled();
  expect([subscriptionCalls.slice(0, 2), resyncs, atGraph()]).toEqual([
    ['renew mail-1', 'create mail'],
    ['mail subscribed'],
    ['calendar-2', 'mail-3'],
  ]);
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

test('renews after half of the life, for weeks on end, and stays subscribed at every minute', async () => {
  const { start, subscriptionCalls, pass, live, clock, subscribed } = rig();
  await start();
  for (let hour = 0; hour < 21 * 24; hour += 1) {
    await pass(60 * min);
    const soonest = Math.min(...[...live.values()].map(({ expiresAt }) => expiresAt.getTime()));
    expect(soonest).toBeGreaterThan(clock.now().getTime() + 2 * day);
  }
  expect({
    complete: subscribed.complete(),
    calls: new Set(deeds(subscriptionCalls)),
    count: deeds(subscriptionCalls).length,
    looks: subscriptionCalls.length - deeds(subscriptionCalls).length,
  }).toEqual({
    complete: true,
    calls: new Set(['renew mail-1', 'renew calendar-2']),
    count: 12,
    looks: 21 * 24 * 3,
  });
});

test('renews in peace where Graph grants a short life only', async () => {
  const { start, granted, subscriptionCalls, pass } = rig();
  granted.lifeMs = 60 * min;
  await start();
  await pass(3 * 60 * min);
  expect(deeds(subscriptionCalls).length).toBe(12);
});

test('answers a challenge by reauthorizing, then reads what was held back', async () => {
  const { start, subscribed, subscriptionCalls, resyncs, pass, records } = rig();
  await start();
  await pass(60 * min);
  subscribed.challenged('mail');
  await settled();
  expect([deeds(subscriptionCalls), resyncs, records.subscriptions().map(({ challenged }) => challenged)]).toEqual([
    ['reauthorize mail-1'],
    ['mail reauthorized'],
    [false, false],
  ]);
});

test('answers ten challenges at once with one answer', async () => {
  const { start, subscribed, subscriptionCalls, pass, records } = rig();
  await start();
  await pass(60 * min);
  for (let n = 0; n < 10; n += 1) subscribed.challenged('mail');
  await settled();
  subscribed.challenged('mail');
  await settled();
  expect([deeds(subscriptionCalls), records.subscriptions().some(({ challenged }) => challenged)]).toEqual([
    ['reauthorize mail-1'],
    false,
  ]);
});

test('keeps a challenge for as long as Graph cannot be reached, then answers it', async () => {
  const { start, subscribed, before, subscriptionCalls, pass, records, resyncs } = rig();
  await start();
  await pass(60 * min);
  before.reauthorize = async () => {
    throw failure('graph-unreachable');
  };
  subscribed.challenged('mail');
  await pass(20 * min);
  const during = records.subscriptions().map(({ challenged }) => challenged);
  const tries = subscriptionCalls.length;
  before.reauthorize = async () => {};
  await pass(5 * min);
  expect({
    during,
    tries: tries > 3 && tries < 20,
    after: records.subscriptions().map((r) => r.challenged),
    resyncs,
  }).toEqual({
    during: [true, false],
    tries: true,
    after: [false, false],
    resyncs: ['mail reauthorized'],
  });
});

test('keeps a challenge over a dead sign-in and a restart, silently, and answers it right after the sign-in', async () => {
  const first = rig();
  await first.start();
  await first.pass(60 * min);
  first.before.reauthorize = async () => {
    throw signInNeeded('password-changed');
  };
  first.subscribed.challenged('mail');
  await first.pass(5 * 60 * min);
  const asked = [...first.subscriptionCalls];
  first.subscribed.stop();
  first.before.reauthorize = async () => {};
  const second = rig(first, first.graph);
  second.subscribed.reconcile();
  await second.pass(60 * min);
  const silent = second.subscriptionCalls.length - asked.length;
  second.sessions.signedIn(ada);
  second.subscribed.retryNow();
  await settled();
  expect({
    asked: deeds(asked),
    silent,
    after: second.subscriptionCalls.slice(asked.length),
    resyncs: second.resyncs,
  }).toEqual({
    asked: ['reauthorize mail-1'],
    silent: 0,
    after: ['list', 'reauthorize mail-1'],
    resyncs: ['mail reauthorized'],
  });
});

test('does one thing at a time with each subscription', async () => {
  const { start, subscribed, before, subscriptionCalls, pass } = rig();
  await start();
  await pass(60 * min);
  const wait = held<void>();
  before.reauthorize = () => wait.promise;
  subscribed.challenged('mail');
  await settled();
  for (let n = 0; n < 5; n += 1) subscribed.reconcile();
  subscribed.challenged('mail');
  await settled();
  const during = [...subscriptionCalls];
  wait.resolve();
  await settled();
  expect([during, subscriptionCalls].map(deeds)).toEqual([['reauthorize mail-1'], ['reauthorize mail-1']]);
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
