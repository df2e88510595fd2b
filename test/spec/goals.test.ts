/** `docs/goals.md` says of each goal where it is shown; here it is held to that. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProof, problemInSource } from './proofs.ts';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'goals.md'), 'utf8');

/** The commands that print a verdict for a goal. */
const commands = ['faults', 'fuzz', 'bench'] as const;

interface Goal {
  readonly id: string;
  readonly commands: readonly string[];
  readonly proofs: readonly string[];
}
function goalsIn(page: string): readonly Goal[] {
  return page.split('\n').flatMap((line) => {
    const [id, promise, shownBy, missing, ...more] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (id === undefined || !/^[SLQTADP]\d+$/.test(id)) return [];
    if (!promise || shownBy === undefined || missing === undefined || more.length > 0) {
      throw new Error(`${id} has another number of columns`);
    }
    const quoted = [...shownBy.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    return [
      {
        id,
        commands: quoted.flatMap((name) => /^npm run (\w+)$/.exec(name)?.[1] ?? []),
        proofs: quoted.filter((name) => name.includes(' › ') || name.startsWith('test/scenarios/stories/')),
      },
    ];
  });
}

function sourceOf(command: string): string {
  const folder = join(root, 'test', command);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return files.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n');
}

const goals = goalsIn(text);
const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

describe('the page about the goals', () => {
  test('has every goal once, in order', () => {
    const all = [
      ...numbered('S', 10),
      ...numbered('L', 9),
      ...numbered('Q', 7),
      ...numbered('T', 7),
      ...numbered('A', 6),
      ...numbered('D', 9),
      ...numbered('P', 10),
    ];
    expect(goals.map(({ id }) => id)).toEqual(all);
  });

  test('names for each what shows it, and that exists', () => {
    const problems = goals.flatMap(({ id, commands: named, proofs }) => [
      ...(named.length + proofs.length === 0 ? [`${id}: names nothing`] : []),
      ...proofs.flatMap((proof) => {
        const problem = problemInSource(root, parseProof(proof));
        return problem === null ? [] : [`${id}: ${proof}: ${problem}`];
      }),
    ]);
    expect(problems).toEqual([]);
  });

  test('names a command only for goals that the command speaks of', () => {
    const sources = new Map(commands.map((command) => [command as string, sourceOf(command)]));
    const problems = goals.flatMap(({ id, commands: named }) =>
      named
        .filter((command) => sources.has(command))
        .filter((command) => !new RegExp(`'${id}'`).test(sources.get(command) ?? ''))
        .map((command) => `npm run ${command} says nothing of ${id}`),
    );
    expect(problems).toEqual([]);
  });

  test('would be found out', () => {
    expect(() => goalsIn('| S1 | two columns only |')).toThrow('S1 has another number of columns');
    expect(goalsIn('| Q1 | A promise | `npm run faults`; `test/a.test.ts › b` | |')).toEqual([
      { id: 'Q1', commands: ['faults'], proofs: ['test/a.test.ts › b'] },
    ]);
  });
});
