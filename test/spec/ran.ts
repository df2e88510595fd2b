/** Which tests ran last, and how they ended: written at the end of each run, read by `npm run spec`. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const file = z.object({
  ranAt: z.iso.datetime(),
  /** Full name → `passed`, `failed`, `not run: why`, or `skipped` without a reason. */
  tests: z.record(z.string(), z.string()),
});
const ran = z.object({ files: z.record(z.string(), file) });

export type RanFile = z.infer<typeof file>;
export interface Ran {
  readonly files: Readonly<Record<string, RanFile>>;
}

const pathIn = (root: string): string => join(root, 'test-results', 'ran.json');

/** Null when nothing ran yet, or what is there cannot be understood: then it has to run again. */
export function readRan(root: string): Ran | null {
  const path = pathIn(root);
  if (!existsSync(path)) return null;
  try {
    return ran.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

export function writeRan(root: string, value: Ran): void {
  const path = pathIn(root);
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, JSON.stringify(value, null, 1));
  renameSync(beside, path);
}
