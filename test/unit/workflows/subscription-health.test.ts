import { expect, test } from 'vitest';
import { createHealthBoard } from '../../../main/workflows/health-board.ts';
import { createSubscriptionHealth } from '../../../main/workflows/subscription-health.ts';
import { ada, createSessions, createWorld } from './world.ts';

const account = ada.homeAccountId;
const waiting = { complete: false, inTrouble: false, hasHost: true, refusal: null, isElsewhere: false };

function rig() {
  const world = createWorld();
  const board = createHealthBoard(world.clock, world.log, () => {});
  const sessions = createSessions(world);
  sessions.signedIn(ada);
  const health = createSubscriptionHealth({ account, clock: world.clock, board, sessions });
  const codes = () => board.health().warnings.map(({ code }) => code);
  return { ...world, board, health, codes };
}

test('half a minute without a subscription is getting ready, then it is said', async () => {
  const { health, codes, pass } = rig();
  health.show(waiting);
  expect(codes()).toEqual(['starting']);
  await pass(30_000);
  expect(codes()).toEqual(['not-subscribed']);
  health.show({ ...waiting, complete: true });
  expect(codes()).toEqual([]);
});

test.each([false, true])(
  'without an address nothing is called good, however long the tunnel takes (a try failed: %s)',
  async (inTrouble) => {
    const { health, codes, pass } = rig();
    health.show({ ...waiting, hasHost: false, inTrouble });
    expect(codes()).toEqual(['starting']);
    await pass(5 * 60_000);
    expect(codes()).toEqual(['starting']);
  },
);

test('a tunnel that is down says so itself', async () => {
  const { board, health, codes, pass } = rig();
  health.show({ ...waiting, hasHost: false });
  await pass(40_000);
  board.raise({ code: 'tunnel-down', account: null });
  expect(codes()).toEqual(['tunnel-down']);
});
