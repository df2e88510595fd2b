import type { HealthStateView } from '../preload/contract.ts';

const green = '#1a7f3c';
const blue = '#1f5fc4';
const amber = '#9a5b00';
const red = '#b3261e';
const grey = '#6b7280';
const bang = 'M12 6v7M12 17v.5';

/** Shapes first: who sees no colours tells them apart all the same. */
const drawings: Readonly<Record<HealthStateView, readonly [ground: string, strokes: string]>> = {
  allGood: [green, 'M7 12.5l3.5 3.5L17 8.5'],
  paused: [blue, 'M9.5 8v8M14.5 8v8'],
  catchingUp: [blue, 'M7 12h.1M12 12h.1M17 12h.1'],
  notSetUp: [blue, 'M12 8v8M8 12h8'],
  delayed: [amber, 'M12 7v5l3.5 2'],
  toastsBlocked: [amber, 'M8 16L16 8M8 8l8 8'],
  offline: [grey, 'M7 12h10'],
  signInRequired: [red, 'M9 12a3 3 0 1 0-.1 0M11 12h7v3'],
  blocked: [red, 'M7 7l10 10'],
  configurationError: [red, bang],
};

/** The state as a tab's icon: a data URL. Null: nothing is known. */
export function stateIcon(state: HealthStateView | null): string {
  const [ground, strokes] = state === null ? [grey, bang] : drawings[state];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="12" fill="${ground}"/>` +
    `<path d="${strokes}" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
