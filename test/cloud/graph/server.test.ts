import { request } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { createManualClock } from '../clock.ts';
import { createMailboxLimits } from './mailbox-limits.ts';
import { ADA, startRig, subscriptionBody } from './rig.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const INBOX = '/me/mailFolders/inbox';

describe('every answer', () => {
  test("carries both ids and the cloud's time", async () => {
    const rig = await startRig();
    const { headers } = await rig.ask(INBOX, rig.token(), { headers: { 'client-request-id': 'mine' } });
    expect(headers.get('request-id')).toMatch(GUID);
    expect(headers.get('client-request-id')).toBe('mine');
    expect(headers.get('date')).toBe('Sat, 21 Nov 2026 09:00:00 GMT');
    expect(headers.get('content-type')).toMatch(/^application\/json;/);
  });

  test('a refusal has the error body of Graph', async () => {
    const rig = await startRig();
    const { status, headers, body } = await rig.ask('/me/messages/nothing', rig.token());
    expect(status).toBe(404);
    expect(body).toEqual({
      error: {
        code: 'ErrorItemNotFound',
        message: 'The specified object was not found in the store.',
        innerError: {
          date: '2026-11-21T09:00:00',
          'request-id': headers.get('request-id'),
          'client-request-id': headers.get('request-id'),
        },
      },
    });
  });

  test('a token that is missing or no longer good gets 401 with the challenge of the directory', async () => {
    const rig = await startRig();
    const token = rig.token({ lifeMs: 3_600_000 });
    expect((await rig.ask(INBOX, token)).status).toBe(200);
    await rig.clock.advance(3_600_000);
    for (const bad of [token, 'never-issued']) {
      const { status, headers, body } = await rig.ask(INBOX, bad);
      expect([status, headers.get('www-authenticate'), body.error.code]).toEqual([
        401,
        'Bearer realm=""',
        'InvalidAuthenticationToken',
      ]);
    }
  });

  test.each<[string, string, string, number]>([
    ['another version', 'GET', '/beta/me/messages', 400],
    ['an unknown segment', 'GET', '/v1.0/me/garden', 400],
    ['what the token has no permission for', 'GET', '/v1.0/me/contacts', 403],
    ['an unknown root', 'GET', '/v1.0/drives', 400],
    ["somebody else's mailbox", 'GET', '/v1.0/users/ben@contoso.example/messages', 403],
    ['a method that is none', 'DELETE', '/v1.0/me/mailFolders/inbox', 405],
    ['bad percent-encoding', 'GET', '/v1.0/me/messages/%E0%A4%A', 400],
    ['a key without quotes', 'GET', '/v1.0/me/mailFolders(inbox)', 400],
    ['the own mailbox by name', 'GET', '/v1.0/users/ada@contoso.example/mailFolders/inbox', 200],
  ])('%s is answered as Graph does', async (_name, method, path, status) => {
    const rig = await startRig();
    const answer = await fetch(`${rig.base}${path}`, { method, headers: { authorization: `Bearer ${rig.token()}` } });
    expect(answer.status).toBe(status);
  });

  test('a body must be declared, be JSON and be an object', async () => {
    const rig = await startRig();
    const token = rig.token();
    const send = async (headers: Record<string, string>, body: Uint8Array) =>
      (
        await fetch(`${rig.base}/v1.0/subscriptions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, ...headers },
          body: body as BodyInit,
        })
      ).status;
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(await send({}, bytes('{}'))).toBe(400);
    expect(await send({ 'content-type': 'text/plain' }, bytes('{}'))).toBe(415);
    expect(await send({ 'content-type': 'application/json' }, bytes('{"a"'))).toBe(400);
    expect(await send({ 'content-type': 'application/json' }, bytes('[]'))).toBe(400);
  });

  test('GET /me needs User.Read', async () => {
    const rig = await startRig();
    expect((await rig.ask('/me', rig.token())).body).toMatchObject({ id: ADA.oid, userPrincipalName: ADA.username });
    expect((await rig.ask('/me', rig.token({ scopes: ['Mail.Read'] }))).status).toBe(403);
  });
});

describe('bad days on command', () => {
  test('throttle answers 429 with Retry-After for the next matching requests only', async () => {
    const rig = await startRig();
    const token = rig.token();
    rig.graph.failNext({ path: 'mailFolders', how: 'throttle', retryAfterSeconds: 7, times: 2 });
    expect((await rig.ask('/me', token)).status).toBe(200);
    const first = await rig.ask(INBOX, token);
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await rig.ask(INBOX, token)).status).toBe(429);
    expect((await rig.ask(INBOX, token)).status).toBe(200);
  });

  test('Retry-After also comes as a date, or not at all', async () => {
    const rig = await startRig();
    const token = rig.token();
    rig.graph.failNext({ path: /inbox/, how: 'throttle', retryAfterSeconds: 60, retryAfterAs: 'date' });
    rig.graph.failNext({ path: /inbox/, how: 'throttle', retryAfterSeconds: 'none' });
    expect((await rig.ask(INBOX, token)).headers.get('retry-after')).toBe('Sat, 21 Nov 2026 09:01:00 GMT');
    expect((await rig.ask(INBOX, token)).headers.get('retry-after')).toBe(null);
  });

  test('status answers any Graph error, by method and account too', async () => {
    const rig = await startRig();
    const token = rig.token();
    rig.graph.failNext({ path: /inbox/, method: 'PATCH', how: 'status', status: 500 });
    rig.graph.failNext({ path: /inbox/, username: 'ben@contoso.example', how: 'status', status: 500 });
    expect((await rig.ask(INBOX, token)).status).toBe(200);
    rig.graph.failNext({
      path: /inbox/,
      username: ADA.username,
      how: 'status',
      status: 503,
      code: 'Busy',
      message: 'Later',
    });
    const { status, body } = await rig.ask(INBOX, token);
    expect([status, body.error.code, body.error.message]).toEqual([503, 'Busy', 'Later']);
  });

  test('garbage is not JSON, a truncated answer ends half way, a reset has no answer', async () => {
    const rig = await startRig();
    const token = rig.token();
    for (const how of ['garbage', 'truncated', 'reset'] as const) {
      rig.graph.failNext({ path: /inbox/, how });
      await expect(rig.ask(INBOX, token)).rejects.toThrow();
    }
    expect((await rig.ask(INBOX, token)).status).toBe(200);
    expect(rig.graph.requests.map((one) => one.status)).toEqual(['garbage', 200, 'reset', 200]);
  });

  test('slow gives the true answer late', async () => {
    const rig = await startRig();
    rig.graph.failNext({ path: /inbox/, how: 'slow', delayMs: 120 });
    const startedMs = performance.now();
    expect((await rig.ask(INBOX, rig.token())).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });

  test('lost carries the request out and says nothing', async () => {
    const rig = await startRig();
    const mail = rig.graph.mailbox(ADA.username).deliver();
    const token = rig.token({ scopes: ['Mail.ReadWrite'] });
    rig.graph.failNext({ path: /messages/, how: 'lost' });
    const change = { method: 'PATCH', body: { isRead: true } };
    await expect(rig.ask(`/me/messages/${mail.immutableId}`, token, change)).rejects.toThrow();
    expect(rig.graph.mailbox(ADA.username).messages()[0]?.isRead).toBe(true);
  });

  test('hang answers never, and does not count as in flight', async () => {
    const rig = await startRig();
    rig.graph.failNext({ path: /inbox/, how: 'hang' });
    const abort = new AbortController();
    const answer = fetch(`${rig.base}/v1.0${INBOX}`, {
      headers: { authorization: `Bearer ${rig.token()}` },
      signal: abort.signal,
    });
    await vi.waitFor(() => expect(rig.graph.requests.map((one) => one.status)).toEqual(['hung']));
    expect(rig.graph.inFlight()).toBe(0);
    abort.abort();
    await expect(answer).rejects.toThrow();
  });
});

describe('limits of a mailbox', () => {
  test('a fifth request at once is refused with 429 and counted as a violation', async () => {
    const rig = await startRig();
    const token = rig.token();
    rig.graph.failNext({ path: /inbox/, how: 'hang', times: 4 });
    const hanging = Array.from({ length: 4 }, () =>
      request(`${rig.base}/v1.0${INBOX}`, { headers: { authorization: `Bearer ${token}` } }).on('error', () => {}),
    );
    for (const one of hanging) one.end();
    await vi.waitFor(() => expect(rig.graph.requests).toHaveLength(4));
    const fifth = await rig.ask(INBOX, token);
    expect([fifth.status, fifth.body.error.code, fifth.body.error.message]).toEqual([
      429,
      'ApplicationThrottled',
      expect.stringMatching(/MailboxConcurrency/),
    ]);
    expect(rig.graph.violations.map((one) => one.name)).toEqual(['concurrency']);
    expect((await rig.ask(INBOX, rig.token({ clientId: 'another-app' }))).status).toBe(200);
    for (const one of hanging) one.destroy();
    await vi.waitFor(async () => expect((await rig.ask(INBOX, token)).status).toBe(200));
  });
});

test('the 10,001st request within ten minutes is refused with Retry-After', async () => {
  const clock = createManualClock(new Date('2026-11-21T09:00:00Z'));
  const limits = createMailboxLimits(clock, () => {});
  for (let count = 0; count < 10_000; count += 1) limits.enter('tidings', ADA.oid)();
  await clock.advance(60_000);
  expect(() => limits.enter('tidings', ADA.oid)).toThrow(
    expect.objectContaining({ status: 429, headers: { 'Retry-After': '540' } }),
  );
  expect(() => limits.enter('tidings', 'another mailbox')()).not.toThrow();
  await clock.advance(9 * 60_000 + 1);
  expect(() => limits.enter('tidings', ADA.oid)()).not.toThrow();
});

test('stop ends every timer of a live subscription and its deliveries', async () => {
  const rig = await startRig();
  await rig.receiver('a.relay.example');
  const body = subscriptionBody(rig, 'a.relay.example');
  expect((await rig.ask('/subscriptions', rig.token(), { method: 'POST', body })).status).toBe(201);
  rig.unplug('a.relay.example');
  rig.graph.mailbox(ADA.username).deliver();
  await vi.waitFor(() => expect(rig.graph.deliveries).toHaveLength(1));
  expect(rig.clock.pending()).toBeGreaterThan(0);
  rig.graph.stop();
  expect(rig.clock.pending()).toBe(0);
});

describe('the request log', () => {
  test('names method, path, status and body, and hides what must stay secret', async () => {
    const rig = await startRig();
    const token = rig.token();
    const body = { clientState: 'hidden', notificationUrl: 'https://a.relay.example/hidden', changeType: 'created' };
    await rig.ask('/subscriptions', token, { method: 'POST', body });
    const { body: page } = await rig.ask(`${INBOX}/messages/delta?$deltatoken=latest`, token);
    await rig.ask(page['@odata.deltaLink'], token);
    expect(
      rig.graph.requests.map(({ method, path, status, username, code, body: shown }) => ({
        method,
        path,
        status,
        username,
        code,
        shown,
      })),
    ).toEqual([
      {
        method: 'POST',
        path: '/v1.0/subscriptions',
        status: 400,
        username: ADA.username,
        code: 'InvalidRequest',
        shown: { clientState: '…', notificationUrl: 'a.relay.example', changeType: 'created' },
      },
      expect.objectContaining({ method: 'GET', path: `/v1.0${INBOX}/messages/delta?$deltatoken=latest`, status: 200 }),
      expect.objectContaining({ path: expect.stringMatching(/\/messages\/delta\?\$deltatoken=…$/), status: 200 }),
    ]);
  });
});
