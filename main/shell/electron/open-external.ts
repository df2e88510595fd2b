import { shell } from 'electron';
import type { Log } from '../../domain/ports.ts';
import { browserMissing, vettedLink } from '../allowed-links.ts';

/**
 * The one place that hands an address to the system's browser.
 *
 * @throws {Failure} `unexpected` if the address is not on the list, or the system has no browser for it.
 */
export function createOpenExternal(log: Log): (url: string) => Promise<void> {
  return async (url) => {
    const link = vettedLink(url, log);
    try {
      await shell.openExternal(link);
    } catch (cause) {
      throw browserMissing(cause);
    }
  };
}
