import { expect, test } from 'vitest';
import { ada, change, cursor, DAY_MS, grace, mailAlert } from './fixtures.ts';
import { catchUp, clock, store, waiting } from './store-rig.ts';

test('alerts leave after 30 days, unless they still wait; the baseline moves with the messages that are forgotten', () => {
  catchUp('old');
  catchUp('old and waiting', 'waiting');
  clock.move(DAY_MS);
  catchUp('newer');
  clock.move(29.5 * DAY_MS);
  catchUp('new');
  const cutoff = new Date(clock.now().getTime() - 30 * DAY_MS);
  expect(store.ledger.alerts({ limit: 9 }).map(({ id }) => id)).toEqual(['new', 'newer', 'old and waiting']);
  expect([...store.ledger.messages(ada, ['m-old', 'm-newer', 'm-new']).keys()]).toEqual(['m-newer', 'm-new']);
  expect(store.ledger.cursor(ada, 'mail')?.baseline).toEqual(cutoff);
  // A round that began before brings the old baseline along.
  catchUp('next');
  expect(store.ledger.cursor(ada, 'mail')?.baseline).toEqual(cutoff);
});

test('an account that was not caught up for long keeps what it knows', () => {
  catchUp('old');
  clock.move(31 * DAY_MS);
  store.ledger.apply(
    change({
      account: grace,
      cursor: cursor({ caughtUpAt: clock.now() }),
      alerts: [{ alert: mailAlert('of grace', { account: grace, at: clock.now() }), announcement: 'shown' }],
    }),
  );
  expect([...store.ledger.messages(ada, ['m-old']).keys()]).toEqual(['m-old']);
  expect(store.ledger.cursor(ada, 'mail')?.baseline).toEqual(cursor().baseline);
});

test('a watched folder that could not be read for long keeps what its account knows; one that could moves along', () => {
  catchUp('old');
  const folder = { resource: 'mail:projects', messages: [{ id: 'm-moved', isRead: false, alertId: null }] } as const;
  store.ledger.apply(change({ ...folder, cursor: cursor({ caughtUpAt: clock.now() }) }));
  clock.move(31 * DAY_MS);
  catchUp('new');
  const lagging = [...store.ledger.messages(ada, ['m-old', 'm-moved']).keys()];
  store.ledger.apply(change({ resource: 'mail:projects', cursor: cursor({ caughtUpAt: clock.now() }) }));
  clock.move(DAY_MS / 12);
  catchUp('newer');
  expect({
    lagging,
    after: [...store.ledger.messages(ada, ['m-old', 'm-moved']).keys()],
    baselines: [store.ledger.cursor(ada, 'mail')?.baseline, store.ledger.cursor(ada, 'mail:projects')?.baseline],
  }).toEqual({
    lagging: ['m-old', 'm-moved'],
    after: [],
    baselines: Array(2).fill(new Date(clock.now().getTime() - 30 * DAY_MS)),
  });
});

test('a clock that is wrong for a moment empties nothing', () => {
  catchUp('one');
  clock.move(365 * DAY_MS);
  store.ledger.apply(change());
  clock.move(-365 * DAY_MS);
  store.ledger.apply(change());
  expect(store.ledger.alerts({ limit: 9 }).map(({ id }) => id)).toEqual(['one']);
  expect(store.ledger.cursor(ada, 'mail')?.baseline).toEqual(cursor().baseline);
});

test('at most 50,000 alerts are kept, the newest', () => {
  const alerts = Array.from({ length: 50_005 }, (_, i) => ({
    alert: mailAlert(`a${i}`, { at: new Date(clock.now().getTime() - 50_005 + i) }),
    announcement: i < 2 ? waiting : ('shown' as const),
  }));
  expect(store.ledger.apply(change({ alerts }))).toHaveLength(50_005);
  const kept = ['a0', 'a1', 'a2', 'a6', 'a7', 'a50004'].filter((id) => store.ledger.alert(id) !== null);
  expect(kept).toEqual(['a0', 'a1', 'a7', 'a50004']);
});
