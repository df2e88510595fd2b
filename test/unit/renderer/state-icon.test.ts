import { expect, test } from 'vitest';
import { healthStates } from '../../../main/domain/health.ts';
import { stateIcon } from '../../../renderer/state-icon.ts';

test('every state has a shape of its own, whatever its colour', () => {
  const shapes = healthStates.map((state) => /path d="([^"]+)"/.exec(decodeURIComponent(stateIcon(state)))?.[1]);
  expect(new Set(shapes).size).toBe(healthStates.length);
  for (const state of healthStates) expect(stateIcon(state)).toMatch(/^data:image\/svg\+xml,[^<>"# ]+$/);
});
