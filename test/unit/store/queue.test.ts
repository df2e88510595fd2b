import { expect, test } from 'vitest';
import { post } from './fixtures.ts';
import { store } from './store-rig.ts';

test('the queue gives back posts whole, oldest first, until they are done', () => {
  for (const name of ['one', 'two', 'three']) store.queue.put(post(name));
  const [first, second, third] = store.queue.pending(10);
  expect([first, second, third].map((queued) => ({ ...queued, id: 0 }))).toEqual(
    ['one', 'two', 'three'].map((name) => ({ id: 0, ...post(name) })),
  );
  expect(store.queue.pending(2)).toEqual([first, second]);
  store.queue.done([first?.id ?? 0, third?.id ?? 0, 999]);
  store.queue.done([first?.id ?? 0]);
  store.queue.done([]);
  expect(store.queue.pending(10)).toEqual([second]);
  expect(store.queue.size()).toBe(1);
});

test('a number of the queue is never used again, so a late "done" hits nothing new', () => {
  store.queue.put(post('old'));
  const old = store.queue.pending(1).map(({ id }) => id);
  store.queue.done(old);
  store.queue.put(post('new'));
  store.queue.done(old);
  expect(store.queue.pending(1)).toMatchObject([post('new')]);
});

test('what else an object carries does not get into the queue', () => {
  const extra = { ...post('one'), clientState: 'secret', body: 'text' };
  store.queue.put(extra);
  expect(store.queue.pending(1).map(({ id: _, ...rest }) => rest)).toEqual([post('one')]);
});
