import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createWorld, failing, graphErrorBody, until } from './played-graph.ts';

const folder = { json: { unreadItemCount: 7 } };

describe('every request', () => {
  test('carries the token, an id of its own and what we accept; the log names it without ids', async () => {
    const { graph, asked, logged } = await createWorld(() => ({ json: event('E1') }));
    await graph.calendar.event('secret id/==');
    await graph.calendar.event('other');
    expect(asked.map(({ method, path, headers }) => ({ method, path, authorization: headers.authorization }))).toEqual([
      { method: 'GET', path: '/me/events/secret id/==', authorization: 'Bearer token-1' },
      { method: 'GET', path: '/me/events/other', authorization: 'Bearer token-1' },
    ]);
    const ids = asked.map(({ headers }) => headers['client-request-id']);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(2);
    expect(logged[0]).toEqual({
      level: 'info',
      event: 'request.answered',
      fields: {
        method: 'GET',
        path: '/me/events/{id}',
        clientRequestId: ids[0],
        tookMs: expect.any(Number),
        status: 200,
        requestId: 'r-1',
      },
    });
    expect(JSON.stringify(logged)).not.toMatch(/secret|token-1/);
  });

  test('waits while three of the same account are under way', async () => {
    const held: (() => void)[] = [];
    const { graph, asked } = await createWorld(() => new Promise((resolve) => held.push(() => resolve(folder))));
    const all = Promise.all(Array.from({ length: 7 }, () => graph.mail.unreadCount()));
    const seen: number[] = [];
    for (let answered = 0; answered < 7; answered += 1) {
      await until(() => held.length > 0 && asked.length === Math.min(7, answered + 3));
      seen.push(asked.length - answered);
      held.shift()?.();
    }
    expect(await all).toEqual([7, 7, 7, 7, 7, 7, 7]);
    expect(Math.max(...seen)).toBe(3);
  });
});

describe('trouble on the way', () => {
  test('a fault of theirs is retried after half a second and then a second, three attempts in all', async () => {
    const world = await createWorld((_asked, index) => (index < 2 ? { status: 500 + index } : folder));
    const count = world.graph.mail.unreadCount();
    await world.pass(499);
    expect(world.asked.length).toBe(1);
    await world.clock.advance(1);
    await world.pass(1000);
    expect(await count).toBe(7);
    expect(world.asked.length).toBe(3);
  });

  test('after three attempts it is given up', async () => {
    const world = await createWorld(() => ({ status: 502, text: '<html>Bad gateway</html>' }));
    const failed = failing(world.graph.mail.unreadCount());
    await world.pass(500);
    await world.pass(1000);
    expect(await failed).toMatchObject({ code: 'graph-unreachable', details: { status: 502 } });
    expect(world.asked.length).toBe(3);
  });

  test('in an outage each request is sent once, and three times again as soon as Graph has answered', async () => {
    let isDown = true;
    const world = await createWorld(() => (isDown ? { status: 503 } : folder));
    const ask = async (backOffs: readonly number[] = []): Promise<number> => {
      const before = world.asked.length;
      const count = world.graph.mail.unreadCount().catch(() => null);
      for (const ms of backOffs) await world.pass(ms);
      await count;
      return world.asked.length - before;
    };
    expect([await ask([500, 1000]), await ask(), await ask()]).toEqual([3, 1, 1]);
    isDown = false;
    expect(await ask()).toBe(1);
    isDown = true;
    expect([await ask([500, 1000]), await ask()]).toEqual([3, 1]);
  });

  test('a connection that breaks in the middle of the body is retried', async () => {
    const world = await createWorld((_asked, index) =>
      index === 0
        ? {
            raw(response) {
              response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
              response.write('{"unreadItem', () => response.destroy());
            },
          }
        : folder,
    );
    const count = world.graph.mail.unreadCount();
    await world.pass(500);
    expect(await count).toBe(7);
  });

  test('a create is never sent twice: it may have worked', async () => {
    const world = await createWorld(() => ({ raw: (response) => void response.destroy() }));
    expect(await failing(world.graph.subscriptions.create(newSubscription))).toMatchObject({
      code: 'graph-unreachable',
    });
    expect(world.asked.length).toBe(1);
    expect(world.clock.pending()).toBe(0);
  });

  test('nobody listening is trouble on the way, not bad credentials', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const world = await createWorld(() => folder, { baseUrl: `http://127.0.0.1:${port}/v1.0` });
    const failed = failing(world.graph.subscriptions.remove('sub-1'));
    await world.pass(500);
    await world.pass(1000);
    expect((await failed).code).toBe('graph-unreachable');
    expect(world.logged.map(({ event, fields }) => [event, fields.cause])).toEqual(
      Array.from({ length: 3 }, () => ['request.unanswered', 'ECONNREFUSED']),
    );
  });

  test('an answer that never comes is given up at the time limit', async () => {
    const world = await createWorld(() => new Promise(() => {}), { attemptLimitMs: 50 });
    expect((await failing(world.graph.subscriptions.create(newSubscription))).code).toBe('graph-unreachable');
  });

  test('an answer that drips for ever is given up at the time limit', async () => {
    const world = await createWorld(
      () => ({
        raw(response) {
          response.writeHead(201, { 'content-type': 'application/json' });
          const drip = setInterval(() => response.write(' '), 5);
          response.on('close', () => clearInterval(drip));
        },
      }),
      { attemptLimitMs: 80 },
    );
    expect((await failing(world.graph.subscriptions.create(newSubscription))).code).toBe('graph-unreachable');
  });
});

describe('an answer that Graph would not give', () => {
  test.each<[string, Parameters<typeof createWorld>[0]]>([
    ['a login page of a hotel', () => ({ text: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } })],
    ['broken JSON', () => ({ text: '{"unreadItemCount": 7' })],
    ['nothing at all', () => ({ text: '' })],
    ['JSON of another kind', () => ({ json: [1, 2, 3] })],
    ['a field of another type', () => ({ json: { unreadItemCount: 'seven' } })],
    ['bytes that are no text', () => ({ raw: (response) => void response.end(Buffer.from([0xff, 0xfe, 0x7b])) })],
    ['more than eight mebibytes', () => ({ text: `{"unreadItemCount": 7}${' '.repeat(9 * 1024 * 1024)}` })],
    ['a redirect to another host', () => ({ status: 302, headers: { location: 'https://login.example/' } })],
    ['a 401 page of a proxy', () => ({ raw: (response) => void response.writeHead(401).end('<html>Log in</html>') })],
    ['a 403 page of a proxy', () => ({ raw: (response) => void response.writeHead(403).end('<html>Blocked</html>') })],
  ])('%s is "cannot be reached", at once', async (_what, script) => {
    const world = await createWorld(script);
    expect((await failing(world.graph.mail.unreadCount())).code).toBe('graph-unreachable');
    expect(world.asked.length).toBe(1);
    expect(world.tokens.demands).toEqual([]);
  });

  test('a page in between that says 200 does not mean "removed"', async () => {
    const world = await createWorld(() => ({ text: '<html>Welcome</html>' }));
    expect((await failing(world.graph.subscriptions.remove('sub-1'))).code).toBe('graph-unreachable');
  });

  test('a page in between that says 404 does not mean "deleted"', async () => {
    const world = await createWorld(() => ({ raw: (response) => void response.writeHead(404).end('<html>') }));
    expect((await failing(world.graph.calendar.event('E1'))).code).toBe('graph-unreachable');
  });
});

describe('throttling', () => {
  test('a short Retry-After is waited out, for everybody who asks the same service', async () => {
    const world = await createWorld((_asked, index) =>
      index === 0 ? { status: 429, headers: { 'retry-after': '8' }, json: graphErrorBody('TooManyRequests') } : folder,
    );
    const first = world.graph.mail.unreadCount();
    await until(() => world.clock.pending() === 1);
    const second = world.graph.mail.unreadCount();
    await until(() => world.clock.pending() === 2);
    await world.clock.advance(7999);
    expect(world.asked.length).toBe(1);
    await world.clock.advance(1);
    expect(await Promise.all([first, second])).toEqual([7, 7]);
  });

  test('a long Retry-After is handed to the caller, and nobody asks again before', async () => {
    const world = await createWorld((_asked, index) =>
      index === 0
        ? { status: 429, headers: { 'retry-after': '120' }, json: graphErrorBody('TooManyRequests') }
        : folder,
    );
    expect(await failing(world.graph.mail.unreadCount())).toMatchObject({
      code: 'graph-busy',
      details: { status: 429, retryAfterMs: 120_000 },
    });
    await world.clock.advance(20_000);
    expect(await failing(world.graph.mail.unreadCount())).toMatchObject({
      code: 'graph-busy',
      details: { retryAfterMs: 100_000 },
    });
    expect(world.asked.length).toBe(1);
    await world.clock.advance(100_000);
    expect(await world.graph.mail.unreadCount()).toBe(7);
  });

  test('the mailbox being busy does not hold up subscriptions', async () => {
    const world = await createWorld(({ path }) =>
      path.startsWith('/subscriptions')
        ? { json: { value: [] } }
        : { status: 503, headers: { 'retry-after': '60' }, json: graphErrorBody('ServiceUnavailable') },
    );
    expect((await failing(world.graph.mail.unreadCount())).code).toBe('graph-busy');
    expect(await world.graph.subscriptions.list()).toEqual([]);
  });

  test('without a time to wait it backs off, then gives up as busy', async () => {
    const world = await createWorld(() => ({ status: 429, json: graphErrorBody('TooManyRequests') }));
    const failed = failing(world.graph.mail.unreadCount());
    await world.pass(500);
    await world.pass(1000);
    expect(await failed).toMatchObject({ code: 'graph-busy', details: { status: 429 } });
    expect((await failed).details.retryAfterMs).toBeUndefined();
  });

  test('a create that was throttled was not carried out, so it goes again', async () => {
    const world = await createWorld((_asked, index) =>
      index === 0
        ? { status: 429, headers: { 'retry-after': '2' }, json: graphErrorBody('TooManyRequests') }
        : { status: 201, json: subscription },
    );
    const created = world.graph.subscriptions.create(newSubscription);
    await world.pass(2000);
    expect((await created).id).toBe('sub-1');
  });

  test('a create that met an overload is not repeated', async () => {
    const world = await createWorld(() => ({ status: 503, headers: { 'retry-after': '2' } }));
    expect(await failing(world.graph.subscriptions.create(newSubscription))).toMatchObject({
      code: 'graph-busy',
      details: { retryAfterMs: 2000 },
    });
    expect(world.asked.length).toBe(1);
  });

  test('a computer clock that is set back does not stretch the wait', async () => {
    let behindMs = 0;
    const world = await createWorld(
      (_asked, index) =>
        index === 0 ? { status: 429, headers: { 'retry-after': '60' }, json: graphErrorBody('T') } : folder,
      {
        clock: {
          now: () => new Date(Date.UTC(2026, 10, 21) - behindMs),
          after: () => () => {},
          onJump: () => () => {},
        },
      },
    );
    await failing(world.graph.mail.unreadCount());
    behindMs = 86_400_000;
    expect((await failing(world.graph.mail.unreadCount())).details.retryAfterMs).toBe(60_000);
  });
});

describe('closing', () => {
  test('ends what is under way, what waits in line and what waits on the clock', async () => {
    const world = await createWorld(({ path }) =>
      path.startsWith('/subscriptions') ? { status: 500 } : new Promise(() => {}),
    );
    const calls = Array.from({ length: 5 }, () => failing(world.graph.mail.unreadCount()));
    await until(() => world.asked.length === 3);
    await world.graph.close();
    expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(Array(5).fill('graph-unreachable'));
    // Those in line did not even ask for a token.
    expect(world.tokens.handedOut()).toBe(3);
    expect(world.asked.length).toBe(3);

    const other = await createWorld(() => ({ status: 500 }));
    const waiting = failing(other.graph.mail.unreadCount());
    await until(() => other.clock.pending() === 1);
    await other.graph.close();
    expect((await waiting).code).toBe('graph-unreachable');
    expect(other.clock.pending()).toBe(0);
    expect((await failing(other.graph.mail.unreadCount())).code).toBe('graph-unreachable');
    expect(other.asked.length).toBe(1);
  });
});

test('knows how far the server’s clock is from ours', async () => {
  const world = await createWorld(() => ({ ...folder, headers: { date: 'Sat, 21 Nov 2026 09:10:00 GMT' } }));
  expect(world.graph.serverOffsetMs()).toBeNull();
  await world.graph.mail.unreadCount();
  expect(world.graph.serverOffsetMs()).toBe(600_000);
});

test('forgets how far that was once our own clock has leapt', async () => {
  const world = await createWorld(() => ({ ...folder, headers: { date: 'Sat, 21 Nov 2026 09:10:00 GMT' } }));
  await world.graph.mail.unreadCount();
  world.jump(600_000);
  expect(world.graph.serverOffsetMs()).toBeNull();
  await world.graph.mail.unreadCount();
  expect(world.graph.serverOffsetMs()).toBe(600_000);
});

const newSubscription = {
  resource: 'mail',
  notificationUrl: 'https://x.example/n',
  lifecycleNotificationUrl: 'https://x.example/l',
  clientState: 'state',
  expiresAt: new Date('2026-11-28T07:40:00Z'),
} as const;
const subscription = {
  id: 'sub-1',
  resource: "me/mailFolders('inbox')/messages",
  notificationUrl: 'https://x.example/n',
  lifecycleNotificationUrl: 'https://x.example/l',
  expirationDateTime: '2026-11-28T07:40:00Z',
};
function event(id: string) {
  const at = { dateTime: '2026-11-23T09:00:00.0000000', timeZone: 'UTC' };
  return { id, subject: 's', start: at, end: at, type: 'singleInstance' };
}
