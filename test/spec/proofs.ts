/** Whether what a row names as its proof exists, and whether it ran. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ran, RanFile } from './ran.ts';
import { titlesIn } from './titles.ts';

export type Proof =
  | { readonly kind: 'test'; readonly file: string; readonly name: string; readonly isPrefix: boolean }
  /** A scenario: some test has to play it. */
  | { readonly kind: 'story'; readonly file: string };

const stories = 'test/scenarios/stories/';

/** @throws {Error} for text that names neither a test nor a story. */
export function parseProof(text: string): Proof {
  const [file = '', ...rest] = text.split(' › ');
  const name = rest.join(' › ');
  if (file.startsWith(stories) && file.endsWith('.json') && name === '') return { kind: 'story', file };
  if (!/^test\/.+\.test\.ts$/.test(file) || name === '') {
    throw new Error(`“${text}” is neither “file › name of a test” nor the file of a story`);
  }
  const isPrefix = name.endsWith('…');
  return { kind: 'test', file, name: isPrefix ? name.slice(0, -1).trimEnd() : name, isPrefix };
}

/** What is wrong with a proof as far as its source tells, or null. */
export function problemInSource(root: string, proof: Proof): string | null {
  if (!existsSync(join(root, proof.file))) return 'there is no such file';
  if (proof.kind === 'story') return null;
  const titles = titlesOf(join(root, proof.file));
  const isThere = titles.some((title) => title.matches(proof.name, proof.isPrefix));
  return isThere ? null : 'there is no such test in the file';
}

const known = new Map<string, ReturnType<typeof titlesIn>>();
function titlesOf(path: string): ReturnType<typeof titlesIn> {
  const titles = known.get(path) ?? titlesIn(path, readFileSync(path, 'utf8'));
  known.set(path, titles);
  return titles;
}

/** How a proof fared in the tests that ran: null when it held, else what is wrong. */
export function problemInRun(ran: Ran, proof: Proof): { readonly text: string; readonly isExcused: boolean } | null {
  const outcomes = proof.kind === 'story' ? outcomesOfStory(ran, proof.file) : outcomesOfTest(ran.files, proof);
  if (outcomes.length === 0) return { text: 'did not run', isExcused: false };
  const bad = outcomes.find((outcome) => outcome !== 'passed');
  if (bad === undefined) return null;
  return { text: bad, isExcused: bad.startsWith('not run: ') };
}

function outcomesOfTest(
  files: Readonly<Record<string, RanFile>>,
  { file, name, isPrefix }: Extract<Proof, { kind: 'test' }>,
): readonly string[] {
  return Object.entries(files[file]?.tests ?? {})
    .filter(([each]) => (isPrefix ? each.startsWith(name) : each === name))
    .map(([, outcome]) => outcome);
}

/** A story is played by a test that names it: its file, with or without `.json`. */
function outcomesOfStory(ran: Ran, file: string): readonly string[] {
  const story = basename(file, '.json');
  const named = new RegExp(`(?:^|[^\\w-])${story}(?:\\.json)?(?:$|[^\\w-])`);
  return Object.entries(ran.files)
    .filter(([each]) => each.startsWith('test/scenarios/'))
    .flatMap(([, { tests }]) => Object.entries(tests))
    .filter(([name]) => named.test(name))
    .map(([, outcome]) => outcome);
}
