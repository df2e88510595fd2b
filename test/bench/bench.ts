/** What one bench is given, and what it gives back. */
import type { Series, Unit } from './figures.ts';
import { ratio, show, showRuns } from './figures.ts';

export interface Row {
  /** As in the goals: `L1`, `P5`. */
  readonly goal: string;
  readonly what: string;
  readonly unit: Unit;
  readonly runs: readonly number[];
  /** Measured in the same run; its `runs` pair with ours. */
  readonly reference?: Series;
  /** Words behind the figures: `0 of 2,000 over 1 s`. */
  readonly also?: string;
  readonly wanted: string;
  readonly holds: boolean;
  /** False for what does not depend on how fast the machine is: then the short form judges it too. */
  readonly isTiming: boolean;
  readonly note?: string;
}

/** How cost grows with work, one line in one picture. */
export interface Growth {
  readonly name: string;
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Kit {
  /** The short form: fewer repeats, no judgement about speed. */
  readonly quick: boolean;
  /** A fresh folder on the file system of the checkout, gone at the end. */
  folder(): string;
  row(row: Row): void;
  notRun(goal: string, what: string, wanted: string, why: string): void;
  growth(growth: Growth): void;
  /** Ends with the bench, whatever happens. */
  onEnd(end: () => void | Promise<void>): void;
}

export interface Bench {
  /** As `--only` names it. */
  readonly name: string;
  /** `long` only when it is asked for by name; `slow` is left out of the short form. */
  readonly length: 'short' | 'slow' | 'long';
  /** Its figures are of virtual time or of its own process alone: it runs while another of these waits. */
  readonly runsBeside?: true;
  /** Real seconds after which it is given up. */
  readonly limitS: number;
  run(kit: Kit): Promise<void>;
}

/** The cell of the table. */
export function measured({ unit, runs, reference, also }: Row): string {
  const parts = [showRuns(runs, unit)];
  if (reference !== undefined) {
    parts.push(`${show(ratio(runs, reference.runs))} × ${reference.what} ${showRuns(reference.runs, unit)}`);
  }
  if (also !== undefined) parts.push(also);
  return parts.join('; ');
}
