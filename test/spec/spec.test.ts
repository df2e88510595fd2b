import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseProof, problemInRun, problemInSource } from './proofs.ts';
import { parseRows, readRows, readSections, sectionOf, standingOf } from './rows.ts';
import { titlesIn } from './titles.ts';

const root = join(import.meta.dirname, '..', '..');
const rows = readRows();

describe('the specification', () => {
  test('has every row of every section, and no section of its own', () => {
    const counted = new Map<string, number>();
    for (const row of rows) counted.set(sectionOf(row), (counted.get(sectionOf(row)) ?? 0) + 1);
    expect(Object.fromEntries(counted)).toEqual(
      Object.fromEntries(readSections().map(({ section, rows }) => [section, rows])),
    );
  });

  test('names only tests and stories that exist', () => {
    const problems = rows.flatMap(({ key, proof = [] }) =>
      proof.flatMap((text) => {
        const problem = problemInSource(root, parseProof(text));
        return problem === null ? [] : [`${key}: ${text}: ${problem}`];
      }),
    );
    expect(problems).toEqual([]);
  });

  test('keeps the rows of a section together, so that a gap is seen', () => {
    const order = rows.map(sectionOf).filter((section, index, all) => section !== all[index - 1]);
    expect(order).toEqual(readSections().map(({ section }) => section));
  });
});

describe('a row', () => {
  const demand = 'does what is asked of it';
  const one = (row: object): string => JSON.stringify([{ key: 'graph.5.404', ...row }]);

  test('is proven, without demand, or openly unproven', () => {
    const standing = (row: object) => parseRows(one(row)).map(standingOf);
    expect([
      standing({ demand, proof: ['test/a.test.ts › b'] }),
      standing({ noDemand: 'the library does it' }),
      standing({ demand, open: 'no test looks at it' }),
      standing({ demand, proof: ['test/a.test.ts › b'], open: 'only half of it' }),
    ]).toEqual([['proven'], ['noDemand'], ['open'], ['open']]);
  });

  test.each([
    ['with a demand and neither proof nor word of what is missing', { demand }],
    ['with nothing at all', {}],
    ['with a proof of no demand', { noDemand: 'the library does it', proof: ['test/a.test.ts › b'] }],
    ['with an empty list of proofs', { demand, proof: [] }],
    ['with a misspelled field', { demand, prof: ['test/a.test.ts › b'] }],
    ['with a key that is none', { key: 'Graph 5', demand, open: 'no test looks at it' }],
  ])('%s is refused by name', (_what, row) => {
    expect(() => parseRows(one(row))).toThrow(/^(graph\.5\.404|Graph 5): /);
  });

  test('stands once', () => {
    const row = { key: 'graph.5.404', noDemand: 'the library does it' };
    expect(() => parseRows(JSON.stringify([row, row]))).toThrow('graph.5.404: stands twice');
  });
});

describe('a proof', () => {
  const source = `
    test('plain', () => {});
    describe('group', () => {
      test.each<[string, number]>([['a', 1]])('%s costs %i', () => {});
      describe.skipIf(true)(\`inner\${why}\`, () => { it('it’s $name', () => {}); });
    });
    server.on('close', () => {});
  `;
  const has = (name: string, isPrefix = false) =>
    titlesIn('a.test.ts', source).some((title) => title.matches(name, isPrefix));

  test.each([
    ['plain', true],
    ['plai', false],
    ['plain.', false],
    ['group > plain', false],
    ['group', false],
    ['group > a costs 1', true],
    ['costs 1', false],
    ['group > inner > it’s there', true],
    ['group > inner (not run: no bus) > it’s there', true],
    ['close', false],
  ])('named “%s” is in the source: %s', (name, expected) => {
    expect(has(name)).toBe(expected);
  });

  test.each([
    ['pla', true],
    ['group > a', true],
    ['group > ', true],
    ['other', false],
  ])('of all that begin with “%s” is in the source: %s', (name, expected) => {
    expect(has(name, true)).toBe(expected);
  });

  const ran = {
    files: {
      'test/a.test.ts': {
        ranAt: '2026-11-21T09:00:00Z',
        tests: { 'refuses a': 'passed', 'refuses b': 'failed', good: 'passed', away: 'not run: no bus' },
      },
      'test/scenarios/all.test.ts': {
        ranAt: '2026-11-21T09:00:00Z',
        tests: { 'holds: first-run': 'passed', 'holds: restart-offline.json': 'failed' },
      },
    },
  };
  const story = 'test/scenarios/stories';
  test.each([
    ['test/a.test.ts › good', null],
    ['test/a.test.ts › goo', 'did not run'],
    ['test/b.test.ts › good', 'did not run'],
    ['test/a.test.ts › refuses a', null],
    ['test/a.test.ts › refuses …', 'failed'],
    ['test/a.test.ts › away', 'not run: no bus'],
    [`${story}/first-run.json`, null],
    [`${story}/restart-offline.json`, 'failed'],
    [`${story}/restart.json`, 'did not run'],
  ])('%s after a run: %s', (text, problem) => {
    expect(problemInRun(ran, parseProof(text))?.text ?? null).toBe(problem);
  });

  test.each(['test/a.test.ts', 'main/a.ts › b', 'test/scenarios/stories/a.txt', 'a › b'])('%s is none', (text) => {
    expect(() => parseProof(text)).toThrow('is neither');
  });
});
