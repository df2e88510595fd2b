import type { FaultTest } from './context.ts';
import { kills } from './kills.ts';

/** In the order in which they are run. */
export const faultTests: readonly FaultTest[] = [...kills];
