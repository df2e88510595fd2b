/** Ten thousand broken requests. Whatever they are, the listener gives one of its few planned answers, or none. */
import { setTimeout as delay } from 'node:timers/promises';
import { mutate, seeds } from './mutate.ts';
import { createChance } from './random.ts';
import { flawOf, type Outcome, sendRaw } from './send.ts';
import type { Known, Target } from './target.ts';

const planned: ReadonlySet<number> = new Set([200, 202, 400, 404, 405, 413, 414, 415, 417, 431]);
const senders = 24;

export interface MutationResult {
  readonly sent: number;
  /** Answers by status; `cut` where there was none. */
  readonly answers: Readonly<Record<string, number>>;
  /** Each with the number of the mutation, which the seed repeats. */
  readonly failures: readonly string[];
  readonly tookMs: number;
}

export async function runMutations(target: Target, seed: number, count: number): Promise<MutationResult> {
  const from = performance.now();
  const port = await target.port();
  const known = target.known();
  const begin = seeds(known);
  const chance = createChance(seed);
  const answers: Record<string, number> = {};
  const failures: string[] = [];
  let next = 0;

  async function sender(): Promise<void> {
    while (next < count && target.isAlive()) {
      const number = next;
      next += 1;
      const bytes = mutate(chance, begin);
      const outcome = await insist(port, bytes);
      const flaw = flawIn(outcome, known);
      if (flaw !== null) failures.push(`mutation ${number} of seed ${seed}: ${flaw}`);
      const statuses = outcome.answers.length === 0 ? ['cut'] : outcome.answers.map(({ status }) => String(status));
      for (const status of statuses) answers[status] = (answers[status] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: senders }, sender));
  return { sent: next, answers, failures, tookMs: performance.now() - from };
}

/** Told to come later, it comes later: otherwise most would only ever meet the budget. */
async function insist(port: number, bytes: Buffer): Promise<Outcome> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await sendRaw(port, bytes, { closes: true });
    const isTooMuch = outcome.answers.some(({ status }) => status === 429);
    if (!isTooMuch || tries === 60) return outcome;
    await delay(200 + 50 * tries);
  }
}

function flawIn({ answers, hung }: Outcome, known: Known): string | null {
  if (hung) return 'neither answered nor cut';
  for (const answer of answers) {
    if (!planned.has(answer.status)) return `answered ${answer.status}`;
    // A probe may come through whole; so may a validation, in the minute in which one is awaited. Nothing else is echoed.
    const isProof = /^[0-9a-f]{64}$/.test(answer.body);
    const body = answer.status === 200 ? answer.body : '';
    const flaw = flawOf(answer, body);
    if (flaw !== null) return flaw;
    if (answer.status === 200 && !isProof && !answer.headers['content-type']?.startsWith('text/plain'))
      return 'an echo';
  }
  const secrets = [known.clientState, known.probeKey, known.lifecyclePath, known.notificationPath, known.probePath];
  const told = answers.find(({ body, headers }) =>
    secrets.some((secret) => `${JSON.stringify(headers)}${body}`.includes(secret)),
  );
  return told === undefined ? null : `a secret in an answer ${told.status}`;
}
