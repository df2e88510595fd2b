import { describe, expect, test } from 'vitest';
import { ADA, type Rig, startRig } from './rig.ts';

interface Part {
  readonly id: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: Record<string, unknown> & { error?: { code: string } };
}

async function batch(rig: Rig, token: string, requests: unknown) {
  const { status, body } = await rig.ask('/$batch', token, { method: 'POST', body: { requests } });
  const parts: Part[] = body.responses ?? [];
  return { status, error: body.error?.code, parts, byId: Object.fromEntries(parts.map((part) => [part.id, part])) };
}
const get = (id: string, url: string, more: object = {}) => ({ id, method: 'GET', url, ...more });

describe('$batch', () => {
  test('answers each part by itself: what is right, what is wrong, and with its own headers', async () => {
    const rig = await startRig();
    const mail = rig.graph.mailbox(ADA.username).deliver({ subject: 'Lunch?' });
    const headers = { Prefer: 'IdType="ImmutableId"' };
    const { status, byId } = await batch(rig, rig.token({ scopes: ['Mail.ReadWrite'] }), [
      get('1', `/me/messages/${mail.immutableId}?$select=subject`, { headers }),
      get('2', 'me/messages/nothing'),
      get('3', '/me/events'),
      {
        id: '4',
        method: 'PATCH',
        url: `/me/messages/${mail.immutableId}`,
        headers: { 'content-type': 'application/json' },
        body: { isRead: true },
      },
    ]);
    expect(status).toBe(200);
    expect(byId['1']).toMatchObject({
      status: 200,
      headers: { 'Preference-Applied': 'IdType="ImmutableId"', 'Content-Type': 'application/json' },
      body: { id: mail.immutableId, subject: 'Lunch?' },
    });
    expect([byId['2']?.status, byId['2']?.body?.error?.code]).toEqual([404, 'ErrorItemNotFound']);
    expect([byId['3']?.status, byId['4']?.status]).toEqual([403, 200]);
    expect(rig.graph.mailbox(ADA.username).messages()[0]?.isRead).toBe(true);
  });

  test('a throttled part has its own Retry-After, and the others go through', async () => {
    const rig = await startRig();
    rig.graph.failNext({ path: '/me/messages', how: 'throttle', retryAfterSeconds: 17 });
    const { status, byId } = await batch(rig, rig.token(), [get('a', '/me/messages'), get('b', '/me/events')]);
    expect([status, byId.a?.status, byId.a?.headers['Retry-After'], byId.b?.status]).toEqual([200, 429, '17', 200]);
  });

  test('a part that depends on a failed one is 424, and so is what depends on that', async () => {
    const rig = await startRig();
    const { byId, parts } = await batch(rig, rig.token(), [
      get('1', '/me/messages/nothing'),
      get('2', '/me/events', { dependsOn: ['1'] }),
      get('3', '/me/events', { dependsOn: ['2'] }),
      get('4', '/me/events'),
      get('5', '/me/events', { dependsOn: ['4'] }),
    ]);
    expect(['1', '2', '3', '4', '5'].map((id) => byId[id]?.status)).toEqual([404, 424, 424, 200, 200]);
    expect(parts).toHaveLength(5);
  });

  test('takes 20 parts, runs four at a time, and so stays within the limit of the mailbox', async () => {
    const rig = await startRig();
    const parts = Array.from({ length: 20 }, (_, index) => get(`${index}`, '/me/messages'));
    rig.graph.failNext({ path: '/me/messages', how: 'slow', delayMs: 10, times: 20 });
    const answer = await batch(rig, rig.token(), parts);
    expect(answer.parts.map((part) => part.status)).toEqual(Array(20).fill(200));
    expect(rig.graph.violations).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['21 parts', Array.from({ length: 21 }, (_, index) => get(`${index}`, '/me'))],
    ['no parts', []],
    ['no list', 'x'],
    ['an id twice', [get('1', '/me'), get('1', '/me')]],
    ['no id', [{ method: 'GET', url: '/me' }]],
    ['a method that is none', [{ id: '1', method: 'LOOK', url: '/me' }]],
    ['an absolute url', [get('1', 'https://graph.microsoft.com/v1.0/me')]],
    ['a url with the version', [get('1', '/v1.0/me')]],
    ['a dependency on nothing', [get('1', '/me', { dependsOn: ['0'] })]],
  ])('refuses a batch with %s as a whole', async (_, requests) => {
    const rig = await startRig();
    expect(await batch(rig, rig.token(), requests)).toMatchObject({ status: 400, parts: [] });
  });

  test('is refused as a whole without a good token, and logs each part', async () => {
    const rig = await startRig();
    expect((await batch(rig, 'no token', [get('1', '/me')])).status).toBe(401);
    await batch(rig, rig.token(), [get('1', '/me/messages')]);
    expect(rig.graph.requests.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/v1.0/$batch', 401],
      ['GET', '/v1.0/me/messages', 200],
      ['POST', '/v1.0/$batch', 200],
    ]);
  });
});

test('links can be made to lead to another host, and nothing else is changed', async () => {
  const rig = await startRig();
  const token = rig.token();
  for (let count = 0; count < 3; count += 1) rig.graph.mailbox(ADA.username).deliver();
  rig.graph.failNext({ path: 'delta', how: 'foreignLink' });
  const headers = { Prefer: 'odata.maxpagesize=2' };
  const { status, body } = await rig.ask("/me/mailFolders('inbox')/messages/delta", token, { headers });
  expect([status, body.value.length]).toEqual([200, 2]);
  expect(body['@odata.nextLink']).toMatch(/^https:\/\/graph\.fabrikam\.example\/v1\.0\/me\//);
  expect(body['@odata.context']).toMatch(/^https:\/\/graph\.microsoft\.com\//);
});
