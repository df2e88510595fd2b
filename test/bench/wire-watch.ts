/** What crosses the wire to Graph, counted where the stand-in's servers answer, in this process. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Crossing {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly prefer: string | undefined;
  /** Of `performance.now()`; the head was read. */
  readonly beganMs: number;
  /** The answer's last byte was handed over; null while it is not. */
  endedMs: number | null;
  /** HTTP in both directions as it lies within TLS, heads and bodies. */
  bytes: number;
}

interface Message {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

/** Requests that the app makes of Graph, from now on, oldest first. */
export function watchGraph(): { readonly crossings: readonly Crossing[]; stop(): void } {
  const crossings: Crossing[] = [];
  const open = new WeakMap<IncomingMessage, Crossing>();
  function began(message: unknown): void {
    const { request } = message as Message;
    if (request.headers.host !== 'graph.microsoft.com') return;
    const crossing: Crossing = {
      method: request.method ?? '',
      target: request.url ?? '',
      authorization: request.headers.authorization,
      prefer: request.headers.prefer?.toString(),
      beganMs: performance.now(),
      endedMs: null,
      bytes: headBytes(request) + Number(request.headers['content-length'] ?? 0),
    };
    open.set(request, crossing);
    crossings.push(crossing);
  }
  function ended(message: unknown): void {
    const { request, response } = message as Message;
    const crossing = open.get(request);
    if (crossing === undefined) return;
    crossing.endedMs = performance.now();
    const head = (response as ServerResponse & { readonly _header?: string })._header ?? '';
    crossing.bytes += Buffer.byteLength(head) + Number(response.getHeader('content-length') ?? 0);
  }
  subscribe('http.server.request.start', began);
  subscribe('http.server.response.finish', ended);
  return {
    crossings,
    stop() {
      unsubscribe('http.server.request.start', began);
      unsubscribe('http.server.response.finish', ended);
    },
  };
}

function headBytes({ method, url, rawHeaders }: IncomingMessage): number {
  const line = `${method} ${url} HTTP/1.1\r\n`.length;
  // Each header line has `: ` and a line's end, the head an empty line.
  return rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, line + 2);
}
