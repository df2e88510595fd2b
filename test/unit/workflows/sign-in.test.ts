import { expect, test } from 'vitest';
import { createSignIn, signInLimitMs } from '../../../main/workflows/sign-in.ts';
import {
  ada,
  createIdentity,
  createSessions,
  createWorld,
  failure,
  grace,
  held,
  settled,
  signInNeeded,
  untilAborted,
} from './world.ts';

function rig() {
  const world = createWorld();
  const platform = createIdentity();
  const sessions = createSessions(world, platform.identity);
  const opened: string[] = [];
  const browser = { open: async (url: string): Promise<void> => void opened.push(url) };
  const signIn = createSignIn({
    ...world,
    identity: platform.identity,
    sessions,
    scopes: () => ['Mail.ReadBasic'],
    openExternal: (url) => browser.open(url),
    changed: () => {},
  });
  const waitForBrowser = (): void => {
    platform.script.signIn = async (request) => {
      await request.openBrowser('https://login.microsoftonline.com/');
      return untilAborted(request.signal);
    };
  };
  return { ...world, ...platform, sessions, signIn, opened, browser, waitForBrowser };
}
const link = 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize';

test('adds an account once the person has signed in', async () => {
  const { signIn, sessions, opened, signIns, timers } = rig();
  await signIn.start(null);
  await settled();
  expect({
    opened,
    attempt: signIn.attempt(),
    accounts: sessions.list().map(({ account, session }) => [account.username, session.kind]),
    scopes: signIns.map(({ scopes, account, claims }) => ({ scopes, account, claims })),
    timers: timers(),
  }).toEqual({
    opened: [link],
    attempt: { kind: 'idle' },
    accounts: [['ada@contoso.example', 'signedIn']],
    scopes: [{ scopes: ['Mail.ReadBasic'], account: undefined, claims: undefined }],
    timers: 0,
  });
});

test('shows that it waits for the browser, and until when', async () => {
  const { signIn, waitForBrowser, clock } = rig();
  waitForBrowser();
  await signIn.start(null);
  expect(signIn.attempt()).toEqual({
    kind: 'waitingForBrowser',
    account: null,
    until: new Date(clock.now().getTime() + signInLimitMs),
  });
});

test('mends whoever needs it first, with the claims that were demanded', async () => {
  const { signIn, sessions, signIns } = rig();
  sessions.signedIn(grace);
  sessions.signedIn(ada);
  sessions.observe(ada.homeAccountId, signInNeeded('stronger-sign-in', '{"access_token":{}}'));
  await signIn.start(null);
  await settled();
  expect({
    asked: signIns.map(({ account, claims }) => ({ account, claims })),
    mended: sessions.get('ada-home')?.session,
  }).toEqual({
    asked: [{ account: ada, claims: '{"access_token":{}}' }],
    mended: { kind: 'signedIn' },
  });
});

test('is given up after five minutes, and can be tried again', async () => {
  const { signIn, waitForBrowser, pass, script, sessions } = rig();
  waitForBrowser();
  await signIn.start(null);
  await pass(signInLimitMs - 1);
  const before = signIn.attempt().kind;
  await pass(1);
  const after = signIn.attempt();
  script.signIn = async () => ada;
  await signIn.start(null);
  await settled();
  expect([before, after, signIn.attempt().kind, sessions.list().length]).toEqual([
    'waitingForBrowser',
    { kind: 'failed', account: null, userMessage: 'It failed: sign-in-timed-out.' },
    'idle',
    1,
  ]);
});

test('can be cancelled without a trace', async () => {
  const { signIn, waitForBrowser, sessions, timers } = rig();
  waitForBrowser();
  await signIn.start(null);
  signIn.cancel();
  await settled();
  expect([signIn.attempt(), sessions.list(), timers()]).toEqual([{ kind: 'idle' }, [], 0]);
});

test('ignores a result that comes after the person cancelled, and keeps no tokens of a stranger', async () => {
  const { signIn, script, sessions, signedOut } = rig();
  const result = held<typeof ada>();
  script.signIn = async (request) => {
    await request.openBrowser(link);
    return result.promise;
  };
  await signIn.start(null);
  signIn.cancel();
  result.resolve(ada);
  await settled();
  expect([signIn.attempt(), sessions.list(), signedOut]).toEqual([{ kind: 'idle' }, [], ['ada-home']]);
});

test('says that the time was up when the result comes too late', async () => {
  const { signIn, script, pass, sessions } = rig();
  const result = held<typeof ada>();
  script.signIn = async (request) => {
    await request.openBrowser(link);
    return result.promise;
  };
  await signIn.start(null);
  await pass(signInLimitMs);
  result.resolve(ada);
  await settled();
  expect([signIn.attempt().kind, sessions.list()]).toEqual(['failed', []]);
});

test('runs one attempt at a time, however often it is started', async () => {
  const { signIn, script } = rig();
  const running: AbortSignal[] = [];
  let most = 0;
  script.signIn = async (request) => {
    running.push(request.signal);
    most = Math.max(most, running.filter((signal) => !signal.aborted).length);
    await request.openBrowser(link);
    return untilAborted(request.signal);
  };
  const starts = [signIn.start(null), signIn.start(null), signIn.start(null)];
  await settled();
  await Promise.allSettled([...starts, signIn.start(null)]);
  await settled();
  expect({ most, alive: running.filter((signal) => !signal.aborted).length, attempt: signIn.attempt().kind }).toEqual({
    most: 1,
    alive: 1,
    attempt: 'waitingForBrowser',
  });
});

test('drops somebody else who signed in, and changes nothing for the one who was asked', async () => {
  const { signIn, script, sessions, signedOut } = rig();
  sessions.signedIn(ada);
  sessions.observe('ada-home', signInNeeded('password-changed'));
  script.signIn = async () => grace;
  await signIn.start('ada-home');
  await settled();
  expect({
    signedOut,
    accounts: sessions.list().map(({ session }) => session.kind),
    attempt: signIn.attempt(),
  }).toEqual({
    signedOut: ['grace-home'],
    accounts: ['signInRequired'],
    attempt: {
      kind: 'failed',
      account: 'ada-home',
      userMessage:
        'You signed in as grace@contoso.example, but ada@contoso.example needs the sign-in. Please try again with that account.',
      offerToAdd: 'grace@contoso.example',
    },
  });
});

test('keeps and mends somebody else who is known here', async () => {
  const { signIn, script, sessions, signedOut } = rig();
  sessions.signedIn(ada);
  sessions.signedIn(grace);
  sessions.observe('ada-home', signInNeeded('password-changed'));
  sessions.observe('grace-home', signInNeeded('session-expired'));
  script.signIn = async () => grace;
  await signIn.start('ada-home');
  await settled();
  expect({
    signedOut,
    sessions: sessions.list().map(({ account, session }) => `${account.name} ${session.kind}`),
    attempt: signIn.attempt().kind,
  }).toEqual({ signedOut: [], sessions: ['Ada signInRequired', 'Grace signedIn'], attempt: 'failed' });
});

test('tells the caller when not even the browser could be opened', async () => {
  const { signIn, browser, sessions } = rig();
  browser.open = async () => {
    throw failure('unexpected');
  };
  await expect(signIn.start(null)).rejects.toMatchObject({ code: 'unexpected' });
  await settled();
  expect([signIn.attempt().kind, sessions.list()]).toEqual(['failed', []]);
});

test('does not fail the caller when the sign-in fails after the browser opened', async () => {
  const { signIn, script, sessions } = rig();
  sessions.signedIn(ada);
  script.signIn = async (request) => {
    await request.openBrowser(link);
    throw failure('blocked', { reason: 'device' });
  };
  await signIn.start('ada-home');
  await settled();
  expect([signIn.attempt().kind, sessions.get('ada-home')?.session]).toMatchObject([
    'failed',
    { kind: 'blocked', reason: 'device' },
  ]);
});

test.each(['identity-unreachable', 'identity-busy', 'unexpected'] as const)(
  'keeps the session as it is when the sign-in fails with %s',
  async (code) => {
    const { signIn, script, sessions } = rig();
    sessions.signedIn(ada);
    sessions.observe('ada-home', signInNeeded('password-changed'));
    script.signIn = async () => {
      throw failure(code);
    };
    await expect(signIn.start('ada-home')).rejects.toMatchObject({ code });
    expect([signIn.attempt().kind, sessions.get('ada-home')?.session]).toMatchObject([
      'failed',
      { kind: 'signInRequired', reason: 'password-changed' },
    ]);
  },
);

test('refuses an account that is not known, and opens nothing', async () => {
  const { signIn, opened } = rig();
  await expect(signIn.start('nobody')).rejects.toMatchObject({ code: 'unexpected' });
  expect([opened, signIn.attempt()]).toEqual([[], { kind: 'idle' }]);
});
