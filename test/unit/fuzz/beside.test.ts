import { describe, expect, test } from 'vitest';
import { beyond, delayVerdict, judgeDelay, judgeStrength, processorWaitMs, type Timed } from '../../fuzz/beside.ts';
import { createChance } from '../../fuzz/random.ts';

/** One each 100 ms, taking what `tookMs` says. */
const each = (count: number, tookMs: (index: number) => number): Timed[] =>
  Array.from({ length: count }, (_, index) => ({ atMs: index * 100, tookMs: tookMs(index) }));

describe('what goes beyond the reference', () => {
  test('is the difference to the one at the same moment', () => {
    expect(
      beyond(
        each(3, () => 30),
        each(3, (index) => 10 * index),
      ),
    ).toEqual([30, 20, 10]);
  });

  test('is nothing where the reference was slower', () => {
    expect(
      beyond(
        each(2, () => 5),
        each(2, () => 50),
      ),
    ).toEqual([0, 0]);
  });

  test('a stall of the machine that met one just before and the other just after its answer is the machine’s', () => {
    // Both stand still from 250 ms to 1,250 ms; ours of 200 ms was under way, the reference’s had its answer.
    const standstill = (ownMs: number) => (index: number) => {
      const endMs = index * 100 + ownMs;
      return endMs > 250 && index * 100 < 1250 ? 1250 - index * 100 : ownMs;
    };
    const over = beyond(each(40, standstill(60)), each(40, standstill(5)));
    expect(Math.max(...over)).toBeLessThanOrEqual(100);
  });

  test('is less by what the process had to wait for a processor', () => {
    const [waiting] = each(1, () => 400);
    expect(
      beyond(
        [{ ...waiting, waitedMs: 350 } as Timed],
        each(1, () => 20),
      ),
    ).toEqual([30]);
    expect(beyond([{ ...waiting, waitedMs: 500 } as Timed], [])).toEqual([0]);
  });

  test('is all of it where the reference was silent at the time', () => {
    expect(beyond([{ atMs: 0, tookMs: 40 }], [{ atMs: 50, tookMs: 40 }])).toEqual([40]);
    expect(beyond([{ atMs: 100, tookMs: 40 }], [{ atMs: 50, tookMs: 40 }])).toEqual([40]);
    expect(beyond([{ atMs: 0, tookMs: 40 }], [])).toEqual([40]);
  });
});

describe('a delay is judged', () => {
  const seed = 5;
  /** A machine on which one request in five waits for up to so long, whoever sends it. */
  const noisy = (ownMs: (index: number) => number, mostMs = 235): readonly [Timed[], Timed[]] => {
    const chance = createChance(seed);
    const noise = Array.from({ length: 600 }, () => (chance.below(5) === 0 ? chance.below(mostMs) : 0));
    const own = createChance(seed + 1);
    return [
      each(600, (index) => (noise[index] ?? 0) + ownMs(index) + own.below(20)),
      each(600, (index) => (noise[index] ?? 0) + own.below(20)),
    ];
  };
  const p99 = { share: 0.99, ms: 250 } as const;

  test('a quick listener on a busy machine is not said to be late', () => {
    const [ours, bare] = noisy(() => 40);
    const verdict = judgeDelay(ours, bare, p99);
    expect(verdict.outcome).toBe('not run');
    expect(Number(/p99 (\d+) ms/.exec(verdict.measured)?.[1])).toBeGreaterThan(250);
  });

  test('a listener that is always late does not, on a quiet machine or a busy one', () => {
    const [ours, bare] = noisy(() => 400);
    expect(judgeDelay(ours, bare, p99).outcome).toBe('fail');
    expect(
      judgeDelay(
        each(600, () => 260),
        each(600, () => 2),
        p99,
      ),
    ).toEqual({ outcome: 'fail', measured: 'p99 260 ms, 258 ms without the machine’s share' });
  });

  test('nor does one that is late twice in a hundred times', () => {
    const [ours, bare] = noisy((index) => (index % 50 === 0 ? 800 : 3));
    expect(judgeDelay(ours, bare, p99).outcome).toBe('fail');
  });

  test('a single late one counts where each one is promised', () => {
    const [ours, bare] = noisy((index) => (index === 77 ? 1500 : 3));
    expect(judgeDelay(ours, bare, { share: 1, ms: 1000 }).outcome).toBe('fail');
    expect(judgeDelay(ours, bare, p99).outcome).toBe('pass');
  });

  test('on a machine that is too busy to tell, nobody passes but who was in time all the same, and who is late fails', () => {
    const judged = (ownMs: number, mostMs: number): string => {
      const [ours, bare] = noisy(() => ownMs, mostMs);
      return judgeDelay(ours, bare, p99).outcome;
    };
    expect([judged(3, 800), judged(400, 800), judged(3, 200)]).toEqual(['not run', 'fail', 'pass']);
  });

  test('what else has to hold fails on any machine', () => {
    const verdict = { goal: 'L3', what: 'x', measured: 'y', wanted: 'z' };
    const outcomes = (['pass', 'fail', 'not run'] as const).map((outcome) =>
      [true, false].map((holds) => delayVerdict(verdict, { outcome, measured: '' }, holds).outcome),
    );
    expect(outcomes).toEqual([
      ['pass', 'fail'],
      ['fail', 'fail'],
      ['not run', 'fail'],
    ]);
  });

  test('nothing measured is not a pass', () => {
    expect(judgeDelay([], [], p99).outcome).toBe('fail');
  });
});

test.runIf(process.platform === 'linux')('the kernel tells how long a process waited for a processor', () => {
  const before = processorWaitMs(process.pid);
  expect(before).toBeGreaterThanOrEqual(0);
  expect(Number.isFinite(before)).toBe(true);
  expect(processorWaitMs(-1)).toBe(0);
});

test.each<[string, number, number, ReturnType<typeof judgeStrength>]>([
  ['a flood of nearly a thousand a second is strong enough', 930, 0.5, 'enough'],
  ['a weak one is the machine’s doing where there was no processor for more', 500, 0.5, 'machine'],
  ['and the listener’s where there was', 500, 0.2, 'listener'],
  ['a very weak one is never the machine’s alone', 80, 1.8, 'listener'],
])('%s', (_what, rate, waitShare, judged) => {
  expect(judgeStrength(rate, waitShare)).toBe(judged);
});
