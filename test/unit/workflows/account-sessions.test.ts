import { expect, test } from 'vitest';
import type { Session } from '../../../main/domain/session.ts';
import { createAccountSessions } from '../../../main/workflows/account-sessions.ts';
import {
  ada,
  blockedBy,
  createIdentity,
  createSessions,
  createWorld,
  failure,
  grace,
  held,
  settled,
  signInNeeded,
} from './world.ts';

function rig() {
  const world = createWorld();
  const platform = createIdentity();
  const sessions = createSessions(world, platform.identity);
  const changes: (readonly [string, Session['kind'] | null, Session['kind'] | null])[] = [];
  sessions.onChange((id, session, before) => changes.push([id, session?.kind ?? null, before?.kind ?? null]));
  return { ...world, ...platform, sessions, changes, tokens: sessions.tokenSource('ada-home') };
}

test('says that nobody is signed in until somebody is', () => {
  const { sessions, warnings } = rig();
  const before = warnings();
  sessions.signedIn(ada);
  expect([before, warnings()]).toEqual([['not-set-up'], []]);
});

test('asks for not one more token with a dead grant, and says why', async () => {
  const { sessions, script, asked, tokens } = rig();
  sessions.signedIn(ada);
  script.token = async () => {
    throw signInNeeded('password-changed');
  };
  const refused = await tokens.accessToken().catch((error) => error);
  sessions.observe('ada-home', refused);
  const again = await Promise.allSettled(Array.from({ length: 10 }, () => tokens.accessToken()));
  expect({
    asked: asked.length,
    why: new Set(again.map((each) => each.status === 'rejected' && each.reason.details.reason)),
    mayCall: sessions.mayCallGraph('ada-home'),
  }).toEqual({ asked: 1, why: new Set(['password-changed']), mayCall: false });
});

test('remembers across a restart that only the person can help, and stays silent', async () => {
  const { sessions, records, identity, asked, clock, warnings, ...world } = rig();
  sessions.signedIn(ada);
  sessions.observe('ada-home', signInNeeded('session-revoked', '{"claims":1}'));
  const board = createWorld().board;
  const restarted = createAccountSessions({ ...world, clock, records, identity, board, scopes: () => [] });
  const answer = await restarted
    .tokenSource('ada-home')
    .accessToken()
    .catch((error) => error.code);
  expect({
    session: restarted.get('ada-home')?.session,
    answer,
    asked: asked.length,
    health: board.health().state,
  }).toEqual({
    session: { kind: 'signInRequired', reason: 'session-revoked', claims: '{"claims":1}', since: clock.now() },
    answer: 'sign-in-required',
    asked: 0,
    health: 'signInRequired',
  });
});

test.for([
  ['a missing permission', signInNeeded('consent-needed'), 'signedIn'],
  ['a permission that only an administrator gives', blockedBy('admin-approval'), 'signedIn'],
  ['a permission demanded with claims', signInNeeded('consent-needed', '{"claims":1}'), 'signInRequired'],
  ['a changed password', signInNeeded('password-changed'), 'signInRequired'],
  ['another block', blockedBy('device'), 'blocked'],
] as const)(
  'with other permissions to ask for, what stopped at %s is tried once more or not at all',
  async ([_what, why, expected]) => {
    const world = rig();
    const run = (mailScope: string) => {
      const scopes = () => [mailScope, 'Calendars.Read'];
      const sessions = createAccountSessions({ ...world, board: createWorld().board, scopes });
      sessions.reconsider();
      return sessions;
    };
    const kindNow = (sessions: ReturnType<typeof run>) => sessions.get('ada-home')?.session.kind;
    const first = run('Mail.Read');
    first.signedIn(ada);
    first.observe('ada-home', why);
    const stopped = kindNow(first);
    const unchanged = kindNow(run('Mail.Read'));
    const other = run('Mail.ReadBasic');
    const changed = kindNow(other);
    other.observe('ada-home', why);
    expect([stopped === unchanged, changed, kindNow(run('Mail.ReadBasic'))]).toEqual([true, expected, stopped]);
  },
);

test('makes one transition of many failures in parallel', () => {
  const { sessions, changes, logged, warnings } = rig();
  sessions.signedIn(ada);
  for (let n = 0; n < 50; n += 1) sessions.observe('ada-home', signInNeeded('session-expired'));
  expect({ changes, logged: logged('session.changed').length, warnings: warnings() }).toEqual({
    changes: [
      ['ada-home', 'signedIn', null],
      ['ada-home', 'signInRequired', 'signedIn'],
    ],
    logged: 2,
    warnings: ['sign-in-required ada-home'],
  });
});

test('the claims that came last are kept for the sign-in, also when a later refusal names none', () => {
  const { sessions } = rig();
  sessions.signedIn(ada);
  const claims = () => {
    const session = sessions.get('ada-home')?.session;
    return session?.kind === 'signInRequired' ? session.claims : 'signed in';
  };
  sessions.observe('ada-home', signInNeeded('session-expired'));
  const none = claims();
  sessions.observe('ada-home', signInNeeded('stronger-sign-in', '{"first":1}'));
  const first = claims();
  sessions.observe('ada-home', signInNeeded('stronger-sign-in', '{"second":1}'));
  sessions.observe('ada-home', signInNeeded('session-expired'));
  expect([none, first, claims()]).toEqual([null, '{"first":1}', '{"second":1}']);
});

test('hands on the claims that Graph demanded when the quiet request could not meet them', async () => {
  const { sessions, script, asked, tokens } = rig();
  sessions.signedIn(ada);
  script.token = async () => {
    throw signInNeeded('stronger-sign-in');
  };
  const refused = await tokens.accessToken({ claims: '{"xms_cc":1}' }).catch((error) => error);
  sessions.observe('ada-home', refused);
  expect([asked, sessions.get('ada-home')?.session]).toMatchObject([
    [{ account: 'ada-home', claims: '{"xms_cc":1}' }],
    { kind: 'signInRequired', reason: 'stronger-sign-in', claims: '{"xms_cc":1}' },
  ]);
});

test.each([
  ['network trouble', failure('identity-unreachable')],
  ['a busy platform', failure('identity-busy')],
  ['Graph out of reach', failure('graph-unreachable')],
  ['a refused request', failure('graph-forbidden')],
  ['a bug', new TypeError('odd')],
])('does not take %s for a sign-in that is needed', (_what, error) => {
  const { sessions, changes } = rig();
  sessions.signedIn(ada);
  sessions.observe('ada-home', error);
  expect([sessions.get('ada-home')?.session, changes.length]).toEqual([{ kind: 'signedIn' }, 1]);
});

test('knows what signing in again will not help, and mends it when it did help', () => {
  const { sessions, warnings, clock } = rig();
  sessions.signedIn(ada);
  sessions.observe('ada-home', blockedBy('conditional-access'));
  const blocked = sessions.get('ada-home')?.session;
  const during = warnings();
  sessions.signedIn(ada);
  expect([blocked, during, warnings()]).toEqual([
    { kind: 'blocked', reason: 'conditional-access', aadsts: 53003, since: clock.now() },
    ['blocked ada-home'],
    [],
  ]);
});

test('answers a blocked or wrongly set up account without a request, in the words of the cause', async () => {
  const { sessions, asked, tokens } = rig();
  sessions.signedIn(ada);
  sessions.observe('ada-home', blockedBy('device'));
  const blocked = await tokens.accessToken().catch(({ code, details }) => [code, details.reason]);
  sessions.signedIn(ada);
  sessions.observe('ada-home', failure('configuration'));
  const wrong = await tokens.accessToken().catch(({ code, userMessage }) => [code, userMessage]);
  expect([blocked, wrong, asked]).toEqual([['blocked', 'device'], ['configuration', 'It failed: configuration.'], []]);
});

test('does not blame the new sign-in for a request with the old one that fails late', async () => {
  const { sessions, script, tokens } = rig();
  sessions.signedIn(ada);
  const answer = held<string>();
  script.token = () => answer.promise;
  const late = tokens.accessToken().catch((error) => error);
  sessions.observe('ada-home', signInNeeded('password-changed'));
  sessions.signedIn(ada);
  answer.reject(signInNeeded('password-changed'));
  const observed = sessions.observe('ada-home', await late);
  expect([observed.code, sessions.get('ada-home')?.session]).toEqual(['identity-unreachable', { kind: 'signedIn' }]);
});

test('goes on with what it knows when the disk refuses to remember it', async () => {
  const { sessions, records, asked, tokens, warnings, store } = { ...rig(), store: null };
  sessions.signedIn(ada);
  records.saveAccount = () => {
    throw failure('storage');
  };
  sessions.observe('ada-home', signInNeeded('session-expired'));
  await tokens.accessToken().catch(() => {});
  expect({ store, session: sessions.get('ada-home')?.session.kind, asked, warnings: warnings() }).toEqual({
    store: null,
    session: 'signInRequired',
    asked: [],
    warnings: ['storage-failing', 'sign-in-required ada-home'],
  });
});

test('forgets an account that is removed, with all that was said about it', async () => {
  const { sessions, warnings, changes, tokens } = rig();
  sessions.signedIn(ada);
  sessions.signedIn(grace);
  sessions.observe('ada-home', signInNeeded('session-expired'));
  sessions.remove('ada-home');
  sessions.observe('ada-home', signInNeeded('session-expired'));
  await settled();
  expect({
    left: sessions.list().map(({ account }) => account.username),
    warnings: warnings(),
    last: changes.at(-1),
    token: await tokens.accessToken().catch(({ code }) => code),
  }).toEqual({
    left: ['grace@contoso.example'],
    warnings: [],
    last: ['ada-home', null, 'signInRequired'],
    token: 'sign-in-required',
  });
});

test('an account that the disk does not let go stays listed, so that signing out can be tried again', () => {
  const { sessions, records, changes } = rig();
  sessions.signedIn(ada);
  const { removeAccount } = records;
  records.removeAccount = () => {
    throw failure('storage');
  };
  expect(() => sessions.remove('ada-home')).toThrow(expect.objectContaining({ code: 'storage' }));
  const kept = sessions.list().map(({ account }) => account.username);
  records.removeAccount = removeAccount;
  sessions.remove('ada-home');
  expect({ kept, left: sessions.list(), changes }).toEqual({
    kept: ['ada@contoso.example'],
    left: [],
    changes: [
      ['ada-home', 'signedIn', null],
      ['ada-home', null, 'signedIn'],
    ],
  });
});

test('keeps since when an account is watched when its person signs in again under another name', () => {
  const { sessions, pass } = rig();
  sessions.signedIn(ada);
  const { addedAt } = sessions.get('ada-home') ?? {};
  void pass(60_000);
  sessions.signedIn({ ...ada, username: 'ada.new@contoso.example' });
  expect(sessions.get('ada-home')).toEqual({
    account: { ...ada, username: 'ada.new@contoso.example' },
    session: { kind: 'signedIn' },
    addedAt,
  });
});
