/** Stands in for `node:timers` in the product's bundle while the desktop plays with time. Immediates stay real. */
import { addTimer, removeTimer, type TimerHandle } from './virtual-time.ts';

export { clearImmediate, setImmediate } from 'node:timers';

export function setTimeout<A extends unknown[]>(run: (...args: A) => void, delayMs = 1, ...args: A): TimerHandle {
  return addTimer(() => run(...args), delayMs, false);
}
export function setInterval<A extends unknown[]>(run: (...args: A) => void, delayMs = 1, ...args: A): TimerHandle {
  return addTimer(() => run(...args), delayMs, true);
}
export const clearTimeout = removeTimer;
export const clearInterval = removeTimer;
