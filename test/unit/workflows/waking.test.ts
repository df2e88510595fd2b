import { expect, test } from 'vitest';
import type { MachineClock } from '../../../main/domain/ports.ts';
import { createWaking } from '../../../main/workflows/waking.ts';
import { createRecordingLog } from '../store/fixtures.ts';

const bedtime = new Date('2026-11-21T22:00:00Z');
const morning = new Date('2026-11-22T07:00:00Z');
const nineHoursMs = morning.getTime() - bedtime.getTime();

/** A machine whose clock leaps; whoever rechecks it is told at once, as the real one tells. */
function machine() {
  let nowMs = bedtime.getTime();
  let untoldMs = 0;
  const done: (string | Date)[] = [];
  const listeners: ((gapMs: number) => void)[] = [];
  const tell = (): void => {
    const gapMs = untoldMs;
    untoldMs = 0;
    if (gapMs !== 0) for (const listener of listeners) listener(gapMs);
  };
  const clock: MachineClock = {
    now: () => new Date(nowMs),
    after: () => () => {},
    onJump(listener) {
      listeners.push(listener);
      return () => {};
    },
    recheck() {
      done.push('due timers run');
      tell();
    },
  };
  const waking = createWaking({
    clock,
    log: createRecordingLog(),
    wake: (since) => done.push(since ?? 'woke'),
  });
  waking.start();
  const leap = (ms: number): void => {
    nowMs += ms;
    untoldMs += ms;
  };
  return { waking, done, leap, tell };
}

test('a resumed machine looks at once: the gap is known before anything that fell due runs, and it wakes once', () => {
  const { waking, done, leap } = machine();
  waking.suspended();
  leap(nineHoursMs);
  waking.resumed();
  expect(done).toEqual([bedtime, 'due timers run']);
});

test('a machine that was frozen, and told of nothing, is noticed by its clock', () => {
  const { done, leap, tell } = machine();
  leap(nineHoursMs);
  tell();
  expect(done).toEqual([bedtime]);
});

test('a sleep that is over says nothing about the next one', () => {
  const { waking, done, leap, tell } = machine();
  waking.suspended();
  leap(nineHoursMs);
  waking.resumed();
  leap(60 * 60_000);
  tell();
  expect(done).toEqual([bedtime, 'due timers run', morning]);
});

test('a busy minute and a clock set back are no sleep', () => {
  const { done, leap, tell } = machine();
  leap(60_000);
  tell();
  leap(-nineHoursMs);
  tell();
  expect(done).toEqual([]);
});
