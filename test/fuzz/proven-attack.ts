/** Goals of the attacks that tests of their own keep, since they need a window, Electron's side, or hours: run and counted. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Verdict } from '../verdicts.ts';
import type { AttackContext } from './attacks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const limitMs = 5 * 60_000;

export interface Proof {
  readonly goal: string;
  readonly what: string;
  readonly wanted: string;
  readonly file: string;
  /** What the names of its tests say, and no others of the file. */
  readonly name: string;
  /** So many there are; fewer would mean that a part of the proof is gone. */
  readonly atLeast: number;
}
export const proofs: readonly Proof[] = [
  {
    goal: 'S5',
    what: 'every message with 10 payloads from 6 wrong senders, as Electron tells them',
    wanted: 'all refused alike',
    file: 'test/integration/shell/systems.test.ts',
    name: 'is the only one that is listened to',
    atLeast: 6,
  },
  {
    goal: 'S5',
    what: 'every message with 12 malformed arguments, in main',
    wanted: 'all refused, nothing asked of the core',
    file: 'test/unit/shell/handlers.test.ts',
    name: 'arguments are what they claim, or nothing runs',
    atLeast: 30,
  },
  {
    goal: 'A4',
    what: 'a drawn page: what it is told, and a snapshot of its heap',
    wanted: '0 fragments',
    file: 'test/e2e/window.test.ts',
    name: 'what the page is told',
    atLeast: 3,
  },
  {
    goal: 'A5',
    what: 'a sign-in that nobody ends, with a clock that is moved',
    wanted: 'closed after 5 min',
    file: 'test/unit/workflows/sign-in.test.ts',
    name: 'is given up after five minutes',
    atLeast: 1,
  },
];

/** What vitest reports of a file's tests. */
export interface Reported {
  readonly file: string;
  readonly fullName: string;
  readonly status: string;
}

/** A proof holds when all of its tests passed and none is missing; where all were left out, it was not run. */
export function judgeProof(proof: Proof, reported: readonly Reported[]): Verdict {
  const { goal, what, wanted, file } = proof;
  const own = reported.filter((each) => each.file.endsWith(file) && each.fullName.includes(proof.name));
  const passed = own.filter(({ status }) => status === 'passed').length;
  const failed = own.filter(({ status }) => status === 'failed').length;
  if (passed + failed === 0 && own.length >= proof.atLeast)
    return { goal, what, wanted, measured: '–', outcome: 'not run', note: `${file} could not run here` };
  return {
    goal,
    what,
    wanted,
    measured: `${passed} of ${Math.max(own.length, proof.atLeast)} tests`,
    outcome: failed === 0 && passed >= proof.atLeast ? 'pass' : 'fail',
    note: file,
  };
}

export async function attackProven({ verdicts }: AttackContext): Promise<void> {
  for (const verdict of await judged()) verdicts.add(verdict);
}

async function judged(): Promise<readonly Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-fuzz-'));
  const out = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const names = proofs.map(({ name }) => name).join('|');
    const files = proofs.map(({ file }) => file);
    const args = [vitest, 'run', ...files, '-t', names, '--reporter=json', `--outputFile=${out}`];
    // A test that fails is a verdict, not the end.
    await promisify(execFile)(process.execPath, args, { cwd: root, timeout: limitMs }).catch(() => {});
    const { testResults } = JSON.parse(readFileSync(out, 'utf8')) as {
      readonly testResults: readonly {
        readonly name: string;
        readonly assertionResults: readonly Omit<Reported, 'file'>[];
      }[];
    };
    const reported = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, status }) => ({ file: name, fullName, status })),
    );
    return proofs.map((proof) => judgeProof(proof, reported));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
