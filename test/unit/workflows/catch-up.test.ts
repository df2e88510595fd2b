import { expect, test } from 'vitest';
import type { CalendarChange, CalendarEvent, MailChange } from '../../../main/domain/alert.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { Gap } from '../../../main/domain/wording.ts';
import { createCatchUp } from '../../../main/workflows/catch-up.ts';
import { meeting, message } from '../domain/samples.ts';
import {
  ada,
  createGraph,
  createSessions,
  createWorld,
  failure,
  held,
  settled,
  signInNeeded,
  type World,
} from './world.ts';

const s = 1_000;
const min = 60 * s;

function rig(world: World = createWorld()) {
  const graph = createGraph(world.clock);
  const sessions = createSessions(world);
  if (sessions.list().length === 0) sessions.signedIn(ada);
  const push = { works: true, doubted: 0, lost: 0 };
  const told: { readonly alerts: string[]; readonly gap: Gap | null; readonly settled: readonly string[] }[] = [];
  const catchUp = createCatchUp({
    ...world,
    account: ada.homeAccountId,
    addedAt: world.clock.now(),
    mail: graph.mail,
    calendar: graph.calendar,
    sessions,
    pushWorks: () => push.works,
    announce(gap, closed) {
      const waiting = world.ledger.waiting();
      world.ledger.markAnnounced(
        waiting.map(({ id }) => id),
        'shown',
      );
      told.push({ alerts: waiting.map(({ kind, itemId }) => `${kind} ${itemId}`), gap, settled: closed });
    },
    pushDoubted: () => {
      push.doubted += 1;
    },
    pushLost: () => {
      push.lost += 1;
    },
    changed: () => {},
  });
  /** A mail that lies there from now on; each delta link tells of it once. */
  const inbox: { readonly change: MailChange; told: boolean }[] = [];
  const receive = (id: string, changes: Parameters<typeof message>[1] = {}): void => {
    inbox.push({
      change: { kind: 'message', message: message(id, { receivedAt: world.clock.now(), ...changes }) },
      told: false,
    });
  };
  graph.script.mail = async (link) => {
    const listed = inbox.filter((item) => link === null || !item.told);
    for (const item of listed) item.told = true;
    return listed.map(({ change }) => change);
  };
  const entries: { readonly change: CalendarChange; told: boolean }[] = [];
  const schedule = (id: string, changes: Partial<CalendarEvent> = {}): void => {
    const lastModifiedAt = world.clock.now();
    entries.push({ change: { kind: 'event', event: meeting(id, { lastModifiedAt, ...changes }) }, told: false });
  };
  graph.script.calendar = async (link) => {
    const listed = entries.filter((item) => link === null || !item.told);
    for (const item of listed) item.told = true;
    return listed.map(({ change }) => change);
  };
  const start = async (): Promise<void> => {
    catchUp.request('all', 'started');
    await settled();
    told.length = 0;
    graph.calls.length = 0;
  };
  return { ...world, ...graph, sessions, push, told, catchUp, receive, schedule, start };
}
const all = (told: ReturnType<typeof rig>['told']): string[] => told.flatMap(({ alerts }) => alerts);

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

test('does not say “catching up” at every poll', async () => {
  const { start, pass, logged } = rig();
  await start();
  const before = logged('health.changed').length;
  await pass(30 * min);
  expect(logged('health.changed')).toHaveLength(before);
});

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

test('concludes from two items in a row that only the poll found that push loses them', async () => {
  const { start, receive, pass, push, warnings, catchUp } = rig();
  await start();
  await pass(30 * s);
  receive('m1');
  await pass(3 * min);
  const once = { ...push };
  receive('m2');
  await pass(3 * min);
  const twice = { ...push };
  const during = warnings();
  catchUp.pushArrived('mail');
  expect({ once, twice, during, after: warnings() }).toEqual({
    once: { works: true, doubted: 1, lost: 0 },
    twice: { works: true, doubted: 1, lost: 1 },
    during: ['push-lost ada-home'],
    after: [],
  });
});

test('looks within a minute when push has ended, and not three minutes later', async () => {
  const { start, receive, pass, push, catchUp, told } = rig();
  await start();
  await pass(30 * s);
  receive('m1');
  push.works = false;
  catchUp.pushTurned();
  await pass(59 * s);
  const before = all(told);
  await pass(s);
  expect([before, all(told)]).toEqual([[], ['mail m1']]);
});

test('a call back that did not come is followed by a look at once, and by one every minute', async () => {
  const { start, receive, pass, push, catchUp, told, warnings } = rig();
  await start();
  await pass(30 * s);
  receive('m1');
  catchUp.calledBack(false);
  await settled();
  const atOnce = [all(told), warnings()];
  receive('m2');
  await pass(min);
  expect([atOnce, all(told), push]).toEqual([
    [['mail m1'], ['push-lost ada-home']],
    ['mail m1', 'mail m2'],
    { works: true, doubted: 1, lost: 1 },
  ]);
});

test('forgives a single loss once push has told of something again', async () => {
  const { start, receive, pass, push, catchUp } = rig();
  await start();
  for (let n = 0; n < 4; n += 1) {
    await pass(30 * s);
    receive(`lost-${n}`);
    await pass(150 * s);
    catchUp.pushArrived('mail');
  }
  expect(push.lost).toBe(0);
});

test('does not blame a new address for what was lost before it', async () => {
  const { start, receive, pass, push, catchUp } = rig();
  await start();
  for (const id of ['m1', 'm2', 'm3']) {
    await pass(30 * s);
    receive(id);
    if (id !== 'm3') await pass(150 * s);
  }
  expect(push.lost).toBe(1);
  push.works = false;
  catchUp.request('all', 'tunnel');
  await pass(s);
  receive('m4');
  await pass(150 * s);
  push.works = true;
  receive('m5', { receivedAt: new Date('2026-11-21T09:06:00Z') });
  catchUp.request('all', 'subscribed');
  await pass(10 * min);
  expect(push).toEqual({ works: true, doubted: 1, lost: 1 });
});

test('does not take an item for lost that push told of, or that is too fresh to tell', async () => {
  const { start, receive, pass, push, catchUp } = rig();
  await start();
  for (let n = 0; n < 10; n += 1) {
    receive(`told-${n}`);
    await pass(s);
    catchUp.pushArrived('mail');
    await pass(89 * s);
    receive(`fresh-${n}`);
    await pass(90 * s);
  }
  expect(push).toEqual({ works: true, doubted: 0, lost: 0 });
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
