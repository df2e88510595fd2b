import { expect, test } from 'vitest';
import { createCatchUp } from '../../../main/workflows/catch-up.ts';
import { message } from '../domain/samples.ts';
import { ada, createGraph, createSessions, createWorld, settled } from './world.ts';

/** The first look after a sign-in at `addedAt` by our clock; the inbox holds one mail for each of these instants. */
async function firstLook(addedAt: string, received: readonly string[], serverOffsetMs: number | null = null) {
  const world = createWorld();
  const graph = createGraph(world.clock);
  const sessions = createSessions(world);
  sessions.signedIn(ada);
  graph.script.mail = async () =>
    received.map((at) => ({ kind: 'message' as const, message: message(at, { receivedAt: new Date(at) }) }));
  const catchUp = createCatchUp({
    ...world,
    account: ada.homeAccountId,
    addedAt: new Date(addedAt),
    mail: graph.mail,
    calendar: graph.calendar,
    sessions,
    serverOffsetMs: () => serverOffsetMs,
    pushWorks: () => false,
    announce: () => {},
    pushDoubted: () => {},
    pushLost: () => {},
    recovered: () => {},
    changed: () => {},
  });
  catchUp.request('all', 'signed-in');
  await settled();
  catchUp.stop();
  return world.ledger.waiting().map(({ itemId }) => itemId);
}

test('a mail of the sign-in’s own second is told: Graph’s instants have whole seconds', async () => {
  expect(
    await firstLook('2026-11-21T09:00:00.700Z', [
      '2026-11-21T08:59:59Z',
      '2026-11-21T09:00:00Z',
      '2026-11-21T09:00:01Z',
    ]),
  ).toEqual(['2026-11-21T09:00:00Z', '2026-11-21T09:00:01Z']);
});

test.each([
  ['an hour fast', '2026-11-21T10:00:00.300Z', -3_600_000],
  ['an hour slow', '2026-11-21T08:00:00.300Z', 3_600_000],
])('by a clock that is %s what is new is what Graph received after the sign-in', async (_what, addedAt, offsetMs) => {
  expect(
    await firstLook(addedAt, ['2026-11-21T08:30:00Z', '2026-11-21T09:00:00Z', '2026-11-21T09:00:10Z'], offsetMs),
  ).toEqual(['2026-11-21T09:00:00Z', '2026-11-21T09:00:10Z']);
});
