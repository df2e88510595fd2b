import { expect, test } from 'vitest';
import { min, rig, s } from './catch-up-rig.ts';
import { ada, createWorld, failure, settled, signInNeeded } from './world.ts';

test('does not say “catching up” at every poll', async () => {
  const { start, pass, logged } = rig();
  await start();
  const before = logged('health.changed').length;
  await pass(30 * min);
  expect(logged('health.changed')).toHaveLength(before);
});

test('ends a gap with one digest of mail and calendar, also when one of them comes a little later', async () => {
  const { start, script, pass, catchUp, receive, schedule, told, sessions, clock } = rig();
  await start();
  const since = clock.now();
  sessions.observe(ada.homeAccountId, signInNeeded('session-expired'));
  await pass(20 * min);
  receive('m1');
  schedule('e1');
  const read = script.calendar;
  let failures = 0;
  script.calendar = async (link) => {
    failures += 1;
    if (failures === 1) throw failure('graph-unreachable');
    return read(link);
  };
  sessions.signedIn(ada);
  catchUp.expectGap('signedOut', since);
  catchUp.request('all', 'signed-in');
  await settled();
  const atFirst = told.length;
  await pass(10 * s);
  expect([atFirst, told]).toEqual([
    0,
    [{ alerts: ['mail m1', 'meetingNew e1'], gap: { cause: 'signedOut', since }, settled: [] }],
  ]);
});

test('does not hold the digest back for ever when one of them cannot be read at all', async () => {
  const { start, script, pass, catchUp, receive, told, sessions } = rig();
  await start();
  sessions.observe(ada.homeAccountId, signInNeeded('session-expired'));
  await pass(20 * min);
  receive('m1');
  script.calendar = async () => {
    throw failure('graph-forbidden');
  };
  sessions.signedIn(ada);
  catchUp.request('all', 'signed-in');
  await pass(min);
  expect({
    told: told.filter(({ alerts }) => alerts.length > 0).map(({ alerts, gap }) => [alerts, gap !== null]),
  }).toEqual({
    told: [[['mail m1'], true]],
  });
});

test.each([
  [9 * min + 59 * s, null],
  [10 * min, 'asleep'],
] as const)('after %i ms of silence the gap is %s', async (ms, cause) => {
  const { start, catchUp, clock, told, sessions, pass } = rig();
  await start();
  const since = clock.now();
  sessions.observe(ada.homeAccountId, signInNeeded('session-expired'));
  await pass(ms);
  sessions.signedIn(ada);
  catchUp.expectGap('asleep');
  catchUp.expectGap('offline');
  catchUp.request('all', 'asked');
  await settled();
  expect(told.map(({ gap }) => gap)).toEqual([cause === null ? null : { cause, since }]);
});

test('puts the gap down to not running when it was just started, whatever the network does', async () => {
  const world = createWorld();
  const before = rig(world);
  await before.start();
  before.catchUp.stop();
  const since = world.clock.now();
  await world.pass(3 * 3_600 * s);
  const after = rig(world);
  after.catchUp.expectGap('offline');
  after.catchUp.request('all', 'started');
  await settled();
  expect(after.told.map(({ gap }) => gap)).toEqual([{ cause: 'notRunning', since }]);
});

test('says that it catches up until it has, not only while it reads', async () => {
  const { start, script, pass, catchUp, sessions, warnings } = rig();
  await start();
  sessions.observe(ada.homeAccountId, signInNeeded('session-expired'));
  await pass(20 * min);
  const { mail } = script;
  script.mail = async () => {
    throw failure('graph-unreachable');
  };
  sessions.signedIn(ada);
  catchUp.request('all', 'signed-in');
  await settled();
  const between = warnings();
  script.mail = mail;
  await pass(10 * s);
  expect([between, warnings()]).toEqual([['catching-up ada-home'], []]);
});
