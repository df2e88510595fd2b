import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SystemClock } from '../../../main/system/clock.ts';

/** The machine's timers and the wall clock as two things: asleep, only the wall clock moves. */
const machine = vi.hoisted(() => {
  let monotonicMs = 0;
  let next = 1;
  const armed = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  return {
    fired: 0,
    /** Lets real time pass: timers fire in order, the wall clock follows. */
    pass(ms: number, moveWall: (ms: number) => void) {
      const endMs = monotonicMs + ms;
      for (;;) {
        const first = [...armed].filter(([, t]) => t.atMs <= endMs).sort((a, b) => a[1].atMs - b[1].atMs)[0];
        if (first === undefined) break;
        const [id, timer] = first;
        armed.delete(id);
        moveWall(timer.atMs - monotonicMs);
        monotonicMs = timer.atMs;
        this.fired += 1;
        timer.run();
      }
      moveWall(endMs - monotonicMs);
      monotonicMs = endMs;
    },
    setTimeout(run: () => void, ms: number) {
      const id = next++;
      armed.set(id, { atMs: monotonicMs + Math.max(1, ms), run });
      const timer = { id, unref: () => timer };
      return timer;
    },
    clearTimeout: (timer: { id: number }) => armed.delete(timer.id),
    armed: () => armed.size,
  };
});
vi.mock('node:timers', () => ({ setTimeout: machine.setTimeout, clearTimeout: machine.clearTimeout }));
const { createSystemClock } = await import('../../../main/system/clock.ts');

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const start = Date.parse('2026-11-21T09:00:00Z');
let clock: SystemClock;
let errors: unknown[];
let heard: string[];
const say = (what: string) => () => {
  heard.push(`${what} at ${(Date.now() - start) / 1000} s`);
};
const pass = (ms: number) => machine.pass(ms, (by) => vi.setSystemTime(Date.now() + by));
const leap = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  errors = [];
  heard = [];
  machine.fired = 0;
  clock = createSystemClock({ onError: (error) => errors.push(error) });
});
afterEach(() => {
  clock.stop();
  expect(machine.armed(), 'timers left after stop').toBe(0);
  vi.useRealTimers();
});

test('runs each timer once, at its time, in order', () => {
  clock.after(5_000, say('second'));
  clock.after(1_000, say('first'));
  clock.after(5_000, say('third'));
  clock.after(3 * HOUR_MS, say('last'));
  pass(4 * HOUR_MS);
  expect(heard).toEqual(['first at 1 s', 'second at 5 s', 'third at 5 s', 'last at 10800 s']);
});

test('a cancelled timer never runs, also when another due timer cancels it', () => {
  const cancelLater = clock.after(2_000, say('cancelled before'));
  clock.after(1_000, () => cancelSameMoment());
  const cancelSameMoment = clock.after(1_000, say('cancelled meanwhile'));
  cancelLater();
  cancelLater();
  pass(MINUTE_MS);
  expect(heard).toEqual([]);
});

test('notices sleep: tells how much longer it took than planned, then runs what is due, in order', () => {
  clock.onJump((gapMs) => heard.push(`jump of ${Math.round(gapMs / MINUTE_MS)} min`));
  clock.after(2 * HOUR_MS, say('later'));
  clock.after(30 * MINUTE_MS, say('sooner'));
  clock.after(5 * HOUR_MS, say('not yet'));
  pass(10 * MINUTE_MS);
  leap(3 * HOUR_MS);
  pass(MINUTE_MS);
  expect(heard).toEqual(['jump of 180 min', 'sooner at 11460 s', 'later at 11460 s']);
});

test('an hour of ordinary time is no jump, and costs one wake-up a minute', () => {
  clock.onJump(say('jump'));
  pass(HOUR_MS);
  expect({ heard, wakeUps: machine.fired }).toEqual({ heard: [], wakeUps: 60 });
});

test('with nothing to wait for the machine is not woken at all', () => {
  const cancel = clock.onJump(say('jump'));
  clock.after(HOUR_MS, say('timer'))();
  cancel();
  expect(machine.armed()).toBe(0);
});

test('a busy minute is no jump', () => {
  clock.onJump(say('jump'));
  clock.after(1_000, say('timer'));
  leap(80_000);
  pass(1_000);
  expect(heard).toEqual(['timer at 81 s']);
});

test('a clock set back is told, and delays nothing by more than its own delay', () => {
  clock.onJump((gapMs) => heard.push(`jump of ${Math.round(gapMs / MINUTE_MS)} min`));
  clock.after(10 * MINUTE_MS, say('timer'));
  pass(5 * MINUTE_MS);
  leap(-24 * HOUR_MS);
  pass(20 * MINUTE_MS);
  // The minute that was running when the clock was set back passes first.
  expect(heard).toEqual([`jump of ${-24 * 60} min`, `timer at ${(-24 * 60 + 5 + 1 + 10) * 60} s`]);
});

test('recheck on wake does not wait for the minute to end', () => {
  clock.onJump((gapMs) => heard.push(`jump of ${Math.round(gapMs / MINUTE_MS)} min`));
  clock.after(HOUR_MS, say('timer'));
  leap(2 * HOUR_MS);
  clock.recheck();
  clock.recheck();
  expect(heard).toEqual(['jump of 119 min', 'timer at 7200 s']);
});

test('a leap is not lost when a timer is set before it was noticed', () => {
  clock.onJump((gapMs) => heard.push(`jump of ${Math.round(gapMs / MINUTE_MS)} min`));
  leap(2 * HOUR_MS);
  clock.after(10, say('set after the leap'));
  pass(1_000);
  expect(heard).toEqual(['jump of 119 min', 'set after the leap at 7200.01 s']);
});

test('a leap back is not lost when a timer is set before it was noticed', () => {
  clock.onJump((gapMs) => heard.push(`jump back: ${gapMs < -HOUR_MS}`));
  leap(-2 * HOUR_MS);
  clock.after(10, say('set after the leap'));
  pass(1_000);
  expect(heard).toEqual(['jump back: true', 'set after the leap at -7199.99 s']);
});

test('what one callback throws or rejects with is reported, and the others run', async () => {
  clock.onJump(() => {
    throw new Error('listener');
  });
  clock.after(1_000, () => {
    throw new Error('timer');
  });
  clock.after(1_000, async () => {
    throw new Error('promise');
  });
  clock.after(1_000, say('good'));
  leap(HOUR_MS);
  pass(2_000);
  await Promise.resolve();
  expect({ heard, errors: errors.map(String) }).toEqual({
    heard: ['good at 3601 s'],
    errors: ['Error: listener', 'Error: timer', 'Error: promise'],
  });
});

test('a callback that sets itself again with no delay does not hold the loop', () => {
  let runs = 0;
  const again = () => {
    runs += 1;
    clock.after(0, again);
  };
  clock.after(0, again);
  pass(10);
  expect(runs).toBe(10);
});

test('after stop nothing runs and nothing can be added', () => {
  clock.after(1_000, say('timer'));
  clock.onJump(say('jump'));
  clock.stop();
  clock.after(1_000, say('late timer'));
  clock.onJump(say('late jump'));
  leap(HOUR_MS);
  clock.recheck();
  pass(HOUR_MS);
  expect(heard).toEqual([]);
});

test('a delay that is no number is refused', () => {
  expect(() => clock.after(Number.NaN, say('never'))).toThrow(RangeError);
});
