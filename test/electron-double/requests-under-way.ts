/** Which requests this process waits for: Node tells of `fetch` and of `node:http` by its diagnostics channels. */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Real milliseconds after which an answer is being held back on purpose: nobody has to wait for it. */
const heldAfterMs = 2_000;

/** From now on; an app that has not asked for anything yet. Returns how many there are at that moment. */
export function watchRequests(): () => number {
  const begun = new Map<object, number>();
  const on = (channel: string, hear: (request: object) => void): void =>
    subscribe(channel, (message) => hear((message as { readonly request: object }).request));
  on('undici:request:create', (request) => begun.set(request, performance.now()));
  on('undici:request:trailers', (request) => begun.delete(request));
  on('undici:request:error', (request) => begun.delete(request));
  on('http.client.request.start', (request) => {
    begun.set(request, performance.now());
    (request as ClientRequest).once('close', () => begun.delete(request));
  });
  return () => [...begun.values()].filter((atMs) => performance.now() - atMs < heldAfterMs).length;
}
