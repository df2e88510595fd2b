import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenTunnel } from '../../../main/domain/ports.ts';
import { createLocaltunnelProvider, randomTunnelName } from '../../../main/webhook/localtunnel.ts';
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

  test('a relay without /api/status serves us all the same', async () => {
    outside.relay.setStatusMissing(true);
    expect(await probe(await open())).toBe('reached');
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
