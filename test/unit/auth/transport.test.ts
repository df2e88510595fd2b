import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createTransport, readRetryAfterMs } from '../../../main/auth/transport.ts';

const now = new Date('2026-11-21T09:00:00Z');
const clock = { now: () => now };
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
}

const answer =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  };

async function post(handle: RequestListener, options: { limitMs?: number; bodyLimitBytes?: number } = {}) {
  const url = await serve(handle);
  const transport = createTransport({ fetch, clock, ...options });
  const response = await transport.networkClient.sendPostRequestAsync(url, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=refresh_token',
    correlationId: 'one',
  });
  return { transport, response };
}

test('sends what MSAL gives it and returns what came back', async () => {
  const seen: unknown[] = [];
  const { transport, response } = await post((request, reply) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push([request.method, request.headers['content-type'], body]);
      reply.writeHead(200, { 'x-ms-request-id': 'r1' }).end('{"access_token":"a","expires_in":3600}');
    });
  });
  expect(seen).toEqual([['POST', 'application/x-www-form-urlencoded', 'grant_type=refresh_token']]);
  expect(response).toMatchObject({
    status: 200,
    headers: { 'x-ms-request-id': 'r1' },
    body: { access_token: 'a', expires_in: 3600 },
  });
  expect(transport.takeAnswer('one')).toEqual({ status: 200, retryAfterMs: null, aadsts: null, claims: null });
  expect(transport.takeAnswer('one')).toBeNull();
  expect(transport.busyForMs()).toBe(0);
});

test('remembers what MSAL leaves out of its errors', async () => {
  const body = '{"error":"invalid_grant","error_codes":[50076,1],"claims":"{\\"a\\":1}"}';
  const { transport } = await post(answer(400, body));
  expect(transport.takeAnswer('one')).toEqual({ status: 400, retryAfterMs: null, aadsts: 50076, claims: '{"a":1}' });
});

describe('never takes an empty answer for a success', () => {
  test.each([
    ['{}', 200],
    ['{}', 400],
    ['[]', 200],
    ['null', 200],
    ['"text"', 200],
    ['', 200],
    ['{"access_token":""}', 200],
    ['{"access_token":5}', 200],
    ['<title>Please sign in to this network</title>', 200],
    ['<title>Forbidden by your proxy</title>', 403],
    ['{"access_token":"cut o', 200],
  ])('%s with status %i', async (body, status) => {
    await expect(post(answer(status, body))).rejects.toMatchObject({ name: 'UnusableAnswer' });
  });

  test('a busy gateway without a usable page keeps its status, so that MSAL stays away', async () => {
    const { response } = await post(answer(503, 'try later', { 'retry-after': '90' }));
    expect(response).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  });

  test('describing an authority needs no token', async () => {
    const url = await serve(answer(200, '{"issuer":"x"}'));
    const transport = createTransport({ fetch, clock });
    expect(await transport.networkClient.sendGetRequestAsync(url)).toMatchObject({ body: { issuer: 'x' } });
  });
});

describe('limits', () => {
  test('a server that never answers', async () => {
    await expect(post(() => {}, { limitMs: 50 })).rejects.toThrow('no whole answer within 50 ms');
  });

  test('a body that never ends', async () => {
    const drip: RequestListener = (request, response) => {
      request.resume();
      response.writeHead(200).write('{"access_token":');
    };
    await expect(post(drip, { limitMs: 50 })).rejects.toThrow('no whole answer within 50 ms');
  });

  test('a fetch that does not listen to its signal', async () => {
    const transport = createTransport({ fetch: () => new Promise(() => {}), clock, limitMs: 20 });
    await expect(transport.networkClient.sendPostRequestAsync('https://x.example')).rejects.toThrow('within 20 ms');
  });

  test('a body that is too large', async () => {
    const large = answer(200, JSON.stringify({ access_token: 'a', filler: 'x'.repeat(5000) }));
    await expect(post(large, { bodyLimitBytes: 4096 })).rejects.toThrow('more than 4096 bytes');
  });
});

test('takes tokens nowhere else: a redirect is refused', async () => {
  const seen: string[] = [];
  const elsewhere = await serve((request, response) => {
    seen.push(request.url ?? '');
    response.end('{"access_token":"a"}');
  });
  await expect(post(answer(307, '', { location: elsewhere }))).rejects.toThrow();
  expect(seen).toEqual([]);
});

test('a broken connection is no answer', async () => {
  const url = await serve((request) => request.socket.destroy());
  const transport = createTransport({ fetch, clock });
  await expect(transport.networkClient.sendPostRequestAsync(url, { correlationId: 'two' })).rejects.toThrow();
  expect(transport.takeAnswer('two')).toEqual({ status: null, retryAfterMs: null, aadsts: null, claims: null });
});

test.each([
  ['90', 90_000, '90'],
  ['Sat, 21 Nov 2026 09:02:00 GMT', 120_000, '120'],
])('keeps Retry-After %s, in seconds for MSAL', async (value, retryAfterMs, seconds) => {
  const { transport, response } = await post(
    answer(429, '{"error":"temporarily_unavailable"}', { 'retry-after': value }),
  );
  expect(response.headers['retry-after']).toBe(seconds);
  expect(transport.busyForMs()).toBe(retryAfterMs);
  expect(transport.takeAnswer('one')).toMatchObject({ status: 429, retryAfterMs });
});

test('a busy platform that names no time is left alone for a minute, and never for more than an hour', async () => {
  expect((await post(answer(500, '{"error":"server_error"}'))).transport.busyForMs()).toBe(60_000);
  const long = await post(answer(503, '{"error":"server_error"}', { 'retry-after': '999999' }));
  expect(long.transport.busyForMs()).toBe(3_600_000);
});

test.each([
  [null, null],
  ['', null],
  ['soon', null],
  ['-5', null],
  ['0', null],
  ['Sat, 21 Nov 2026 08:00:00 GMT', null],
  [' 7 ', 7_000],
])('reads Retry-After %j as %j ms', (value, expected) => {
  expect(readRetryAfterMs(value, now)).toBe(expected);
});
