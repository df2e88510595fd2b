import { describe, expect, test } from 'vitest';
import { calendar, change, item, json, lifecycle, listenerForEachTest, mail, nonce, probe } from './listener-rig.ts';
import type { RawAnswer } from './raw.ts';
import { listenerWorld, now } from './world.ts';

const rig = listenerForEachTest();
const { send } = rig;

describe('what Graph sends', () => {
  test('a change notification is stored without its clientState, then answered 202', async () => {
    const answer = await send(change, {
      body: json({
        ...item(),
        id: 'opaque',
        subscriptionExpirationDateTime: '2026-11-27T10:00:00.1234567-08:00',
        tenantId: 'tenant',
        resource: 'Users/ada/Messages/AAMk',
        resourceData: { '@odata.type': '#Microsoft.Graph.Message', id: 'AAMk' },
      }),
    });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 202, body: '' });
    expect(rig.world.posts).toEqual([
      { receivedAt: now, changes: [{ ...mail, subscriptionId: 'sub-1', changeType: 'created' }], lifecycle: [] },
    ]);
    expect(JSON.stringify(rig.world.posts)).not.toContain('mail-state');
  });

  test('a batch is one durable write that names each subscription and change once', async () => {
    const body = json(
      item(),
      item({ resourceData: { id: 'another message' } }),
      item({ changeType: 'updated' }),
      item({ clientState: 'calendar-state', subscriptionId: 'sub-2' }),
      item({ lifecycleEvent: 'missed' }),
      item({ lifecycleEvent: 'missed' }),
      item({ lifecycleEvent: 'reauthorizationRequired', changeType: undefined }),
    );
    expect((await send(change, { body })).status).toBe(202);
    expect(rig.world.posts).toEqual([
      {
        receivedAt: now,
        changes: [
          { ...mail, subscriptionId: 'sub-1', changeType: 'created' },
          { ...mail, subscriptionId: 'sub-1', changeType: 'updated' },
          { ...calendar, subscriptionId: 'sub-2', changeType: 'created' },
        ],
        lifecycle: [
          { ...mail, subscriptionId: 'sub-1', lifecycleEvent: 'missed' },
          { ...mail, subscriptionId: 'sub-1', lifecycleEvent: 'reauthorizationRequired' },
        ],
      },
    ]);
  });

  test.each([
    ['the lifecycle URL', lifecycle],
    ['the notification URL', change],
  ])('a lifecycle notification is known by its lifecycleEvent on %s', async (_name, target) => {
    const body = json(item({ lifecycleEvent: 'subscriptionRemoved' }));
    expect((await send(target, { body })).status).toBe(202);
    expect(rig.world.posts.map((post) => post.lifecycle)).toEqual([
      [{ ...mail, subscriptionId: 'sub-1', lifecycleEvent: 'subscriptionRemoved' }],
    ]);
  });

  test('a change notification on the lifecycle URL is one all the same', async () => {
    expect((await send(lifecycle, { body: json(item()) })).status).toBe(202);
    expect(rig.world.posts.map((post) => post.changes.length)).toEqual([1]);
  });

  test('an unknown lifecycle event is passed on, cut and cleaned for a log', async () => {
    const body = json(item({ lifecycleEvent: `something\r\nNew\u202e${'x'.repeat(100)}` }));
    expect((await send(change, { body })).status).toBe(202);
    const expected = `something??New?${'x'.repeat(49)}`;
    expect(rig.world.posts[0]?.lifecycle).toEqual([{ ...mail, subscriptionId: 'sub-1', lifecycleEvent: expected }]);
  });

  test('a subscription whose create call has not returned yet is recognised by its clientState', async () => {
    rig.world.expected = [];
    expect((await send(change, { body: json(item()) })).status).toBe(202);
    rig.world.expected = listenerWorld().expected;
    expect((await send(change, { body: json(item()) })).status).toBe(202);
    expect(rig.world.posts.length).toBe(1);
  });

  test('when storing fails, Graph is asked to come again', async () => {
    rig.world.storageFails = true;
    const answer = await send(change, { body: json(item()) });
    expect({ status: answer.status, retryAfter: answer.headers['retry-after'], body: answer.body }).toEqual({
      status: 503,
      retryAfter: '10',
      body: '',
    });
    expect(rig.world.refused).toEqual(['storage']);
  });
});

test('every answer is plain text that nobody may store or run, and none tells what we are', async () => {
  rig.world.validation = true;
  rig.world.storageFails = true;
  const answers = [
    await send('/'),
    await send(change, { method: 'GET' }),
    await send(change, { body: '{' }),
    await send(change, { body: json(item()) }),
    await send(change, { body: json() }),
    await send(change, { headers: { 'content-type': 'text/html' } }),
    await send(`${change}?validationToken=x`),
    await send(`${probe}?n=${nonce}`, { method: 'GET' }),
  ];
  for (const { headers } of answers) {
    const { date, connection, allow, ...rest } = headers;
    const { 'keep-alive': _keepAlive, 'content-length': _length, 'retry-after': _retry, ...fixed } = rest;
    expect(fixed).toEqual({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
    });
  }
});

test('the budget lets a burst of five hundred through, then asks to wait', async () => {
  const answers: RawAnswer[] = [];
  const body = json();
  for (let batch = 0; batch < 13; batch += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 50 }, () => send(change, { body })))));
  }
  const taken = answers.filter(({ status }) => status === 202).length;
  const waiting = answers.filter(({ status }) => status === 429);
  expect(taken).toBeGreaterThanOrEqual(500);
  expect(taken + waiting.length).toBe(650);
  expect(waiting[0]?.headers['retry-after']).toBe('1');
  // The probe has no part in it: a flood must not look like a dead tunnel.
  expect((await send(`${probe}?n=${nonce}`, { method: 'GET' })).status).toBe(200);
});
