/** What can be wrong between the desktop and one host. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** `times`: how many requests meet the fault; without it all, until it is taken back. */
export type Fault = { readonly times?: number } & (
  | { /** No connection: the proxy cannot reach the host. */ readonly kind: 'refuse' }
  | { /** The request is taken and never answered. */ readonly kind: 'hang' }
  | { /** The connection is reset before an answer. */ readonly kind: 'reset' }
  | {
      /** An answer from something in front of the service. */
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { /** A captive portal or company block page: 200 with HTML. */ readonly kind: 'html'; readonly body?: string }
  | { /** The company's proxy wants to know who asks before it connects: 407. */ readonly kind: 'proxyLogin' }
  | {
      /** The true answer, that many cloud milliseconds late: a long way there. */ readonly kind: 'late';
      readonly ms: number;
    }
);

export interface Faults {
  /** Takes effect for the next request to this host, or to every host with `*`. Returns a function that ends it. */
  add(host: string, fault: Fault): () => void;
  /** The fault the next request would meet. */
  peek(host: string): Fault | undefined;
  /** The fault this request meets, counted. */
  take(host: string): Fault | undefined;
}

export function createFaults(): Faults {
  const active: { readonly host: string; readonly fault: Fault; left: number }[] = [];
  const find = (host: string) => active.find((entry) => entry.host === '*' || entry.host === host);
  return {
    add(host, fault) {
      const entry = { host: host.toLowerCase(), fault, left: fault.times ?? Number.POSITIVE_INFINITY };
      active.push(entry);
      return () => {
        const index = active.indexOf(entry);
        if (index >= 0) active.splice(index, 1);
      };
    },
    peek: (host) => find(host)?.fault,
    take(host) {
      const entry = find(host);
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) active.splice(active.indexOf(entry), 1);
      return entry.fault;
    },
  };
}

/** @param fault any that is an answer of its own. */
export function applyFault(
  fault: Exclude<Fault, { kind: 'late' }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  switch (fault.kind) {
    case 'hang':
      hold(response);
      return;
    case 'reset':
      resetConnection(request.socket);
      return;
    case 'refuse':
      // Normally met at CONNECT; a kept-alive connection or an absolute-form request comes here.
      response.writeHead(502, { 'content-type': 'text/plain', connection: 'close' }).end('Bad gateway\n');
      return;
    case 'proxyLogin':
      // Normally met at CONNECT, like `refuse`.
      response.writeHead(407, { 'proxy-authenticate': 'Negotiate', connection: 'close' }).end();
      return;
    case 'status':
      request.resume();
      response.writeHead(fault.status, { 'content-type': 'text/plain', ...fault.headers }).end(fault.body ?? '');
      return;
    case 'html':
      request.resume();
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(fault.body ?? '<!doctype html><title>Welcome</title><p>Please accept the terms of this network.</p>');
      return;
    default:
      assertNever(fault);
  }
}

/** Takes a request and never answers it. Says so, so that whoever waits for quiet does not wait for this one. */
export function hold(response: ServerResponse): void {
  response.req.resume();
  response.emit('held');
}

/** Waits `delayMs` real milliseconds, or until whoever asked has gone. */
export function linger(response: ServerResponse, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    response.once('close', done);
  });
}

/** TLS connection → the TCP connection it runs over, which is the one that can be reset. */
const carriers = new WeakMap<Duplex, Socket>();

export function rememberCarrier(secure: Duplex, carrier: Socket): void {
  carriers.set(secure, carrier);
}

/** Ends a connection as a vanished network does: by a TCP reset, without a goodbye, also under TLS. */
export function resetConnection(socket: Duplex): void {
  const carrier = carriers.get(socket) ?? (socket instanceof Socket ? socket : undefined);
  if (carrier && !('encrypted' in carrier)) carrier.resetAndDestroy();
  else socket.destroy();
}

function assertNever(fault: never): never {
  throw new Error(`Unknown fault ${JSON.stringify(fault)}`);
}
