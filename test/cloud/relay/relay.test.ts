import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../clock.ts';
import type { CloudEvent } from '../types.ts';
import { createRelay, type Relay } from './relay.ts';

const name = 'a-long-and-secret-name-0123456789';
let relay: Relay;
let clock: ReturnType<typeof createManualClock>;
let events: Omit<CloudEvent, 'at'>[];
let endServer: () => Promise<void>;
let port: number;
let sockets: Socket[];

beforeEach(async () => {
  clock = createManualClock();
  events = [];
  sockets = [];
  relay = await createRelay({ clock, report: (event) => void events.push(event), socketWaitMs: 100 });
  const server = createServer((request, response) => relay.sites[0]?.handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  endServer = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(async () => {
  relay.stop();
  for (const socket of sockets) socket.destroy();
  await endServer();
});

interface Seen {
  readonly status: number;
  readonly body: string;
}

function ask(host: string, path: string, options: { method?: string; limitMs?: number } = {}): Promise<Seen | string> {
  return new Promise((resolve) => {
    const { method = 'GET', limitMs = 5000 } = options;
    const signal = AbortSignal.timeout(limitMs);
    const outgoing = httpRequest({ port, host: '127.0.0.1', path, method, signal, agent: false, headers: { host } });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    outgoing.on('response', async (incoming: IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
    outgoing.end();
  });
}
const api = (path: string, limitMs?: number) => ask('localtunnel.me', path, limitMs === undefined ? {} : { limitMs });
const visit = (method = 'POST', limitMs = 5000) => ask(`${name}.loca.lt`, '/hook', { method, limitMs });

interface Tunnel {
  readonly id: string;
  readonly port: number;
  readonly max_conn_count: number;
  readonly url: string;
  readonly ip: string;
}

async function open(asked = name): Promise<Tunnel> {
  const answer = await api(`/${asked}`);
  if (typeof answer === 'string') throw new Error(answer);
  return JSON.parse(answer.body);
}

/** A desktop's data socket that answers every request with 200 `desktop`. */
async function dial(dataPort: number): Promise<Socket> {
  const socket = connect(dataPort, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\ndesktop'));
  await once(socket, 'connect');
  return socket;
}

async function openAndDial(): Promise<Tunnel> {
  const tunnel = await open();
  await dial(tunnel.port);
  await relay.connected(name);
  return tunnel;
}

test('forwards a public request to the desktop that holds the name', async () => {
  const tunnel = await openAndDial();
  expect(tunnel).toMatchObject({ id: name, url: `https://${name}.loca.lt`, max_conn_count: 10, ip: '127.0.0.1' });
  expect(await visit()).toEqual({ status: 200, body: 'desktop' });
});

describe('the API', () => {
  test.each([
    ['refuse', { status: 403, body: '{"message":"Not today."}' }],
    ['unavailable', { status: 503, body: 'service unavailable' }],
    ['garbage', { status: 200, body: '<!doctype html><title>Welcome to the hotel</title>' }],
    ['reset', 'ECONNRESET'],
  ] as const)('answers in the mode %s as that mode says, and properly after restore', async (mode, answer) => {
    relay.setApi(mode);
    expect(await api(`/${name}`)).toEqual(answer);
    await relay.restore();
    expect((await open()).id).toBe(name);
  });

  test('hangs until the asker goes away, and says that it holds the request', async () => {
    relay.setApi('hang');
    const asked = api(`/${name}`, 200);
    await expect.poll(() => relay.held()).toBe(1);
    expect(await asked).toBe('ABORT_ERR');
    await expect.poll(() => [relay.held(), relay.inFlight()]).toEqual([0, 0]);
  });

  test.each([
    ['insecureAddress', { url: `http://${name}.loca.lt` }],
    ['endlessSockets', { max_conn_count: 100_000 }],
    ['deadDataHost', { ip: '255.255.255.255' }],
  ] as const)('lies in the mode %s', async (mode, lie) => {
    relay.setApi(mode);
    expect(await open()).toMatchObject(lie);
  });

  test('gives another name than asked for when told to, and when the name is taken', async () => {
    relay.giveOtherName(true);
    expect((await open()).id).toMatch(/^quiet-lake-/);
    relay.giveOtherName(false);
    relay.takeName(name);
    expect((await open()).id).toMatch(/^quiet-lake-/);
    expect(await visit()).toEqual({ status: 200, body: '<!doctype html><title>My first web site</title>' });
    relay.releaseName(name);
    expect((await open()).id).toBe(name);
  });
});

describe('the tunnel', () => {
  test('a power cut ends the sockets, refuses new ones and answers 503; restore opens the same port again', async () => {
    const tunnel = await openAndDial();
    relay.cut();
    await expect.poll(() => relay.names()).toMatchObject([{ connected: 0 }]);
    await expect(dial(tunnel.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect([await visit(), await api('/api/status')]).toMatchObject([{ status: 503 }, { status: 503 }]);
    await relay.restore();
    await dial(tunnel.port);
    await relay.connected(name);
    expect(await visit()).toEqual({ status: 200, body: 'desktop' });
  });

  test('data ports can refuse while the API works', async () => {
    const tunnel = await openAndDial();
    await relay.setDataRefused(true);
    await expect(dial(tunnel.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await api('/api/status')).toMatchObject({ status: 200 });
    await relay.setDataRefused(false);
    await dial(tunnel.port);
  });

  test('frozen, it answers nothing and closes nothing, holds what comes, and goes on when thawed', async () => {
    await openAndDial();
    relay.freeze();
    const [waits, gone] = [visit(), visit('POST', 100)];
    expect(await gone).toBe('ABORT_ERR');
    await expect.poll(() => relay.held()).toBe(1);
    expect(relay.names()).toMatchObject([{ connected: 1 }]);
    relay.thaw();
    expect(await waits).toEqual({ status: 200, body: 'desktop' });
  });

  test('a desktop without network is a black hole, and gets what waited when it is back', async () => {
    await openAndDial();
    relay.setDesktopOffline(true);
    const waits = visit();
    await expect.poll(() => relay.held()).toBe(1);
    relay.setDesktopOffline(false);
    expect(await waits).toEqual({ status: 200, body: 'desktop' });
  });

  test('sockets are dropped, or accepted and closed at once', async () => {
    const tunnel = await openAndDial();
    relay.dropSockets();
    await expect.poll(() => relay.names()).toMatchObject([{ connected: 0, accepted: 1 }]);
    relay.acceptAndClose(true);
    const socket = await dial(tunnel.port);
    await once(socket, 'close');
    expect(relay.names()).toMatchObject([{ connected: 0, accepted: 2 }]);
  });

  test("a stranger's socket swallows POSTs with 202, while other requests come through", async () => {
    await openAndDial();
    relay.swallow(true);
    expect([await visit(), await visit('GET')]).toEqual([
      { status: 202, body: '' },
      { status: 200, body: 'desktop' },
    ]);
    expect(relay.swallowed()).toBe(1);
  });

  test('a restart forgets every name; without sockets a name is held for a minute of cloud time', async () => {
    await openAndDial();
    relay.restart();
    expect([relay.names(), await visit()]).toMatchObject([[], { status: 404 }]);
    await open();
    await clock.advance(59_999);
    expect(relay.names()).toHaveLength(1);
    await clock.advance(1);
    expect(relay.names()).toEqual([]);
  });
});

test('no line tells a whole name', async () => {
  await openAndDial();
  await visit();
  relay.cut();
  await relay.restore();
  relay.restart();
  relay.takeName(name);
  expect(events.length).toBeGreaterThan(5);
  expect(events.filter(({ text, fields }) => JSON.stringify([text, fields]).includes(name))).toEqual([]);
});
