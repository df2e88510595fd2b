import { cases, item, json, post, type Row, type Table } from './case.ts';

/** JSON and what looks like it. */
export const jsonShape: Table = (known) => {
  const good = json(item(known));
  const inner = JSON.stringify(item(known));
  const sent = (name: string, body: string | Buffer, answer: number, stored = 0): Row => [
    name,
    post(known, known.notificationPath, body),
    answer,
    stored,
  ];
  const bad = (name: string, body: string | Buffer) => sent(name, body, 400);
  const harmless = (name: string, body: string | Buffer) => sent(name, body, 202, 1);
  const empty = (name: string, body: string | Buffer) => sent(name, body, 202, 0);
  const bytes = (...parts: readonly (string | readonly number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  const within = (text: string) => good.replace('"updated"', `"updated","x":${text}`);
  const deep = (count: number) => '['.repeat(count) + ']'.repeat(count);
  return cases([
    ...['null', 'true', 'false', '0', '-1.5e3', '"text"', '""', '[]', '{}'].map((text) => bad(`only ${text}`, text)),
    ...['null', 'true', '0', '"text"', '{}', '{"length":1}', '[[]]{}'].map((text) =>
      bad(`a value of ${text}`, `{"value":${text}}`),
    ),
    empty('no items', '{"value":[]}'),
    empty('an item of null', json(null)),
    empty('an item of text', json('text')),
    empty('an item of number', json(7)),
    empty('an item of list', json([item(known)])),
    empty('a thousand items of null', json(...Array(1000).fill(null))),
    empty('an item without anything', json({})),
    harmless('nulls around a good one', json(null, item(known), null)),
    bad('Value in capitals', good.replace('"value"', '"Value"')),
    harmless('value twice, the last counts', `{"value":[],${good.slice(1)}`),
    empty('value twice, the last is empty', `${good.slice(0, -1)},"value":[]}`),
    bad('a list at the top', `[${inner}]`),
    bad('an item without its list', inner),
    bad('a comma too many', good.replace(']', ',]')),
    bad('single quotes', good.replaceAll('"', "'")),
    bad('a comment', `/* x */${good}`),
    bad('two documents', good + good),
    bad('a document per line', `${good}\n${good}`),
    bad('half of it', good.slice(0, good.length / 2)),
    bad('all but the last letter', good.slice(0, -1)),
    bad('NaN', within('NaN')),
    bad('Infinity', within('-Infinity')),
    bad('undefined', within('undefined')),
    bad('a leading zero', within('01')),
    bad('hexadecimal', within('0x10')),
    bad('a control character in a text', within('"\u0001"')),
    bad('a tab in a text', within('"\t"')),
    bad('an escape that is none', within('"\\x41"')),
    harmless('a number beyond numbers', within('1e999')),
    harmless('a number of 5,000 digits', within('9'.repeat(5000))),
    harmless('a lone surrogate, escaped', within('"\\ud800"')),
    harmless('an escaped NUL', within('"\\u0000"')),
    harmless('a __proto__ of its own', within('{"__proto__":{"lifecycleEvent":"missed"}}')),
    harmless('a __proto__ in the item', good.replace('"updated"', '"updated","__proto__":{"clientState":"x"}')),
    harmless('a constructor', within('{"constructor":{"prototype":{"polluted":true}}}')),
    harmless('toString as a text', good.replace('"updated"', '"updated","toString":"x","valueOf":"y"')),
    harmless('then, as if it were a promise', within('{"then":"x"}')),
    harmless(
      '10,000 keys',
      within(JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n])))),
    ),
    harmless('a key of 100,000 letters', within(`{"${'k'.repeat(100_000)}":1}`)),
    harmless('a text of 500,000 letters', within(`"${'x'.repeat(500_000)}"`)),
    harmless('nested as deep as allowed', within(deep(13))),
    bad('nested one deeper', within(deep(14))),
    bad('nested 1,000 deep', within(deep(1000))),
    bad('500,000 brackets that open', '['.repeat(500_000)),
    bad('500,000 brackets that close', ']'.repeat(500_000)),
    bad('100,000 braces', '{"a":'.repeat(100_000)),
    harmless('brackets in a text', within(`"${'['.repeat(1000)}"`)),
    harmless('an escaped quote before brackets', within(`"\\"${'['.repeat(100)}"`)),
    harmless('spaces and line breaks around', `\n\t ${good} \r\n`),
    harmless('a byte order mark', bytes([0xef, 0xbb, 0xbf], good)),
    bad('UTF-16', Buffer.from(good, 'utf16le')),
    bad('UTF-16 with a mark', bytes([0xff, 0xfe], [...Buffer.from(good, 'utf16le')])),
    bad('bytes that are no UTF-8', bytes(good.slice(0, -1), [0xff, 0xfe], '}')),
    bad('an overlong slash', bytes('{"value":["', [0xc0, 0xaf], '"]}')),
    bad('a surrogate in UTF-8', bytes('{"value":["', [0xed, 0xa0, 0x80], '"]}')),
    bad('beyond Unicode', bytes('{"value":["', [0xf4, 0x90, 0x80, 0x80], '"]}')),
    bad('a letter that is cut off', bytes('{"value":["', [0xe2, 0x82], '"]}')),
    bad('XML', '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'),
    bad('a form', 'value=1&validationToken=x'),
    bad('a gzip', Buffer.from('1f8b0800000000000003ab0600', 'hex')),
    bad('zeros', Buffer.alloc(1000)),
  ]);
};
