/** `fetch` as the desktop would have it inside a cloud: through its proxy, trusting its authority. */
import { Agent, request as httpsRequest } from 'node:https';
import type { Fetch } from '../../../main/auth/transport.ts';

export interface CloudFetch {
  readonly fetch: Fetch;
  stop(): void;
}

export function createCloudFetch(cloud: { readonly proxyUrl: string; readonly caPem: string }): CloudFetch {
  const agent = new Agent({ keepAlive: true, proxyEnv: { HTTPS_PROXY: cloud.proxyUrl }, ca: cloud.caPem });
  return {
    fetch: (url, init) =>
      new Promise((resolve, reject) => {
        const request = httpsRequest(
          url,
          {
            agent,
            method: init.method ?? 'GET',
            headers: Object.fromEntries(new Headers(init.headers)),
            ...(init.signal && { signal: init.signal }),
          },
          (incoming) => {
            const chunks: Buffer[] = [];
            incoming.on('error', reject);
            incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
            incoming.on('end', () => {
              const status = incoming.statusCode ?? 0;
              if (status >= 300 && status < 400) {
                reject(new TypeError('redirected'));
                return;
              }
              const headers = new Headers();
              for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
              resolve(new Response(Buffer.concat(chunks), { status, headers }));
            });
          },
        );
        request.on('error', reject);
        request.end(init.body ?? undefined);
      }),
    stop: () => agent.destroy(),
  };
}
