/** The public internet as one of our sites sees it: real HTTPS to another of our sites, found by name. */
import { request as httpsRequest } from 'node:https';
import type { CloudProxy } from './proxy.ts';
import type { PublicWeb } from './types.ts';

/** The largest answer read, in bytes: notification targets answer with next to nothing. */
const LARGEST_BODY = 1024 * 1024;

/** Why a request on the public web got no answer. */
export class PublicWebError extends Error {
  override readonly name = 'PublicWebError';
  readonly code: 'not-https' | 'no-such-host' | 'timeout' | 'connection-failed';
  constructor(code: PublicWebError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Redirects are not followed and connections are not reused: each request stands alone, as from another machine.
 * It does not pass the desktop's network, so a desktop that is offline does not stop it.
 */
export function createPublicWeb(options: {
  readonly caPem: string;
  /** Asked at each request: the proxy starts after the sites that hold this web. */
  readonly proxy: () => Pick<CloudProxy, 'backbonePort' | 'knows'>;
}): PublicWeb {
  return {
    send({ url, method, headers, body, timeoutMs }) {
      const target = URL.parse(url);
      if (target?.protocol !== 'https:') {
        return Promise.reject(new PublicWebError('not-https', 'Only https addresses are asked'));
      }
      const { backbonePort, knows } = options.proxy();
      if (!knows(target.hostname)) {
        return Promise.reject(new PublicWebError('no-such-host', `The name ${target.hostname} does not resolve`));
      }
      return new Promise((resolve, reject) => {
        const outgoing = httpsRequest({
          host: '127.0.0.1',
          port: backbonePort,
          servername: target.hostname,
          ca: options.caPem,
          agent: false,
          path: `${target.pathname}${target.search}`,
          method,
          headers: { ...headers, host: target.host, 'content-length': Buffer.byteLength(body) },
        });
        const limit = setTimeout(() => {
          outgoing.destroy(new PublicWebError('timeout', `No answer within ${timeoutMs} ms`));
        }, timeoutMs);
        const fail = (cause: unknown) => {
          clearTimeout(limit);
          const known = cause instanceof PublicWebError;
          reject(known ? cause : new PublicWebError('connection-failed', 'The connection failed', { cause }));
        };
        outgoing.on('error', fail);
        outgoing.on('response', (incoming) => {
          const chunks: Buffer[] = [];
          let size = 0;
          incoming.on('error', fail);
          incoming.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > LARGEST_BODY) outgoing.destroy(new Error('The answer is too large'));
            else chunks.push(chunk);
          });
          incoming.on('end', () => {
            clearTimeout(limit);
            const flat = Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? '')]);
            resolve({
              status: incoming.statusCode ?? 0,
              headers: Object.fromEntries(flat),
              body: Buffer.concat(chunks).toString('utf8'),
            });
          });
        });
        outgoing.end(body);
      });
    },
  };
}
