import type { FaultTest } from './context.ts';
import { damage } from './damage.ts';
import { gaps } from './gaps.ts';
import { kills } from './kills.ts';
import { lifecycle } from './lifecycle.ts';
import { tunnel } from './tunnel.ts';

/** In the order in which they are run. */
export const faultTests: readonly FaultTest[] = [...kills, ...damage, ...tunnel, ...gaps, ...lifecycle];
