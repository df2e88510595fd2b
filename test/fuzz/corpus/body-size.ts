import { cases, type Expected, item, json, lines, post, type Row, type Table } from './case.ts';

const limit = 1024 * 1024;

/** Sizes: up to one mebibyte is read, and not a byte more. */
export const bodySize: Table = (known) => {
  const change = known.notificationPath;
  const padded = (size: number): string => {
    const frame = json(item(known, { padding: '' })).length;
    return json(item(known, { padding: 'x'.repeat(size - frame) }));
  };
  const items = (count: number, fields: object = {}): string => json(...Array(count).fill(item(known, fields)));
  const chunks = (count: number): Buffer =>
    Buffer.from(
      lines(
        `POST /${change} HTTP/1.1`,
        `host: ${known.host}`,
        'content-type: application/json',
        'transfer-encoding: chunked',
      ) + `10000\r\n${' '.repeat(0x10000)}\r\n`.repeat(count),
    );
  const sized = (name: string, body: string, answer: Expected, stored = 0): Row => [
    name,
    post(known, change, body),
    answer,
    stored,
  ];
  const declared = (size: string) =>
    lines(
      `POST /${change} HTTP/1.1`,
      `host: ${known.host}`,
      'content-type: application/json',
      `content-length: ${size}`,
    );
  return cases([
    sized('nothing', '', 400),
    sized('one letter', '{', 400),
    sized('two letters', '{}', 400),
    sized('only spaces', ' '.repeat(1000), 400),
    sized('64 KiB', padded(64 * 1024), 202, 1),
    sized('one byte less than allowed', padded(limit - 1), 202, 1),
    sized('as much as allowed', padded(limit), 202, 1),
    sized('one byte more than allowed', padded(limit + 1), 413),
    sized('ten times as much', padded(10 * limit), '413?'),
    ['a length of one mebibyte and a byte, told only', declared(String(limit + 1)), 413],
    ['a length of a terabyte, told only', declared('1099511627776'), 413],
    ['seventeen chunks of 64 KiB', chunks(17), '413?'],
    ['a hundred chunks of 64 KiB', chunks(100), '413?'],
    sized('1,000 items', items(1000, { resourceData: undefined }), 202, 1),
    sized('1,001 items', items(1001, { resourceData: undefined }), 413),
    ['to a path that is not ours, ten mebibytes', post(known, 'elsewhere', padded(10 * limit)), '404?'],
  ]);
};
