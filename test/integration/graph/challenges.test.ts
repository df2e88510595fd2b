import { describe, expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { createWorld, failing, graphErrorBody, type Reply, type Script } from './played-graph.ts';

const claims = '{"access_token":{"nbf":{"essential":true,"value":"1795251600"}}}';
const challenge: Reply = {
  status: 401,
  headers: {
    'www-authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", ' +
      `error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
  },
  json: graphErrorBody('InvalidAuthenticationToken', 'Continuous access evaluation resulted in challenge'),
};
const plain401: Reply = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer realm="", error="invalid_token"' },
  json: graphErrorBody('InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'),
};
const folder: Reply = { json: { unreadItemCount: 7 } };

/** Refuses `token-1`, takes any other. */
const untilRenewed =
  (refusal: Reply): Script =>
  ({ headers }) =>
    headers.authorization === 'Bearer token-1' ? refusal : folder;

describe('a claims challenge', () => {
  test('is answered with a token for exactly these claims, and the request goes again', async () => {
    const world = await createWorld(untilRenewed(challenge));
    expect(await world.graph.mail.unreadCount()).toBe(7);
    expect(world.tokens.demands).toEqual([{ claims }]);
    expect(world.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('to marking as read is answered for the permission that marking needs', async () => {
    const world = await createWorld(untilRenewed(challenge));
    await world.graph.mail.markRead('m1');
    expect(world.tokens.demands).toEqual([{ claims, extraScopes: ['Mail.ReadWrite'] }]);
    await world.graph.mail.unreadCount();
    expect(world.tokens.asked).toEqual([{ extraScopes: ['Mail.ReadWrite'] }, {}]);
  });

  test('that comes again needs the person: no third request, and the claims are kept for the sign-in', async () => {
    const world = await createWorld(() => challenge);
    const failure = await failing(world.graph.mail.unreadCount());
    expect({ code: failure.code, details: failure.details }).toEqual({
      code: 'sign-in-required',
      details: { status: 401, requestId: 'r-2', reason: 'session-revoked', claims },
    });
    expect(world.asked.length).toBe(2);
    expect(world.tokens.demands.length).toBe(1);
  });

  test('met by several requests at once is answered once', async () => {
    const world = await createWorld(untilRenewed(challenge));
    const counts = await Promise.all(Array.from({ length: 6 }, () => world.graph.mail.unreadCount()));
    expect(counts).toEqual([7, 7, 7, 7, 7, 7]);
    expect(world.tokens.demands).toEqual([{ claims }]);
  });

  test('reaches a create too: it was refused, so it may go again', async () => {
    const world = await createWorld(({ headers }) =>
      headers.authorization === 'Bearer token-1' ? challenge : { status: 204 },
    );
    await world.graph.subscriptions.reauthorize('sub-1');
    expect(world.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /subscriptions/sub-1/reauthorize',
      'POST /subscriptions/sub-1/reauthorize',
    ]);
  });

  test('that Entra refuses is handed on with the claims, whatever else the refusal said', async () => {
    const world = await createWorld(() => challenge);
    const refusal = new Failure('sign-in-required', 'Your password changed.', {
      reason: 'password-changed',
      aadsts: 50_173,
    });
    world.tokens.refuseWhen((request) => (request.claims === undefined ? null : refusal));
    const failure = await failing(world.graph.mail.unreadCount());
    expect({ code: failure.code, text: failure.userMessage, details: failure.details }).toEqual({
      code: 'sign-in-required',
      text: 'Your password changed.',
      details: { reason: 'password-changed', aadsts: 50_173, claims, cause: refusal },
    });
    expect(world.asked.length).toBe(1);
  });

  test.each([
    new Failure('sign-in-required', 'Sign in.', { reason: 'stronger-sign-in', claims: '{"entra":{}}' }),
    new Failure('identity-unreachable', 'No network.'),
    new Failure('blocked', 'Blocked.', { reason: 'policy' }),
  ])('other refusals pass through unchanged: $code', async (refusal) => {
    const world = await createWorld(() => challenge);
    world.tokens.refuseWhen((request) => (request.claims === undefined ? null : refusal));
    expect(await failing(world.graph.mail.unreadCount())).toBe(refusal);
  });

  test('of a foreign authority is not answered: it counts as a plain refusal', async () => {
    const foreign = {
      ...challenge,
      headers: {
        'www-authenticate': `Bearer authorization_uri="https://login.example/", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
      },
    };
    const world = await createWorld(untilRenewed(foreign));
    expect(await world.graph.mail.unreadCount()).toBe(7);
    expect(world.tokens.demands).toEqual([{ forceRefresh: true }]);
    expect(world.logged.filter(({ event }) => event === 'challenge.refused').map(({ fields }) => fields.why)).toEqual([
      'foreign-authorization-uri',
    ]);
  });
});

describe('a token refused without a challenge', () => {
  test('is renewed once, and the request goes again', async () => {
    const world = await createWorld(untilRenewed(plain401));
    expect(await world.graph.mail.unreadCount()).toBe(7);
    expect(world.tokens.demands).toEqual([{ forceRefresh: true }]);
  });

  test('twice is no reason to ask the person: it is tried again some minutes later', async () => {
    const world = await createWorld(() => ({ ...plain401, headers: { date: 'Sat, 21 Nov 2026 09:00:00 GMT' } }));
    expect(await failing(world.graph.mail.unreadCount())).toMatchObject({
      code: 'graph-unreachable',
      details: { status: 401, retryAfterMs: 180_000 },
    });
    expect(world.asked.length).toBe(2);
    expect(world.tokens.demands.length).toBe(1);
  });

  test('while the computer’s clock is wrong names the clock', async () => {
    const world = await createWorld(() => ({ ...plain401, headers: { date: 'Sat, 21 Nov 2026 10:30:00 GMT' } }));
    const failure = await failing(world.graph.mail.unreadCount());
    expect(failure.userMessage).toContain('90 minutes slow');
    expect(world.logged.find(({ event }) => event === 'clock.skewed')?.fields).toEqual({ offsetMs: 5_400_000 });
  });

  test('does not use up an attempt: trouble on the way after it has its own three', async () => {
    const world = await createWorld(
      (_asked, index) => [plain401, { status: 500 }, { status: 500 }, folder][index] ?? {},
    );
    const count = world.graph.mail.unreadCount();
    await world.pass(500);
    await world.pass(1000);
    expect(await count).toBe(7);
  });

  test('and then challenged gets both answers, and no more', async () => {
    const world = await createWorld((_asked, index) => (index === 0 ? plain401 : challenge));
    expect((await failing(world.graph.mail.unreadCount())).code).toBe('sign-in-required');
    expect(world.tokens.demands).toEqual([{ forceRefresh: true }, { claims }]);
    expect(world.asked.length).toBe(3);
  });
});

test('without a token nothing is sent, and the reason comes through unchanged', async () => {
  const world = await createWorld(() => folder);
  const refusal = new Failure('sign-in-required', 'Your sign-in expired.', { reason: 'session-expired' });
  world.tokens.refuseWhen(() => refusal);
  expect(await failing(world.graph.mail.unreadCount())).toBe(refusal);
  expect(world.asked).toEqual([]);
});
