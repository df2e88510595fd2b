import { expect, test } from 'vitest';
import type { MailChange } from '../../../main/domain/alert.ts';
import { message } from '../domain/samples.ts';
import { all, min, rig, s } from './catch-up-rig.ts';
import { createWorld, failure, held, settled } from './world.ts';

test('reads everything once at first and tells of nothing that was there before', async () => {
  const { catchUp, calls, told, since, receive, schedule, pass, clock } = rig();
  receive('old', { receivedAt: new Date(clock.now().getTime() - 1) });
  schedule('old-meeting');
  await pass(min);
  catchUp.request('all', 'started');
  await settled();
  expect({ calls, told, since: since[0] }).toEqual({
    calls: ['mail whole', 'calendar whole'],
    told: [{ alerts: [], gap: null, settled: [] }],
    // A day and more, for clocks that are set to another zone.
    since: new Date(clock.now().getTime() - (25 * 60 + 1) * min),
  });
});

test('tells of what comes after that, by delta', async () => {
  const { start, catchUp, receive, schedule, told, calls } = rig();
  await start();
  receive('m1');
  schedule('e1');
  catchUp.request('mail', 'notification');
  await settled();
  catchUp.request('calendar', 'notification');
  await settled();
  expect([told, calls]).toEqual([
    [
      { alerts: ['mail m1'], gap: null, settled: [] },
      { alerts: ['meetingNew e1'], gap: null, settled: [] },
    ],
    ['mail', 'calendar'],
  ]);
});

test('never reads twice at the same time, and once more for all that was asked meanwhile', async () => {
  const { start, catchUp, script, calls, receive, told } = rig();
  await start();
  const wait = held<readonly MailChange[]>();
  const read = script.mail;
  script.mail = () => wait.promise;
  for (let n = 0; n < 3; n += 1) catchUp.request('mail', 'notification');
  await settled();
  const during = [...calls];
  receive('m1');
  script.mail = read;
  wait.resolve([]);
  await settled();
  expect([during, calls, all(told)]).toEqual([['mail'], ['mail', 'mail'], ['mail m1']]);
});

test.each(['quick', 'slow'])('keeps forged hints cheap when Graph is %s', async (how) => {
  const { start, catchUp, script, calls, pass, clock } = rig();
  await start();
  if (how === 'slow') {
    script.mail = () => {
      const answer = held<readonly MailChange[]>();
      clock.after(900, () => answer.resolve([]));
      return answer.promise;
    };
  }
  for (let tenth = 0; tenth < 600; tenth += 1) {
    catchUp.request('mail', 'notification');
    await pass(100);
  }
  expect({ some: calls.length >= 6, few: calls.length <= 32, calls: calls.length }).toMatchObject({
    some: true,
    few: true,
  });
});

test('follows the last of many hints too', async () => {
  const { start, catchUp, receive, told, pass } = rig();
  await start();
  for (let n = 0; n < 20; n += 1) {
    catchUp.request('mail', 'notification');
    await settled();
  }
  receive('m1');
  catchUp.request('mail', 'notification');
  await pass(10 * s);
  expect(all(told)).toEqual(['mail m1']);
});

test.each([
  ['every three minutes while push works', true, 180],
  ['every minute while it does not', false, 60],
])('looks by itself %s', async (_what, works, everySeconds) => {
  const { start, push, calls, pass } = rig();
  push.works = works;
  await start();
  await pass(everySeconds * s - 1);
  const before = calls.length;
  await pass(1);
  const first = [...calls];
  await pass(9 * everySeconds * s);
  expect([before, first, calls.length]).toEqual([0, ['mail', 'calendar'], 20]);
});

test('reads the whole once more when Graph lost the sync state, and tells of nothing old', async () => {
  const { start, script, pass, catchUp, receive, schedule, calls, told } = rig();
  receive('before', { receivedAt: new Date('2026-11-20T09:00:00Z') });
  schedule('e-old');
  await start();
  receive('m1');
  schedule('e1');
  catchUp.request('all', 'asked');
  await pass(21 * min);
  told.length = 0;
  calls.length = 0;
  const { mail, calendar } = script;
  const lost =
    (read: (link: string | null) => Promise<readonly never[]>) =>
    async (link: string | null): Promise<readonly never[]> => {
      if (link !== null) throw failure('graph-sync-state-lost');
      return read(link);
    };
  script.mail = lost(mail as never);
  script.calendar = lost(calendar as never);
  receive('never-listed-before', { receivedAt: new Date('2026-11-20T10:00:00Z') });
  // Newer than the baseline, yet from long before the last look: moved here, or never shown by Graph.
  receive('from-before-the-last-look', { receivedAt: new Date('2026-11-21T09:01:00Z') });
  receive('m2');
  catchUp.request('all', 'asked');
  await settled();
  expect([calls.toSorted(), all(told)]).toEqual([['calendar', 'calendar whole', 'mail', 'mail whole'], ['mail m2']]);
});

test('rolls the calendar window once a day, without news of its own', async () => {
  const { start, schedule, windows, calls, pass, told } = rig();
  schedule('e1');
  await start();
  await pass(14 * 3_600 * s + 50 * min);
  const before = calls.filter((call) => call === 'calendar whole').length;
  await pass(20 * min);
  expect({
    before,
    after: calls.filter((call) => call === 'calendar whole').length,
    last: windows.at(-1),
    told: all(told),
  }).toEqual({
    before: 0,
    after: 1,
    last: { from: new Date('2026-11-21T00:00:00Z'), to: new Date('2027-01-21T00:00:00Z'), day: '2026-11-22' },
    told: [],
  });
});

test('tells once of a round that is delivered again after a crash', async () => {
  const { start, script, catchUp, told } = rig();
  await start();
  script.mail = async () => [
    { kind: 'message', message: message('m1', { receivedAt: new Date('2026-11-21T09:00:01Z') }) },
  ];
  for (let n = 0; n < 3; n += 1) {
    catchUp.request('mail', 'asked');
    await settled();
  }
  expect(all(told)).toEqual(['mail m1']);
});

test('does not wait for a clock that was set back', async () => {
  const { start, calls, catchUp, receive, told, clock } = rig();
  await start();
  const nowMs = clock.now().getTime();
  clock.now = () => new Date(nowMs - 3_600 * s);
  receive('m1', { receivedAt: new Date(nowMs + s) });
  for (let n = 0; n < 3; n += 1) {
    catchUp.request('mail', 'notification');
    await settled();
  }
  expect([calls.length, all(told)]).toEqual([3, ['mail m1']]);
});

test('does nothing once it is stopped, not even with the answer that was on its way', async () => {
  const { start, script, catchUp, calls, told, timers, pass } = rig();
  await start();
  const wait = held<readonly MailChange[]>();
  script.mail = () => wait.promise;
  catchUp.request('mail', 'notification');
  await settled();
  catchUp.stop();
  wait.reject(failure('graph-unreachable'));
  await pass(30 * min);
  catchUp.request('all', 'asked');
  await settled();
  expect([calls, told, timers()]).toEqual([['mail'], [], 0]);
});

test('knows over a restart when all was read last, and says so only once mail and calendar both were', async () => {
  const world = createWorld();
  const first = rig(world);
  const never = first.catchUp.lastSuccess();
  first.catchUp.request('mail', 'asked');
  await settled();
  const half = rig(world).catchUp.lastSuccess();
  await first.start();
  const read = world.clock.now();
  first.catchUp.stop();
  await world.pass(30 * s);
  expect([never, half, rig(world).catchUp.lastSuccess()]).toEqual([null, null, read]);
});
