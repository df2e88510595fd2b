import { cases, closing, item, json, lines, post, type Row, type Table } from './case.ts';

/** Where a message ends: whatever two parsers could read differently is not read at all. */
export const framing: Table = (known) => {
  const change = known.notificationPath;
  const body = json(item(known));
  const good = post(known, change, body).toString('latin1');
  const head = (...more: readonly string[]) =>
    lines(`POST /${change} HTTP/1.1`, `host: ${known.host}`, 'content-type: application/json', ...more);
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  const chunked = (...parts: readonly string[]) => head('transfer-encoding: chunked') + parts.join('');
  const length = (value: string): Row => [`a length of ${value}`, head(`content-length: ${value}`) + body, 'cut'];
  return [
    ...cases([
      ['one chunk', chunked(chunk(body), '0\r\n\r\n'), 202, 1],
      ['a chunk for each letter', chunked(...[...body].map(chunk), '0\r\n\r\n'), 202, 1],
      ['chunk extensions', chunked(`${body.length.toString(16)};x=y\r\n${body}\r\n`, '0\r\n\r\n'), 202, 1],
      ['trailers', chunked(chunk(body), '0\r\nx-a: b\r\n\r\n'), 202, 1],
      ['a length and chunks', head('content-length: 3', 'transfer-encoding: chunked') + chunk(body), 'cut'],
      ['chunks and a length', head('transfer-encoding: chunked', 'content-length: 3') + chunk(body), 'cut'],
      ['two lengths', head('content-length: 3', 'content-length: 4') + body, 'cut'],
      ['the same length twice', head(`content-length: ${body.length}`, `content-length: ${body.length}`) + body, 'cut'],
      ['two lengths in one line', head(`content-length: ${body.length}, ${body.length}`) + body, 'cut'],
      length('-1'),
      length('+1'),
      length('0x10'),
      length('1e3'),
      length('ten'),
      length('99999999999999999999999'),
      ['an unknown transfer encoding', head('transfer-encoding: gzip') + body, 'cut'],
      ['chunked, but not last', head('transfer-encoding: chunked, gzip') + chunk(body), 'cut'],
      ['chunked, with a letter too much', head('transfer-encoding: xchunked') + chunk(body), 'cut'],
      ['a chunk of negative length', chunked('-1\r\n{}\r\n0\r\n\r\n'), 'cut'],
      ['a chunk whose length is no number', chunked('zz\r\n{}\r\n0\r\n\r\n'), 'cut'],
      ['a chunk longer than it says', chunked(`2\r\n${body}\r\n0\r\n\r\n`), 'cut'],
      ['line feeds alone', good.replaceAll('\r\n', '\n'), 'cut'],
      ['two line breaks before', `\r\n\r\n${good}`, 202, 1],
      ['two requests at once', good + good, [202, 202], 2],
      // Stored, but what follows ends the connection before it is said: Graph would come again, and that does no harm.
      ['a request and noise', `${good}\u0000\u0001noise`, 'cut', 1],
      ['a request and half of one', good + good.slice(0, 40), [202], 1],
      ['a good one behind a bad one', post(known, 'elsewhere', body).toString('latin1') + good, [404, 202], 1],
      ['one smuggled in the body of another', smuggled(known, good), 400],
    ]),
    ...closing([
      ['a body that is shorter than it says', head(`content-length: ${body.length + 5}`) + body, 'cut'],
      ['a body that never begins', head(`content-length: ${body.length}`), 'cut'],
      ['chunks that never end', chunked(chunk(body)), 'cut'],
      ['half a head', good.slice(0, 60), 'cut'],
      ['one letter', 'P', 'cut'],
      ['nothing', '', 'cut'],
      ['a length too small for the body', head('content-length: 3') + body, 'cut'],
    ]),
  ];
};

/** To a parser that stops at the wrong place, the body is a request of its own. */
function smuggled(known: Parameters<Table>[0], good: string): Buffer {
  return post(known, known.notificationPath, `0\r\n\r\n${good}`);
}
