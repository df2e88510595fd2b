/** `fetch`, handed in: Electron's `net.fetch` knows the system's proxy and certificates, Node's does not. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How we ask public addresses. No browser's: the public relay shows browsers a reminder page in place of who is asked. */
export const askingHeaders = { 'user-agent': 'Tidings-reachability-check', accept: 'text/plain' } as const;

/** The body, or null if it is longer than `maxBytes`. */
export async function readAtMost(response: Response, maxBytes: number): Promise<Buffer | null> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || value === undefined) return Buffer.concat(chunks);
    size += value.length;
    if (size > maxBytes) {
      await reader?.cancel();
      return null;
    }
    chunks.push(value);
  }
}
