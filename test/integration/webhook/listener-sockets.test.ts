import { describe, expect, test } from 'vitest';
import { change, listenerForEachTest } from './listener-rig.ts';
import { dial, rawRequest, type Wire } from './raw.ts';
import { listenerWorld, secrets } from './world.ts';

const body = '{"value":[{"subscriptionId":"sub-1","clientState":"mail-state","changeType":"created"}]}';
const good = rawRequest(change, { body });
const requestMs = 300;

const listener = listenerForEachTest({ requestMs });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Milliseconds until the other side ends the connection. */
async function lifeOf(wire: Wire): Promise<number> {
  const from = performance.now();
  await wire.closed;
  return performance.now() - from;
}
/** One byte after another, each `everyMs`, until the connection ends. */
async function drip(wire: Wire, bytes: Buffer, everyMs: number): Promise<void> {
  for (const byte of bytes) {
    if (wire.socket.destroyed) return;
    wire.socket.write(Buffer.from([byte]));
    await pause(everyMs);
  }
}

describe('silence', () => {
  test('a socket that has said nothing is left alone and never written to, and serves when it speaks', async () => {
    const wires = await Promise.all(Array.from({ length: 10 }, () => dial(listener.port)));
    await pause(3 * requestMs);
    expect(wires.map((wire) => [wire.received(), wire.socket.destroyed])).toEqual(Array(10).fill(['', false]));
    for (const wire of wires) {
      wire.socket.write(good);
      expect((await wire.answer()).status).toBe(202);
    }
    expect({ posts: listener.world.posts.length, refused: listener.world.refused }).toEqual({ posts: 10, refused: [] });
  });

  test('between two requests on one connection, silence longer than a request may last does no harm', async () => {
    const wire = await dial(listener.port);
    for (let turn = 0; turn < 3; turn += 1) {
      wire.socket.write(good);
      expect((await wire.answer()).status).toBe(202);
      await pause(1.5 * requestMs);
    }
    expect(wire.socket.destroyed).toBe(false);
  });

  test('a refused request leaves its connection usable for the next', async () => {
    const wire = await dial(listener.port);
    for (const [request, status] of [
      [rawRequest('/elsewhere', { body }), 404],
      [rawRequest(change, { method: 'PUT', body: 'x'.repeat(60_000) }), 405],
      [rawRequest(change, { headers: { 'content-type': 'text/html' }, body }), 415],
      [good, 202],
    ] as const) {
      wire.socket.write(request);
      expect((await wire.answer()).status).toBe(status);
    }
  });

  test('requests sent in one go are answered in order', async () => {
    const wire = await dial(listener.port);
    wire.socket.write(Buffer.concat([good, rawRequest('/elsewhere'), good]));
    expect([(await wire.answer()).status, (await wire.answer()).status, (await wire.answer()).status]).toEqual([
      202, 404, 202,
    ]);
    await pause(1.5 * requestMs);
    expect(wire.socket.destroyed).toBe(false);
  });
});

describe('slow senders go, without an answer that a tunnel could mistake', () => {
  const slow: readonly (readonly [string, (wire: Wire) => unknown])[] = [
    ['one byte, then nothing', (wire) => wire.socket.write('P')],
    ['a line break, then nothing', (wire) => wire.socket.write('\r\n')],
    ['half a head', (wire) => wire.socket.write(good.subarray(0, 40))],
    ['a head in drops', (wire) => drip(wire, good, 20)],
    ['endless headers', (wire) => drip(wire, Buffer.from(`POST / HTTP/1.1\r\n${'x: y\r\n'.repeat(100)}`), 20)],
    ['a head without its body', (wire) => wire.socket.write(good.subarray(0, good.length - 5))],
    [
      'a body in drops',
      (wire) => {
        wire.socket.write(good.subarray(0, good.length - 50));
        return drip(wire, good.subarray(good.length - 50), 20);
      },
    ],
    [
      'chunks in drops',
      (wire) => {
        const headers = { 'content-length': undefined, 'transfer-encoding': 'chunked' };
        wire.socket.write(rawRequest(change, { headers }));
        return drip(wire, Buffer.from('1\r\n{\r\n'.repeat(100)), 20);
      },
    ],
    [
      'a second request that stops half-way',
      (wire) => {
        wire.socket.write(good);
        return wire.answer().then(() => wire.socket.write(good.subarray(0, 40)));
      },
    ],
  ];
  test.each(slow)('%s', async (name, misbehave) => {
    const wire = await dial(listener.port);
    const dripping = misbehave(wire);
    expect(await lifeOf(wire)).toBeLessThan(requestMs + 500);
    await dripping;
    const statuses = [...wire.received().matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    expect(statuses).toEqual(name.startsWith('a second request') ? ['202'] : []);
    expect(listener.world.refused).toEqual(['too slow']);
  });

  test('a refused request whose body never ends goes too', async () => {
    const wire = await dial(listener.port);
    wire.socket.write(rawRequest('/elsewhere', { headers: { 'content-length': '1000' } }));
    expect((await wire.answer()).status).toBe(404);
    expect(await lifeOf(wire)).toBeLessThan(requestMs + 500);
  });

  test('a hundred of them do not keep a good request waiting', async () => {
    const wires = await Promise.all(Array.from({ length: 100 }, () => dial(listener.port)));
    const dripping = wires.map((wire) => drip(wire, good, 30));
    const quick = await dial(listener.port);
    for (let turn = 0; turn < 10; turn += 1) {
      const from = performance.now();
      quick.socket.write(good);
      expect((await quick.answer()).status).toBe(202);
      expect(performance.now() - from).toBeLessThan(250);
    }
    await Promise.all([...dripping, ...wires.map((wire) => wire.closed)]);
    expect(listener.world.posts.length).toBe(10);
  });

  test('a sender that leaves half-way leaves nothing behind', async () => {
    const wire = await dial(listener.port);
    wire.socket.write(good.subarray(0, good.length - 5));
    wire.socket.resetAndDestroy();
    await wire.closed;
    const next = await dial(listener.port);
    next.socket.write(good);
    expect((await next.answer()).status).toBe(202);
    expect(listener.world.posts.length).toBe(1);
  });

  test('a sender that has said all and closed its side still gets its answer', async () => {
    const wire = await dial(listener.port);
    wire.socket.end(good);
    expect((await wire.answer()).status).toBe(202);
    await wire.closed;
  });

  test('a socket that closes its side without a word is closed', async () => {
    const wire = await dial(listener.port);
    wire.socket.end();
    expect(await lifeOf(wire)).toBeLessThan(requestMs);
  });
});

describe('sockets', () => {
  test('beyond 256 are turned away, and room is made as others leave', async () => {
    const wires = await Promise.all(Array.from({ length: 256 }, () => dial(listener.port)));
    const tooMany = await dial(listener.port);
    await tooMany.closed;
    expect(tooMany.received()).toBe('');
    expect(listener.world.refused).toEqual(['too many sockets']);

    const [first] = wires;
    first?.socket.end();
    await first?.closed;
    const next = await dial(listener.port);
    next.socket.write(good);
    expect((await next.answer()).status).toBe(202);
  });

  test('stopping ends every one of them, silent, busy and slow, and frees the port', async () => {
    const silent = await dial(listener.port);
    const kept = await dial(listener.port);
    kept.socket.write(good);
    await kept.answer();
    const slow = await dial(listener.port);
    slow.socket.write(good.subarray(0, 40));
    await listener.stop();
    await Promise.all([silent.closed, kept.closed, slow.closed]);
    await expect(dial(listener.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('are bound on the loopback interface only, IPv6 too where there is any', async () => {
    const six = await dial(listener.port, '::1').catch((error: NodeJS.ErrnoException) => error.code);
    if (typeof six !== 'string' && six) {
      six.socket.write(good);
      expect((await six.answer()).status).toBe(202);
    } else expect(six).toBe('EADDRNOTAVAIL');
    const { networkInterfaces } = await import('node:os');
    const outer = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter((one) => !one.internal));
    for (const { address, family } of outer) {
      if (family === 'IPv4') await expect(dial(listener.port, address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });
});

test('secrets that are too short to be secret keep the listener from starting', async () => {
  const weak = listenerWorld();
  const rules = { ...weak.rules, secrets: () => ({ ...secrets, probePath: 'short' }) };
  const { createListener } = await import('../../../main/webhook/listener.ts');
  const own = createListener({ rules, clock: { now: () => new Date() } });
  await expect(own.start(0)).rejects.toThrow(RangeError);
});
