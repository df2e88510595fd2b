import { expect, test } from 'vitest';
import type { NewSubscription, ProbeResult } from '../../../main/domain/ports.ts';
import { createRoundTrip } from '../../../main/workflows/round-trip.ts';
import { createSelfTest, type TestedAccount } from '../../../main/workflows/self-test.ts';
import { createDesktop, createGraph, createWorld, failure, settled, signInNeeded } from './world.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => {});

function rig() {
  const world = createWorld();
  const desktop = createDesktop();
  const observed: string[] = [];
  const account = {
    username: 'ada@contoso.example',
    token: async (): Promise<unknown> => 'token',
    mailbox: async (): Promise<unknown> => 3,
    roundTrip: async (_url: string) => ({ wasAsked: true }),
    doubts: 0,
    doubt() {
      this.doubts += 1;
    },
    observe(error: unknown) {
      const failed = error as ReturnType<typeof failure>;
      observed.push(failed.code);
      return failed;
    },
  } satisfies TestedAccount & { doubts: number };
  const accounts: TestedAccount[] = [account];
  const tunnel = {
    kind: 'up' as 'off' | 'opening' | 'up' | 'down',
    url: 'https://name.example' as string | null,
    probe: async (_url: string): Promise<ProbeResult> => 'reached',
    checks: 0,
  };
  const seen: string[] = [];
  const desk = createSelfTest({
    ...world,
    toasts: desktop.toasts,
    accounts: () => accounts,
    tunnel: {
      state: () => tunnel.kind,
      publicUrl: () => tunnel.url,
      probe: (url) => tunnel.probe(url),
      check() {
        tunnel.checks += 1;
      },
    },
    changed: () => void seen.push(verdicts()),
  });
  const verdicts = (): string =>
    desk
      .now()
      ?.steps.map(({ verdict }) => verdict)
      .join(' ') ?? '';
  return { ...world, ...desktop, account, accounts, tunnel, observed, desk, seen, verdicts };
}

test('walks the chain and tells of every step as it goes', async () => {
  const { desk, seen, verdicts, clock, shown, pass } = rig();
  const startedAt = clock.now().getTime();
  desk.run();
  await pass(2_000);
  expect({ verdicts: verdicts(), finishedAt: desk.now()?.finishedAt, toasts: shown.map(({ key }) => key) }).toEqual({
    verdicts: 'good good good good good',
    finishedAt: new Date(startedAt + 1_000),
    toasts: ['self-test'],
  });
  expect([...new Set(seen)]).toEqual([
    'running waiting waiting waiting waiting',
    'good running waiting waiting waiting',
    'good good running waiting waiting',
    'good good good running waiting',
    'good good good good running',
    'good good good good good',
  ]);
});

test.for([
  ['token', 'bad off good off good', 1],
  ['mailbox', 'good bad good off good', 1],
  ['probe', 'good good bad off good', 1],
  ['roundTrip', 'good good good bad good', 1],
] as const)('ends within 30 s when the %s never answers', async ([link, expected]) => {
  const { desk, account, tunnel, verdicts, pass, clock, timers } = rig();
  if (link === 'probe') tunnel.probe = never;
  else account[link] = never;
  desk.run();
  await pass(30_000);
  const finishedAt = desk.now()?.finishedAt;
  expect({ verdicts: verdicts(), timers: timers() }).toEqual({ verdicts: expected, timers: 0 });
  expect(finishedAt?.getTime()).toBeLessThanOrEqual(clock.now().getTime());
});

test('ends within 30 s when everything is as slow as it may be', async () => {
  const { desk, account, tunnel, verdicts, pass, clock } = rig();
  const slowly = async (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
  account.token = () => slowly(6_900);
  account.mailbox = () => slowly(6_900);
  tunnel.probe = async () => {
    await slowly(10_000);
    return 'reached';
  };
  account.roundTrip = never;
  desk.run();
  await pass(30_000);
  expect({ verdicts: verdicts(), ended: desk.now()?.finishedAt !== null }).toEqual({
    verdicts: 'good good good bad good',
    ended: true,
  });
});

test.for([
  [signInNeeded('password-changed'), 'token', 'bad off good off good'],
  [failure('identity-unreachable'), 'token', 'bad off good off good'],
  [signInNeeded('session-revoked', '{}'), 'mailbox', 'good bad good off good'],
  [failure('graph-validation-failed'), 'roundTrip', 'good good good bad good'],
] as const)('%s: what failed is said in its own words, and the account learns of it', async ([why, link, expected]) => {
  const { desk, account, verdicts, observed, tunnel, pass } = rig();
  account[link] = () => Promise.reject(why);
  desk.run();
  await pass(2_000);
  const bad = desk.now()?.steps.find(({ verdict }) => verdict === 'bad');
  // Without the call back, both the way here and what Graph has of us are looked into.
  const looked = link === 'roundTrip' ? 1 : 0;
  expect({ verdicts: verdicts(), text: bad?.text, observed, checks: tunnel.checks, doubts: account.doubts }).toEqual({
    verdicts: expected,
    text: why.userMessage,
    observed: [why.code],
    checks: looked,
    doubts: looked,
  });
});

test.for([
  ['unreachable', 'is not reached from outside'],
  ['foreign', 'Somebody else answers'],
] as const)('an address that is %s is looked after at once', async ([result, words]) => {
  const { desk, tunnel, verdicts, pass } = rig();
  tunnel.probe = async () => result;
  desk.run();
  await pass(2_000);
  expect({ verdicts: verdicts(), checks: tunnel.checks }).toEqual({ verdicts: 'good good bad off good', checks: 1 });
  expect(desk.now()?.steps[2]?.text).toContain(words);
});

test('no tunnel by choice is off, not broken; a tunnel that is not open is broken', async () => {
  const { desk, tunnel, verdicts, pass } = rig();
  Object.assign(tunnel, { kind: 'off', url: null });
  desk.run();
  await pass(2_000);
  const byChoice = verdicts();
  Object.assign(tunnel, { kind: 'down' });
  desk.run();
  await pass(2_000);
  expect([byChoice, verdicts(), tunnel.checks]).toEqual(['good good off off good', 'good good bad off good', 1]);
});

test('a desktop that shows nothing is a broken link, and Health says so at once', async () => {
  const { desk, desktop, verdicts, warnings, pass } = rig();
  desktop.answer = 'unavailable';
  desk.run();
  await pass(2_000);
  const blocked = [verdicts(), warnings()];
  desktop.answer = 'shown';
  desk.run();
  await pass(2_000);
  expect([blocked, [verdicts(), warnings()]]).toEqual([
    ['good good good good bad', ['toasts-blocked']],
    ['good good good good good', []],
  ]);
});

test('with two accounts the one that fails is named', async () => {
  const { desk, accounts, account, pass } = rig();
  accounts.push({ ...account, username: 'sam@outlook.example', mailbox: () => Promise.reject(failure('graph-busy')) });
  desk.run();
  await pass(2_000);
  expect(desk.now()?.steps[1]).toMatchObject({ verdict: 'bad', text: 'sam@outlook.example: It failed: graph-busy.' });
});

test.for([
  ['refuses it a moment after it took it', 'shown', 'bad', ['toasts-blocked']],
  ['shows it after all, having refused those before', 'unavailable', 'good', []],
] as const)('a desktop that %s is believed', async ([_what, answer, verdict, standing]) => {
  const { desk, desktop, board, verdicts, warnings, pass, clock } = rig();
  desktop.answer = answer;
  clock.after(300, () => {
    if (verdict === 'bad') board.raise({ code: 'toasts-blocked', account: null });
    else board.clear('toasts-blocked');
  });
  desk.run();
  await pass(2_000);
  expect([verdicts(), warnings()]).toEqual([`good good good good ${verdict}`, standing]);
});

test('a second click while it runs begins no second test', async () => {
  const { desk, account, pass } = rig();
  let asked = 0;
  account.token = () => {
    asked += 1;
    return never();
  };
  desk.run();
  await settled();
  desk.run();
  await pass(30_000);
  expect(asked).toBe(1);
});

function roundTripRig() {
  const world = createWorld();
  const graph = createGraph(world.clock);
  const secrets = { notificationPath: 'n', lifecyclePath: 'l', probePath: 'p', probeKey: 'k' };
  const proven: string[] = [];
  const trip = createRoundTrip({
    ...world,
    subscriptions: graph.subscriptions,
    secrets: () => secrets,
    proven: (works, publicUrl) => void proven.push(`${publicUrl} ${works ? 'works' : 'fails'}`),
  });
  return { ...world, ...graph, trip, proven };
}

test('a round trip is a subscription of another kind than ours, at an address never asked before, and is taken back', async () => {
  const { trip, asked, live, subscriptionCalls } = roundTripRig();
  const results = [await trip.run('https://name.example'), await trip.run('https://name.example')];
  const urls = asked.map((each: NewSubscription) => each.notificationUrl);
  expect({ results, live: live.size, calls: subscriptionCalls, distinct: new Set(urls).size }).toEqual({
    results: [{ wasAsked: false }, { wasAsked: false }],
    live: 0,
    calls: ['create calendar', 'remove calendar-1', 'create calendar', 'remove calendar-2'],
    distinct: 2,
  });
  expect(asked[0]).toMatchObject({ changeType: 'deleted', notificationUrl: expect.stringContaining('/n?test=') });
});

test('a round trip counts only what asks while it is under way', async () => {
  const { trip, before } = roundTripRig();
  const early = trip.validationExpected();
  before.create = async () => void trip.validationExpected();
  const result = await trip.run('https://name.example');
  expect([early, result, trip.validationExpected()]).toEqual([false, { wasAsked: true }, false]);
});

test('what a test left behind at Graph goes with the next one', async () => {
  const { trip, before, live, clock } = roundTripRig();
  before.remove = async () => Promise.reject(failure('graph-unreachable'));
  await trip.run('https://name.example');
  expect(live.size).toBe(1);
  before.remove = async () => {};
  // A program that ended in the middle remembers nothing; Graph then refuses a second one like it.
  live.set('old', {
    id: 'old',
    resource: 'me/events',
    notificationUrl: 'https://other.example/n?test=1',
    lifecycleNotificationUrl: null,
    expiresAt: clock.now(),
  });
  before.create = async () => {
    if (live.has('old')) throw failure('graph-conflict');
  };
  await trip.run('https://name.example');
  expect([...live.keys()]).toEqual([]);
});

test('a round trip proves something only where Graph called us, or said that it could not', async () => {
  const { trip, before, proven, log } = roundTripRig();
  const url = 'https://name.example';
  await trip.run(url);
  const notAsked = [...proven];
  before.create = async () => void trip.validationExpected();
  await trip.run(url);
  for (const code of ['graph-unreachable', 'graph-busy', 'graph-validation-failed'] as const) {
    before.create = async () => Promise.reject(failure(code));
    await trip.run(url).catch(() => {});
  }
  expect({ notAsked, proven, left: log.entries.length }).toEqual({
    notAsked: [],
    proven: ['https://name.example works', 'https://name.example fails'],
    left: 0,
  });
});
