/**
 * Ways to be a bad app, and which goal must then fail: an attack that passes whatever it is shown would be worth nothing.
 * `npm run fuzz -- --spoiled` runs them all; `--spoil NAME` spoils one run, to look at it.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Verdict } from '../verdicts.ts';

const runFile = fileURLToPath(new URL('./run.ts', import.meta.url));
const limitMs = 10 * 60_000;

interface Spoil {
  readonly name: string;
  /** What is bad about it. */
  readonly what: string;
  /** Attack and goal: in that attack, a check of that goal has to fail. */
  readonly foundBy: readonly (readonly [attack: string, goal: string])[];
}
export const spoils = [
  {
    name: 'late',
    what: 'one post in ten is answered 4 s late',
    foundBy: [
      ['steady', 'L3'],
      ['slow', 'L4'],
      ['flood', 'L5'],
    ],
  },
  { name: 'forgetful', what: 'one post in fifty is acknowledged and lost', foundBy: [['steady', 'L3']] },
  { name: 'hoarding', what: '100 KB stay in memory for each post', foundBy: [['steady', 'L3']] },
  { name: 'patient', what: 'slow senders are never sent away', foundBy: [['slow', 'L4']] },
  { name: 'credulous', what: 'one word is taken for any clientState', foundBy: [['flood', 'L5']] },
  { name: 'generous', what: 'whoever is told to come later is served', foundBy: [['repeats', 'L6']] },
  { name: 'talkingInTime', what: '4 µs more for a guess that begins rightly', foundBy: [['timing', 'L8']] },
  {
    name: 'rude',
    what: 'names itself, echoes tokens nobody asked for',
    foundBy: [
      ['listener', 'L6'],
      ['listener', 'L7'],
    ],
  },
  { name: 'open', what: 'listens on every address', foundBy: [['reach', 'L9']] },
  { name: 'hospitable', what: 'the page’s server asks nobody where they come from', foundBy: [['page', 'S5']] },
  { name: 'decorated', what: 'markup in toasts', foundBy: [['text', 'D3']] },
  { name: 'ajar', what: 'the sign-in’s door stays open', foundBy: [['sign-in', 'A5']] },
  { name: 'fragile', what: 'ends at a setting it does not understand', foundBy: [['files', 'Q4']] },
  { name: 'gullible', what: 'follows redirects to other hosts', foundBy: [['answers', 'Y4']] },
  { name: 'loud', what: 'writes tokens to its terminal', foundBy: [['canaries', 'S8']] },
] as const satisfies readonly Spoil[];

export type SpoilName = (typeof spoils)[number]['name'];
const spoilsOf = (names: readonly SpoilName[]): readonly Spoil[] => spoils.filter(({ name }) => names.includes(name));
export const isSpoil = (name: string): name is SpoilName => spoils.some((each) => each.name === name);

/** What is wanted of every attack. */
export const runsToItsEnd = 'the attack runs to its end';

/** Runs each attack against an app that is bad in its way. True when all of them found it. */
export async function runSpoiled(
  names: readonly SpoilName[],
  seed: number,
  say: (line: string) => void,
): Promise<boolean> {
  let missed = 0;
  for (const { name, what, foundBy } of spoilsOf(names)) {
    for (const attack of new Set(foundBy.map(([each]) => each))) {
      const verdicts = await verdictsOf(name, attack, seed);
      for (const [, goal] of foundBy.filter(([each]) => each === attack)) {
        // An attack that came to nothing has found nothing.
        const failed = verdicts.find(
          (each) => each.goal === goal && each.outcome === 'fail' && each.wanted !== runsToItsEnd,
        );
        missed += failed === undefined ? 1 : 0;
        say(
          failed === undefined
            ? `✗ ${name} (${what}): ${attack} did not find it`
            : `✓ ${name} (${what}): ${attack} found it: ${goal} ${failed.what}: ${failed.measured}`,
        );
      }
    }
  }
  return missed === 0;
}

async function verdictsOf(name: string, attack: string, seed: number): Promise<readonly Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-fuzz-'));
  const out = join(folder, 'verdicts.json');
  try {
    const args = [runFile, '--only', attack, '--spoil', name, '--seed', String(seed), '--json', out];
    // It ends with 1, as it should.
    await promisify(execFile)(process.execPath, args, { timeout: limitMs, maxBuffer: 2 ** 26 }).catch(() => {});
    return (JSON.parse(readFileSync(out, 'utf8')) as { readonly verdicts: readonly Verdict[] }).verdicts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
