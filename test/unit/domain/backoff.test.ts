import { expect, test } from 'vitest';
import { backoffMs } from '../../../main/domain/backoff.ts';

const range = { baseMs: 1_000, capMs: 15_000 };

test.each([
  // attempt, fraction, at least, wait
  [1, 0, 0, 500],
  [1, 0.5, 0, 750],
  [2, 0, 0, 1_000],
  [3, 0.25, 0, 2_500],
  [4, 0, 0, 4_000],
  [5, 0, 0, 7_500],
  [5, 0.999, 0, 14_993],
  [1_000, 0, 0, 7_500],
  [0, 0, 0, 500],
  [-3, 0, 0, 500],
])('waits after attempt %i with chance %d, at least %i ms: %i ms', (attempt, fraction, atLeastMs, waitMs) => {
  expect(backoffMs(attempt, fraction, range, atLeastMs)).toBe(waitMs);
});

test('never comes back sooner than the other side asked for, however long that is', () => {
  expect([1, 5, 40].map((attempt) => backoffMs(attempt, 0.999, range, 120_000))).toEqual([120_000, 120_000, 120_000]);
});

test('spreads what fails at the same instant over half of the wait', () => {
  const waits = Array.from({ length: 100 }, (_, n) => backoffMs(3, n / 100, range));
  expect({ distinct: new Set(waits).size, min: Math.min(...waits), max: Math.max(...waits) }).toEqual({
    distinct: 100,
    min: 2_000,
    max: 3_980,
  });
});
