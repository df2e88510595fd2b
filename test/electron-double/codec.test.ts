import { describe, expect, test } from 'vitest';
import { createCodec } from './codec.ts';
import { readMarkup } from './markup.ts';
import { toAppUrl, toChromiumUrl } from './scheme-url.ts';

describe('the codec of IPC values', () => {
  const { encode, decode } = createCodec();
  const values: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['arrays that look like tags', ['date', 5, ['undefined']]],
    ['numbers JSON cannot say', [Number.NaN, Number.POSITIVE_INFINITY, -0, 10n ** 30n]],
    ['dates, also inside', { at: new Date(5), never: new Date(Number.NaN) }],
    ['maps of sets', new Map([[{ key: 1 }, new Set(['a'])]])],
    ['expressions', /a\/b/gi],
    ['binary', { view: new Float64Array([1.5]), raw: new Uint8Array([1, 2]).buffer }],
  ];
  test.each(values)('brings back %s', (_, value) => {
    expect(decode(encode(value))).toEqual(value);
  });

  test('brings back errors with name, message and cause', () => {
    const back = decode(encode(new RangeError('too far', { cause: new Error('root') }))) as Error;
    expect([back.name, back.message, (back.cause as Error).message]).toEqual(['RangeError', 'too far', 'root']);
  });

  test('keeps cycles and shared references', () => {
    const shared = { n: 1 };
    const ring: Record<string, unknown> = { a: shared, b: shared };
    ring.ring = ring;
    const back = decode(encode(ring)) as Record<string, unknown>;
    expect([back.ring === back, back.a === back.b, back.a]).toEqual([true, true, { n: 1 }]);
  });

  test('makes no prototype out of a key', () => {
    const back = decode(encode(JSON.parse('{"__proto__":{"admin":true}}'))) as Record<string, unknown>;
    expect([Object.getPrototypeOf(back) === Object.prototype, back.admin]).toEqual([true, undefined]);
  });

  test('refuses what cannot be cloned', () => {
    expect(() => encode(() => 1)).toThrow();
  });
});

test('app URLs go to Chromium and back unchanged; others are left alone', () => {
  const url = 'app://main/a%20b/page.html?q=1#top';
  expect(toChromiumUrl(url)).toBe('https://main.app.electron-double.test/a%20b/page.html?q=1#top');
  expect(toAppUrl(toChromiumUrl(url))).toBe(url);
  expect([toAppUrl('https://contoso.example/x'), toChromiumUrl('about:blank')]).toEqual([
    'https://contoso.example/x',
    'about:blank',
  ]);
});

test('markup in a toast is read as servers read it', () => {
  expect(readMarkup('<b>Big</b> &lt;ada@contoso.example&gt; &amp;amp; &#233; &#x1F600; &bogus;')).toBe(
    'Big <ada@contoso.example> &amp; é 😀 &bogus;',
  );
});
