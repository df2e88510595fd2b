/** Every bench, in the order in which they run; the last of those that run side by side is the one that waits longest. */
import { acknowledge, burst } from './acknowledge.ts';
import type { Bench } from './bench.ts';
import { catchUp } from './catch-up.ts';
import { clone } from './clone.ts';
import { challenge, endToEnd } from './end-to-end.ts';
import { idleDay } from './idle-day.ts';
import { list } from './list.ts';
import { passwordReset } from './password-reset.ts';
import { soak } from './soak.ts';
import { bundle, idle, start } from './weight.ts';

export const benches: readonly Bench[] = [
  acknowledge,
  burst,
  endToEnd,
  idleDay,
  challenge,
  catchUp,
  list,
  start,
  bundle,
  clone,
  passwordReset,
  soak,
  idle,
];

/** Goals that nobody can measure without Electron's own program. */
export const needElectron: readonly { readonly goal: string; readonly what: string; readonly wanted: string }[] = [
  { goal: 'P1', what: 'tray idle, no window, 10 min after start (PSS)', wanted: '≤ 140 MB' },
  { goal: 'P2', what: 'window open; after closing', wanted: '≤ 260 MB; P1 + 10 MB within 30 s' },
  {
    goal: 'P3',
    what: 'idle CPU and wake-ups of all processes',
    wanted: '≤ 0.5 % of a core, ≤ 5/s in main, ≤ 15/s in all',
  },
  { goal: 'P4', what: 'start to tray icon, warm and cold', wanted: '≤ 0.8 s / ≤ 1.8 s' },
  { goal: 'P6', what: 'tray click to usable window, p95 of 100', wanted: '≤ 500 ms' },
];
