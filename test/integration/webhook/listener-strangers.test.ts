import { describe, expect, test } from 'vitest';
import { change, item, json, listenerForEachTest } from './listener-rig.ts';
import { exchange } from './raw.ts';

const rig = listenerForEachTest();
const { send } = rig;

describe('what strangers send: methods and targets', () => {
  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    '%s is not allowed on a good path and unknown on another',
    async (method) => {
      const good = await send(change, { method });
      expect({ status: good.status, allow: good.headers.allow }).toEqual({ status: 405, allow: 'POST' });
      expect((await send('/', { method })).status).toBe(404);
    },
  );
  test.each([
    '/',
    '//',
    `/${change}`,
    `${change}/`,
    `${change}x`,
    change.slice(0, -1),
    change.toUpperCase(),
    `/.${change}`,
    `/x/..${change}`,
    `${change}/.`,
    `${change}%2f`,
    `${change}%00`,
    `${change};x`,
    `${change}#x`,
    change.replace('n', '%6e'),
    `//evil.example${change}`,
    `http://some-name.loca.lt${change}`,
    'http://[',
    '//',
    '*',
    '/robots.txt',
    '/favicon.ico',
    '/.env',
    '/__proto__',
    '/constructor',
    `/\\${change}`,
    `/${encodeURIComponent(change)}`,
    change.slice(1),
  ])('the target %s is nobody', async (target) => {
    const answer = await send(target, { body: json(item()) });
    expect([0, 404]).toContain(answer.status);
    expect(rig.world.posts).toEqual([]);
  });

  test('an HTTP/0.9 request is judged like any other', async () => {
    expect((await exchange(rig.port, `GET ${change}\r\n\r\n`)).status).toBe(405);
  });
  test('CONNECT is cut off without an answer', async () => {
    expect((await send('some-name.loca.lt:443', { method: 'CONNECT' })).status).toBe(0);
  });
  test('an upgrade is not followed: the request counts as what it is', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket' };
    expect((await send(change, { headers, body: json(item()) })).status).toBe(202);
    expect((await send('/', { method: 'GET', headers })).status).toBe(404);
  });
  test.each([
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a TLS handshake', Buffer.from('160301020001000100', 'hex')],
    ['noise', Buffer.from([0, 1, 2, 3, 255, 254, 13, 10, 13, 10])],
    ['an unknown method', `BREW ${change} HTTP/1.1\r\n\r\n`],
    ['a lower-case method', `post ${change} HTTP/1.1\r\n\r\n`],
    ['an unknown version', `POST ${change} HTTP/9.9\r\n\r\n`],
    ['a space in the target', `POST ${change} x HTTP/1.1\r\n\r\n`],
    ['a NUL in the target', `POST ${change}\u0000 HTTP/1.1\r\n\r\n`],
  ])('%s is cut off without an answer', async (_name, bytes) => {
    expect((await exchange(rig.port, bytes)).status).toBe(0);
    expect(rig.world.refused).toEqual(['not HTTP']);
  });
});

describe('what strangers send: headers', () => {
  test.each([
    ['application/json', 202],
    ['application/json; charset=utf-8', 202],
    ['application/json;charset="UTF-8"', 202],
    ['Application/JSON', 202],
    ['application/json; odata.metadata=minimal', 202],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=latin1', 415],
    ['application/jsonp', 415],
    ['application/problem+json', 415],
    ['text/json', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json, text/plain', 415],
    ['', 415],
    [undefined, 415],
  ])('content type %s is answered %i', async (type, status) => {
    expect((await send(change, { headers: { 'content-type': type }, body: json(item()) })).status).toBe(status);
    expect(rig.world.posts.length).toBe(status === 202 ? 1 : 0);
  });
  test.each(['gzip', 'br', 'deflate', 'identity', 'zstd'])('content encoding %s is refused', async (encoding) => {
    const headers = { 'content-encoding': encoding };
    expect((await send(change, { headers, body: json(item()) })).status).toBe(415);
  });
  test('an expectation that is not 100-continue is refused', async () => {
    expect((await send(change, { headers: { expect: 'a miracle' }, body: json(item()) })).status).toBe(417);
  });
  test('100-continue is granted', async () => {
    expect((await send(change, { headers: { expect: '100-continue' }, body: json(item()) })).status).toBe(202);
  });
  test.each([
    ['some-name.loca.lt', 202],
    ['SOME-NAME.loca.lt', 202],
    ['some-name.loca.lt:443', 202],
    ['some-name.loca.lt:8443', 404],
    ['other.loca.lt', 404],
    ['some-name.loca.lt.evil.example', 404],
    ['127.0.0.1', 404],
    ['', 404],
    [undefined, 404],
  ])('with an expected host, the host %s is answered %i', async (host, status) => {
    rig.world.host = 'some-name.loca.lt';
    const forged = { 'x-forwarded-host': 'some-name.loca.lt' };
    expect((await send(change, { headers: { host, ...forged }, body: json(item()) })).status).toBe(status);
  });
  test('without an expected host any host will do', async () => {
    expect((await send(change, { headers: { host: 'x.example' }, body: json(item()) })).status).toBe(202);
    expect((await send(change, { headers: { host: undefined }, body: json(item()) })).status).toBe(202);
  });
  test('a request line of 8 KiB is read, a longer one is not', async () => {
    const frame = `POST ${change}?x= HTTP/1.1`.length;
    expect((await send(`${change}?x=${'a'.repeat(8192 - frame)}`, { body: json(item()) })).status).toBe(202);
    expect((await send(`${change}?x=${'a'.repeat(8193 - frame)}`, { body: json(item()) })).status).toBe(414);
  });
  test('one hundred headers are read, one more is not', async () => {
    const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, 'y']));
    expect((await send(change, { headers: headers(97), body: json(item()) })).status).toBe(202);
    expect((await send(change, { headers: headers(98), body: json(item()) })).status).toBe(431);
  });
  test.each([
    ['headers over 16 KiB', `POST ${change} HTTP/1.1\r\nx: ${'a'.repeat(17_000)}\r\n\r\n`],
    ['a header without colon', `POST ${change} HTTP/1.1\r\nhost\r\n\r\n`],
    ['a space before the colon', `POST ${change} HTTP/1.1\r\nhost : x\r\n\r\n`],
    ['a folded header', `POST ${change} HTTP/1.1\r\nx: a\r\n b\r\n\r\n`],
    ['a NUL in a header', `POST ${change} HTTP/1.1\r\nx: a\u0000b\r\n\r\n`],
    ['two lengths', `POST ${change} HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nab`],
    [
      'a length and chunks',
      `POST ${change} HTTP/1.1\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a negative length', `POST ${change} HTTP/1.1\r\ncontent-length: -1\r\n\r\n`],
    ['a length in hex', `POST ${change} HTTP/1.1\r\ncontent-length: 0x10\r\n\r\n`],
    ['a length beyond numbers', `POST ${change} HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n`],
    ['an unknown transfer coding', `POST / HTTP/1.1\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['line feeds alone', `POST ${change} HTTP/1.1\nhost: x\n\n`],
  ])('%s: cut off without an answer', async (_name, bytes) => {
    expect((await exchange(rig.port, bytes)).status).toBe(0);
    expect(rig.world.refused).toContain('not HTTP');
  });
});
