/**
 * Everything that can go wrong, on purpose, against the real core:
 *
 *     npm run faults -- [--long] [--seed N] [--only WHICH,WHICH] [--out FOLDER]
 *
 * A verdict for each goal (`Q1`) and for each fault of the list (`F disk.full`), with its figure; the long form also
 * writes them as Markdown and JSON. The same seed makes the same choices again. WHICH is a goal, the id of a fault, or
 * `F` for every fault.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDice } from '../simulation/dice.ts';
import { scratchFolder } from '../tools/scratch-folder.ts';
import { createVerdicts, type Verdict } from '../verdicts.ts';
import { faultTests } from './all.ts';
import { faultList } from './list.ts';
import { scanned } from './log-scan.ts';

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

/** Where a report goes that stays. */
const home = tmpdir();
// Everything goes here, so that nothing stays behind, however this ends.
const scratch = [mkdtempSync(join(tmpdir(), 'tidings-faults-run-')), scratchFolder('tidings-faults-run-')] as const;
[process.env.TMPDIR, process.env.TIDINGS_SCRATCH] = scratch;
process.once('exit', () => {
  for (const folder of scratch) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

const startedAt = performance.now();
const verdicts = createVerdicts(({ goal, what, measured, outcome }) =>
  console.log(`  ${outcome === 'pass' ? 'ok' : outcome}: ${goal} ${what}: ${measured}`),
);
console.log(`faults, ${long ? 'long' : 'short'} form, seed ${seed}`);
const wanted = (fault: string): boolean => only === null || only.includes('F') || only.includes(fault.toUpperCase());
const spokenOf = (fault: string): boolean => verdicts.list().some(({ goal }) => goal === `F ${fault}`);

/** What a test that plays a fault has found without naming it, in one line: the worst of it. */
function sumUp(plays: readonly string[], found: readonly Verdict[]): void {
  const goals = found.filter(({ goal }) => !goal.startsWith('F '));
  const worst =
    goals.find(({ outcome }) => outcome === 'fail') ?? goals.find(({ outcome }) => outcome === 'pass') ?? goals[0];
  for (const fault of plays) {
    const { what } = faultList.find(({ id }) => id === fault) ?? {};
    if (worst === undefined || what === undefined || spokenOf(fault)) continue;
    const others = goals.length === 1 ? '' : `, and ${goals.length - 1} more`;
    verdicts.add({ ...worst, goal: `F ${fault}`, what, measured: `${worst.measured} (${worst.goal}${others})` });
  }
}

for (const test of faultTests) {
  const plays = (test.plays ?? []).filter(wanted);
  const isAsked = only === null || plays.length > 0 || test.goals.some((goal) => only.includes(goal));
  if (!isAsked) continue;
  const beganAt = performance.now();
  const before = verdicts.list().length;
  console.log(`${[...test.goals, ...(test.goals.length === 0 ? ['F'] : [])].join(', ')}: ${test.name}`);
  try {
    const dice = createDice(seed, test.name);
    await test.run({ long, dice, verdicts, wanted, say: (line) => console.log(line) });
  } catch (error) {
    const [goal = plays[0] === undefined ? '?' : `F ${plays[0]}`] = test.goals;
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.log(why);
    verdicts.check(goal, test.name, 'broke off', 'an end', false, why.split('\n')[0]);
  }
  sumUp(plays, verdicts.list().slice(before));
  console.log(`  took ${Math.round((performance.now() - beganAt) / 1_000)} s`);
}
for (const { id, what, player } of faultList) {
  if (!wanted(id) || spokenOf(id)) continue;
  verdicts.notRun(`F ${id}`, what, 'survives', player.by === 'nobody' ? player.why : 'in the long form only');
}
const { homes, bytes } = scanned();
if (homes > 0) {
  const measured = `0 in ${Math.round(bytes / 1_000)} kB`;
  // One that is found fails its own fault.
  verdicts.check('F', `secrets in the logs of ${homes} lives with faults`, measured, '0', true);
}
const tookS = Math.round((performance.now() - startedAt) / 1_000);
console.log(`\n${verdicts.table()}\n${tookS} s, seed ${seed}`);
if (verdicts.exitCode() !== 0) console.log(`again: npm run faults -- ${long ? '--long ' : ''}--seed ${seed}`);
if (long || values.out !== undefined) {
  const folder = values.out ?? mkdtempSync(join(home, 'tidings-faults-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'faults.md'), `${verdicts.table()}\n`);
  writeFileSync(join(folder, 'faults.json'), verdicts.json({ seed, long, tookS }));
  console.log(`written to ${folder}`);
}
process.exitCode = verdicts.exitCode();
