import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** What the bar above the page was told; its drawing is seen in the end-to-end tests. */
const bar = vi.hoisted(() => ({ told: [] as string[] }));
vi.mock('../../../renderer/browser-bar.ts', () => ({
  showBrowserBar: () => ({
    draw: () => {},
    offer: (url: string) => bar.told.push(`offer ${url}`),
    lost: () => bar.told.push('lost'),
    found: () => bar.told.push('found'),
    quitting: () => {},
    end: (why: string) => bar.told.push(`end ${why}`),
  }),
}));

let server: Server;
let streams: ServerResponse[];
let asked: string[];
let stored: Map<string, string>;
let isTokenGood: boolean;
const realFetch = globalThis.fetch;

beforeEach(async () => {
  vi.resetModules();
  bar.told.length = 0;
  streams = [];
  asked = [];
  stored = new Map();
  isTokenGood = true;
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.url} ${body}`);
    const isAllowed =
      request.url === '/api/start' || (isTokenGood && request.headers.authorization === 'Bearer token-1');
    if (!isAllowed) response.writeHead(401).end('{}');
    else if (request.url === '/api/events') streams.push(response.writeHead(200));
    else if (request.url !== '/api/start') response.writeHead(200).end(JSON.stringify({ answerTo: JSON.parse(body) }));
    else if (body === '{"code":"good"}')
      response.writeHead(200).end('{"token":"token-1","show":{"view":"health","alertId":null}}');
    else response.writeHead(401).end('{}');
    if (request.url === '/api/events' && isAllowed) response.write('\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) => realFetch(`${origin}${path}`, init));
  vi.stubGlobal('window', { addEventListener: () => {} });
  vi.stubGlobal('history', { replaceState: () => vi.stubGlobal('location', { hash: '' }) });
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
  });
});
afterEach(async () => {
  // A client goes on trying until it is told that it is in vain.
  isTokenGood = false;
  for (const stream of streams) stream.destroy();
  if (stored.has('tidings-token')) {
    await expect.poll(() => bar.told, { timeout: 10_000 }).toContain('end needsAddress');
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  vi.unstubAllGlobals();
});

async function openLine(hash: string) {
  vi.stubGlobal('location', { hash });
  return await (await import('../../../renderer/browser-bridge.ts')).openLine();
}

test('trades the code, takes it out of the address, and comes to the view it was opened for', async () => {
  const line = await openLine('#code=good');
  expect([location.hash, stored.get('tidings-token')]).toEqual(['', 'token-1']);
  const shown = new Promise((resolve) => line.listen('view:show')(resolve));
  expect(await shown).toEqual({ view: 'health', alertId: null });
  expect(await line.ask('alert:open')('alert-1')).toEqual({ answerTo: { channel: 'alert:open', args: ['alert-1'] } });
});

test.each(['', '#code=used', '#today'])(
  'with the address %j and no token it says what is needed, and asks nothing',
  async (hash) => {
    await expect(openLine(hash)).rejects.toThrow('no token');
    expect(bar.told).toEqual(['end needsAddress']);
    expect(asked.filter((each) => !each.startsWith('/api/start'))).toEqual([]);
  },
);

test('hears what is told, however the lines are cut', async () => {
  stored.set('tidings-token', 'token-1');
  const line = await openLine('');
  const heard: unknown[] = [];
  const stop = line.listen('view:show')((payload) => heard.push(payload));
  await expect.poll(() => streams.length).toBe(1);
  const text = `${JSON.stringify({ push: 'view:show', payload: { view: 'today', alertId: 'ä' } })}\n`;
  const bytes = Buffer.from(text);
  const cut = bytes.indexOf(0xc3) + 1; // in the middle of a letter
  streams[0]?.write(bytes.subarray(0, cut));
  streams[0]?.write(bytes.subarray(cut));
  await expect.poll(() => heard).toEqual([{ view: 'today', alertId: 'ä' }]);
  stop();
  streams[0]?.write(text);
  streams[0]?.write(`${JSON.stringify({ push: 'page:link', payload: { url: 'https://outlook.office.com/' } })}\n`);
  await expect.poll(() => bar.told).toContain('offer https://outlook.office.com/');
  expect(heard).toHaveLength(1);
});

test('after an interruption it listens again, and asks for what it may have missed', async () => {
  stored.set('tidings-token', 'token-1');
  const line = await openLine('');
  const heard: unknown[] = [];
  line.listen('app:changed')((payload) => heard.push(payload));
  await expect.poll(() => streams.length).toBe(1);
  streams[0]?.destroy();
  await expect.poll(() => streams.length, { timeout: 5_000 }).toBe(2);
  await expect.poll(() => heard, { timeout: 5_000 }).toEqual([{ answerTo: { channel: 'app:get', args: [] } }]);
  await expect.poll(() => bar.told).toEqual(['found', 'lost', 'found']);
});

test('a token that was taken back ends the page', async () => {
  stored.set('tidings-token', 'token-1');
  await openLine('');
  await expect.poll(() => streams.length).toBe(1);
  isTokenGood = false;
  streams[0]?.destroy();
  await expect.poll(() => bar.told, { timeout: 5_000 }).toContain('end needsAddress');
});
