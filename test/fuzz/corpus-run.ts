/** Every case of the corpus, one after the other, each judged by its answers and by what is in the queue afterwards. */
import { setTimeout as delay } from 'node:timers/promises';
import { rawRequest } from '../integration/webhook/raw.ts';
import { startBare, type Timed } from './beside.ts';
import { answersOf, type Case } from './corpus/case.ts';
import { awaited, type CorpusClass, corpus, unasked } from './corpus/corpus.ts';
import { judge, type Outcome, sendRaw } from './send.ts';
import type { Target } from './target.ts';

/** Without an answer nobody tells when a post is stored: on a busy machine it takes a moment. */
const storedLimitMs = 3000;

export interface ClassResult {
  readonly name: string;
  readonly cases: number;
  readonly failures: readonly string[];
}
/** Where the time of each answer matters: of the answers 200, and of a bare server beside them. */
export interface TimedClassResult extends ClassResult {
  readonly times: readonly Timed[];
  readonly bare: readonly Timed[];
}

/** All classes but the awaited validations; those that ask unasked are kept for the end, see `runUnasked`. */
export async function runCorpus(target: Target): Promise<readonly ClassResult[]> {
  const port = await target.port();
  const results: ClassResult[] = [];
  for (const one of corpus) if (one !== unasked) results.push(await runClass(target, port, one));
  return results;
}

/** When no create of ours began in the last minute. */
export async function runUnasked(target: Target): Promise<ClassResult> {
  return await runClass(target, await target.port(), unasked);
}

/** In the minute after a create of ours began, when a validation may still come. */
export async function runAwaited(target: Target): Promise<TimedClassResult> {
  const server = await startBare(target.folder);
  const times: Timed[] = [];
  const bare: Timed[] = [];
  const beside = async (one: Case, outcome: Promise<Outcome>): Promise<void> => {
    if (!one.answers.includes(200)) return;
    const atMs = performance.now();
    const [{ tookMs }, other] = await Promise.all([outcome, sendRaw(server.port, rawRequest('/'))]);
    times.push({ atMs, tookMs });
    bare.push({ atMs, tookMs: other.tookMs });
  };
  try {
    return { ...(await runClass(target, await target.port(), awaited, beside)), times, bare };
  } finally {
    await server.stop();
  }
}

type Beside = (one: Case, outcome: Promise<Outcome>) => Promise<void>;

async function runClass(
  target: Target,
  port: number,
  { name, table }: CorpusClass,
  beside?: Beside,
): Promise<ClassResult> {
  const all = table(target.known());
  const failures: string[] = [];
  for (const one of all) {
    const problem = await runCase(target, port, one, beside);
    if (problem !== null) failures.push(`${name} / ${one.name}: ${problem}`);
    if (!target.isAlive()) throw new Error(`the app died of “${name} / ${one.name}”\n${target.output()}`);
  }
  return { name, cases: all.length, failures };
}

async function runCase(target: Target, port: number, one: Case, beside?: Beside): Promise<string | null> {
  const before = target.posts();
  const expected = answersOf(one);
  const closes = one.closes === true ? { closes: true } : {};
  const first = sendRaw(port, one.bytes, { expected, ...closes });
  await beside?.(one, first);
  let outcome = await first;
  // Told to come later, it comes later: a quick machine sends faster than the budget for one sender allows.
  for (let tries = 0; tries < 6 && wasTooMuch(outcome) && !expectsTooMuch(one); tries += 1) {
    await delay(1_200);
    outcome = await sendRaw(port, one.bytes, { expected, ...closes });
  }
  const problem = judge(one, outcome);
  if (one.answers.includes('cut')) {
    // What was read whole before the cut may still be on its way.
    const endMs = performance.now() + storedLimitMs;
    while (target.posts() - before < one.stored && performance.now() < endMs) await delay(5);
    await delay(15);
  }
  const stored = target.posts() - before;
  return problem ?? (stored === one.stored ? null : `${stored} stored in place of ${one.stored}`);
}

const wasTooMuch = ({ answers }: Awaited<ReturnType<typeof sendRaw>>): boolean =>
  answers.some(({ status }) => status === 429);
const expectsTooMuch = ({ answers }: Case): boolean => answers.includes(429);
