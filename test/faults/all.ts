import { clock } from './clock.ts';
import type { FaultTest } from './context.ts';
import { damage } from './damage.ts';
import { disk } from './disk.ts';
import { gaps } from './gaps.ts';
import { graph } from './graph.ts';
import { identity } from './identity.ts';
import { keyring } from './keyring.ts';
import { kills } from './kills.ts';
import { lifecycle } from './lifecycle.ts';
import { month } from './month.ts';
import { network } from './network.ts';
import { processFaults } from './process.ts';
import { proven } from './proven.ts';
import { sequences } from './sequences.ts';
import { sessionEnd } from './session-end.ts';
import { told } from './told.ts';
import { tunnel } from './tunnel.ts';

/** In the order in which they are run. */
export const faultTests: readonly FaultTest[] = [
  ...sequences,
  ...kills,
  ...processFaults,
  ...damage,
  ...disk,
  ...clock,
  ...network,
  ...tunnel,
  ...graph,
  ...gaps,
  ...lifecycle,
  ...keyring,
  ...identity,
  ...sessionEnd,
  ...told,
  ...proven,
  ...month,
];
