/** Goals that tests of their own keep: they are run, and counted. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FaultTest } from './context.ts';

interface Proof {
  readonly goal: string;
  readonly what: string;
  readonly wanted: string;
  readonly files: readonly string[];
  /** Titles that speak of it. */
  readonly titles: RegExp;
}
const proofs: readonly Proof[] = [
  {
    goal: 'Q6',
    what: 'an item that always fails',
    wanted: 'parked, holds up nothing',
    files: ['test/unit/workflows/receive.test.ts'],
    titles: /./,
  },
  {
    goal: 'Q7',
    what: 'queue, seen table and list are bounded',
    wanted: '30 days or 50,000 rows',
    files: ['test/unit/store/retention.test.ts'],
    titles: /./,
  },
  {
    goal: 'A2',
    what: 'no lock file: nothing stale can hold up a start',
    wanted: 'first token ≤ 2 s',
    files: ['test/unit/auth/token-cache.test.ts'],
    titles: /./,
  },
  {
    goal: 'A3',
    what: 'a real gnome-keyring, where there is one',
    wanted: 'works, says so',
    files: ['test/integration/auth/keyring.test.ts'],
    titles: /./,
  },
  {
    goal: 'A5',
    what: 'the sign-in’s redirect listener',
    wanted: 'loopback only, single use',
    files: ['test/integration/auth/sign-in.test.ts'],
    titles: /./,
  },
  {
    goal: 'T4',
    what: 'back-off with jitter, Retry-After kept',
    wanted: 'all',
    files: ['test/unit/domain/backoff.test.ts', 'test/integration/graph/client.test.ts'],
    titles: /./,
  },
  {
    goal: 'T7',
    what: 'subscription decisions, by properties',
    wanted: 'always a way back',
    files: ['test/unit/domain/ways-back.test.ts'],
    titles: /./,
  },
];
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}
export interface RanTest {
  readonly file: string;
  readonly title: string;
  /** With the names of what it stands in. */
  readonly fullName: string;
  readonly status: string;
}

/** Runs these test files; one that fails is a verdict, not the end. */
export async function runTests(files: readonly string[]): Promise<readonly RanTest[]> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'tidings-proven-'));
  const out = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', ...files, '--reporter=json', `--outputFile=${out}`];
    const running = promisify(execFile)(process.execPath, args, { cwd: root, timeout: 15 * 60_000 });
    // Whoever ends us must not leave it behind, writing into folders that are cleared away.
    const end = (): void => void running.child.kill('SIGTERM');
    process.prependOnceListener('exit', end);
    await running.catch(() => {});
    process.off('exit', end);
    const { testResults } = JSON.parse(readFileSync(out, 'utf8')) as Report;
    return testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map((each) => ({ file: name, ...each })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const proven: readonly FaultTest[] = [
  {
    goals: ['Q6', 'Q7', 'A2', 'A3', 'A5', 'T4', 'T7'],
    name: 'goals that tests of their own keep',
    async run({ verdicts }) {
      const tests = await runTests([...new Set(proofs.flatMap(({ files }) => files))]);
      for (const { goal, what, wanted, files, titles } of proofs) {
        const ran = tests.filter(
          ({ file, fullName }) => files.some((each) => file.endsWith(each)) && titles.test(fullName),
        );
        const passed = ran.filter(({ status }) => status === 'passed').length;
        const failed = ran.filter(({ status }) => status === 'failed').length;
        if (passed + failed === 0) verdicts.notRun(goal, what, wanted, 'nothing of it could run here');
        else
          verdicts.check(goal, what, `${passed} of ${passed + failed} tests`, wanted, failed === 0, files.join(', '));
      }
    },
  },
];
