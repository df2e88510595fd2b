/** `docs/security.md` says for each item of the checklist how it is checked; here it is held to that. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProof, problemInSource } from './proofs.ts';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'security.md'), 'utf8');

interface Item {
  readonly id: string;
  readonly promise: string;
  /** `file › name of a test`, or the file of a story. */
  readonly proofs: readonly string[];
  readonly unchecked: string;
}

/** The rows of all tables that begin with an id. */
function itemsIn(page: string): readonly Item[] {
  return page.split('\n').flatMap((line) => {
    const [id, promise, tests, unchecked, ...more] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (id === undefined || !/^[EFPTNB]\d+$/.test(id)) return [];
    if (promise === undefined || tests === undefined || unchecked === undefined || more.length > 0) {
      throw new Error(`${id} has another number of columns`);
    }
    const proofs = [...tests.matchAll(/`([^`]+)`/g)].map(([, proof = '']) => proof);
    return [{ id, promise, proofs, unchecked }];
  });
}

const items = itemsIn(text);
const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

describe('the page about security', () => {
  test('has every item of the checklist once, in order', () => {
    const all = [
      ...numbered('E', 15),
      ...numbered('F', 15),
      ...numbered('P', 10),
      ...numbered('T', 6),
      ...numbered('N', 9),
      ...numbered('B', 9),
    ];
    expect(items.map(({ id }) => id)).toEqual(all);
  });

  test('names a test or a story for each, and they exist', () => {
    const problems = items.flatMap(({ id, proofs }) =>
      proofs.length === 0
        ? [`${id}: names none`]
        : proofs.flatMap((proof) => {
            const problem = problemInSource(root, parseProof(proof));
            return problem === null ? [] : [`${id}: ${proof}: ${problem}`];
          }),
    );
    expect(problems).toEqual([]);
  });

  test('says in words what is promised, and names only files that are there', () => {
    expect(items.filter(({ promise }) => promise.length < 20).map(({ id }) => id)).toEqual([]);
    const files = items.flatMap(({ unchecked }) =>
      [...unchecked.matchAll(/`(test\/[^` ]+)`/g)].map(([, file = '']) => file),
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(root, 'docs', link)))).toEqual([]);
  });

  test('would be found out', () => {
    expect(() => itemsIn('| E1 | two columns only |')).toThrow('E1 has another number of columns');
    const [item] = itemsIn('| E1 | A promise in words | `test/spec/security.test.ts › no such test` | |');
    expect(problemInSource(root, parseProof(item?.proofs[0] ?? ''))).toBe('there is no such test in the file');
  });
});
