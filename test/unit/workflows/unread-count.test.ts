import { expect, test } from 'vitest';
import { message } from '../domain/samples.ts';
import { all, min, rig } from './catch-up-rig.ts';
import { failure, held, settled } from './world.ts';

test('takes back what was read elsewhere or moved away, and counts the unread as the server does', async () => {
  const { start, script, catchUp, receive, told, ledger } = rig();
  await start();
  receive('m1');
  receive('m2');
  catchUp.request('mail', 'notification');
  await settled();
  script.unread = async () => 17;
  script.mail = async () => [
    { kind: 'message', message: message('m1', { isRead: true }) },
    { kind: 'removed', id: 'm2' },
  ];
  catchUp.request('mail', 'notification');
  await settled();
  expect({
    settled: told.at(-1)?.settled,
    stored: ledger
      .alerts({ limit: 9 })
      .map(({ itemId, settled: is }) => [itemId, is])
      .toSorted(),
    unread: catchUp.unreadCount(),
  }).toEqual({
    settled: ['mail:ada-home:m1', 'mail:ada-home:m2'],
    stored: [
      ['m1', true],
      ['m2', true],
    ],
    unread: 17,
  });
});

test('counts the unread anew with each change, when asked or notified, and otherwise every 15 minutes', async () => {
  const { start, script, catchUp, receive, pass } = rig();
  await start();
  let counts = 0;
  script.unread = async () => {
    counts += 1;
    return 17;
  };
  const countsOf = async (act: () => void, ms = 0): Promise<number> => {
    const before = counts;
    act();
    await settled();
    await pass(ms);
    return counts - before;
  };
  expect({
    idleHour: await countsOf(() => {}, 60 * min),
    // A mail from before the window was read elsewhere: told of, and not listed.
    notified: await countsOf(() => catchUp.request('mail', 'notification')),
    asked: await countsOf(() => catchUp.request('all', 'asked')),
    ofTheCalendar: await countsOf(() => catchUp.request('calendar', 'notification')),
    foundByPoll: await countsOf(() => receive('m1'), 3 * min),
  }).toEqual({ idleHour: 4, notified: 1, asked: 1, ofTheCalendar: 0, foundByPoll: 1 });
});

test('tells of a mail before the unread is counted', async () => {
  const { start, script, catchUp, receive, told } = rig();
  await start();
  const count = held<number>();
  script.unread = () => count.promise;
  receive('m1');
  catchUp.request('mail', 'notification');
  await settled();
  expect(all(told)).toEqual(['mail m1']);
  count.resolve(17);
  await settled();
  expect(catchUp.unreadCount()).toBe(17);
});

test('counts the unread again when that failed', async () => {
  const { start, script, catchUp, pass } = rig();
  await start();
  script.unread = async () => {
    throw failure('graph-unreachable');
  };
  catchUp.request('mail', 'notification');
  await settled();
  script.unread = async () => 18;
  await pass(10_000);
  expect(catchUp.unreadCount()).toBe(18);
});
