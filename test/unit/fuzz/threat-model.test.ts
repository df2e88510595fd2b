/** `docs/threat-model.md` says for each exposure how it is tested; here it is held to that. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attacks } from '../../fuzz/attacks.ts';
import { parseProof, problemInSource } from '../../spec/proofs.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const pages = ['SECURITY.md', 'docs/threat-model.md', 'docs/hostile-input.md'];
const text = readFileSync(join(root, 'docs', 'threat-model.md'), 'utf8');

interface Exposure {
  readonly id: string;
  readonly proofs: readonly string[];
  readonly attacks: readonly string[];
}
function exposuresIn(page: string): readonly Exposure[] {
  return page.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, id = '', what = '', held = '', tests = ''] = cells;
    if (!/^[XY]\d+$/.test(id)) return [];
    if (cells.length !== 7 || what === '' || held === '') throw new Error(`${id} has another number of columns`);
    const code = [...tests.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each);
    const named = code.map((each) => /^npm run fuzz -- --only (.+)$/.exec(each)?.[1]?.split(',') ?? []);
    return [{ id, proofs: code.filter((_, index) => named[index]?.length === 0), attacks: named.flat() }];
  });
}
const exposures = exposuresIn(text);
const problemsOf = ({ id, proofs }: Exposure): string[] =>
  proofs.flatMap((proof) => {
    const problem = problemInSource(root, parseProof(proof));
    return problem === null ? [] : [`${id}: ${proof}: ${problem}`];
  });

test('every exposure is there once, in order, and says what holds it', () => {
  const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}${n + 1}`);
  expect(exposures.map(({ id }) => id)).toEqual([...numbered('X', 8), ...numbered('Y', 7)]);
});

test('every exposure names tests, and they exist', () => {
  expect(exposures.filter(({ proofs }) => proofs.length === 0)).toEqual([]);
  expect(exposures.flatMap(problemsOf)).toEqual([]);
});

test('every attack that is named exists, and every attack is named', () => {
  const named = new Set(exposures.flatMap((each) => each.attacks));
  expect([...named].sort()).toEqual(attacks.map(({ name }) => name).sort());
});

test('a test that does not exist would be found out', () => {
  const [made] = exposuresIn('| X1 | a | b | `test/spec/proofs.ts.test.ts › none` | |');
  expect(made === undefined ? [] : problemsOf(made)).toEqual([
    'X1: test/spec/proofs.ts.test.ts › none: there is no such file',
  ]);
});

test.each(pages)('all links of %s lead somewhere', (page) => {
  const folder = join(root, page, '..');
  const links = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)];
  expect(links.map(([, link = '']) => link).filter((link) => !existsSync(join(folder, link)))).toEqual([]);
});
