import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exchange, type RawAnswer, rawRequest } from './raw.ts';
import { digest, type ListenerWorld, listenerWorld, now, secrets } from './world.ts';

const change = `/${secrets.notificationPath}`;
const lifecycle = `/${secrets.lifecyclePath}`;
const probe = `/${secrets.probePath}`;
const nonce = 'abcdefghijklmnop';

let world: ListenerWorld;
let listener: { readonly port: number; stop(): Promise<void> };
beforeEach(async () => {
  world = listenerWorld();
  listener = await world.start();
});
afterEach(() => listener.stop());

const item = (fields: object = {}): object => ({
  subscriptionId: 'sub-1',
  clientState: 'mail-state',
  changeType: 'created',
  ...fields,
});
const json = (...items: unknown[]): string => JSON.stringify({ value: items });
const send = (target: string, options?: Parameters<typeof rawRequest>[1]): Promise<RawAnswer> =>
  exchange(listener.port, rawRequest(target, options));
const mail = { account: 'ada.contoso', resource: 'mail' } as const;
const calendar = { account: 'ada.contoso', resource: 'calendar' } as const;

describe('what Graph sends', () => {
  test('a change notification is stored without its clientState, then answered 202', async () => {
    const answer = await send(change, {
      body: json({
        ...item(),
        id: 'opaque',
        subscriptionExpirationDateTime: '2026-11-27T10:00:00.1234567-08:00',
        tenantId: 'tenant',
        resource: 'Users/ada/Messages/AAMk',
        resourceData: { '@odata.type': '#Microsoft.Graph.Message', id: 'AAMk' },
      }),
    });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 202, body: '' });
    expect(world.posts).toEqual([
      { receivedAt: now, changes: [{ ...mail, subscriptionId: 'sub-1', changeType: 'created' }], lifecycle: [] },
    ]);
    expect(JSON.stringify(world.posts)).not.toContain('mail-state');
  });

  test('a batch is one durable write that names each subscription and change once', async () => {
    const body = json(
      item(),
      item({ resourceData: { id: 'another message' } }),
      item({ changeType: 'updated' }),
      item({ clientState: 'calendar-state', subscriptionId: 'sub-2' }),
      item({ lifecycleEvent: 'missed' }),
      item({ lifecycleEvent: 'missed' }),
      item({ lifecycleEvent: 'reauthorizationRequired', changeType: undefined }),
    );
    expect((await send(change, { body })).status).toBe(202);
    expect(world.posts).toEqual([
      {
        receivedAt: now,
        changes: [
          { ...mail, subscriptionId: 'sub-1', changeType: 'created' },
          { ...mail, subscriptionId: 'sub-1', changeType: 'updated' },
          { ...calendar, subscriptionId: 'sub-2', changeType: 'created' },
        ],
        lifecycle: [
          { ...mail, subscriptionId: 'sub-1', lifecycleEvent: 'missed' },
          { ...mail, subscriptionId: 'sub-1', lifecycleEvent: 'reauthorizationRequired' },
        ],
      },
    ]);
  });

  test.each([
    ['the lifecycle URL', lifecycle],
    ['the notification URL', change],
  ])('a lifecycle notification is known by its lifecycleEvent on %s', async (_name, target) => {
    const body = json(item({ lifecycleEvent: 'subscriptionRemoved' }));
    expect((await send(target, { body })).status).toBe(202);
    expect(world.posts.map((post) => post.lifecycle)).toEqual([
      [{ ...mail, subscriptionId: 'sub-1', lifecycleEvent: 'subscriptionRemoved' }],
    ]);
  });

  test('a change notification on the lifecycle URL is one all the same', async () => {
    expect((await send(lifecycle, { body: json(item()) })).status).toBe(202);
    expect(world.posts.map((post) => post.changes.length)).toEqual([1]);
  });

  test('an unknown lifecycle event is passed on, cut and cleaned for a log', async () => {
    const body = json(item({ lifecycleEvent: `something\r\nNew\u202e${'x'.repeat(100)}` }));
    expect((await send(change, { body })).status).toBe(202);
    const expected = `something??New?${'x'.repeat(49)}`;
    expect(world.posts[0]?.lifecycle).toEqual([{ ...mail, subscriptionId: 'sub-1', lifecycleEvent: expected }]);
  });

  test('a subscription whose create call has not returned yet is recognised by its clientState', async () => {
    world.expected = [];
    expect((await send(change, { body: json(item()) })).status).toBe(202);
    world.expected = listenerWorld().expected;
    expect((await send(change, { body: json(item()) })).status).toBe(202);
    expect(world.posts.length).toBe(1);
  });

  test('when storing fails, Graph is asked to come again', async () => {
    world.storageFails = true;
    const answer = await send(change, { body: json(item()) });
    expect({ status: answer.status, retryAfter: answer.headers['retry-after'], body: answer.body }).toEqual({
      status: 503,
      retryAfter: '10',
      body: '',
    });
    expect(world.refused).toEqual(['storage']);
  });
});

describe('the validation handshake', () => {
  test.each([
    ['plain text', 'abc', 'abc'],
    ['a plus as a space', 'a+b', 'a b'],
    ['an encoded plus', 'a%2Bb', 'a+b'],
    ['an encoded space', 'Validation%3A%20Testing', 'Validation: Testing'],
    ['characters beyond ASCII', '%C3%A9', '\u00c3\u00a9'], // read as latin1 here: the two bytes of UTF-8
    ['markup, which stays text', '%3Cscript%3E', '<script>'],
    ['the longest token', 'x'.repeat(2048), 'x'.repeat(2048)],
    ['a token as long, all encoded', '%41'.repeat(2048), 'A'.repeat(2048)],
    ['an equals sign', 'a=b', 'a=b'],
    ['a question mark', 'a?b', 'a?b'],
    ['a stray percent sign', '100%', '100%'],
  ])('echoes %s', async (_name, encoded, decoded) => {
    world.validation = true;
    for (const target of [change, lifecycle]) {
      const answer = await send(`${target}?validationToken=${encoded}`, {
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      });
      expect({ status: answer.status, type: answer.headers['content-type'], body: answer.body }).toEqual({
        status: 200,
        type: 'text/plain; charset=utf-8',
        body: decoded,
      });
    }
    expect(world.posts).toEqual([]);
  });

  test.each([
    ['no value', 'validationToken='],
    ['two tokens', 'validationToken=a&validationToken=b'],
    ['one character too many', `validationToken=${'x'.repeat(2049)}`],
    ['a line break', 'validationToken=a%0D%0ASet-Cookie:%20b'],
    ['a NUL', 'validationToken=a%00b'],
    ['an escape', 'validationToken=%1B'],
    ['a delete', 'validationToken=%7F'],
    ['a C1 control', 'validationToken=%C2%85'],
    ['bytes that are no UTF-8', 'validationToken=%FF%FE'],
  ])('refuses %s', async (_name, query) => {
    world.validation = true;
    const answer = await send(`${change}?${query}`);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: '' });
    expect(world.refused).toEqual(['validation token']);
  });

  test('is not given to strangers: no token is echoed while no create of ours is under way', async () => {
    const answer = await send(`${change}?validationToken=abc`);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 404, body: '' });
  });

  test.each([
    ['a GET', change, 'GET', 405],
    ['a wrong path', '/elsewhere', 'POST', 404],
    ['the probe path', probe, 'POST', 405],
  ])('does not happen by %s', async (_name, target, method, status) => {
    world.validation = true;
    const answer = await send(`${target}?validationToken=abc`, { method });
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: '' });
  });

  test('another spelling of the parameter is no validation request', async () => {
    world.validation = true;
    expect((await send(`${change}?validationtoken=abc`, { body: json(item()) })).status).toBe(202);
    expect(world.posts.length).toBe(1);
  });
});

describe('the probe', () => {
  test('is answered with a value only our key makes', async () => {
    const answer = await send(`${probe}?n=${nonce}`, { method: 'GET' });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: '1699367342b7e9935a28029803e675c8cfc8db2a4e6954f84258a63a83cd93b0',
    });
  });
  test.each([
    ['no n', '', 'GET', 400],
    ['a short n', '?n=abc', 'GET', 400],
    ['a long n', `?n=${'a'.repeat(129)}`, 'GET', 400],
    ['markup as n', '?n=%3Cscript%3Ealert(1)%3C', 'GET', 400],
    ['a POST', `?n=${nonce}`, 'POST', 405],
  ])('is refused for %s', async (_name, query, method, status) => {
    const answer = await send(`${probe}${query}`, { method });
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: '' });
  });
});

describe('another computer that has taken over', () => {
  test('is heard at a path of ours, and learns no more than anybody else', async () => {
    const answers = [];
    for (const [target, method] of [
      [`${change}?takenOver=1`, 'GET'],
      [`${change}?takenOver=1`, 'PUT'],
      [change, 'GET'],
      ['/?takenOver=1', 'GET'],
    ] as const) {
      const { status, body } = await send(target, { method });
      answers.push([status, body, world.takeovers]);
    }
    expect(answers).toEqual([
      [405, '', 1],
      [405, '', 1],
      [405, '', 1],
      [404, '', 1],
    ]);
  });
});

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
    expect(world.posts).toEqual([]);
  });

  test('an HTTP/0.9 request is judged like any other', async () => {
    expect((await exchange(listener.port, `GET ${change}\r\n\r\n`)).status).toBe(405);
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
    expect((await exchange(listener.port, bytes)).status).toBe(0);
    expect(world.refused).toEqual(['not HTTP']);
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
    expect(world.posts.length).toBe(status === 202 ? 1 : 0);
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
    world.host = 'some-name.loca.lt';
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
    expect((await exchange(listener.port, bytes)).status).toBe(0);
    expect(world.refused).toContain('not HTTP');
  });
});

describe('what strangers send: bodies', () => {
  /** Valid, and exactly this long. */
  const bodyOf = (size: number): string => json(item()).padEnd(size, ' ');

  test('a body of 1 MiB is read, one byte more is not', async () => {
    expect((await send(change, { body: bodyOf(1024 * 1024) })).status).toBe(202);
    const answer = await exchange(
      listener.port,
      rawRequest(change, { headers: { 'content-length': String(1024 * 1024 + 1) } }),
    );
    expect({ status: answer.status, connection: answer.headers.connection }).toEqual({
      status: 413,
      connection: 'close',
    });
    expect(world.posts.length).toBe(1);
  });
  test('chunks are read up to the same size', async () => {
    const headers = { 'content-length': undefined, 'transfer-encoding': 'chunked' };
    const chunk = bodyOf(64 * 1024);
    const chunked = `10000\r\n${chunk}\r\n${`10000\r\n${' '.repeat(64 * 1024)}\r\n`.repeat(15)}`;
    expect((await send(change, { headers, body: `${chunked}0\r\n\r\n` })).status).toBe(202);
    expect((await send(change, { headers, body: `${chunked}1\r\n \r\n` })).status).toBe(413);
  });
  test('a thousand items are read, one more is not', async () => {
    expect((await send(change, { body: json(...Array(1000).fill(item())) })).status).toBe(202);
    expect((await send(change, { body: json(...Array(1001).fill(item())) })).status).toBe(413);
    expect(world.posts.map((post) => post.changes.length)).toEqual([1]);
  });
  test('sixteen levels are read, one more is not', async () => {
    const nested = (levels: number): string =>
      json(item({ deep: JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) }));
    expect((await send(change, { body: nested(13) })).status).toBe(202);
    expect((await send(change, { body: nested(14) })).status).toBe(400);
  });
  test.each([
    ['nothing', ''],
    ['white space', '  '],
    ['a word', 'hello'],
    ['a number', '1'],
    ['a string', '"value"'],
    ['null', 'null'],
    ['true', 'true'],
    ['an array', '[]'],
    ['an object without value', '{}'],
    ['a value of null', '{"value":null}'],
    ['a value of text', '{"value":"x"}'],
    ['a value of number', '{"value":1}'],
    ['a value of object', '{"value":{}}'],
    ['a value of true', '{"value":true}'],
    ['Value in capitals', '{"Value":[]}'],
    ['half an object', '{"value":['],
    ['two documents', '{"value":[]}{"value":[]}'],
    ['a comment', '{"value":[]/**/}'],
    ['a trailing comma', '{"value":[1,]}'],
    ['single quotes', "{'value':[]}"],
    ['NaN', '{"value":[NaN]}'],
    ['a form', 'value=1'],
    ['XML', '<?xml version="1.0"?><value/>'],
    ['deep arrays', '['.repeat(200_000)],
    ['deep objects', '{"a":'.repeat(100_000)],
    ['brackets that never open', ']'.repeat(1000)],
    ['an open string', '{"value":["'],
    ['an open escape', '{"value":["\\'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['UTF-16', Buffer.from('{"value":[]}', 'utf16le')],
  ])('%s is a bad request', async (_name, body) => {
    expect((await send(change, { body })).status).toBe(400);
    expect(world.refused).toEqual(['body']);
  });
  test.each([
    ['a byte order mark', `\ufeff${json(item())}`],
    ['value twice, of which the last counts', `{"value":[],"value":[${JSON.stringify(item())}]}`],
    ['brackets inside strings', json(item({ resource: '[{'.repeat(100) }))],
    ['escaped quotes', json(item({ resource: '"[\\"{' }))],
    ['a lone surrogate', json(item()).replace('"sub-1"', '"sub-1","x":"\\ud800"')],
    ['a number beyond numbers', json(item()).replace('"sub-1"', '"sub-1","x":1e999')],
    ['a __proto__ of its own', json(item()).replace('"sub-1"', '"sub-1","__proto__":{"lifecycleEvent":"missed"}')],
    ['a constructor of its own', json(item()).replace('"sub-1"', '"sub-1","constructor":{"prototype":{}}')],
    ['unknown fields beside value', `{"validationTokens":["x"],"value":[${JSON.stringify(item())}]}`],
  ])('%s does no harm: the change is stored as it is', async (_name, body) => {
    expect((await send(change, { body })).status).toBe(202);
    expect(world.posts).toEqual([
      { receivedAt: now, changes: [{ ...mail, subscriptionId: 'sub-1', changeType: 'created' }], lifecycle: [] },
    ]);
  });
});

describe('what strangers send: notifications', () => {
  test.each([
    ['another clientState', item({ clientState: 'wrong' }), 'client state'],
    ['a prefix of it', item({ clientState: 'mail-stat' }), 'client state'],
    ['more than it', item({ clientState: 'mail-state ' }), 'client state'],
    ['other capitals', item({ clientState: 'Mail-State' }), 'client state'],
    ['a look-alike letter', item({ clientState: 'm\u0430il-state' }), 'client state'],
    ['its digest', item({ clientState: digest('mail-state') }), 'client state'],
    ['no clientState', item({ clientState: undefined }), 'item shape'],
    ['a clientState of null', item({ clientState: null }), 'item shape'],
    ['an empty clientState', item({ clientState: '' }), 'item shape'],
    ['a clientState of number', item({ clientState: 1 }), 'item shape'],
    ['a clientState in an array', item({ clientState: ['mail-state'] }), 'item shape'],
    ['a clientState object', item({ clientState: { toString: 'mail-state' } }), 'item shape'],
    ['a huge clientState', item({ clientState: 'x'.repeat(256) }), 'item shape'],
    ['no subscriptionId', item({ subscriptionId: undefined }), 'item shape'],
    ['a subscriptionId of null', item({ subscriptionId: null }), 'item shape'],
    ['an empty subscriptionId', item({ subscriptionId: '' }), 'item shape'],
    ['a subscriptionId of number', item({ subscriptionId: 7 }), 'item shape'],
    ['a huge subscriptionId', item({ subscriptionId: 'x'.repeat(129) }), 'item shape'],
    ['a changeType of array', item({ changeType: ['created'] }), 'item shape'],
    ['a lifecycleEvent of object', item({ lifecycleEvent: {} }), 'item shape'],
    ['null for an item', null, 'item shape'],
    ['text for an item', 'mail-state', 'item shape'],
    ['an array for an item', [item()], 'item shape'],
  ])('%s: dropped and counted, and the sender learns nothing', async (_name, bad, why) => {
    const alone = await send(change, { body: json(bad) });
    expect({ status: alone.status, body: alone.body }).toEqual({ status: 202, body: '' });
    expect({ posts: world.posts, refused: world.refused }).toEqual({ posts: [], refused: [why] });

    const mixed = await send(change, { body: json(bad, item(), bad) });
    expect(mixed.status).toBe(202);
    expect(world.posts.map((post) => [post.changes.length, post.lifecycle.length])).toEqual([[1, 0]]);
  });

  test.each([
    ['no changeType', item({ changeType: undefined }), 'unknown'],
    ['an unknown changeType', item({ changeType: 'transmogrified' }), 'transmogrified'],
    ['a changeType with line breaks', item({ changeType: 'a\r\nb' }), 'a??b'],
    ['a lifecycleEvent of null', item({ lifecycleEvent: null }), 'created'],
    ['an empty lifecycleEvent', item({ lifecycleEvent: '' }), 'created'],
    ['a resource that climbs', item({ resource: '../../../me/messages' }), 'created'],
    ['a date that is none', item({ subscriptionExpirationDateTime: 'tomorrow' }), 'created'],
  ])('%s: a hint like any other', async (_name, odd, changeType) => {
    expect((await send(change, { body: json(odd) })).status).toBe(202);
    expect(world.posts.map((post) => post.changes)).toEqual([[{ ...mail, subscriptionId: 'sub-1', changeType }]]);
  });

  test('a thousand made-up ids and names in one post come to one entry of each kind', async () => {
    const made = Array.from({ length: 990 }, (_, n) =>
      item({ subscriptionId: `sub-${n}`, [n % 2 === 0 ? 'changeType' : 'lifecycleEvent']: `made-up-${n}` }),
    );
    expect((await send(change, { body: json(...made, item(), item({ lifecycleEvent: 'missed' })) })).status).toBe(202);
    expect(world.posts).toEqual([
      {
        receivedAt: now,
        changes: [
          { ...mail, subscriptionId: 'sub-0', changeType: 'made-up-0' },
          { ...mail, subscriptionId: 'sub-1', changeType: 'created' },
        ],
        lifecycle: [
          { ...mail, subscriptionId: 'sub-1', lifecycleEvent: 'made-up-1' },
          { ...mail, subscriptionId: 'sub-1', lifecycleEvent: 'missed' },
        ],
      },
    ]);
  });

  test('an empty batch is taken and nothing is stored', async () => {
    expect((await send(change, { body: json() })).status).toBe(202);
    expect(world.posts).toEqual([]);
  });
});

test('every answer is plain text that nobody may store or run, and none tells what we are', async () => {
  world.validation = true;
  world.storageFails = true;
  const answers = [
    await send('/'),
    await send(change, { method: 'GET' }),
    await send(change, { body: '{' }),
    await send(change, { body: json(item()) }),
    await send(change, { body: json() }),
    await send(change, { headers: { 'content-type': 'text/html' } }),
    await send(`${change}?validationToken=x`),
    await send(`${probe}?n=${nonce}`, { method: 'GET' }),
  ];
  for (const { headers } of answers) {
    const { date, connection, allow, ...rest } = headers;
    const { 'keep-alive': _keepAlive, 'content-length': _length, 'retry-after': _retry, ...fixed } = rest;
    expect(fixed).toEqual({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
    });
  }
});

test('the budget lets a burst of five hundred through, then asks to wait', async () => {
  const answers: RawAnswer[] = [];
  const body = json();
  for (let batch = 0; batch < 13; batch += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 50 }, () => send(change, { body })))));
  }
  const taken = answers.filter(({ status }) => status === 202).length;
  const waiting = answers.filter(({ status }) => status === 429);
  expect(taken).toBeGreaterThanOrEqual(500);
  expect(taken + waiting.length).toBe(650);
  expect(waiting[0]?.headers['retry-after']).toBe('1');
  // The probe has no part in it: a flood must not look like a dead tunnel.
  expect((await send(`${probe}?n=${nonce}`, { method: 'GET' })).status).toBe(200);
});
