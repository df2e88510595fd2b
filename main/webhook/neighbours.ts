import type { Neighbours } from '../domain/ports.ts';
import { askingHeaders, type Fetch } from './fetch.ts';

const limitMs = 10_000;

/**
 * Whether a Tidings lives at an address that a subscription points to. Its listener knows the path, and takes nothing
 * but POST there: 405. A relay whose desktop has gone says 404 or 502, and so does whoever has its name now.
 */
export function createNeighbours({ fetch: fetchIt }: { readonly fetch: Fetch }): Neighbours {
  return {
    async answers(notificationUrl) {
      if (!URL.canParse(notificationUrl) || new URL(notificationUrl).protocol !== 'https:') return false;
      try {
        const response = await fetchIt(notificationUrl, {
          headers: askingHeaders,
          cache: 'no-store',
          redirect: 'error',
          signal: AbortSignal.timeout(limitMs),
        });
        await response.body?.cancel();
        return response.status === 405 && response.headers.get('allow') === 'POST';
      } catch {
        return false;
      }
    },
  };
}
