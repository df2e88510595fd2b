import type { TidingsApi } from '../preload/contract.ts';

/** Put there by the preload (Electron) or by the browser shell's client, before any of our code runs. */
type TidingsWindow = Window & { readonly tidings?: TidingsApi };

/**
 * The only way to main.
 *
 * @throws {TypeError} where the page runs outside Tidings.
 */
export function bridge(): TidingsApi {
  const { tidings } = window as TidingsWindow;
  if (tidings === undefined) throw new TypeError('this page works only inside Tidings');
  return tidings;
}
