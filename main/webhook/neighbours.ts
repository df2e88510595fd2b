import type { Neighbours } from '../domain/ports.ts';
import { askingHeaders, type Fetch } from './fetch.ts';

const limitMs = 10_000;

/** In the query of a GET, which is refused like any other: what pointed to this address was taken over. */
export const takenOverMark = 'takenOver';

/**
 * Whether a Tidings lives at an address that a subscription points to. Its listener knows the path, and takes nothing
 * but POST there: 405. A relay whose desktop has gone says 404 or 502, and so does whoever has its name now.
 */
export function createNeighbours({ fetch: fetchIt }: { readonly fetch: Fetch }): Neighbours {
  async function ask(url: URL): Promise<boolean> {
    if (url.protocol !== 'https:') return false;
    try {
      const response = await fetchIt(url.href, {
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
  }
  return {
    answers: async (notificationUrl) => URL.canParse(notificationUrl) && (await ask(new URL(notificationUrl))),
    async tellTakenOver(notificationUrl) {
      if (!URL.canParse(notificationUrl)) return;
      const url = new URL(notificationUrl);
      url.searchParams.set(takenOverMark, '1');
      await ask(url);
    },
  };
}
