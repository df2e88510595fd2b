import type { TidingsApi } from '../preload/contract.ts';

declare global {
  interface Window {
    /** Put there by the preload (Electron) or by the browser shell's client, before any of our code runs. */
    readonly tidings?: TidingsApi;
  }
}

/**
 * The only way to main.
 *
 * @throws {TypeError} where the page runs outside Tidings.
 */
export function bridge(): TidingsApi {
  if (window.tidings === undefined) throw new TypeError('this page works only inside Tidings');
  return window.tidings;
}
