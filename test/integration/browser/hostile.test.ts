import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exchange, rawRequest } from '../webhook/raw.ts';
import { type ShellWorld, startShell } from './shell-world.ts';

let world: ShellWorld;
let token: string;
let asked: string[];
beforeEach(async () => {
  asked = [];
  world = await startShell({
    core: {
      async signIn() {
        asked.push('signIn');
      },
    },
  });
  token = await world.newToken();
});
afterEach(() => world.stop());

type Changed = Readonly<Record<string, string | undefined>>;
const signIn = JSON.stringify({ channel: 'session:sign-in', args: [null] });

/** The request of our own page, with something about it changed. */
async function send(method: string, target: string, changed: Changed = {}, body = method === 'POST' ? signIn : '') {
  const own = `127.0.0.1:${world.port}`;
  const headers = {
    host: own,
    origin: method === 'POST' ? `http://${own}` : undefined,
    'sec-fetch-site': 'same-origin',
    authorization: `Bearer ${token}`,
    ...changed,
  };
  return await exchange(world.port, rawRequest(target, { method, headers, body }));
}

describe('what our own page sends', () => {
  test('is answered', async () => {
    expect((await send('GET', '/')).body).toContain('played page');
    const answer = await send('POST', '/api/request');
    expect([answer.status, answer.body, asked]).toEqual([200, '{"ok":true,"value":null}', ['signIn']]);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/missing.html'],
    ['POST', '/api/request'],
    ['DELETE', '/api/request'],
  ])('and whatever else comes, as %s %s, is answered under a policy that lets nothing in', async (method, target) => {
    const { headers } = await send(method, target);
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    const allowing = Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'set-cookie');
    expect(allowing).toEqual([]);
  });
});

describe('what another page, site or program sends', () => {
  test.each<[string, number, string, string, Changed]>([
    ['a name that was made to point here', 421, 'POST', '/api/request', { host: 'evil.example' }],
    ['localhost', 421, 'POST', '/api/request', { host: 'localhost' }],
    ['the page under a foreign name', 421, 'GET', '/', { host: 'evil.example' }],
    ['no Host at all', 400, 'GET', '/', { host: undefined }],
    ['another site', 403, 'POST', '/api/request', { origin: 'https://evil.example' }],
    ['a page on another port', 403, 'POST', '/api/request', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', 403, 'POST', '/api/request', { origin: 'null' }],
    [
      'a cross-site request without Origin',
      403,
      'POST',
      '/api/request',
      { 'sec-fetch-site': 'cross-site', origin: undefined },
    ],
    ['a frame or link on another port', 403, 'GET', '/', { 'sec-fetch-site': 'same-site' }],
    ['a script tag on another site', 403, 'GET', '/assets/index-Bn6C78Oq.js', { 'sec-fetch-site': 'cross-site' }],
    ['the events opened as a page', 403, 'GET', '/api/events', { 'sec-fetch-site': 'none' }],
    ['a form', 415, 'POST', '/api/request', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form with a file', 415, 'POST', '/api/request', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['plain text', 415, 'POST', '/api/request', { 'content-type': 'text/plain' }],
    ['a pre-flight', 405, 'OPTIONS', '/api/request', { 'access-control-request-method': 'POST' }],
    ['a pre-flight for this network', 405, 'OPTIONS', '/', { 'access-control-request-private-network': 'true' }],
    ['PUT', 405, 'PUT', '/api/request', {}],
    ['no token', 401, 'POST', '/api/request', { authorization: undefined }],
    ['a wrong token', 401, 'POST', '/api/request', { authorization: `Bearer ${'a'.repeat(43)}` }],
    ['a token as a cookie', 401, 'POST', '/api/request', { authorization: undefined, cookie: 'tidings-token=x' }],
    ['events without a token', 401, 'GET', '/api/events', { authorization: undefined }],
    ['a path upwards', 404, 'GET', '/../secret.html', {}],
    ['an encoded path upwards', 404, 'GET', '/%2e%2e%2fsecret.html', {}],
    ['a path with a back-slash', 404, 'GET', '/assets\\..\\..\\secret.html', {}],
    ['a path from the root', 404, 'GET', '//etc/passwd', {}],
    ['a proxy’s request', 404, 'GET', 'http://evil.example/', {}],
    ['the name of an object’s own function', 404, 'GET', '/constructor', {}],
  ])('%s is refused with %i', async (_what, status, method, target, changed) => {
    const answer = await send(method, target, changed);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('outside of the page');
    expect(asked).toEqual([]);
  });

  test('a token in the address opens nothing', async () => {
    expect((await send('POST', `/api/request?token=${token}`, { authorization: undefined })).status).toBe(404);
  });

  test('a second Host, Origin or token hides nothing', async () => {
    const body = signIn;
    for (const more of ['Host: evil.example', 'Origin: https://evil.example', 'Authorization: Bearer x']) {
      const lines = [
        'POST /api/request HTTP/1.1',
        `Host: 127.0.0.1:${world.port}`,
        `Origin: ${world.origin}`,
        `Authorization: Bearer ${token}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        more,
      ];
      const answer = await exchange(world.port, `${lines.join('\r\n')}\r\n\r\n${body}`);
      expect(answer.status).toBe(400);
    }
    expect(asked).toEqual([]);
  });

  test('the secret of the second start opens no messages, and a page’s token no door', async () => {
    expect((await send('POST', '/api/request', { authorization: `Bearer ${world.secret}` })).status).toBe(401);
    expect((await send('POST', '/api/code')).status).toBe(401);
    expect((await send('POST', '/api/code', { authorization: `Bearer ${world.secret}` })).status).toBe(200);
  });

  test('nothing listens on any other address of this machine', async () => {
    const others = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? [])
        .filter(({ address }) => address !== '127.0.0.1')
        .map(({ address, scopeid }) => (scopeid ? null : address)),
    );
    for (const host of [...others.filter((address) => address !== null), '127.0.0.2', '::1']) {
      const reached = await new Promise((resolve) => {
        const socket = connect({ host, port: world.port });
        socket.once('connect', () => resolve(`reached ${host}`));
        socket.once('error', () => resolve(null));
      });
      expect(reached).toBeNull();
    }
  });
});

describe('bad messages, from a page that may speak', () => {
  test.each([
    ['no JSON', 'not json'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[1]'],
    ['no channel', '{"args":[]}'],
    ['no arguments', '{"channel":"app:get"}'],
    ['arguments that are no list', '{"channel":"app:get","args":{"length":0}}'],
    ['an unknown message', '{"channel":"app:shell","args":[]}'],
    ['a message every object has', '{"channel":"constructor","args":[]}'],
    ['a prototype', '{"channel":"__proto__","args":[]}'],
    ['a prototype in the body', '{"__proto__":{"channel":"page:quit","args":[]}}'],
    ['an argument of another type', '{"channel":"session:sign-in","args":[{"toString":1}]}'],
    ['too many arguments', '{"channel":"app:get","args":[1]}'],
    ['a page’s message with nothing in it', '{"channel":"page:toasts","args":[]}'],
    ['an endless key', JSON.stringify({ channel: 'page:toast-clicked', args: ['x'.repeat(601)] })],
  ])('%s is refused as what it is', async (_what, body) => {
    const answer = await send('POST', '/api/request', {}, body);
    expect(answer.status).toBe(400);
    expect([asked, world.quits()]).toEqual([[], 0]);
  });

  test('a body without end is cut off, whether its length was told or not', async () => {
    const huge = JSON.stringify({ channel: 'session:sign-in', args: ['x'.repeat(300_000)] });
    expect((await send('POST', '/api/request', {}, huge)).status).toBe(413);
    const head = rawRequest('/api/request', {
      headers: {
        host: `127.0.0.1:${world.port}`,
        authorization: `Bearer ${token}`,
        'content-length': undefined,
        'transfer-encoding': 'chunked',
      },
    });
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const answer = await exchange(world.port, Buffer.concat([head, Buffer.from(chunk.repeat(6))]));
    expect(answer.status).toBe(413);
  });

  test('a head without end is cut off', async () => {
    const answer = await send('GET', '/', { 'x-padding': 'x'.repeat(20_000) });
    expect([0, 431]).toContain(answer.status);
  });

  test('after all of that the page is served as before', async () => {
    await exchange(world.port, 'nonsense\r\n\r\n');
    await exchange(world.port, Buffer.alloc(3000, 0xff));
    expect((await send('GET', '/')).status).toBe(200);
  });
});

test('no log line holds a token, a code or the secret', async () => {
  const code = await world.newCode();
  await world.ask('/api/start', { code });
  await world.ask('/api/start', { code });
  await send('POST', '/api/request', { origin: 'https://evil.example' });
  const text = world.logged.join('\n');
  expect(text).toContain('page.refused');
  for (const secret of [code, token, world.secret]) expect(text).not.toContain(secret);
});
