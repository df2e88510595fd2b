import { expect, test } from 'vitest';
import { stateIcon } from '../../../renderer/state-icon.ts';

const states = [
  'configurationError',
  'blocked',
  'signInRequired',
  'offline',
  'toastsBlocked',
  'delayed',
  'catchingUp',
  'paused',
  'notSetUp',
  'allGood',
] as const;

test('every state has a shape of its own, whatever its colour', () => {
  const shapes = states.map((state) => /path d="([^"]+)"/.exec(decodeURIComponent(stateIcon(state)))?.[1]);
  expect(new Set(shapes).size).toBe(states.length);
  for (const state of states) expect(stateIcon(state)).toMatch(/^data:image\/svg\+xml,[^<>"# ]+$/);
});
