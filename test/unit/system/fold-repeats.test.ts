import { expect, test } from 'vitest';
import { createFoldRepeats, type LogLine } from '../../../main/system/fold-repeats.ts';

const start = Date.parse('2026-11-21T09:00:00Z');
const second = 1_000;
const minute = 60 * second;

function rig() {
  const folded = createFoldRepeats();
  const written: string[] = [];
  const say = ({ event, fields, leftOut, lastAt }: LogLine, at: number): void => {
    const counted = leftOut === undefined ? '' : ` +${leftOut}`;
    const last = lastAt === undefined ? '' : ` last at ${(lastAt.getTime() - start) / second}`;
    written.push(`${(at - start) / second}: ${event} ${JSON.stringify(fields)}${counted}${last}`);
  };
  return {
    written,
    rest: () => folded.rest(),
    log(at: number, event: string, fields: LogLine['fields'] = {}, level: LogLine['level'] = 'warn') {
      for (const line of folded.take(level, event, fields, new Date(start + at))) say(line, start + at);
    },
  };
}

test('what repeats is written three times, then every ten minutes with a count, and the rest is counted when it is over', () => {
  const { log, written } = rig();
  for (let at = 0; at <= 12 * minute; at += 20 * second) log(at, 'x.failed', { code: 'offline', attempt: at / second });
  log(13 * minute, 'y.done', {}, 'info');
  log(14 * minute, 'y.done', {}, 'info');
  expect(written).toEqual([
    '0: x.failed {"code":"offline","attempt":0}',
    '20: x.failed {"code":"offline","attempt":20}',
    '40: x.failed {"code":"offline","attempt":40}',
    '640: x.failed {"code":"offline","attempt":640} +29',
    '780: y.done {}',
    '840: x.failed {"code":"offline","attempt":720} +4 last at 720',
    '840: y.done {}',
  ]);
});

test('another reason, level or event is another kind; a number of the try or a request id is not', () => {
  const { log, written } = rig();
  for (let n = 0; n < 5; n += 1) {
    log(n, 'x.failed', { code: 'offline', requestId: `${n}`, tookMs: n });
    log(n, 'x.failed', { code: 'busy' });
    log(n, 'x.failed', { code: 'busy' }, 'error');
    log(n, 'y.failed', { code: 'busy' });
    log(n, 'x.read', {}, 'info');
  }
  const counts = Object.groupBy(written, (line) => line.replace(/^[^ ]+ |"requestId.*/gu, ''));
  expect(Object.values(counts).map((lines) => lines?.length)).toEqual([3, 6, 3, 5]);
});

test('a kind that was silent for ten minutes is written in full again', () => {
  const { log, written } = rig();
  for (const at of [0, 1, 2, 3, 3 + 10 * minute, 4 + 10 * minute]) log(at, 'x.failed');
  expect(written).toEqual([
    '0: x.failed {}',
    '0.001: x.failed {}',
    '0.002: x.failed {}',
    '600.003: x.failed {} +1 last at 0.003',
    '600.003: x.failed {}',
    '600.004: x.failed {}',
  ]);
});

test('nothing goes uncounted: at the end, with more kinds than are remembered, or when the clock is set', () => {
  const { log, written, rest } = rig();
  let sent = 0;
  for (let n = 0; n < 5_000; n += 1) {
    // The clock leaps back and forth by hours.
    const leap = n % 1_000 < 500 ? 0 : -5 * 60 * minute;
    log(n * second + leap, 'x.failed', { code: `${Math.floor((n % 600) / 4)}` });
    sent += 1;
  }
  const counted = [...written.map((line) => [/\+(\d+)/.exec(line)?.[1] ?? '0', line.includes('last at')] as const)];
  const inFile = counted.reduce((sum, [left, isCountOnly]) => sum + Number(left) + (isCountOnly ? 0 : 1), 0);
  const waiting = rest().reduce((sum, { leftOut = 0 }) => sum + leftOut, 0);
  expect([inFile + waiting, rest()]).toEqual([sent, []]);
});
