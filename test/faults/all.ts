import type { FaultTest } from './context.ts';
import { damage } from './damage.ts';
import { gaps } from './gaps.ts';
import { keyring } from './keyring.ts';
import { kills } from './kills.ts';
import { lifecycle } from './lifecycle.ts';
import { month } from './month.ts';
import { proven } from './proven.ts';
import { sequences } from './sequences.ts';
import { tunnel } from './tunnel.ts';

/** In the order in which they are run. */
export const faultTests: readonly FaultTest[] = [
  ...sequences,
  ...kills,
  ...damage,
  ...tunnel,
  ...gaps,
  ...lifecycle,
  ...keyring,
  ...proven,
  ...month,
];
