import { describe, expect, test } from 'vitest';
import { causeName, retryAfterMs, serverDate } from '../../../main/graph/exchange.ts';
import { createLimiter } from '../../../main/graph/limiter.ts';

const now = new Date('2026-11-21T09:00:00Z');

describe('Retry-After', () => {
  test.each<[string, Record<string, string>, number | null]>([
    ['is absent', {}, null],
    ['is seconds', { 'retry-after': '7' }, 7000],
    ['is zero', { 'retry-after': '0' }, 0],
    ['is a date, by our clock', { 'retry-after': 'Sat, 21 Nov 2026 09:00:09 GMT' }, 9000],
    [
      'is a date, by the server’s clock when it says so',
      { 'retry-after': 'Sat, 21 Nov 2026 08:00:09 GMT', date: 'Sat, 21 Nov 2026 08:00:00 GMT' },
      9000,
    ],
    ['lies in the past', { 'retry-after': 'Sat, 21 Nov 2026 08:00:00 GMT' }, 0],
    ['is endless', { 'retry-after': '999999999' }, 3_600_000],
    ['is nonsense', { 'retry-after': 'soon' }, null],
    ['is negative', { 'retry-after': '-5 seconds' }, null],
  ])('%s', (_what, headers, expected) => {
    expect(retryAfterMs(new Headers(headers), now)).toBe(expected);
  });
});

test('reads the server’s Date, or says there is none', () => {
  expect(serverDate(new Headers({ date: 'Sat, 21 Nov 2026 08:00:00 GMT' }))).toEqual(new Date('2026-11-21T08:00:00Z'));
  expect(serverDate(new Headers({ date: 'yesterday' }))).toBeNull();
});

test('names the innermost cause for the log', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect(causeName(new TypeError('fetch failed', { cause: refused }))).toBe('ECONNREFUSED');
  expect(causeName(new DOMException('late', 'TimeoutError'))).not.toBe('unknown');
  expect(causeName('text')).toBe('unknown');
});

describe('the limiter', () => {
  test('lets in as many as it has slots, the rest in order, also after a failure', async () => {
    const limiter = createLimiter(2);
    const running = new Set<number>();
    const order: number[] = [];
    let most = 0;
    const finish: (() => void)[] = [];
    const work = (n: number) =>
      limiter.run(async () => {
        order.push(n);
        running.add(n);
        most = Math.max(most, running.size);
        await new Promise<void>((resolve) => finish.push(resolve));
        running.delete(n);
        if (n === 1) throw new Error('one fails');
      });
    const all = [1, 2, 3, 4, 5].map((n) => work(n).catch((error: Error) => error.message));
    for (let done = 0; done < 5; done += 1) {
      // A turn of the event loop lets the next one in.
      await new Promise((resolve) => setImmediate(resolve));
      finish.shift()?.();
    }
    expect(await Promise.all(all)).toEqual(['one fails', undefined, undefined, undefined, undefined]);
    expect({ order, most }).toEqual({ order: [1, 2, 3, 4, 5], most: 2 });
  });

  test('turns away everyone who waits when it stops', async () => {
    const limiter = createLimiter(1);
    let finish = (): void => {};
    const first = limiter.run(() => new Promise<string>((resolve) => (finish = () => resolve('done'))));
    const second = limiter.run(async () => 'never');
    limiter.stop(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    await expect(limiter.run(async () => 'late')).rejects.toThrow('stopped');
    finish();
    expect(await first).toBe('done');
  });
});
