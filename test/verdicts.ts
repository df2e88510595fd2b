/**
 * One line for each goal: what was measured, beside what was asked for. The commands that measure (faults, fuzz, bench)
 * print them as a table for people and as JSON for programs. What could not run is counted, and is never a pass.
 */
import { cpus, totalmem } from 'node:os';

export interface Verdict {
  /** `Q1`, `L4`, `P8`: as in the goals. */
  readonly goal: string;
  /** What was done, in a few words. */
  readonly what: string;
  /** With its unit: `0 of 2,000 lost`. */
  readonly measured: string;
  /** What it should be: `0 lost`. */
  readonly wanted: string;
  readonly outcome: 'pass' | 'fail' | 'not run';
  /** Why it was not run, or what to know about a figure. */
  readonly note?: string;
}

export interface Verdicts {
  add(verdict: Verdict): void;
  /** Shorthand for what a single condition decides. */
  check(goal: string, what: string, measured: string, wanted: string, holds: boolean, note?: string): void;
  notRun(goal: string, what: string, wanted: string, why: string): void;
  list(): readonly Verdict[];
  /** A Markdown table with a closing line `N passed, N failed, N not run`. */
  table(): string;
  json(more?: Readonly<Record<string, unknown>>): string;
  /** 0 when nothing failed, else 1. */
  exitCode(): 0 | 1;
}

/** @param onVerdict called for each as it comes, for progress. */
export function createVerdicts(onVerdict: (verdict: Verdict) => void = () => {}): Verdicts {
  const all: Verdict[] = [];
  const count = (outcome: Verdict['outcome']): number => all.filter((each) => each.outcome === outcome).length;
  const summary = (): string => `${count('pass')} passed, ${count('fail')} failed, ${count('not run')} not run`;

  function add(verdict: Verdict): void {
    all.push(verdict);
    onVerdict(verdict);
  }

  return {
    add,
    check: (goal, what, measured, wanted, holds, note) =>
      add({ goal, what, measured, wanted, outcome: holds ? 'pass' : 'fail', ...(note === undefined ? {} : { note }) }),
    notRun: (goal, what, wanted, why) => add({ goal, what, measured: '–', wanted, outcome: 'not run', note: why }),
    list: () => all,
    table() {
      const rows = [...all].sort((a, b) => a.goal.localeCompare(b.goal, 'en', { numeric: true }));
      const cells = [
        ['Goal', 'What', 'Measured', 'Wanted', 'Verdict'],
        ...rows.map(({ goal, what, measured, wanted, outcome, note }) => [
          goal,
          what,
          measured,
          wanted,
          note === undefined ? outcome : `${outcome} (${note})`,
        ]),
      ].map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')));
      const widths = [0, 1, 2, 3, 4].map((column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
      const line = (row: readonly string[]): string =>
        `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
      const [head = [], ...body] = cells;
      return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), '', summary()].join('\n');
    },
    json: (more = {}) => JSON.stringify({ ...more, machine: machine(), summary: summary(), verdicts: all }, null, 2),
    exitCode: () => (count('fail') === 0 ? 0 : 1),
  };
}

/** What the figures were taken on; nothing that names a person or a host. */
export function machine(): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}
