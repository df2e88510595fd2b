/** The reference for what is asked of Graph: the same requests, fetched and parsed, and nothing else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenTunnel } from '../../../main/domain/ports.ts';
import { createLocaltunnelProvider } from '../../../main/webhook/localtunnel.ts';
import { serve } from './serve.ts';

export interface BareRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}
export interface BareCallerCalls {
  /** Follows `@odata.nextLink` to the end. */
  read(request: BareRequest): Promise<{ readonly tookMs: number; readonly pages: number; readonly items: number }>;
  /** Opens a tunnel to a server that answers 202 and does nothing more; resolves with its public address. */
  tunnel(relay: string, name: string): Promise<string>;
}

let open: OpenTunnel | null = null;

serve({
  async read({ url, headers }) {
    const begin = performance.now();
    let pages = 0;
    let items = 0;
    for (let next: string | undefined = url; next !== undefined; ) {
      const response: Response = await fetch(next, { headers, signal: AbortSignal.timeout(30_000) });
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
      const page = (await response.json()) as { value?: unknown[]; '@odata.nextLink'?: string };
      pages += 1;
      items += page.value?.length ?? 0;
      next = page['@odata.nextLink'];
    }
    return { tookMs: performance.now() - begin, pages, items };
  },
  async tunnel(relay, name) {
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(202, { 'content-length': 0 }).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const provider = createLocaltunnelProvider({ host: relay, fetch });
    open = await provider.open({ port, name, signal: AbortSignal.timeout(30_000) });
    return open.publicUrl;
  },
} satisfies BareCallerCalls);
