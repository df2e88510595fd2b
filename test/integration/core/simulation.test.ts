import { expect, test } from 'vitest';
import { simulate } from '../../simulation/verdict.ts';

test('a day in which everything goes wrong ends with all good, and a seed gives the same day to the letter', async () => {
  const [first, again] = await Promise.all([simulate(11, 1), simulate(11, 1)]);
  expect(first.broken).toEqual([]);
  expect(again.hash).toBe(first.hash);
  expect(first.figures.withoutSubscriptionMinutes).toBe(0);
  // The judge had something to judge.
  expect([first.figures.calmMinutes > 60, first.figures.items > 5]).toEqual([true, true]);
}, 120_000);
