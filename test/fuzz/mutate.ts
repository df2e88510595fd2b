/** Breaks requests at random, byte by byte and word by word. */
import { item, json, post } from './corpus/case.ts';
import type { Chance } from './random.ts';
import type { Known } from './target.ts';

/** What parsers trip over, to be put in anywhere. */
const words: readonly Buffer[] = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\0',
  ' ',
  ':',
  '{',
  '[',
  '"',
  '\\u0000',
  '\\ud800',
  '%00',
  '%0d%0a',
  '?validationToken=x',
  '&validationToken=y',
  'transfer-encoding: chunked\r\n',
  'content-length: 0\r\n',
  'content-length: 99999999\r\n',
  'content-encoding: gzip\r\n',
  'expect: 100-continue\r\n',
  'host: evil.example\r\n',
  'upgrade: h2c\r\nconnection: upgrade\r\n',
  'null',
  '1e999',
  '-1',
  '"__proto__":',
  '"lifecycleEvent":"missed",',
  'GET / HTTP/1.1\r\n\r\n',
  '0\r\n\r\n',
  'x'.repeat(300),
  '\u202e',
  '💥',
].map((word) => Buffer.from(word));
const bytes = [0, 9, 10, 13, 32, 34, 37, 47, 58, 92, 127, 128, 255] as const;

/** Sound and unsound requests to begin with; all kinds that the listener knows. */
export function seeds(known: Known): readonly Buffer[] {
  const { notificationPath: change, lifecyclePath, probePath } = known;
  const chunk = json(item(known));
  return [
    post(known, change, json(item(known))),
    post(known, change, json(item(known, { clientState: 'stranger' }))),
    post(known, change, json(item(known), item(known, { changeType: 'created' }), null)),
    post(known, lifecyclePath, json(item(known, { lifecycleEvent: 'missed' }))),
    post(known, lifecyclePath, json(item(known, { lifecycleEvent: 'reauthorizationRequired' }))),
    post(known, `${change}?validationToken=Validation%3A+abc`, ''),
    post(known, `${probePath}?n=abcdefghijklmnop`, '', { method: 'GET' }),
    post(known, change, `${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`, {
      headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' },
    }),
    post(known, 'elsewhere', json(item(known))),
  ];
}

/** One to four changes: anywhere, or within the body alone, which then gets past the head and has to be understood. */
export function mutate(chance: Chance, from: readonly Buffer[]): Buffer {
  const whole = chance.pick(from);
  const changes = 1 + chance.below(4);
  const repeated = (bytes: Buffer, all: readonly Buffer[]): Buffer => {
    let changed = bytes;
    for (let left = changes; left > 0; left -= 1) changed = change(chance, changed, all);
    return changed;
  };
  if (chance.below(2) === 0) return repeated(whole, from);
  const { head, body } = parts(whole);
  const changed = repeated(
    body,
    from.map((each) => parts(each).body),
  );
  const length = `content-length: ${changed.length}`;
  return Buffer.concat([Buffer.from(head.replace(/content-length: \d+/, length), 'latin1'), changed]);
}

function parts(request: Buffer): { readonly head: string; readonly body: Buffer } {
  const end = request.indexOf('\r\n\r\n') + 4;
  return { head: request.subarray(0, end).toString('latin1'), body: request.subarray(end) };
}

function change(chance: Chance, from: Buffer, all: readonly Buffer[]): Buffer {
  const at = chance.below(from.length + 1);
  const until = Math.min(from.length, at + 1 + chance.below(40));
  const before = from.subarray(0, at);
  switch (chance.below(9)) {
    case 0: // another byte
      return Buffer.concat([before, Buffer.of(chance.pick(bytes)), from.subarray(at + 1)]);
    case 1: // one bit
      return Buffer.concat([before, Buffer.of((from[at] ?? 0) ^ (1 << chance.below(8))), from.subarray(at + 1)]);
    case 2: // something more
      return Buffer.concat([before, chance.pick(words), from.subarray(at)]);
    case 3: // something less
      return Buffer.concat([before, from.subarray(until)]);
    case 4: // something twice
      return Buffer.concat([from.subarray(0, until), from.subarray(at)]);
    case 5: // the end is missing
      return Buffer.from(before);
    case 6: // one behind another
      return Buffer.concat([from, chance.pick(all)]);
    case 7: // the head of one, the tail of another
      return Buffer.concat([before, chance.pick(all).subarray(at)]);
    default: // two parts change places
      return Buffer.concat([before, from.subarray(until), from.subarray(at, until)]);
  }
}
