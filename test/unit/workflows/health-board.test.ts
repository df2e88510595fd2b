import { expect, test } from 'vitest';
import { createHealthBoard } from '../../../main/workflows/health-board.ts';
import { createWorld } from './world.ts';

function rig() {
  const world = createWorld();
  let changes = 0;
  const board = createHealthBoard(world.clock, world.log, () => {
    changes += 1;
  });
  return { ...world, board, changes: () => changes };
}

test('keeps since when something is wrong, however often it is said', async () => {
  const { board, clock, pass, changes } = rig();
  const since = clock.now();
  board.raise({ code: 'sign-in-required', account: 'ada', reason: 'session-expired' });
  await pass(60_000);
  board.raise({ code: 'sign-in-required', account: 'ada', reason: 'session-expired' });
  const told = changes();
  board.raise({ code: 'sign-in-required', account: 'ada', reason: 'password-changed' });
  expect([told, board.health().warnings]).toEqual([
    1,
    [{ code: 'sign-in-required', account: 'ada', reason: 'password-changed', since }],
  ]);
});

test('is good since the last warning went, not since one of several went', async () => {
  const { board, pass, clock } = rig();
  board.raise({ code: 'tunnel-down', account: null });
  board.raise({ code: 'toasts-blocked', account: null });
  await pass(60_000);
  board.clear('toasts-blocked');
  await pass(60_000);
  board.clear('tunnel-down');
  const goodSince = clock.now();
  await pass(60_000);
  board.clear('tunnel-down');
  expect(board.health()).toMatchObject({ state: 'allGood', since: goodSince, warnings: [] });
});

test('logs each change of the state once', () => {
  const { board, logged } = rig();
  board.raise({ code: 'tunnel-down', account: null });
  board.raise({ code: 'not-subscribed', account: 'ada' });
  board.clear('not-subscribed', 'ada');
  board.clear('tunnel-down');
  expect(logged('health.changed')).toEqual([
    { from: 'allGood', to: 'delayed', cause: 'tunnel-down' },
    { from: 'delayed', to: 'allGood', cause: null },
  ]);
});

test('forgets what was said about an account that has gone, and only that', () => {
  const { board } = rig();
  board.raise({ code: 'not-subscribed', account: 'ada' });
  board.raise({ code: 'not-subscribed', account: 'grace' });
  board.raise({ code: 'toasts-blocked', account: null });
  board.clearAccount('ada');
  expect([
    board.has('not-subscribed', 'ada'),
    board.has('not-subscribed', 'grace'),
    board.has('toasts-blocked'),
  ]).toEqual([false, true, true]);
});
