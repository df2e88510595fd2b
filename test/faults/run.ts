/**
 * Everything that can go wrong, on purpose, against the real core:
 *
 *     npm run faults -- [--long] [--seed N] [--only GOAL,GOAL] [--out FOLDER]
 *
 * A verdict for each goal, with its figure; the long form also writes them as Markdown and JSON. The same seed makes
 * the same choices again.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDice } from '../simulation/dice.ts';
import { createVerdicts } from '../verdicts.ts';
import { faultTests } from './all.ts';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    seed: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const seed = Number(values.seed ?? '1');
if (!Number.isSafeInteger(seed)) throw new RangeError('--seed takes a whole number');
const only = values.only?.split(',').map((goal) => goal.trim().toUpperCase()) ?? null;
const { long } = values;

const startedAt = performance.now();
const verdicts = createVerdicts(({ goal, what, measured, outcome }) =>
  console.log(`  ${outcome === 'pass' ? 'ok' : outcome}: ${goal} ${what}: ${measured}`),
);
console.log(`faults, ${long ? 'long' : 'short'} form, seed ${seed}`);
for (const test of faultTests) {
  if (only !== null && !test.goals.some((goal) => only.includes(goal))) continue;
  const beganAt = performance.now();
  console.log(`${test.goals.join(', ')}: ${test.name}`);
  try {
    await test.run({ long, dice: createDice(seed, test.name), verdicts, say: (line) => console.log(line) });
  } catch (error) {
    const [goal = '?'] = test.goals;
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.log(why);
    verdicts.check(goal, test.name, 'broke off', 'an end', false, why.split('\n')[0]);
  }
  console.log(`  took ${Math.round((performance.now() - beganAt) / 1_000)} s`);
}
const tookS = Math.round((performance.now() - startedAt) / 1_000);
console.log(`\n${verdicts.table()}\n${tookS} s, seed ${seed}`);
if (verdicts.exitCode() !== 0) console.log(`again: npm run faults -- ${long ? '--long ' : ''}--seed ${seed}`);
if (long || values.out !== undefined) {
  const folder = values.out ?? mkdtempSync(join(tmpdir(), 'tidings-faults-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'faults.md'), `${verdicts.table()}\n`);
  writeFileSync(join(folder, 'faults.json'), verdicts.json({ seed, long, tookS }));
  console.log(`written to ${folder}`);
}
process.exitCode = verdicts.exitCode();
