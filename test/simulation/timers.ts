/** Stands in for `node:timers` where the product's clock imports it. */
import { appHandle, worldTime } from './world-time.ts';

export { clearImmediate, setImmediate } from 'node:timers';

export const setTimeout = (run: () => void, delayMs = 1) => appHandle(worldTime.appTimer(delayMs, run));
export const clearTimeout = (handle: unknown): void => {
  if (handle !== null && handle !== undefined) worldTime.forgetTimer(Number(handle));
};
