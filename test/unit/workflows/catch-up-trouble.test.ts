import { expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { all, min, rig, s } from './catch-up-rig.ts';
import { ada, failure, settled, signInNeeded } from './world.ts';

test('asks Graph for nothing while only the person can help, and catches up at once afterwards', async () => {
  const { start, sessions, calls, pass, catchUp, receive, told, clock } = rig();
  await start();
  const since = clock.now();
  sessions.observe(ada.homeAccountId, signInNeeded('password-changed'));
  receive('m1');
  for (let n = 0; n < 5; n += 1) catchUp.request('mail', 'notification');
  await pass(48 * min);
  const during = calls.length;
  sessions.signedIn(ada);
  catchUp.expectGap('signedOut', since);
  catchUp.request('all', 'signed-in');
  await settled();
  expect([during, told]).toEqual([0, [{ alerts: ['mail m1'], gap: { cause: 'signedOut', since }, settled: [] }]]);
});

test('makes no further request after a round in which the sign-in turned out to be dead', async () => {
  const { start, script, calls, pass, catchUp, warnings } = rig();
  await start();
  script.mail = script.calendar = async () => {
    throw signInNeeded('session-revoked');
  };
  catchUp.request('all', 'poll');
  await pass(30 * min);
  expect([calls, warnings()]).toEqual([['mail', 'calendar'], ['sign-in-required ada-home']]);
});

test('tries again, slower each time, and says that Microsoft cannot be reached from the second time on', async () => {
  const { start, script, calls, pass, warnings, catchUp, receive, told, timers } = rig();
  await start();
  const read = script.mail;
  script.mail = async () => {
    throw failure('graph-unreachable');
  };
  receive('m1');
  catchUp.request('mail', 'notification');
  await settled();
  const once = warnings();
  await pass(4 * s);
  const twice = warnings();
  await pass(5 * min);
  const tries = calls.filter((call) => call === 'mail').length;
  script.mail = read;
  await pass(min);
  expect({
    once,
    twice,
    tries: tries >= 6 && tries <= 16,
    after: warnings(),
    told: all(told),
    timers: timers(),
  }).toEqual({
    once: [],
    twice: ['graph-unreachable ada-home'],
    tries: true,
    after: [],
    told: ['mail m1'],
    timers: 1,
  });
});

test('comes back no sooner than Graph asked, unless a person asks', async () => {
  const { start, script, calls, pass, catchUp, push } = rig();
  push.works = true;
  await start();
  script.mail = async () => {
    throw failure('graph-busy', { retryAfterMs: 150 * s });
  };
  catchUp.request('mail', 'notification');
  await pass(149 * s);
  const before = calls.length;
  await pass(1 * s);
  const after = calls.length;
  catchUp.request('mail', 'asked');
  await settled();
  expect([before, after, calls.length]).toEqual([1, 2, 3]);
});

test.each([
  ['graph-forbidden', 'blocked'],
  ['graph-refused', 'blocked'],
  ['unexpected', 'offline'],
  ['graph-sync-state-lost', 'offline'],
] as const)('does not call it all good when nothing can be read because of %s, and says %s', async (code, state) => {
  const { start, script, pass, catchUp, board } = rig();
  await start();
  script.mail = async () => {
    throw failure(code);
  };
  catchUp.request('mail', 'notification');
  await pass(2 * min);
  expect(board.health().state).toBe(state);
});

test('says that it cannot write to disk, and goes on when it can', async () => {
  const { start, ledger, pass, catchUp, warnings, receive, told } = rig();
  await start();
  const { apply, cursor } = ledger;
  ledger.cursor = () => {
    throw failure('storage');
  };
  ledger.apply = () => {
    throw failure('storage');
  };
  receive('m1');
  catchUp.request('mail', 'notification');
  await pass(10 * s);
  const during = warnings();
  ledger.cursor = cursor;
  await pass(min);
  const applying = warnings();
  ledger.apply = apply;
  await pass(2 * min);
  receive('m2');
  catchUp.request('mail', 'notification');
  await pass(10 * s);
  expect({ during, applying, after: warnings(), told: all(told).includes('mail m2') }).toEqual({
    during: ['storage-failing'],
    applying: ['storage-failing'],
    after: [],
    told: true,
  });
});

test('tells of mail although the calendar cannot be read', async () => {
  const { start, script, pass, catchUp, receive, told, warnings } = rig();
  await start();
  script.calendar = async () => {
    throw failure('graph-forbidden');
  };
  catchUp.request('all', 'poll');
  await pass(30 * min);
  told.length = 0;
  receive('m1');
  catchUp.request('mail', 'notification');
  await settled();
  expect([told, warnings()]).toEqual([[{ alerts: ['mail m1'], gap: null, settled: [] }], ['graph-refused ada-home']]);
});

test('a refusal is told in its own words at once, and gone when the mailbox can be read again', async () => {
  const { start, script, pass, catchUp, board } = rig();
  await start();
  const read = script.mail;
  script.mail = async () => {
    throw new Failure('graph-forbidden', 'A permission is missing.');
  };
  catchUp.request('mail', 'notification');
  await pass(1 * s);
  const { cause } = board.health();
  script.mail = read;
  await pass(5 * min);
  expect([cause?.code, cause !== null && 'message' in cause && cause.message, board.health().state]).toEqual([
    'graph-refused',
    'A permission is missing.',
    'allGood',
  ]);
});

test('who is asked to wait says so with the time, and afterwards that this was the reason', async () => {
  const { catchUp, script, board, pass, receive, told, clock, start } = rig();
  await start();
  const works = script.mail;
  const until = new Date(clock.now().getTime() + 20 * min);
  script.mail = async (link) => {
    const retryAfterMs = until.getTime() - clock.now().getTime();
    if (retryAfterMs > 0) throw failure('graph-busy', { retryAfterMs });
    return await works(link);
  };
  receive('m1');
  catchUp.request('mail', 'notification');
  await settled();
  const during = board.health();
  await pass(20 * min);
  expect({
    during: { state: during.state, cause: during.cause },
    after: board.health().state,
    told: told.flatMap(({ alerts, gap }) => (alerts.length === 0 ? [] : [{ alerts, cause: gap?.cause }])),
  }).toEqual({
    during: {
      state: 'delayed',
      cause: {
        code: 'asked-to-wait',
        account: ada.homeAccountId,
        since: during.since,
        until: new Date(Math.ceil(until.getTime() / min) * min),
      },
    },
    after: 'allGood',
    told: [{ alerts: ['mail m1'], cause: 'throttled' }],
  });
});

test('a short wait is not worth a word, and a network that is lost while waiting is named in its place', async () => {
  const { catchUp, script, warnings, pass, start } = rig();
  await start();
  script.mail = async () => {
    throw failure('graph-busy', { retryAfterMs: 15_000 });
  };
  catchUp.request('mail', 'notification');
  await settled();
  const seen = [warnings()];
  await pass(15_000);
  seen.push(warnings());
  script.mail = async () => {
    throw failure('graph-unreachable');
  };
  await pass(15_000);
  seen.push(warnings());
  expect(seen).toEqual([[], [`asked-to-wait ${ada.homeAccountId}`], [`graph-unreachable ${ada.homeAccountId}`]]);
});

test('the first round that goes well after failed ones is told, so that nobody waits out a back-off of their own', async () => {
  const { script, recoveries, pass, start } = rig();
  await start();
  let isDown = true;
  const read = script.mail;
  script.mail = async (link) => {
    if (isDown) throw failure('graph-unreachable');
    return await read(link);
  };
  await pass(5 * min);
  const during = recoveries();
  isDown = false;
  await pass(2 * min);
  const after = recoveries();
  await pass(10 * min);
  expect([during, after, recoveries()]).toEqual([0, 1, 1]);
});
