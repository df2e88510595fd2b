import { setTimeout as delay } from 'node:timers/promises';
import type { AttackContext } from './attacks.ts';
import { delayVerdict, judgeDelay } from './beside.ts';
import { item, json, post } from './corpus/case.ts';
import { awaited as awaitedClass, corpus, tooFew, unasked as unaskedClass } from './corpus/corpus.ts';
import { type ClassResult, runAwaited, runCorpus, runUnasked } from './corpus-run.ts';
import { runMutations } from './mutations.ts';
import { sendRaw } from './send.ts';
import { startTarget, type Target } from './target.ts';

const mebibyte = 1024 * 1024;
/** A validation may come in the first minute after a create began. */
const awaitedMs = 61_000;
/** From the second hint within a few seconds on they are coalesced: at most four rounds in ten seconds. */
const rounds = { count: 4, perMs: 10_000 } as const;

/** The corpus and the mutations: what comes of them, and what they cost. */
export async function attackListener({ verdicts, isLong, seed, say }: AttackContext): Promise<void> {
  const target = await startTarget();
  const startMs = performance.now();
  try {
    const perHint = await callsPerHint(target);
    const before = await target.watch();
    const calls = target.graphCalls();
    const attackMs = performance.now();

    const awaited = await runAwaited(target);
    const classes: ClassResult[] = [awaited, ...(await runCorpus(target))];
    const count = isLong ? 50_000 : 10_000;
    const mutations = await runMutations(target, seed, count);
    const listed = ['200', '202', '400', '404', '405', '413', '414', '415', '417', '431', 'cut'];
    const statuses = listed.map((status) => `${status}: ${mutations.answers[status] ?? 0}`).join(', ');
    say(`mutations: ${statuses}`);
    verdicts.check(
      'L6',
      `${mutations.sent} mutations`,
      `${mutations.failures.length} unplanned answers`,
      '0',
      mutations.failures.length === 0 && mutations.sent === count,
      mutations.failures.slice(0, 5).join('; ') || undefined,
    );
    await delay(Math.max(0, awaitedMs - (performance.now() - startMs)));
    classes.push(await runUnasked(target));
    const spent = target.graphCalls() - calls;
    const tookMs = performance.now() - attackMs;
    const hinted = perHint * rounds.count * (tookMs / rounds.perMs + 1);
    // A challenge is answered at once and then absorbed for a minute; each answer ends with a look of its own.
    const challenged = (1 + perHint) * (tookMs / 60_000 + 1);
    const mostCalls = Math.ceil(hinted + challenged);
    verdicts.check(
      'L6',
      `Graph calls in ${(tookMs / 1000).toFixed(0)} s of it`,
      `${spent}`,
      `≤ ${mostCalls} (${rounds.count} rounds in ${rounds.perMs / 1000} s)`,
      spent <= mostCalls,
    );
    await delay(1000);
    const grown = (await target.watch()).heap - before.heap;
    verdicts.check(
      'L6',
      'memory afterwards',
      `${(grown / mebibyte).toFixed(1)} MB more`,
      '≤ 20 MB',
      grown <= 20 * mebibyte,
      'heap and buffers after a collection',
    );

    const cases = classes.reduce((sum, one) => sum + one.cases, 0);
    const few = tooFew([...corpus, awaitedClass], classes);
    say(`cases: ${classes.map((one) => `${one.name} ${one.cases}`).join(', ')}`);
    const failures = classes.flatMap((one) => one.failures);
    verdicts.check(
      'L6',
      `${cases} cases in ${classes.length} classes`,
      `${failures.length} answered wrongly`,
      '0 of ≥ 350, in each class as many as asked for',
      failures.length === 0 && cases >= 350 && few.length === 0,
      [...few, ...failures.slice(0, 10)].join('; ') || undefined,
    );
    const unasked = classes.find(({ name }) => name === unaskedClass.name);
    const late = judgeDelay(awaited.times, awaited.bare, { share: 0.99, ms: 500 });
    verdicts.add(
      delayVerdict(
        {
          goal: 'L7',
          what: `${awaited.times.length} legal tokens while one is awaited, ${awaited.cases - awaited.times.length} hostile ones`,
          measured: `${awaited.failures.length} wrong, ${late.measured}`,
          wanted: 'exact echoes of ≥ 30, nothing of ≥ 30, p99 ≤ 500 ms',
        },
        late,
        awaited.failures.length === 0 && awaited.times.length >= 30 && awaited.cases >= 60,
      ),
    );
    verdicts.check(
      'L7',
      `${unasked?.cases} of both kinds when none is awaited`,
      `${unasked?.failures.length} answered otherwise than 404 or 405`,
      '0 of ≥ 60',
      unasked !== undefined && unasked.failures.length === 0 && unasked.cases >= 60,
    );
    const shown = target.programs.toasts().length;
    const alerts = target.alertCount();
    verdicts.check('L6', 'alerts and toasts', `${alerts} and ${shown}`, '0 and 0', alerts === 0 && shown === 0);
    const faults = target.log().match(/"event":"(uncaught|unhandled|listener\.failed)"/g)?.length ?? 0;
    verdicts.check(
      'L6',
      'crashes, uncaught errors',
      `${target.crashes()} and ${faults}`,
      '0 and 0',
      target.crashes() === 0 && faults === 0,
    );
  } finally {
    await target.stop();
  }
}

/** Requests to Graph that one genuine hint leads to. */
async function callsPerHint(target: Target): Promise<number> {
  const known = target.known();
  const before = target.graphCalls();
  await sendRaw(await target.port(), post(known, known.notificationPath, json(item(known))));
  await delay(1500);
  const calls = target.graphCalls() - before;
  if (calls === 0) throw new Error('a genuine hint led to no look at Graph: then nothing can be measured');
  return calls;
}
