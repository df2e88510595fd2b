/** What an earlier run left at Graph is taken up only if both of its addresses are ours. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { GraphSubscription } from '../../main/domain/ports.ts';
import { createKeepSubscribed } from '../../main/workflows/keep-subscribed.ts';
import { ada, createGraph, createSessions, createWorld, settled } from '../unit/workflows/world.ts';

const host = 'https://tours.relay.example';

function run(world: ReturnType<typeof createWorld>, graph: ReturnType<typeof createGraph>) {
  const sessions = createSessions(world);
  if (sessions.list().length === 0) sessions.signedIn(ada);
  return createKeepSubscribed({
    ...world,
    account: ada.homeAccountId,
    subscriptions: graph.subscriptions,
    sessions,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    wanted: true,
    publicUrl: () => host,
    secrets: () => ({ notificationPath: 'note', lifecyclePath: 'life', probePath: 'probe', probeKey: 'key' }),
    resync: () => {},
    addressDoubted: () => {},
    changed: () => {},
  });
}

test.each<[string, Partial<GraphSubscription>]>([
  ['without a lifecycle address', { lifecycleNotificationUrl: null }],
  ['with its lifecycle address on another host', { lifecycleNotificationUrl: 'https://old.relay.example/life' }],
  ['with its notification address on another host', { notificationUrl: 'https://old.relay.example/note' }],
  ['with an address that is none', { notificationUrl: '' }],
])('a subscription of an earlier run > %s is replaced', async (_what, change) => {
  const world = createWorld();
  const graph = createGraph(world.clock);
  const first = run(world, graph);
  first.reconcile();
  await settled();
  first.stop();
  const odd = [...graph.live.values()].find(({ resource }) => resource === 'mail');
  if (odd === undefined) throw new Error('not subscribed');
  graph.live.set(odd.id, { ...odd, ...change });
  graph.subscriptionCalls.length = 0;

  const second = run(world, graph);
  second.reconcile();
  await settled();
  second.stop();
  expect(graph.subscriptionCalls).toEqual(['list', `remove ${odd.id}`, 'create mail']);
  expect([...graph.live.values()].map(({ lifecycleNotificationUrl }) => lifecycleNotificationUrl)).toEqual([
    `${host}/life`,
    `${host}/life`,
  ]);
  expect(second.complete()).toBe(true);
});
