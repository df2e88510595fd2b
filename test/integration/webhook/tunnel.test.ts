import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenTunnel } from '../../../main/domain/ports.ts';
import { createLocaltunnelProvider } from '../../../main/webhook/localtunnel.ts';
import { createProbe } from '../../../main/webhook/probe.ts';
import { type ListenerWorld, listenerWorld, now, type RelayWorld, relayWorld, secrets, until } from './world.ts';

let outside: RelayWorld;
let inside: ListenerWorld;
let port: number;
let cleanUp: (() => Promise<void>)[];

beforeEach(async () => {
  outside = await relayWorld({ socketWaitMs: 500 });
  inside = listenerWorld();
  const listener = await inside.start();
  port = listener.port;
  cleanUp = [() => listener.stop(), () => outside.close()];
});
afterEach(async () => {
  for (const clean of cleanUp.reverse()) await clean();
});

const randomTunnelName = (): string => randomBytes(20).toString('hex');

async function open(name = randomTunnelName(), openMs = 5_000): Promise<OpenTunnel> {
  const provider = createLocaltunnelProvider({ host: outside.host, fetch: (url, init) => fetch(url, init), openMs });
  const tunnel = await provider.open({ port, name, signal: new AbortController().signal });
  cleanUp.push(() => tunnel.close());
  return tunnel;
}
/** Why opening failed, in the words meant for the log. */
async function refusal(opening: Promise<OpenTunnel>): Promise<string> {
  const error = await opening.then(
    () => new Error('it opened'),
    (reason: Error) => reason,
  );
  expect(error).toMatchObject({ code: 'tunnel-unavailable' });
  return error.cause instanceof Error ? error.cause.message : 'no cause';
}
const closing = (tunnel: OpenTunnel): Promise<string> => new Promise((resolve) => tunnel.onClosed(resolve));
const probe = (tunnel: OpenTunnel, limitMs = 2_000): Promise<string> =>
  createProbe({ fetch: outside.fetch, secrets: () => secrets, limitMs }).probe(tunnel.publicUrl);
const post = (tunnel: OpenTunnel, body: unknown): Promise<Response> =>
  outside.fetch(`${tunnel.publicUrl}/${secrets.notificationPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
/** The relay says so itself while all its sockets are on their way to be opened anew; Graph then tries again. */
async function postAsGraphDoes(tunnel: OpenTunnel): Promise<number> {
  for (const endAt = performance.now() + 10_000; ; ) {
    const { status } = await post(tunnel, created);
    if ((status !== 502 && status !== 503) || performance.now() > endAt) return status;
  }
}
const created = { value: [{ subscriptionId: 'sub-1', clientState: 'mail-state', changeType: 'created' }] };

describe('with a relay that works', () => {
  test('what Graph posts to the public address reaches our store before the 202', async () => {
    const name = randomTunnelName();
    const tunnel = await open(name);
    expect(tunnel.publicUrl).toBe(`https://${name}.loca.lt`);

    const response = await post(tunnel, created);

    expect(response.status).toBe(202);
    expect(inside.posts).toEqual([
      {
        receivedAt: now,
        changes: [{ account: 'ada.contoso', resource: 'mail', subscriptionId: 'sub-1', changeType: 'created' }],
        lifecycle: [],
      },
    ]);
  });

  test('the probe reaches us through it', async () => {
    expect(await probe(await open())).toBe('reached');
  });

  test('fifteen posts at once are all answered 202, each stored once', async () => {
    const tunnel = await open();
    const states = await Promise.all(Array.from({ length: 15 }, () => post(tunnel, created)));
    expect(states.map((response) => response.status)).toEqual(Array(15).fill(202));
    expect(inside.posts.length).toBe(15);
  });

  test('silence longer than a request may last leaves no stray answer in any of the ten sockets', async () => {
    const quick = await inside.start({ requestMs: 800 });
    cleanUp.push(() => quick.stop());
    port = quick.port;
    const tunnel = await open();
    await until(() => outside.relay.names()[0]?.connected === 10, 'ten sockets');
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    const answers = await Promise.all(Array.from({ length: 20 }, () => postAsGraphDoes(tunnel)));
    expect(answers).toEqual(Array(20).fill(202));
  });

  test('a large body beyond ASCII arrives whole', async () => {
    const tunnel = await open();
    const long = `${'äöü€😀'.repeat(20_000)}`;
    const body = { value: [{ ...created.value[0], changeType: 'updated', resource: long }] };
    expect((await post(tunnel, body)).status).toBe(202);
    expect(inside.posts.map((stored) => stored.changes[0]?.changeType)).toEqual(['updated']);
  });

  test('the relay is asked once', async () => {
    const name = randomTunnelName();
    await open(name);
    const asked = outside.relay.requests.map(({ part, method, path }) => `${part} ${method} ${path}`);
    expect(asked).toEqual([`api GET /${name}`]);
  });

  test('closing ends every socket, and the name is free a minute later', async () => {
    const name = randomTunnelName();
    const tunnel = await open(name);
    let heard = false;
    tunnel.onClosed(() => {
      heard = true;
    });
    await tunnel.close();
    await until(() => outside.relay.names()[0]?.connected === 0, 'all data sockets gone');
    expect(await probe(tunnel)).toBe('unreachable');
    await outside.clock.advance(60_000);
    expect(outside.relay.names()).toEqual([]);
    expect((await open(name)).publicUrl).toBe(`https://${name}.loca.lt`);
    expect(heard).toBe(false);
  });
});

describe('when the relay does not give us a tunnel', () => {
  test.each([
    ['refuse', 'the relay answered 403'],
    ['unavailable', 'the relay answered 503'],
    ['reset', 'the relay is not reachable'],
    ['garbage', "the relay's answer (200) is unusable"],
    ['insecureAddress', "the relay's answer (200) is unusable"],
  ] as const)('an API that answers with "%s" is a failed opening at once: %s', async (mode, why) => {
    outside.relay.setApi(mode);
    expect(await refusal(open())).toBe(why);
    await until(() => outside.relay.inFlight() === 0, 'nothing under way');
    const asked = outside.relay.requests.length;
    // The bare client would ask again once a second for ever: ours is gone.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(outside.relay.requests.length).toBe(asked);
  });

  test('an API that hangs is a failed opening at the limit', async () => {
    outside.relay.setApi('hang');
    expect(await refusal(open(undefined, 400))).toBe('not open within 400 ms');
    await until(() => outside.relay.inFlight() === 0, 'the request is dropped');
  });

  test('a frozen relay is a failed opening at the limit', async () => {
    outside.relay.freeze();
    expect(await refusal(open(undefined, 400))).toBe('not open within 400 ms');
  });

  test('a relay that is not there is a failed opening at once', async () => {
    const provider = createLocaltunnelProvider({ host: 'http://127.0.0.1:9', fetch: (url, init) => fetch(url, init) });
    const opening = provider.open({ port, name: 'any-name', signal: new AbortController().signal });
    expect(await refusal(opening)).toBe('the relay is not reachable');
  });

  test('a data port that refuses is a failed opening, though the client calls it success', async () => {
    await outside.relay.setDataRefused(true);
    expect(await refusal(open())).toMatch(/^connection refused: 127\.0\.0\.1:\d+/);
  });

  test('a data host that no packet reaches is a failed opening, though the client says nothing', async () => {
    outside.relay.setApi('deadDataHost');
    expect(await refusal(open(undefined, 10_000))).toBe('the tunnel client ended');
  });

  test('another name than asked for is refused, and no data socket was opened under it', async () => {
    outside.relay.giveOtherName(true);
    const opening = open();
    expect(await refusal(opening)).toBe('the relay gave another name than asked for');
    await expect(opening).rejects.toMatchObject({ details: { status: 409 } });
    expect(outside.relay.names().map((held) => held.accepted)).toEqual([0]);
  });

  test('a name that is still held for somebody is refused as another name', async () => {
    const name = randomTunnelName();
    await (await open(name)).close();
    await expect(open(name)).rejects.toMatchObject({ code: 'tunnel-unavailable', details: { status: 409 } });
  });

  test('a relay that offers a hundred thousand sockets gets ten', async () => {
    outside.relay.setApi('endlessSockets');
    await open();
    await until(() => outside.relay.names()[0]?.connected === 10, 'ten sockets');
    expect(outside.relay.names()[0]?.accepted).toBe(10);
  });

  test('opening can be called off', async () => {
    outside.relay.setApi('hang');
    const control = new AbortController();
    const provider = createLocaltunnelProvider({ host: outside.host, fetch: (url, init) => fetch(url, init) });
    const opening = provider.open({ port, name: randomTunnelName(), signal: control.signal });
    await until(() => outside.relay.inFlight() === 1, 'the relay is asked');
    control.abort();
    expect(await refusal(opening)).toBe('opening was called off');
    await until(() => outside.relay.inFlight() === 0, 'the request is dropped');
  });
});

describe('when a tunnel dies', () => {
  test('a relay that loses its power is noticed at once', async () => {
    const tunnel = await open();
    const closed = closing(tunnel);
    outside.relay.cut();
    expect(await closed).toMatch(/^connection refused/);
    expect(await probe(tunnel)).toBe('unreachable');
    expect(await refusal(open())).toBe('the relay answered 503');
  });

  test('a relay that starts anew is noticed at once, and gives the same name again', async () => {
    const name = randomTunnelName();
    const tunnel = await open(name);
    const closed = closing(tunnel);
    outside.relay.restart();
    expect(await closed).toMatch(/^connection refused/);
    expect(await probe(tunnel)).toBe('unreachable');
    expect(await probe(await open(name))).toBe('reached');
  });

  test('dropped data sockets come back by themselves, with the same name', async () => {
    const tunnel = await open();
    await until(() => outside.relay.names()[0]?.accepted === 10, 'ten sockets');
    outside.relay.dropSockets();
    await until(() => outside.relay.names()[0]?.accepted === 20, 'ten new sockets');
    expect(await probe(tunnel)).toBe('reached');
  });

  test('a relay that closes every connection at once is given up, not hammered', async () => {
    const tunnel = await open();
    const closed = closing(tunnel);
    outside.relay.acceptAndClose(true);
    expect(await closed).toBe('the relay closes every connection');
    expect(outside.relay.names()[0]?.accepted).toBeLessThan(200);
  });

  test('a frozen relay is found by the probe, and the probe reaches us again after it thaws', async () => {
    const tunnel = await open();
    outside.relay.freeze();
    expect(await probe(tunnel, 300)).toBe('unreachable');
    outside.relay.thaw();
    expect(await probe(tunnel)).toBe('reached');
  });

  test('a desktop without network is found by the probe, and reached again through the same tunnel', async () => {
    const tunnel = await open();
    outside.relay.setDesktopOffline(true);
    expect(await probe(tunnel, 300)).toBe('unreachable');
    outside.relay.setDesktopOffline(false);
    expect(await probe(tunnel)).toBe('reached');
  });

  test('a stranger who took our name is told apart from a dead tunnel', async () => {
    const name = randomTunnelName();
    const tunnel = await open(name);
    const closed = closing(tunnel);
    outside.relay.takeName(name);
    await closed;
    expect(await probe(tunnel)).toBe('foreign');
  });

  test("a stranger's socket that swallows notifications does not show in the probe", async () => {
    const tunnel = await open();
    outside.relay.swallow(true);
    expect((await post(tunnel, created)).status).toBe(202);
    expect(await probe(tunnel)).toBe('reached');
    expect(inside.posts).toEqual([]);
    expect(outside.relay.swallowed()).toBe(1);
  });
});
