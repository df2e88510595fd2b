import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { measured } from '../../bench/bench.ts';
import { median, quantile, ratio, showRuns, slope } from '../../bench/figures.ts';
import { plot } from '../../bench/plot.ts';
import { writeReport } from '../../bench/write-report.ts';

test('a percentile is a value that was measured, by nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 100, 198, 200]);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test('the median of an even number of runs lies between the two in the middle', () => {
  expect([median([3]), median([9, 1]), median([5, 1, 3, 100])]).toEqual([3, 5, 4]);
});

test('a ratio compares run with run: a machine that slows down in between changes nothing', () => {
  expect(ratio([2, 20, 200], [1, 10, 100])).toBe(2);
  expect(() => ratio([1, 2], [1])).toThrow(RangeError);
});

test('a slope is that of the nearest line, and needs two places', () => {
  const points = [0, 1, 2, 3].map((x) => ({ x, y: 100 + 2 * x + (x % 2) }));
  expect(slope(points)).toBeCloseTo(2.2);
  expect(() => slope([{ x: 1, y: 1 }])).toThrow(RangeError);
});

test('a figure stands in the table with its spread, its reference and what goes with it', () => {
  const row = { goal: 'L1', what: 'ack', unit: 'ms', wanted: '≤ 1.3 ×', holds: true, isTiming: true } as const;
  expect([
    showRuns([1234.5], 'ms'),
    measured({ ...row, runs: [2, 4, 3], reference: { what: 'bare', runs: [1, 2, 2] }, also: '0 lost' }),
  ]).toEqual(['1,235 ms', '3 ms (2–4, 3 runs); 2 × bare 2 ms (1–2, 3 runs); 0 lost']);
});

test('a picture shows each point in its place, steps of ten where the work spans many, and no text as markup', () => {
  const growth = { name: 'g', title: 'Cost <of> it', xTitle: 'alerts', yTitle: 'ms' };
  const svg = plot({ ...growth, points: [10, 100, 1_000, 10_000].map((x, index) => ({ x, y: index })) });
  const circles = [...svg.matchAll(/circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
  expect(circles).toEqual([
    [64, 208],
    [196, 174.4],
    [328, 140.8],
    [460, 107.2],
  ]);
  expect(svg).toContain('Cost &lt;of&gt; it');
});

test('a report takes the place of the last one, and nothing else of the page', () => {
  const docs = mkdtempSync(join(tmpdir(), 'tidings-docs-'));
  onTestFinished(() => rmSync(docs, { recursive: true }));
  const page = join(docs, 'performance.md');
  const about = { startedAt: '2026-11-21T09:00:00.000Z', tookS: 60, form: 'full', loadBefore: 0.5 };
  const growths = [{ name: 'list', title: 'List', xTitle: 'alerts', yTitle: 'ms', points: [{ x: 1, y: 2 }] }];
  writeFileSync(page, 'before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n');
  for (let turn = 0; turn < 2; turn += 1) writeReport({ docs, table: '| the table |', growths, about });
  const text = readFileSync(page, 'utf8');
  expect([text.startsWith('before\n'), text.endsWith('\nafter\n'), text.includes('old')]).toEqual([true, true, false]);
  expect([text.split('| the table |').length, text.includes('](performance/list.svg)')]).toEqual([2, true]);
  expect(readFileSync(join(docs, 'performance', 'list.svg'), 'utf8')).toContain('<svg');
  writeFileSync(page, 'no marks');
  expect(() => writeReport({ docs, table: '', growths, about })).toThrow('needs the lines');
  expect(readFileSync(page, 'utf8')).toBe('no marks');
});
