import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RelayWorld, relayWorld, until } from './world.ts';

// The relay answers like the public one, so that the product meets here what it would meet there.
let world: RelayWorld;
beforeEach(async () => {
  world = await relayWorld({ socketWaitMs: 200 });
});
afterEach(() => world.close());

const api = async (path: string): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${world.host}${path}`, { redirect: 'manual' });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
};
const visit = async (name: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> => {
  const response = await world.fetch(`https://${name}.loca.lt/`, { headers });
  return { status: response.status, body: await response.text() };
};
/** A client's data socket that answers each request with `text`. */
function dataSocket(text: string): void {
  const [held] = world.relay.names();
  const socket = connect({ host: '127.0.0.1', port: held?.port ?? 0 });
  socket.on('error', () => {});
  socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`));
}

test('a free name is given as asked, with a data port and ten sockets', async () => {
  const given = await api('/some-name');
  expect(given).toEqual({
    status: 200,
    body: {
      id: 'some-name',
      port: world.relay.names()[0]?.port,
      max_conn_count: 10,
      url: 'https://some-name.loca.lt',
      ip: '127.0.0.1',
    },
  });
});

test('a name in use is silently replaced by another', async () => {
  await api('/some-name');
  expect(await api('/some-name')).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^quiet-lake-/) } });
});

test.each(['/abc', '/UPPER', '/-abc', '/abc-', `/${'a'.repeat(64)}`, '/a_b_c'])('%s is no name', async (path) => {
  expect(await api(path)).toMatchObject({ status: 403, body: { message: expect.any(String) } });
});

test('a name nobody holds is 404, one without sockets 503', async () => {
  expect((await visit('nobody')).status).toBe(404);
  await api('/some-name');
  expect(await visit('some-name')).toEqual({ status: 503, body: '503 - Tunnel Unavailable' });
});

test('a public request is answered by a data socket, whoever opened it', async () => {
  await api('/some-name');
  dataSocket('hello');
  await world.relay.connected('some-name');
  expect(await visit('some-name')).toEqual({ status: 200, body: 'hello' });
});

test('a browser sees a reminder page first, unless it asks not to', async () => {
  await api('/some-name');
  dataSocket('hello');
  await world.relay.connected('some-name');
  const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };
  expect((await visit('some-name', browser)).status).toBe(511);
  expect((await visit('some-name', { ...browser, 'bypass-tunnel-reminder': '1' })).status).toBe(200);
});

test('with every socket busy, ten requests wait in vain and the eleventh is sent away', async () => {
  await api('/some-name');
  const [held] = world.relay.names();
  connect({ host: '127.0.0.1', port: held?.port ?? 0 }).on('error', () => {}); // never answers
  await world.relay.connected('some-name');
  const busy = visit('some-name').catch(() => null);
  await until(() => world.relay.inFlight() === 1, 'the socket is busy');
  const answers = await Promise.all(Array.from({ length: 11 }, () => visit('some-name')));
  expect(answers.map(({ status }) => status).sort()).toEqual([429, ...Array(10).fill(502)].sort());
  world.relay.dropSockets();
  expect(await busy).toMatchObject({ status: 502 });
});

test('every public answer names the client address, as the public relay does', async () => {
  const response = await world.fetch('https://nobody.loca.lt/', {});
  expect(response.headers.get('x-localtunnel-agent-ips')).toBe('{"nobody":"198.51.100.23"}');
});

test('what happens is reported without paths', async () => {
  await api('/some-long-name');
  dataSocket('hello');
  await world.relay.connected('some-long-name');
  await world.fetch('https://some-long-name.loca.lt/secret-path', {});
  await until(() => world.relay.inFlight() === 0, 'all answered');
  expect(world.events.map(({ name, text }) => `${name}: ${text}`)).toEqual([
    'tunnel.opened: The name some-lon… was given out.',
    'tunnel.connected: A desktop is connected as some-lon….',
    'request.forwarded: A GET for some-lon… was answered 200.',
  ]);
  expect(world.relay.requests.map(({ part, name, path, status }) => ({ part, name, path, status }))).toEqual([
    { part: 'api', name: 'some-long-name', path: '/some-long-name', status: 200 },
    { part: 'public', name: 'some-long-name', path: '/secret-path', status: 200 },
  ]);
});
