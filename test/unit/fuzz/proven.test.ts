import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeProof, type Proof, proofs, type Reported } from '../../fuzz/proven-attack.ts';

const proof: Proof = { goal: 'S5', what: 'x', wanted: 'y', file: 'test/a.test.ts', name: 'all of it', atLeast: 2 };
const reported = (...statuses: readonly string[]): Reported[] =>
  statuses.map((status, index) => ({ file: join('somewhere', proof.file), fullName: `all of it ${index}`, status }));

test.each<[string, readonly Reported[], string, string]>([
  ['all passed', reported('passed', 'passed', 'passed'), '3 of 3 tests', 'pass'],
  ['one failed', reported('passed', 'failed'), '1 of 2 tests', 'fail'],
  ['one is left out', reported('passed', 'skipped'), '1 of 2 tests', 'fail'],
  ['one is gone', reported('passed'), '1 of 2 tests', 'fail'],
  ['all are gone', [], '0 of 2 tests', 'fail'],
  [
    'they are of another file',
    reported('passed', 'passed').map((each) => ({ ...each, file: 'b' })),
    '0 of 2 tests',
    'fail',
  ],
  ['all were left out', reported('skipped', 'skipped'), '–', 'not run'],
])('a proof of which %s', (_what, ran, measured, outcome) => {
  expect(judgeProof(proof, ran)).toMatchObject({ goal: 'S5', measured, outcome });
});

test('each proof names tests that can be told from the others of its file', () => {
  expect(new Set(proofs.map(({ file, name }) => `${file} ${name}`)).size).toBe(proofs.length);
});
