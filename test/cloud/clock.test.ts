import { expect, test } from 'vitest';
import { createManualClock, createRealClock } from './clock.ts';

const start = new Date('2026-11-21T09:00:00Z');

test('a manual clock runs what falls due in order, each at its own moment', async () => {
  const clock = createManualClock(start);
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(`${name} ${clock.now().toISOString().slice(11, 19)}`);
  clock.after(3000, note('third'));
  clock.after(1000, note('first'));
  clock.after(1000, note('second'));
  clock.after(5001, note('never'));
  await clock.advance(5000);
  expect(seen).toEqual(['first 09:00:01', 'second 09:00:01', 'third 09:00:03']);
  expect([clock.now().toISOString(), clock.pending()]).toEqual(['2026-11-21T09:00:05.000Z', 1]);
});

test('a manual clock waits for the promise of a timer, and runs timers that a timer set', async () => {
  const clock = createManualClock(start);
  const seen: string[] = [];
  clock.after(1000, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push('slow');
    clock.after(1000, () => void seen.push('chained'));
  });
  clock.after(1500, () => void seen.push('later'));
  await clock.advance(2000);
  expect(seen).toEqual(['slow', 'later', 'chained']);
});

test('one failing timer does not keep the others from running', async () => {
  const clock = createManualClock(start);
  const seen: string[] = [];
  clock.after(1, () => {
    throw new Error('broken');
  });
  clock.after(2, () => void seen.push('ran'));
  await expect(clock.advance(5)).rejects.toThrow('broken');
  expect(seen).toEqual(['ran']);
});

test('a cancelled timer never runs, and time never goes back', async () => {
  const clock = createManualClock(start);
  const cancel = clock.after(1, () => {
    throw new Error('cancelled timers do not run');
  });
  cancel();
  await clock.advance(10);
  await expect(clock.advance(-1)).rejects.toThrow(RangeError);
  expect(clock.now().getTime()).toBe(start.getTime() + 10);
});

test('a real clock follows the machine, tells of failures and cannot be moved', async () => {
  const failures: unknown[] = [];
  const failed = Promise.withResolvers<void>();
  const clock = createRealClock((error) => {
    failures.push(error);
    failed.resolve();
  });
  const keepAlive = setTimeout(() => {}, 10_000);
  clock.after(1, () => {
    throw new Error('broken');
  });
  await failed.promise;
  clearTimeout(keepAlive);
  await expect(clock.advance(1)).rejects.toThrow('cannot be moved');
  clock.after(60_000, () => {});
  clock.stop();
  expect([failures.length, clock.pending()]).toEqual([1, 0]);
});
