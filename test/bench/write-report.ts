/** Puts the figures of one whole run into docs/performance.md, between two marks, and the pictures beside it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from '../verdicts.ts';
import type { Growth } from './bench.ts';
import { show } from './figures.ts';
import { plot } from './plot.ts';

const marks = { begin: '<!-- bench:begin -->', end: '<!-- bench:end -->' } as const;

export interface Report {
  readonly docs: string;
  readonly table: string;
  readonly growths: readonly Growth[];
  readonly about: {
    readonly startedAt: string;
    readonly tookS: number;
    readonly form: string;
    readonly loadBefore: number;
  };
}

/** @throws {Error} when the page has lost its marks: nothing is written then. */
export function writeReport({ docs, table, growths, about }: Report): void {
  const file = join(docs, 'performance.md');
  const page = readFileSync(file, 'utf8');
  const begin = page.indexOf(marks.begin);
  const end = page.indexOf(marks.end);
  if (begin < 0 || end < begin) throw new Error(`performance.md needs the lines ${marks.begin} and ${marks.end}`);
  const pictures = join(docs, 'performance');
  mkdirSync(pictures, { recursive: true });
  for (const growth of growths) writeFileSync(join(pictures, `${growth.name}.svg`), plot(growth));
  const { cpu, cores, memoryGb, system, node } = machine();
  const text = [
    marks.begin,
    `Taken ${about.startedAt.slice(0, 10)} (${about.form} form, ${about.tookS} s) on ${cores} cores of ${cpu}, ${memoryGb} GB, ${system}, Node ${node}; ` +
      `load average before the run: ${show(about.loadBefore)}.`,
    '',
    table,
    '',
    ...growths.flatMap(({ name, title, points, xTitle, yTitle }) => [
      `![${title}](performance/${name}.svg)`,
      '',
      `| ${xTitle} | ${points.map(({ x }) => x.toLocaleString('en-US')).join(' | ')} |`,
      `|---|${points.map(() => '---|').join('')}`,
      `| ${yTitle} | ${points.map(({ y }) => show(y)).join(' | ')} |`,
      '',
    ]),
    marks.end,
  ].join('\n');
  writeFileSync(file, page.slice(0, begin) + text + page.slice(end + marks.end.length));
}
