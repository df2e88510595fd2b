/**
 * Nothing is left out in silence. A test that cannot run here says why, in its own name or that of a group around it,
 * `… (not run: no gnome-keyring-daemon)`, or with `context.skip('no gnome-keyring-daemon')`. This reporter lists and
 * counts the reasons, ends with one plain line, and fails the run for a test that was skipped without a reason.
 */
import { relative } from 'node:path';
import type { Reporter, TestCase, Vitest } from 'vitest/node';

/** One test of a finished run. */
export interface Outcome {
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  /** Its own name, then those of the groups around it, innermost first. */
  readonly names: readonly string[];
  readonly note: string | undefined;
  readonly file: string;
}
export interface Summary {
  /** For a person, last line last. */
  readonly lines: readonly string[];
  /** Full names of the tests that were skipped and do not say why. */
  readonly unexplained: readonly string[];
}

const MARK = /\(not run: (.+)\)$/;

/** Why a test was skipped, or null if it does not say. */
export function reasonOf({ names, note }: Pick<Outcome, 'names' | 'note'>): string | null {
  if (note !== undefined && note !== '') return note.replace(/^not run: /, '');
  for (const name of names) {
    const reason = MARK.exec(name)?.[1];
    if (reason !== undefined) return reason;
  }
  return null;
}

/**
 * @param alsoFailed what failed outside a test: files that could not be loaded, errors nobody caught.
 * @param isWhole false when only some tests were asked for by name: the others are then no surprise.
 */
export function summarize(outcomes: readonly Outcome[], alsoFailed: number, isWhole: boolean): Summary {
  const count = (state: Outcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
  const skipped = isWhole ? outcomes.filter(({ state }) => state === 'skipped' || state === 'pending') : [];
  const reasons = new Map<string, Outcome[]>();
  const unexplained: string[] = [];
  for (const outcome of skipped) {
    const reason = reasonOf(outcome);
    if (reason === null) unexplained.push([...outcome.names].reverse().join(' > '));
    else reasons.set(reason, [...(reasons.get(reason) ?? []), outcome]);
  }
  const lines: string[] = [];
  for (const [reason, tests] of reasons) {
    const files = [...new Set(tests.map(({ file }) => file))].join(', ');
    lines.push(`not run: ${reason} (${tests.length} ${tests.length === 1 ? 'test' : 'tests'} in ${files})`);
  }
  for (const name of unexplained) lines.push(`skipped without a reason: ${name}`);
  const failed = count('failed') + alsoFailed + unexplained.length;
  lines.push(`${count('passed')} passed, ${failed} failed, ${skipped.length - unexplained.length} not run`);
  return { lines, unexplained };
}

/** For `reporters` in vitest's configuration, after the default one. */
export function createNotRunReporter(): Reporter {
  let vitest: Vitest | null = null;
  return {
    onInit(started) {
      vitest = started;
    },
    onTestRunEnd(modules, unhandledErrors) {
      const root = vitest?.config.root ?? process.cwd();
      const outcomes = modules.flatMap((module) =>
        [...module.children.allTests()].map((test) => outcomeOf(test, relative(root, module.moduleId))),
      );
      const notLoaded = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
      const isWhole = vitest?.config.testNamePattern === undefined;
      const { lines, unexplained } = summarize(outcomes, notLoaded + unhandledErrors.length, isWhole);
      process.stdout.write(`\n${lines.join('\n')}\n`);
      if (unexplained.length > 0) process.exitCode = 1;
    },
  };
}

function outcomeOf(test: TestCase, file: string): Outcome {
  const result = test.result();
  const names = [test.name];
  for (let group = test.parent; group.type === 'suite'; group = group.parent) names.push(group.name);
  return { state: result.state, names, note: result.state === 'skipped' ? result.note : undefined, file };
}
