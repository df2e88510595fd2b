/**
 * `npm run bench`: measures, and prints one table. `-- --quick` for a minute and a half without judgement on speed,
 * `-- --only NAME,NAME`, `-- --write` puts table and pictures into docs/. Ends with 1 when a goal was missed.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVerdicts } from '../verdicts.ts';
import type { Bench, Growth, Kit, Row } from './bench.ts';
import { measured } from './bench.ts';
import { show } from './figures.ts';
import { plot } from './plot.ts';
import { benches, needElectron } from './suite.ts';
import { writeReport } from './write-report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const results = join(root, 'test-results', 'bench');
const usage = `npm run bench -- [--quick] [--only NAME,NAME] [--write]
Benches: ${benches.map(({ name, length }) => (length === 'long' ? `${name} (only when named)` : name)).join(', ')}`;

const options = readOptions();
const tell = (line: string): void => void process.stderr.write(`${line}\n`);
const startedAt = new Date();
const rows: Row[] = [];
const growths: Growth[] = [];
const verdicts = createVerdicts(({ goal, what, measured: figure, outcome }) =>
  tell(`  ${outcome.padEnd(7)} ${goal.padEnd(4)} ${what}: ${figure}`),
);
const loadBefore = loadavg()[0] ?? 0;
const chosen = benches.filter(({ name, length }) =>
  options.only === null ? length === 'short' || (length === 'slow' && !options.quick) : options.only.includes(name),
);
for (const bench of chosen) if (bench.runsBeside === undefined) await runBench(bench);
const [longest, ...others] = chosen.filter(({ runsBeside }) => runsBeside === true).reverse();
await Promise.all([
  longest === undefined ? null : runBench(longest),
  others.reduceRight((before, bench) => before.then(() => runBench(bench)), Promise.resolve()),
]);
if (options.only === null) {
  for (const each of needElectron)
    verdicts.notRun(each.goal, each.what, each.wanted, "no binary: needs Electron's own program");
  for (const bench of benches)
    if (!chosen.includes(bench))
      verdicts.notRun('–', bench.name, 'see docs/performance.md', `left out; npm run bench -- --only ${bench.name}`);
}

const tookS = Math.round((Date.now() - startedAt.getTime()) / 1000);
const about = {
  startedAt: startedAt.toISOString(),
  tookS,
  form: options.quick ? 'quick' : 'full',
  loadBefore: Number(show(loadBefore)),
};
mkdirSync(results, { recursive: true });
writeFileSync(join(results, 'bench.json'), `${verdicts.json({ ...about, rows, growths })}\n`);
writeFileSync(join(results, 'bench.md'), `${verdicts.table()}\n`);
for (const growth of growths) writeFileSync(join(results, `${growth.name}.svg`), plot(growth));
if (options.write) writeReport({ docs: join(root, 'docs'), table: verdicts.table(), growths, about });
process.stdout.write(`\n${verdicts.table()}\n\n${tookS} s; also in test-results/bench.\n`);
process.exitCode = verdicts.exitCode();

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        write: { type: 'boolean', default: false },
      },
    });
    const only = values.only?.split(',') ?? null;
    for (const name of only ?? []) if (!benches.some((bench) => bench.name === name)) throw new Error(`no “${name}”`);
    return { quick: values.quick, write: values.write, only };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
    process.exit(2);
  }
}

async function runBench(bench: Bench): Promise<void> {
  tell(`${bench.name} …`);
  const ends: (() => void | Promise<void>)[] = [];
  const kit: Kit = {
    quick: options.quick,
    folder() {
      // Beside the results, as the system's own temporary folder may lie in memory.
      mkdirSync(results, { recursive: true });
      const folder = mkdtempSync(join(results, 'folder-'));
      ends.unshift(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
      return folder;
    },
    row(row) {
      rows.push(row);
      const judged = !options.quick || !row.isTiming || row.holds;
      const { goal, what, wanted, holds } = row;
      if (judged) verdicts.check(goal, what, measured(row), wanted, holds, row.note);
      else {
        const note = 'not judged in the short form';
        verdicts.add({ goal, what, measured: measured(row), wanted, outcome: 'not run', note });
      }
    },
    notRun: (goal, what, wanted, why) => verdicts.notRun(goal, what, wanted, why),
    growth: (growth) => void growths.push(growth),
    onEnd: (end) => void ends.push(end),
  };
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`not done within ${bench.limitS} s`)), bench.limitS * 1000);
  try {
    await Promise.race([bench.run(kit), limit.promise]);
  } catch (error) {
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    verdicts.check('–', bench.name, `failed: ${why}`, 'a figure', false);
  } finally {
    clearTimeout(timer);
    for (const end of ends.reverse()) await end();
  }
}
