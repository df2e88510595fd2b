import { once } from 'node:events';
import { Agent as HttpAgent, get as httpGet, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Authority, createAuthority } from './authority.ts';
import { createManualClock } from './clock.ts';
import { hold } from './faults.ts';
import { type CloudProxy, startProxy } from './proxy.ts';
import { createPublicWeb } from './public-web.ts';
import type { CloudEvent } from './types.ts';

let authority: Authority;
let proxy: CloudProxy;
let secure: HttpsAgent;
let plain: HttpAgent;
let events: Omit<CloudEvent, 'at'>[];
let keepAsking: Promise<void> | null;
let pause = { isHeld: false, goOn: () => {}, end: () => {} };

beforeEach(async () => {
  authority = await createAuthority();
  events = [];
  keepAsking = null;
  pause.isHeld = false;
  proxy = await startProxy({
    clock: createManualClock(),
    authority,
    report: (event) => events.push(event),
    hidesPath: (host) => host.endsWith('.relay.example'),
    sites: [
      {
        hosts: ['graph.microsoft.com'],
        handle: async (request, response) => {
          if (request.url === '/slow') await keepAsking;
          if (request.url === '/held') return hold(response);
          if (request.url === '/pause') {
            response.emit('held');
            pause = {
              isHeld: true,
              goOn: () => void response.emit('resumed'),
              end: () => void response.end(),
            };
            return;
          }
          if (request.url === '/broken') throw new Error('a bug of ours');
          response.end(`graph ${request.method} ${request.url}`);
        },
      },
      { hosts: ['*.relay.example'], handle: (request, response) => response.end(`relay ${request.headers.host}`) },
    ],
  });
  secure = new HttpsAgent({ proxyEnv: { HTTPS_PROXY: proxy.url }, ca: authority.caPem, keepAlive: true });
  plain = new HttpAgent({ proxyEnv: { HTTP_PROXY: proxy.url } });
});
afterEach(async () => {
  secure.destroy();
  plain.destroy();
  await proxy.stop();
  await authority.stop();
});

async function read(incoming: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: incoming.statusCode, body: Buffer.concat(chunks).toString() };
}
const ask = (url: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = url.startsWith('https:') ? httpsGet(url, { agent: secure }) : httpGet(url, { agent: plain });
    outgoing.on('response', resolve).on('error', reject);
  }).then(read);

test('answers for its sites over TLS and plain HTTP, and reuses connections', async () => {
  expect(await ask('https://graph.microsoft.com/v1.0/me?a=1')).toEqual({ status: 200, body: 'graph GET /v1.0/me?a=1' });
  expect(await ask('https://graph.microsoft.com/again')).toEqual({ status: 200, body: 'graph GET /again' });
  expect(await ask('https://Some-Name.relay.example/secret')).toEqual({
    status: 200,
    body: 'relay some-name.relay.example',
  });
  expect(await ask('http://graph.microsoft.com/plain')).toEqual({ status: 200, body: 'graph GET /plain' });
  await proxy.idle();
  expect(proxy.requests.map(({ host, method, path, status, from }) => ({ host, method, path, status, from }))).toEqual([
    { host: 'graph.microsoft.com', method: 'GET', path: '/v1.0/me', status: 200, from: 'desktop' },
    { host: 'graph.microsoft.com', method: 'GET', path: '/again', status: 200, from: 'desktop' },
    { host: 'some-name.relay.example', method: 'GET', path: '/…', status: 200, from: 'desktop' },
    { host: 'graph.microsoft.com', method: 'GET', path: '/plain', status: 200, from: 'desktop' },
  ]);
});

test('takes an https address in absolute form, as some clients hand it to a proxy', async () => {
  const outgoing = httpRequest(proxy.url, {
    path: 'https://graph.microsoft.com/v1.0/x?y=1',
    headers: { host: 'graph.microsoft.com' },
  });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(await read(incoming)).toEqual({ status: 200, body: 'graph GET /v1.0/x?y=1' });
});

test('refuses hosts that no site answers for, and forwards nothing', async () => {
  await expect(ask('https://example.org/')).rejects.toThrow('502');
  expect(await ask('http://example.org/')).toEqual({
    status: 502,
    body: 'The stand-in cloud has no site example.org, and never forwards anything.\n',
  });
  expect(events.map(({ name, fields }) => [name, fields?.host])).toEqual([
    ['host.refused', 'example.org'],
    ['host.refused', 'example.org'],
  ]);
});

test('its certificates are trusted only by who trusts its authority', async () => {
  const stranger = new HttpsAgent({ proxyEnv: { HTTPS_PROXY: proxy.url } });
  const refused = new Promise((resolve) =>
    httpsGet('https://graph.microsoft.com/', { agent: stranger }).on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code),
    ),
  );
  expect(await refused).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  stranger.destroy();
});

test('counts what is in flight, and not what is held for ever', async () => {
  const gate = Promise.withResolvers<void>();
  keepAsking = gate.promise;
  const slow = ask('https://graph.microsoft.com/slow');
  const held = ask('https://graph.microsoft.com/held').catch((error: Error) => error.message);
  await expect.poll(() => proxy.inFlight()).toBe(1);
  await expect(proxy.idle(20)).rejects.toThrow('still in flight');
  gate.resolve();
  await proxy.idle();
  expect(await slow).toMatchObject({ status: 200 });
  proxy.offline(true);
  expect(await held).toMatch(/ECONNRESET|socket hang up/);
});

test('a held request that goes on counts again until it is answered', async () => {
  const held = ask('https://graph.microsoft.com/pause');
  await expect.poll(() => pause.isHeld).toBe(true);
  expect(proxy.inFlight()).toBe(0);
  pause.goOn();
  await expect.poll(() => proxy.inFlight()).toBe(1);
  pause.end();
  expect(await held).toMatchObject({ status: 200 });
  await proxy.idle();
});

test('plays a desktop without network, and with it again', async () => {
  await ask('https://graph.microsoft.com/');
  proxy.offline(true);
  await expect(ask('https://graph.microsoft.com/')).rejects.toThrow();
  proxy.offline(false);
  expect(await ask('https://graph.microsoft.com/')).toMatchObject({ status: 200 });
  expect(events.map(({ name }) => name)).toEqual(['network.lost', 'network.restored']);
});

test('breaks one host in the way asked, as many times as asked', async () => {
  proxy.fail('graph.microsoft.com', { kind: 'status', status: 429, headers: { 'retry-after': '7' }, times: 1 });
  proxy.fail('graph.microsoft.com', { kind: 'html', times: 1 });
  proxy.fail('graph.microsoft.com', { kind: 'reset', times: 1 });
  const restore = proxy.fail('*', { kind: 'refuse' });
  const url = 'https://graph.microsoft.com/';
  expect(await ask(url)).toEqual({ status: 429, body: '' });
  expect((await ask(url)).body).toContain('<!doctype html>');
  await expect(ask(url)).rejects.toThrow();
  await expect(ask(url)).rejects.toThrow('502');
  restore();
  expect(await ask(url)).toMatchObject({ status: 200 });
});

test('a reset is a TCP reset, also inside TLS', async () => {
  proxy.fail('graph.microsoft.com', { kind: 'reset', times: 1 });
  const { port } = new URL(proxy.url);
  const tunnel = connect(Number(port), '127.0.0.1');
  tunnel.write('CONNECT graph.microsoft.com:443 HTTP/1.1\r\n\r\n');
  await once(tunnel, 'data');
  const secured = connectTls({ socket: tunnel, servername: 'graph.microsoft.com', ca: authority.caPem });
  await once(secured, 'secureConnect');
  const ended = new Promise((resolve) => {
    secured.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    secured.once('close', () => resolve('closed without an error'));
  });
  secured.write('GET / HTTP/1.1\r\nhost: graph.microsoft.com\r\n\r\n');
  expect(await ended).toBe('ECONNRESET');
});

test('survives clients that vanish in the middle of anything', async () => {
  const { port } = new URL(proxy.url);
  for (const words of ['', 'GET', 'CONNECT graph.microsoft.com:443 HTTP/1.1\r\n\r\n', '\u0016\u0003\u0001garbage']) {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    if (words) await new Promise((resolve) => socket.write(words, resolve));
    socket.resetAndDestroy();
    await once(socket, 'close');
  }
  const tunnel = connect(Number(port), '127.0.0.1');
  tunnel.write('CONNECT graph.microsoft.com:443 HTTP/1.1\r\n\r\n');
  await once(tunnel, 'data');
  tunnel.write(Buffer.from([0x16, 3, 1, 0, 200, 1]));
  tunnel.resetAndDestroy();
  expect(await ask('https://graph.microsoft.com/')).toMatchObject({ status: 200 });
});

test('a site that fails is told as such and answers 500', async () => {
  expect(await ask('https://graph.microsoft.com/broken')).toEqual({
    status: 500,
    body: 'The stand-in cloud failed: a bug of ours\n',
  });
  expect(events).toEqual([{ site: 'proxy', name: 'site.failed', text: 'A site of the cloud failed: a bug of ours' }]);
});

test('the public web reaches sites by name over TLS, also while the desktop is offline', async () => {
  const web = createPublicWeb({ proxy: () => proxy, caPem: authority.caPem });
  const request = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x', timeoutMs: 2000 };
  proxy.offline(true);
  expect(await web.send({ ...request, url: 'https://name.relay.example/secret' })).toMatchObject({
    status: 200,
    body: 'relay name.relay.example',
  });
  expect(proxy.requests).toMatchObject([{ host: 'name.relay.example', path: '/…', from: 'cloud' }]);
  await expect(web.send({ ...request, url: 'http://name.relay.example/' })).rejects.toMatchObject({
    code: 'not-https',
  });
  await expect(web.send({ ...request, url: 'https://nowhere.example/' })).rejects.toMatchObject({
    code: 'no-such-host',
  });
  await expect(web.send({ ...request, url: 'https://graph.microsoft.com/held', timeoutMs: 50 })).rejects.toMatchObject({
    code: 'timeout',
  });
});
