import { describe, expect, test } from 'vitest';
import { median, percentile, signTest } from '../../fuzz/figures.ts';
import { hits } from '../../fuzz/places.ts';
import { createChance } from '../../fuzz/random.ts';

test('percentiles are values that were measured', () => {
  const values = [5, 1, 4, 2, 3];
  expect([percentile(values, 0), median(values), percentile(values, 0.99), percentile([], 0.5)]).toEqual([1, 3, 5, 0]);
});

describe('whether differences are more than chance', () => {
  const noise = (bias: number): number[] => {
    const chance = createChance(3);
    return Array.from({ length: 2000 }, () => chance.below(1001) - 500 + bias);
  };
  test('even ones are not', () => {
    expect(signTest(noise(0))).toBeGreaterThan(0.05);
    expect(signTest([])).toBe(1);
    expect(signTest([1, -1, 0, 0])).toBeCloseTo(1, 6);
  });
  test('a small lean of many is', () => {
    expect(signTest(noise(50))).toBeLessThan(0.001);
    expect(signTest(noise(-50))).toBeLessThan(0.001);
  });
  test('as a table of the normal distribution has it: 60 of 100 heads', () => {
    const tosses = [...Array<number>(60).fill(1), ...Array<number>(40).fill(-1)];
    expect(signTest(tosses)).toBeCloseTo(0.0574, 3);
  });
});

describe('a canary is found', () => {
  const secret = { name: 'secret', text: 'm4iHsR6jg_fLevVzk1OihRUHICiFkoKwS4TSini-B4Q' };
  test.each([
    ['as it is', `x ${secret.text} y`],
    ['in part', `x ${secret.text.slice(8, 36)}`],
    ['in base64', Buffer.from(secret.text).toString('base64')],
    ['in UTF-16', Buffer.concat([Buffer.alloc(3), Buffer.from(secret.text, 'utf16le')])],
    ['between other bytes', Buffer.concat([Buffer.alloc(100, 0xff), Buffer.from(secret.text)])],
  ])('%s', (_how, content) => {
    expect(hits({ place: content }, [secret])).toEqual(['secret in place']);
  });
  test('with encoded letters', () => {
    expect(
      hits({ place: 'to=ada%40contoso.example' }, [{ name: 'address', text: 'ada@contoso.example' }]),
    ).toHaveLength(1);
  });
  test('only where it is', () => {
    expect(hits({ one: 'nothing', two: secret.text, empty: '' }, [secret, { name: 'none', text: '' }])).toEqual([
      'secret in two',
    ]);
  });
});
