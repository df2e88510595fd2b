/** Runs seeds and turns what their judges saw into verdicts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Verdicts } from '../verdicts.ts';
import type { Broken, Figures } from './judge.ts';

const program = new URL('./simulate.ts', import.meta.url).pathname;
/** Real milliseconds for one run, on a machine that has other things to do. */
const runLimitMs = 15 * 60_000;

export interface Run {
  readonly seed: number;
  readonly days: number;
  readonly hash: string;
  readonly lives: number;
  readonly tookS: number;
  readonly figures: Figures;
  readonly troubles: Readonly<Record<string, number>>;
  readonly broken: readonly {
    readonly at: string;
    readonly promise: Broken['promise'] | 'crash';
    readonly what: string;
  }[];
}

/** @throws when the run did not come to an end: what it said is in the message. */
export async function simulate(seed: number, days: number): Promise<Run> {
  // What lives for a moment only is not copied twice: a fifth less work.
  const node = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64'];
  const args = [...node, program, '--seed', String(seed), '--days', String(days)];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TZ: 'Europe/Berlin' },
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), runLimitMs);
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4_000);
  });
  await once(child, 'close');
  clearTimeout(limit);
  try {
    return JSON.parse(out) as Run;
  } catch {
    throw new Error(`seed ${seed} did not come to its end: ${out.slice(-500)} ${errors}`);
  }
}

export async function judgeSimulation(
  verdicts: Verdicts,
  asked: { readonly seeds: number; readonly from: number; readonly days: number; readonly say: (line: string) => void },
): Promise<readonly Run[]> {
  const { seeds, from, days, say } = asked;
  const waiting = [from, ...Array.from({ length: seeds }, (_, at) => from + at)];
  const runs: Run[] = [];
  const worker = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const run = await simulate(seed, days);
      runs.push(run);
      say(`seed ${seed}: ${run.broken.length === 0 ? 'all kept' : `${run.broken.length} broken`}`);
      for (const { at, promise, what } of run.broken) say(`  ${at} ${promise}: ${what}`);
      if (run.broken.length > 0)
        say(`  again: node test/simulation/simulate.ts --seed ${seed} --days ${days} --trace FILE`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));

  const again = runs.filter(({ seed }) => seed === from);
  // The run that was made twice counts once.
  const each = [...new Map(runs.map((run) => [run.seed, run])).values()].filter(({ figures }) => figures !== undefined);
  const sum = (of: (run: Run) => number): number => each.reduce((total, run) => total + of(run), 0);
  const brokenOf = (...promises: string[]): number =>
    sum(({ broken }) => broken.filter(({ promise }) => promises.includes(promise)).length);
  const bad = (...promises: string[]): string | undefined => {
    const found = [
      ...new Set(
        runs.filter(({ broken }) => broken.some(({ promise }) => promises.includes(promise))).map(({ seed }) => seed),
      ),
    ];
    return found.length === 0 ? undefined : `seeds ${found.join(', ')}`;
  };
  const what = `${each.length} seeds of ${days} virtual days with random faults`;
  const number = (value: number): string => Math.round(value).toLocaleString('en');
  const check = (goal: string, of: string, measured: string, wanted: string, ...promises: string[]): void =>
    verdicts.check(goal, `${of}: ${what}`, measured, wanted, brokenOf(...promises) === 0, bad(...promises));

  const crashes = runs.filter(({ broken }) => broken.some(({ promise }) => promise === 'crash'));
  const crashed = crashes.map(({ seed }) => seed).join(', ');
  verdicts.check(
    'T7',
    `nothing uncaught: ${what}`,
    `${crashes.length}`,
    '0',
    crashes.length === 0,
    ...(crashed === '' ? [] : [`seeds ${crashed}`]),
  );
  if (each.length === 0) return runs;
  const calm = number(sum(({ figures }) => figures.calmMinutes));
  const without = sum(({ figures }) => figures.withoutSubscriptionMinutes);
  check(
    'T7',
    'a live subscription for mail and calendar',
    `${without} of ${calm} min without`,
    '0 min while online, signed in and a tunnel possible',
    'subscribed',
  );
  check(
    'T2',
    'never two live subscriptions for one resource',
    `${brokenOf('one subscription')} times`,
    '0',
    'one subscription',
  );
  check(
    'Q3',
    'everything in the list once, unread count as the server’s',
    `${number(sum(({ figures }) => figures.items))} mails, ${brokenOf('list')} wrong`,
    '0',
    'list',
  );
  check(
    'Q2',
    'everything told once',
    `${number(sum(({ figures }) => figures.toasts))} toasts, ${brokenOf('once')} wrong`,
    '0',
    'once',
  );
  check(
    'A6',
    'every prompt has a cause, one for each',
    `${number(sum(({ figures }) => figures.prompts))} prompts, ${brokenOf('prompt')} wrong`,
    '0',
    'prompt',
  );
  check('T1', 'the tray is truthful within 120 s', `${brokenOf('truth')} times not`, '0', 'truth');
  const slowest: Record<string, number> = {};
  for (const { figures } of each) {
    for (const [trouble, seconds] of Object.entries(figures.slowestRecoveryS))
      slowest[trouble] = Math.max(slowest[trouble] ?? 0, seconds);
  }
  say(`slowest ways back to “all good”, seconds after the last trouble: ${JSON.stringify(slowest)}`);
  check(
    'T2',
    'back to “all good” after each trouble, and at the end',
    `${brokenOf('recovery')} times not`,
    '0',
    'recovery',
  );
  const isSame = new Set(again.map(({ hash }) => hash)).size === 1 && again.length === 2;
  verdicts.check(
    'T7',
    'one seed gives one run, to the letter',
    again.map(({ hash }) => hash.slice(0, 12)).join(' and '),
    'the same twice',
    isSame,
  );
  return runs;
}
