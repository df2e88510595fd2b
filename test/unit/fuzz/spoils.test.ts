import { expect, test } from 'vitest';
import { attacks } from '../../fuzz/attacks.ts';
import { spoils } from '../../fuzz/spoils.ts';

test('there is a bad app for every attack but the one that runs tests, so that none passes whatever it is shown', () => {
  const found = new Set(spoils.flatMap(({ foundBy }) => foundBy.map(([attack]) => attack as string)));
  expect(attacks.map(({ name }) => name).filter((name) => !found.has(name))).toEqual(['proven']);
  expect([...found].filter((name) => !attacks.some((attack) => attack.name === name))).toEqual([]);
});
