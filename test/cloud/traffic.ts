/** What went through the proxy, and whether anything is still going through it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CloudClock } from './types.ts';

export interface ProxiedRequest {
  /** Cloud time at which the request was there. */
  readonly at: Date;
  readonly host: string;
  readonly method: string;
  /** Without the query; for hosts whose paths are secrets only `/…`. */
  readonly path: string;
  /** Null when the connection ended without an answer. */
  readonly status: number | null;
  /** Real milliseconds until the answer was sent or the connection ended. */
  readonly tookMs: number;
  /** `desktop`: came through the proxy. `cloud`: one of our sites asked another (Graph delivering to a relay). */
  readonly from: 'desktop' | 'cloud';
}

export interface Traffic {
  /** Every finished request, oldest first. */
  readonly requests: readonly ProxiedRequest[];
  /** Watches one request from now to its end. */
  watch(host: string, from: ProxiedRequest['from'], request: IncomingMessage, response: ServerResponse): void;
  onRequest(listener: (request: ProxiedRequest) => void): () => void;
  inFlight(): number;
  /** Requests of the desktop to such hosts that are held on purpose: it waits for them, and nobody else has to. */
  held(isMeant: (host: string) => boolean): number;
  /** Resolves once nothing is in flight; rejects after `limitMs` real milliseconds. */
  idle(limitMs?: number): Promise<void>;
}

/** @param hidesPath hosts whose paths must not be written down, because a path there is a secret. */
export function createTraffic(clock: CloudClock, hidesPath: (host: string) => boolean): Traffic {
  const requests: ProxiedRequest[] = [];
  const listeners = new Set<(request: ProxiedRequest) => void>();
  const idleWaiters = new Set<() => void>();
  let running = 0;
  const held: string[] = [];

  return {
    requests,
    watch(host, from, request, response) {
      const startedMs = performance.now();
      const at = clock.now();
      const method = request.method ?? 'GET';
      const path = hidesPath(host) ? '/…' : (request.url ?? '/').split('?', 1)[0] || '/';
      let isCounted = true;
      running += 1;
      const uncount = () => {
        if (!isCounted) return;
        isCounted = false;
        running -= 1;
        if (from === 'desktop' && !response.closed) held.push(host);
        if (running === 0) for (const waiter of [...idleWaiters]) waiter();
      };
      const letGo = (): void => void held.splice(held.indexOf(host), 1);
      // A request that is held on purpose must not keep those waiting who wait for quiet, until it goes on.
      response.on('held', uncount);
      response.on('resumed', () => {
        if (isCounted || response.closed) return;
        isCounted = true;
        running += 1;
        if (from === 'desktop') letGo();
      });
      response.once('close', () => {
        const status = response.headersSent ? response.statusCode : null;
        const tookMs = Math.round(performance.now() - startedMs);
        const done: ProxiedRequest = { at, host, method, path, status, tookMs, from };
        requests.push(done);
        if (!isCounted && from === 'desktop') letGo();
        uncount();
        for (const listener of [...listeners]) listener(done);
      });
    },
    onRequest(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    inFlight: () => running,
    held: (isMeant) => held.filter(isMeant).length,
    idle(limitMs = 10_000) {
      if (running === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const settle = () => {
          clearTimeout(limit);
          idleWaiters.delete(settle);
          resolve();
        };
        const limit = setTimeout(() => {
          idleWaiters.delete(settle);
          reject(new Error(`${running} requests are still in flight after ${limitMs} ms`));
        }, limitMs);
        idleWaiters.add(settle);
      });
    },
  };
}
