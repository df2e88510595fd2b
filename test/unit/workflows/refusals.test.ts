import { expect, test } from 'vitest';
import { createRefusals } from '../../../main/workflows/refusals.ts';
import { createWorld } from './world.ts';

const minuteMs = 60_000;
function rig() {
  const world = createWorld();
  return { ...world, refusals: createRefusals(world.clock, world.log), lines: () => world.logged('request.refused') };
}
const times = (count: number, run: () => void): void => {
  for (let left = count; left > 0; left -= 1) run();
};

test('the first few refusals of a kind are told one by one, at once', () => {
  const { refusals, lines } = rig();
  refusals.count('path');
  refusals.count('host');
  refusals.count('path');
  expect(lines()).toEqual([{ why: 'path' }, { why: 'host' }, { why: 'path' }]);
});

test('a flood costs one line more each minute, which says how many there were', async () => {
  const { refusals, lines, pass } = rig();
  times(10_000, () => refusals.count('path'));
  expect(lines()).toHaveLength(5);
  await pass(minuteMs);
  expect(lines().slice(5)).toEqual([{ why: 'path', more: 9_995 }]);
  times(7, () => refusals.count('path'));
  await pass(minuteMs);
  expect(lines().slice(11)).toEqual([{ why: 'path', more: 2 }]);
});

test('a flood of one kind hides no refusal of another', () => {
  const { refusals, lines } = rig();
  times(1_000, () => refusals.count('path'));
  refusals.count('client state');
  expect(lines().at(-1)).toEqual({ why: 'client state' });
});

test('an hour in which nothing is refused costs nothing, not even a timer', async () => {
  const { refusals, lines, pass, timers } = rig();
  refusals.count('path');
  await pass(60 * minuteMs);
  expect([lines().length, timers()]).toEqual([1, 0]);
});

test('stopping tells what was not told yet, and leaves no timer behind', () => {
  const { refusals, lines, timers } = rig();
  times(8, () => refusals.count('path'));
  refusals.stop();
  expect([lines().at(-1), timers()]).toEqual([{ why: 'path', more: 3 }, 0]);
});
