import type { Neighbours } from '../domain/ports.ts';
import type { Fetch } from './fetch.ts';

/** No browser's: the public relay shows browsers a reminder page. */
const userAgent = 'Tidings-reachability-check';
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
          headers: { 'user-agent': userAgent, accept: 'text/plain' },
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
