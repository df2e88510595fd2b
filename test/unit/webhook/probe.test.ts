import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ProbeResult } from '../../../main/domain/ports.ts';
import { createProbe } from '../../../main/webhook/probe.ts';

const secrets = { probePath: 'probe-000000000000000000000000000', probeKey: 'key' };

/** What the probe makes of an address where `answer` is at home. */
async function probeOf(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<ProbeResult> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const probe = createProbe({ fetch: (url, init) => fetch(url, init), secrets: () => secrets, limitMs: 300 });
  return probe.probe(`http://127.0.0.1:${port}`);
}
const right = (request: IncomingMessage): string => {
  const nonce = new URL(request.url ?? '', 'http://x').searchParams.get('n') ?? '';
  return createHmac('sha256', secrets.probeKey).update(nonce).digest('hex');
};

test('the right answer to a fresh question, asked by no browser, is us', async () => {
  const asked: { path: string | undefined; agent: string | undefined }[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    asked.push({ path: request.url?.split('?')[0], agent: request.headers['user-agent'] });
    response.end(right(request));
  };
  expect(await probeOf(answer)).toBe('reached');
  expect(asked).toEqual([{ path: `/${secrets.probePath}`, agent: 'Tidings-reachability-check' }]);
});

test('an answer that was right once is not right again', async () => {
  let first: string | null = null;
  const replay = (request: IncomingMessage, response: ServerResponse): void => {
    first ??= right(request);
    response.end(first);
  };
  expect(await probeOf(replay)).toBe('reached');
  expect(await probeOf(replay)).toBe('foreign');
});

test.each<[string, ProbeResult, (request: IncomingMessage, response: ServerResponse) => void]>([
  ['a page', 'foreign', (_request, response) => response.end('<!doctype html><title>Hello</title>')],
  ['nothing at all', 'foreign', (_request, response) => response.end()],
  ['the right answer and more', 'foreign', (request, response) => response.end(`${right(request)}x`)],
  ['the start of it', 'foreign', (request, response) => response.end(right(request).slice(0, 63))],
  ['a 404', 'unreachable', (_request, response) => response.writeHead(404).end('404')],
  ['a 502', 'unreachable', (_request, response) => response.writeHead(502).end('bad gateway')],
  ['a 503', 'unreachable', (_request, response) => response.writeHead(503).end('503 - Tunnel Unavailable')],
  ['a 408', 'unreachable', (_request, response) => response.writeHead(408).end()],
  ['a reminder page for browsers', 'unreachable', (_request, response) => response.writeHead(511).end('<html>')],
  ['a redirect', 'unreachable', (_request, response) => response.writeHead(302, { location: '/login' }).end()],
  ['a cut connection', 'unreachable', (request) => request.socket.destroy()],
  ['silence', 'unreachable', () => {}],
  ['a body that never ends', 'unreachable', (_request, response) => void response.writeHead(200).write('0'.repeat(64))],
])('%s is %s', async (_name, expected, answer) => {
  expect(await probeOf(answer)).toBe(expected);
});

test('an endless answer is not read to its end', async () => {
  let written = 0;
  const flood = (_request: IncomingMessage, response: ServerResponse): void => {
    const more = (): void => {
      while (!response.destroyed) {
        written += 65_536;
        if (!response.write('x'.repeat(65_536))) break;
      }
    };
    response.on('drain', more);
    more();
  };
  expect(await probeOf(flood)).toBe('foreign');
  expect(written).toBeLessThan(16 * 1024 * 1024);
});

test('an address that does not exist is unreachable', async () => {
  const probe = createProbe({ fetch: (url, init) => fetch(url, init), secrets: () => secrets, limitMs: 300 });
  expect(await probe.probe('http://127.0.0.1:9')).toBe('unreachable');
  expect(await probe.probe('not a URL')).toBe('unreachable');
});
