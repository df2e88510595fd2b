import { expect, test } from 'vitest';
import { createSharedToasts } from '../../../main/workflows/shared-toasts.ts';
import { createTelling } from './telling.ts';
import { createWorld, failure } from './world.ts';

test('a toast that tells of several goes with the last of them, also over a restart', async () => {
  const telling = createTelling();
  const ids = telling.arrive(7);
  telling.announcer.announce(null);
  await telling.pass(10_000);
  const shared = telling.shown.at(-1)?.key;
  telling.announcer.settle(ids.slice(0, 6));
  const early = telling.closed.includes('summary');
  telling.restart();
  telling.announcer.settle(ids.slice(6));
  expect([shared, early, telling.closed.includes('summary')]).toEqual(['summary', false, true]);
});

test('the newest of a key counts, old ones are forgotten, and one that tells of very many is held in this run only', () => {
  const { records, log } = createWorld();
  const run = () => createSharedToasts(records, log);
  const first = run();
  for (let n = 0; n < 22; n += 1) first.shown(`toast-${n}`, [`alert-${n}`]);
  first.shown('toast-21', ['another']);
  const many = Array.from({ length: 501 }, (_, n) => `many-${n}`);
  first.shown('many', many);
  const settled = (toasts: ReturnType<typeof run>): readonly string[] => [
    ...toasts.settled(['alert-2', 'alert-3', 'alert-21']),
    ...toasts.settled(['alert-20', 'another']),
    ...toasts.settled(many),
  ];
  expect([settled(run()), settled(first), settled(run())]).toEqual([
    ['toast-3', 'toast-20', 'toast-21'],
    ['toast-3', 'toast-20', 'toast-21', 'many'],
    [],
  ]);
});

test('nothing is written where nothing changes, and a disk that refuses holds nobody up', () => {
  const { records, log } = createWorld();
  let writes = 0;
  const failing = {
    value: (): string => '[["toast", ["a", 1]], 7, ["odd"], {"not": "one"}]',
    setValue(): void {
      writes += 1;
      throw failure('storage');
    },
  };
  const toasts = createSharedToasts(failing, log);
  toasts.settled(['x', 'y']);
  const idle = writes;
  const over = toasts.settled(['a']);
  const unreadable = createSharedToasts({ value: () => '{', setValue: records.setValue }, log);
  expect([idle, over, writes, unreadable.settled(['a'])]).toEqual([0, ['toast'], 1, []]);
});
