import { describe, expect, test } from 'vitest';
import { change, item, json, listenerForEachTest, mail } from './listener-rig.ts';
import { exchange, rawRequest } from './raw.ts';
import { digest, now } from './world.ts';

const rig = listenerForEachTest();
const { send } = rig;

describe('what strangers send: bodies', () => {
  /** Valid, and exactly this long. */
  const bodyOf = (size: number): string => json(item()).padEnd(size, ' ');

  test('a body of 1 MiB is read, one byte more is not', async () => {
    expect((await send(change, { body: bodyOf(1024 * 1024) })).status).toBe(202);
    const answer = await exchange(
      rig.port,
      rawRequest(change, { headers: { 'content-length': String(1024 * 1024 + 1) } }),
    );
    expect({ status: answer.status, connection: answer.headers.connection }).toEqual({
      status: 413,
      connection: 'close',
    });
    expect(rig.world.posts.length).toBe(1);
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
    expect(rig.world.posts.map((post) => post.changes.length)).toEqual([1]);
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
    expect(rig.world.refused).toEqual(['body']);
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
    expect(rig.world.posts).toEqual([
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
    expect({ posts: rig.world.posts, refused: rig.world.refused }).toEqual({ posts: [], refused: [why] });

    const mixed = await send(change, { body: json(bad, item(), bad) });
    expect(mixed.status).toBe(202);
    expect(rig.world.posts.map((post) => [post.changes.length, post.lifecycle.length])).toEqual([[1, 0]]);
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
    expect(rig.world.posts.map((post) => post.changes)).toEqual([[{ ...mail, subscriptionId: 'sub-1', changeType }]]);
  });

  test('a thousand made-up ids and names in one post come to one entry of each kind', async () => {
    const made = Array.from({ length: 990 }, (_, n) =>
      item({ subscriptionId: `sub-${n}`, [n % 2 === 0 ? 'changeType' : 'lifecycleEvent']: `made-up-${n}` }),
    );
    expect((await send(change, { body: json(...made, item(), item({ lifecycleEvent: 'missed' })) })).status).toBe(202);
    expect(rig.world.posts).toEqual([
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
    expect(rig.world.posts).toEqual([]);
  });
});
