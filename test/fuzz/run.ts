/**
 * `npm run fuzz [-- --long] [--seed N] [--only NAME,…] [--json FILE]`: hostile input of every kind against the built app
 * as a real process. Prints a verdict for each goal with what was measured beside what was asked for. `--spoiled` shows
 * that each attack finds an app that is bad.
 */
import { writeFileSync } from 'node:fs';
import { createVerdicts, type Verdict } from '../verdicts.ts';
import { type Attack, attacks } from './attacks.ts';
import { isSpoil, runSpoiled, runsToItsEnd, spoils } from './spoils.ts';
import { spoilTargets } from './target.ts';

const args = process.argv.slice(2);
const after = (name: string): string | undefined => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
};
const isLong = args.includes('--long');
const seed = Number(after('--seed') ?? Math.floor(Math.random() * 2 ** 31));
const only = after('--only')?.split(',');
const jsonFile = after('--json');
if (!Number.isSafeInteger(seed) || seed < 0) {
  console.error('--seed wants a whole number, not below zero');
  process.exit(2);
}
const unknown = (only ?? []).filter((name) => !attacks.some((attack) => attack.name === name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${attacks.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const spoil = after('--spoil');
if (spoil !== undefined && !isSpoil(spoil)) {
  console.error(`There is no ${spoil}; there are ${spoils.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
if (spoil !== undefined) spoilTargets(spoil);
if (args.includes('--spoiled')) {
  const named = after('--spoiled')?.split(',').filter(isSpoil) ?? [];
  const names = named.length > 0 ? named : spoils.map(({ name }) => name);
  console.log(`Apps that are bad in ${names.length} ways, seed ${seed}: does an attack find each?\n`);
  process.exit((await runSpoiled(names, seed, (line) => console.log(line))) ? 0 : 1);
}

/** They mostly wait: for the listener's budget, for a minute to be over, for a process to start. */
const sideBySide = 4;
const marks = { pass: '✓', fail: '✗', 'not run': '–' } as const;
const told = ({ outcome, goal, what, measured, wanted, note }: Verdict): string =>
  `  ${marks[outcome]} ${goal.padEnd(3)} ${what}: ${measured} (wanted: ${wanted})${note === undefined ? '' : `\n        ${note}`}`;
const verdicts = createVerdicts();
const startMs = performance.now();
const secondsSince = (fromMs: number): string => ((performance.now() - fromMs) / 1000).toFixed(0);
console.log(
  `Hostile input, ${isLong ? 'long' : 'short'} form${spoil === undefined ? '' : `, against an app that is ${spoil}`}, seed ${seed} (the same again: --seed ${seed})`,
);

/** Several run at once, so what one attack tells is printed together, when it has ended. */
async function run(attack: Attack): Promise<void> {
  const fromMs = performance.now();
  const lines: string[] = [];
  const own = createVerdicts((verdict) => {
    verdicts.add(verdict);
    lines.push(told(verdict));
  });
  if (process.platform !== 'linux') {
    own.notRun(attack.goal, attack.title, 'runs', 'the desktop around the app is played by programs for Linux');
  } else {
    try {
      await attack.run({ verdicts: own, isLong, seed, say: (line) => void lines.push(`    ${line}`) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      own.check(attack.goal, attack.title, why.slice(0, 1200), runsToItsEnd, false, `seed ${seed}`);
    }
  }
  console.log(`\n${attack.title} (${attack.name}, ${secondsSince(fromMs)} s)\n${lines.join('\n')}`);
}
async function runAll(which: readonly Attack[], atOnce: number): Promise<void> {
  const waiting = which.filter(({ name }) => only === undefined || only.includes(name));
  const row = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: atOnce }, row));
}
await runAll(
  attacks.filter(({ isTimed }) => isTimed !== true),
  sideBySide,
);
await runAll(
  attacks.filter(({ isTimed }) => isTimed === true),
  1,
);

console.log(`\n${verdicts.table()}\n\nseed ${seed}, ${secondsSince(startMs)} s`);
if (jsonFile !== undefined) writeFileSync(jsonFile, `${verdicts.json({ seed, form: isLong ? 'long' : 'short' })}\n`);
process.exit(verdicts.exitCode());
