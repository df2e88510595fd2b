import { expect, test } from 'vitest';
import { judgeMail } from '../../../main/domain/mail-judgement.ts';
import { createMarkRead } from '../../../main/workflows/mark-read.ts';
import { createSignIn } from '../../../main/workflows/sign-in.ts';
import { message } from '../domain/samples.ts';
import {
  ada,
  blockedBy,
  createDesktop,
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

const account = ada.homeAccountId;

function rig() {
  const world = createWorld();
  const platform = createIdentity();
  const sessions = createSessions(world, platform.identity);
  const desktop = createDesktop();
  sessions.signedIn(ada);
  const opened: string[] = [];
  const signIn = createSignIn({
    ...world,
    identity: platform.identity,
    sessions,
    scopes: (extra = []) => ['Mail.ReadBasic', ...extra],
    openExternal: async (url) => void opened.push(url),
    changed: () => {},
  });
  const receive = (id: string, isRead = false): string => {
    const { alerts, messages } = judgeMail(
      account,
      [{ kind: 'message', message: message(id, { isRead, receivedAt: world.clock.now() }) }],
      new Map(),
      new Date(0),
    );
    const cursor = { deltaLink: '', baseline: world.clock.now(), caughtUpAt: world.clock.now(), madeFor: null };
    const none = { settle: [], events: [], forgetEvents: [] };
    return world.ledger.apply({ account, resource: 'mail', cursor, alerts, messages, ...none })[0] ?? '';
  };
  const asked: string[] = [];
  const graph = { markRead: async (_id: string): Promise<void> => {} };
  const marked: string[] = [];
  const markRead = createMarkRead({
    ...world,
    sessions,
    signIn,
    mail: (id) =>
      id !== account
        ? null
        : {
            markRead(messageId) {
              asked.push(messageId);
              return graph.markRead(messageId);
            },
          },
    toasts: desktop.toasts,
    marked: (alert) => void marked.push(alert.itemId),
  });
  const isSettled = (id: string): boolean | undefined => world.ledger.alert(id)?.settled;
  return {
    ...world,
    ...platform,
    ...desktop,
    sessions,
    signIn,
    opened,
    receive,
    asked,
    graph,
    marked,
    markRead,
    isSettled,
  };
}
/** Graph's, until the person has said yes on Microsoft's page. */
function untilAllowed(r: ReturnType<typeof rig>) {
  const state = { allowed: false };
  const page = held<void>();
  r.graph.markRead = async () => {
    if (!state.allowed) throw signInNeeded('consent-needed');
  };
  r.script.signIn = async (request) => {
    await request.openBrowser('https://login.microsoftonline.com/');
    await Promise.race([page.promise, untilAborted(request.signal)]);
    state.allowed = true;
    return ada;
  };
  return page;
}

test('with the permission at hand a message is marked at once, and no page opens', async () => {
  const r = rig();
  const id = r.receive('m1');
  await r.markRead.mark(id);
  expect({ asked: r.asked, marked: r.marked, settled: r.isSettled(id), opened: r.opened }).toEqual({
    asked: ['m1'],
    marked: ['m1'],
    settled: true,
    opened: [],
  });
});

test('the first mark asks for the permission, with the account and no choice of accounts, and then follows by itself', async () => {
  const r = rig();
  const id = r.receive('m1');
  const page = untilAllowed(r);
  await r.markRead.mark(id);
  const before = { settled: r.isSettled(id), attempt: r.signIn.attempt().kind, opened: r.opened.length };
  page.resolve();
  await settled();
  expect({ before, settled: r.isSettled(id), marked: r.marked, attempt: r.signIn.attempt() }).toEqual({
    before: { settled: false, attempt: 'waitingForBrowser', opened: 1 },
    settled: true,
    marked: ['m1'],
    attempt: { kind: 'idle' },
  });
  expect(r.signIns.map(({ account: who, scopes, claims }) => ({ who, scopes, claims }))).toEqual([
    { who: ada, scopes: ['Mail.ReadBasic', 'Mail.ReadWrite'], claims: undefined },
  ]);
});

test('what was clicked while the page was open is marked too, once', async () => {
  const r = rig();
  const ids = [r.receive('m1'), r.receive('m2')];
  const page = untilAllowed(r);
  for (const id of ids) await r.markRead.mark(id);
  // The second click opened the page anew; the first one was given up for it.
  page.resolve();
  await settled();
  expect({
    opened: r.opened.length,
    marked: r.marked.toSorted(),
    settled: ids.map(r.isSettled),
    toasts: r.titles(),
  }).toEqual({ opened: 2, marked: ['m1', 'm2'], settled: [true, true], toasts: [] });
});

test.for([
  ['declined', failure('sign-in-cancelled', { aadsts: 65004 }), 'without your permission'],
  ['given in part', signInNeeded('consent-needed'), 'without your permission'],
  [
    'left to an administrator',
    failure('blocked', { reason: 'admin-approval', aadsts: 90094 }),
    'an administrator must',
  ],
] as const)('a permission that is %s costs this mark and nothing else', async ([, refusal, words]) => {
  const r = rig();
  const id = r.receive('m1');
  untilAllowed(r);
  r.script.signIn = async (request) => {
    await request.openBrowser('https://login.microsoftonline.com/');
    throw refusal;
  };
  await r.markRead.mark(id);
  await settled();
  const attempt = r.signIn.attempt();
  expect({
    attempt: attempt.kind,
    says: attempt.kind === 'failed' && attempt.userMessage.includes(words),
    session: r.sessions.get(account)?.session,
    settled: r.isSettled(id),
    warnings: r.warnings(),
    toasts: r.titles(),
  }).toEqual({
    attempt: 'failed',
    says: true,
    session: { kind: 'signedIn' },
    settled: false,
    warnings: [],
    toasts: [],
  });
  // Not remembered: the next permission marks what is asked for then.
  r.graph.markRead = async () => {};
  await r.markRead.mark(r.receive('m2'));
  expect(r.marked).toEqual(['m2']);
});

test('an organisation that refuses the quiet request blocks this action only', async () => {
  const r = rig();
  const id = r.receive('m1');
  r.graph.markRead = async () => Promise.reject(blockedBy('admin-approval'));
  await expect(r.markRead.mark(id)).rejects.toMatchObject({
    code: 'blocked',
    userMessage: expect.stringContaining('an administrator must allow Tidings to mark mail as read'),
  });
  expect({ session: r.sessions.get(account)?.session, opened: r.opened }).toEqual({
    session: { kind: 'signedIn' },
    opened: [],
  });
});

test('somebody else at the page changes nothing for the one who was asked', async () => {
  const r = rig();
  const id = r.receive('m1');
  untilAllowed(r);
  r.script.signIn = async (request) => {
    await request.openBrowser('https://login.microsoftonline.com/');
    return grace;
  };
  await r.markRead.mark(id);
  await settled();
  expect({ attempt: r.signIn.attempt(), signedOut: r.signedOut, settled: r.isSettled(id) }).toMatchObject({
    attempt: { kind: 'failed', offerToAdd: 'grace@contoso.example' },
    signedOut: ['grace-home'],
    settled: false,
  });
});

test('without a network the person is told so, and nothing is queued behind their back', async () => {
  const r = rig();
  const id = r.receive('m1');
  r.graph.markRead = async () => Promise.reject(failure('graph-unreachable'));
  await expect(r.markRead.mark(id)).rejects.toMatchObject({
    code: 'graph-unreachable',
    userMessage: 'The message stays unread: Microsoft cannot be reached just now. Please try again later.',
  });
  expect({ settled: r.isSettled(id), timers: r.timers() }).toEqual({ settled: false, timers: 0 });
});

test('a failure after the page is told by a toast, since nobody waits any more', async () => {
  const r = rig();
  const page = untilAllowed(r);
  await r.markRead.mark(r.receive('m1'));
  r.graph.markRead = async () => Promise.reject(failure('graph-busy'));
  page.resolve();
  await settled();
  expect(r.shown.map(({ title, body }) => `${title} | ${body}`)).toEqual([
    'Not marked as read | The message stays unread: Microsoft is busy and asked us to wait. Please try again in a few minutes.',
  ]);
});

test('a session that has ended meanwhile shows as what it is, and no page opens for the mark', async () => {
  const r = rig();
  const id = r.receive('m1');
  r.graph.markRead = async () => Promise.reject(signInNeeded('password-changed'));
  await expect(r.markRead.mark(id)).rejects.toMatchObject({ code: 'sign-in-required' });
  expect({ warnings: r.warnings(), opened: r.opened }).toEqual({
    warnings: [`sign-in-required ${account}`],
    opened: [],
  });
  // With the base consent gone, a click on a message must not ask for more.
  r.graph.markRead = async () => Promise.reject(signInNeeded('consent-needed'));
  await expect(r.markRead.mark(id)).rejects.toMatchObject({ code: 'sign-in-required' });
  expect(r.opened).toEqual([]);
});

test('what is read already, or no mail at all, is not asked of Microsoft', async () => {
  const r = rig();
  await r.markRead.mark(r.receive('m1', true));
  await expect(r.markRead.mark('mail:ada-home:unknown')).rejects.toMatchObject({ code: 'unexpected' });
  expect(r.asked).toEqual([]);
});
