import { setTimeout as delay } from 'node:timers/promises';
import { dial, type Wire } from '../integration/webhook/raw.ts';
import type { AttackContext } from './attacks.ts';
import { item, json, post } from './corpus/case.ts';
import { median, percentile, signTest } from './figures.ts';
import { type Chance, createChance } from './random.ts';
import { type Known, startTarget } from './target.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** So many guesses in one post: what a single comparison gave away would be there so many times. */
const guessesInPost = 200;
/** Below the listener's budget of a hundred a second. */
const apartMs = 10.5;

/** Whether a guess that is wrong in its first letters takes another time than one that is wrong in its last. */
export async function attackByTiming({ verdicts, isLong, seed }: AttackContext): Promise<void> {
  const target = await startTarget({ isTimed: true });
  try {
    const known = target.known();
    const chance = createChance(seed);
    const wire = await dial(await target.port());
    const pairs = isLong ? 20_000 : 300;
    const first: number[] = [];
    const last: number[] = [];
    for (let warm = 0; warm < 100; warm += 1) await timed(wire, guesses(known, chance, warm % 2 === 0));
    for (let pair = 0; pair < pairs; pair += 1) {
      const firstGoesFirst = chance.below(2) === 0;
      for (const isFirst of firstGoesFirst ? [true, false] : [false, true]) {
        const took = await timed(wire, guesses(known, chance, isFirst));
        (isFirst ? first : last).push(took);
      }
    }
    wire.socket.destroy();
    const differences = first.map((took, index) => took - (last[index] ?? took));
    const share = Math.abs(median(first) - median(last)) / median(last);
    const p = signTest(differences);
    const spread = (percentile(last, 0.75) - percentile(last, 0.25)) / median(last);
    verdicts.check(
      'L8',
      `${pairs} pairs of posts with ${guessesInPost} guesses each, wrong at the first or at the last letter`,
      `medians ${median(first).toFixed(3)} and ${median(last).toFixed(3)} ms, ${(share * 100).toFixed(2)} % apart, p = ${p.toFixed(2)}`,
      'less than 2 % apart, or no more than chance (p ≥ 0.01)',
      share < 0.02 || p >= 0.01,
      `half of all lie within ${(spread * 100).toFixed(0)} % of each other`,
    );
  } finally {
    await target.stop();
  }
}

/** All different from each other, and from the secret only at one end. */
function guesses(known: Known, chance: Chance, isFirst: boolean): Buffer {
  const state = known.clientState;
  const wrong = new Set<string>();
  while (wrong.size < guessesInPost) {
    const pair = chance.pick([...letters]) + chance.pick([...letters]);
    const guess = isFirst ? pair + state.slice(2) : state.slice(0, -2) + pair;
    if (guess !== state) wrong.add(guess);
  }
  const items = [...wrong].map((clientState) => item(known, { clientState, resourceData: undefined }));
  return post(known, known.notificationPath, json(...items));
}

/** Milliseconds from the last byte sent to the answer. */
async function timed(wire: Wire, bytes: Buffer): Promise<number> {
  await delay(apartMs);
  const from = performance.now();
  wire.socket.write(bytes);
  const { status } = await wire.answer();
  const took = performance.now() - from;
  if (status !== 202) throw new Error(`a guess was answered ${status}`);
  return took;
}
