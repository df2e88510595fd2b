/** A request to a site of the stand-in cloud, without sockets: the same handler, an answer as `fetch` gives it. */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Rejects when the handler hangs up without an answer. */
export function ask(handle: RequestListener, asked: Asked): Promise<Response> {
  const request = Object.assign(Readable.from(asked.body === '' ? [] : [Buffer.from(asked.body)]), {
    method: asked.method,
    url: asked.target,
    headers: asked.headers,
  });
  return new Promise((resolve, reject) => {
    const headers = new Map<string, string>();
    let status = 200;
    const response = Object.assign(new EventEmitter(), {
      req: request,
      closed: false,
      setHeader: (name: string, value: string) => headers.set(name.toLowerCase(), value),
      writeHead(code: number, more: Readonly<Record<string, string | number>> = {}) {
        status = code;
        for (const [name, value] of Object.entries(more)) headers.set(name.toLowerCase(), String(value));
      },
      end(text = '') {
        const none = status === 204 || status === 304;
        const answer = {
          status,
          headers: { get: (name: string) => headers.get(name.toLowerCase()) ?? null },
          body: none ? null : Readable.from(text === '' ? [] : [Buffer.from(text)]),
        };
        resolve(answer as unknown as Response);
      },
      destroy: () => reject(new TypeError('fetch failed')),
    });
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
}
