/**
 * Remembers how each test ended, for `npm run spec`, and fails a run of everything in which a proof of the
 * specification did not run. A run of some files keeps what is known of the others; a run by name is not remembered.
 */
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { parseProof, problemInRun } from '../spec/proofs.ts';
import { type Ran, type RanFile, readRan, writeRan } from '../spec/ran.ts';
import { readRows } from '../spec/rows.ts';
import { reasonOf } from './not-run-reporter.ts';

/** For `reporters` in vitest's configuration. */
export function createRanReporter(): Reporter {
  let vitest: Vitest | null = null;
  return {
    onInit(started) {
      vitest = started;
    },
    async onTestRunEnd(modules, _errors, reason) {
      if (vitest === null || vitest.config.testNamePattern !== undefined || reason === 'interrupted') return;
      const { root } = vitest.config;
      const ranFiles = new Set(modules.map(({ moduleId }) => moduleId));
      const isWhole = (await vitest.globTestSpecifications()).every(({ moduleId }) => ranFiles.has(moduleId));
      const now = Object.fromEntries(modules.map((module) => [relative(root, module.moduleId), ranFile(module)]));
      const ran: Ran = { files: { ...(isWhole ? {} : readRan(root)?.files), ...now } };
      writeRan(root, ran);
      if (!isWhole) return;
      const missing = proofsThatDidNotRun(ran);
      for (const line of missing) process.stdout.write(`proof did not run: ${line}\n`);
      if (missing.length > 0) process.exitCode = 1;
    },
  };
}

/** What failed has failed the run already; what says why it was left out is counted elsewhere. */
function proofsThatDidNotRun(ran: Ran): readonly string[] {
  return readRows().flatMap(({ key, proof = [] }) =>
    proof.flatMap((text) => {
      const problem = problemInRun(ran, parseProof(text));
      return problem === null || problem.isExcused || problem.text === 'failed' ? [] : [`${key}: ${text}`];
    }),
  );
}

function ranFile(module: TestModule): RanFile {
  const tests: Record<string, string> = {};
  for (const test of module.children.allTests()) {
    const { name, outcome } = outcomeOf(test);
    // Two tests of one name: the worse one counts.
    if ((tests[name] ?? 'passed') === 'passed') tests[name] = outcome;
  }
  return { ranAt: new Date().toISOString(), tests };
}

function outcomeOf(test: TestCase): { readonly name: string; readonly outcome: string } {
  const names = [test.name];
  for (let group = test.parent; group.type === 'suite'; group = group.parent) names.push(group.name);
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  const why = result.state === 'passed' || result.state === 'failed' ? null : reasonOf({ names, note });
  // A group that may have to be left out says why in its name; that is no part of the name here.
  const name = [...names]
    .reverse()
    .map((each) => each.replace(/ \(not run: .+\)$/, ''))
    .join(' > ');
  const outcome = result.state === 'pending' ? 'skipped' : result.state;
  return { name, outcome: why === null ? outcome : `not run: ${why}` };
}
