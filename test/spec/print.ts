/** `npm run spec`: how much of the specification is proven by tests that ran. Ends with 1 while anything is open. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseProof, problemInRun, problemInSource } from './proofs.ts';
import { type Ran, readRan } from './ran.ts';
import { type Row, readRows, readSections, sectionOf, standingOf } from './rows.ts';

const root = join(import.meta.dirname, '..', '..');
const rows = readRows();
const ran = readRan(root);

/** What keeps a row's proofs from counting. */
function problemsOf({ proof = [] }: Row, results: Ran | null): readonly string[] {
  return proof.flatMap((text) => {
    const parsed = parseProof(text);
    const problem = problemInSource(root, parsed) ?? (results === null ? null : problemInRun(results, parsed)?.text);
    if (problem !== null && problem !== undefined) return [`${text}: ${problem}`];
    return results !== null && isStale(results, parsed.file) ? [`${text}: changed since it ran`] : [];
  });
}

function isStale(results: Ran, file: string): boolean {
  const ranAt = results.files[file]?.ranAt;
  return ranAt !== undefined && statSync(join(root, file)).mtimeMs > Date.parse(ranAt);
}

function printTable(): void {
  const sections = readSections();
  const widest = Math.max(...sections.map(({ section, title }) => `${section}  ${title}`.length));
  const line = (name: string, ...numbers: (string | number)[]): void =>
    console.log([name.padEnd(widest), ...numbers.map((each) => String(each).padStart(9))].join('  '));
  const counts = (of: readonly Row[]): number[] => [
    of.length,
    ...(['proven', 'noDemand', 'open'] as const).map((each) => of.filter((row) => standingOf(row) === each).length),
  ];
  line('', 'rows', 'proven', 'no demand', 'open');
  for (const { section, title } of sections) {
    line(`${section}  ${title}`, ...counts(rows.filter((row) => sectionOf(row) === section)));
  }
  line('all', ...counts(rows));
}

printTable();
const open = rows.filter((row) => standingOf(row) === 'open');
for (const { key, demand, open: missing } of open) console.log(`\nopen: ${key}\n  ${demand}\n  missing: ${missing}`);
const problems = rows.flatMap((row) => problemsOf(row, ran).map((text) => `${row.key}\n  ${text}`));
for (const problem of problems) console.log(`\nnot proven: ${problem}`);
if (ran === null) console.log('\nNo test has run here yet: run npm test first.');
const isProven = open.length === 0 && problems.length === 0 && ran !== null;
console.log(`\n${open.length} open, ${problems.length} proofs that do not count`);
process.exitCode = isProven ? 0 : 1;
