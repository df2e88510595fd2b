/**
 * The way out of the machine, as the product sees it: an HTTP proxy that ends TLS itself and answers for the cloud's
 * sites. Nothing is ever forwarded: a host that no site answers for gets a clear 502.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Authority } from './authority.ts';
import { applyFault, createFaults, type Fault, resetConnection } from './faults.ts';
import type { CloudClock, Report, Site } from './types.ts';

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

export interface Proxy {
  /** `http://127.0.0.1:PORT`, for HTTPS_PROXY and HTTP_PROXY. */
  readonly url: string;
  /** Loopback port that speaks TLS as every site at once, by server name: how our sites reach each other. */
  readonly backbonePort: number;
  /** Every finished request, oldest first. */
  readonly requests: readonly ProxiedRequest[];
  onRequest(listener: (request: ProxiedRequest) => void): () => void;
  /** Requests being answered now; those that a `hang` fault holds are not counted. */
  inFlight(): number;
  /** Resolves once nothing is in flight; rejects after `limitMs` real milliseconds. */
  idle(limitMs?: number): Promise<void>;
  /** True if a site answers for this host. */
  knows(host: string): boolean;
  /** Plays a desktop without network: every connection is cut, new ones are reset at once. */
  offline(isOffline: boolean): void;
  /** Breaks one host (or `*`) for the desktop until the returned function is called, or `times` requests have met it. */
  fail(host: string, fault: Fault): () => void;
  stop(): Promise<void>;
}

/** @param hidesPath hosts whose paths must not be written down, because a path there is a secret. */
export async function startProxy(options: {
  readonly clock: CloudClock;
  readonly authority: Authority;
  readonly sites: readonly Site[];
  readonly report: Report;
  readonly hidesPath?: (host: string) => boolean;
}): Promise<Proxy> {
  const { clock, authority, report, hidesPath = () => false } = options;
  const findSite = siteFinder(options.sites);
  const faults = createFaults();
  const requests: ProxiedRequest[] = [];
  const listeners = new Set<(request: ProxiedRequest) => void>();
  const idleWaiters = new Set<() => void>();
  /** Connections of the desktop, cut when it goes offline; `all` also holds those of the backbone, for `stop`. */
  const desktopSockets = new Set<Duplex>();
  const allSockets = new Set<Duplex>();
  let running = 0;
  let isOffline = false;

  function track(socket: Duplex, ...sets: Set<Duplex>[]): void {
    for (const set of sets) set.add(socket);
    // A client that is killed resets its connections: that is life, never an error of ours.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      for (const set of sets) set.delete(socket);
    });
  }

  function answer(
    host: string,
    from: ProxiedRequest['from'],
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const startedMs = performance.now();
    const at = clock.now();
    const path = hidesPath(host) ? '/…' : (request.url ?? '/').split('?', 1)[0] || '/';
    let isCounted = true;
    running += 1;
    const uncount = () => {
      if (!isCounted) return;
      isCounted = false;
      running -= 1;
      if (running === 0) for (const waiter of [...idleWaiters]) waiter();
    };
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : null;
      const tookMs = Math.round(performance.now() - startedMs);
      const done: ProxiedRequest = { at, host, method: request.method ?? 'GET', path, status, tookMs, from };
      requests.push(done);
      uncount();
      for (const listener of [...listeners]) listener(done);
    });
    response.once('held', uncount);
    response.on('error', () => {});
    request.on('error', () => {});

    const fault = from === 'desktop' ? faults.take(host) : undefined;
    if (fault) {
      applyFault(fault, request, response);
      return;
    }
    const site = findSite(host);
    if (!site) {
      refuseUnknown(host, response);
      return;
    }
    serve(site.handle, request, response);
  }

  function serve(handle: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    const failed = (error: unknown) => {
      report({ site: 'proxy', name: 'site.failed', text: `A site of the cloud failed: ${describe(error)}` });
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(500, { 'content-type': 'text/plain' })
          .end(`The stand-in cloud failed: ${describe(error)}\n`);
    };
    try {
      const result: unknown = handle(request, response);
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  function refuseUnknown(host: string, response: ServerResponse): void {
    reportUnknown(host);
    response.writeHead(502, { 'content-type': 'text/plain' });
    response.end(`The stand-in cloud has no site ${host}, and never forwards anything.\n`);
  }

  function reportUnknown(host: string): void {
    report({ site: 'proxy', name: 'host.refused', text: `No site answers for ${host}`, fields: { host } });
  }

  /** Inside a tunnel (or on the backbone): one server for TLS, one for the plain HTTP some clients tunnel as well. */
  const hostOf = (request: IncomingMessage) => hostname(request.headers.host ?? '');
  const fromOf = (request: IncomingMessage): ProxiedRequest['from'] =>
    backboneConnections.has(connectionKey(request.socket)) ? 'cloud' : 'desktop';
  const backboneConnections = new Set<string>();
  const inTunnel: RequestListener = (request, response) => {
    const servername: unknown = 'servername' in request.socket ? request.socket.servername : undefined;
    const host = hostOf(request);
    if (typeof servername === 'string' && servername !== '' && servername.toLowerCase() !== host) {
      response.writeHead(421, { 'content-type': 'text/plain' }).end('Misdirected request\n');
      return;
    }
    answer(host, fromOf(request), request, response);
  };
  const tlsServer = createHttpsServer(
    {
      ALPNProtocols: ['http/1.1'],
      SNICallback(servername, done) {
        if (!findSite(servername)) {
          reportUnknown(servername);
          done(new Error(`no site ${servername}`));
          return;
        }
        authority.secureContext(servername).then(
          (context) => done(null, context),
          (error: Error) => done(error),
        );
      },
    },
    inTunnel,
  );
  const plainServer = createServer(inTunnel);
  const front = createServer((request, response) => {
    // Absolute-form requests: plain http through a proxy, and clients that hand a proxy https addresses this way.
    const target = URL.parse(request.url ?? '');
    if (!target || !/^https?:$/.test(target.protocol)) {
      response.writeHead(400, { 'content-type': 'text/plain' });
      response.end('This is the proxy of the stand-in cloud. Set HTTPS_PROXY and HTTP_PROXY to this address.\n');
      return;
    }
    request.url = `${target.pathname}${target.search}`;
    request.headers.host = target.host;
    answer(target.hostname, 'desktop', request, response);
  });

  front.on('connection', (socket) => {
    track(socket, desktopSockets, allSockets);
    if (isOffline) resetConnection(socket);
  });
  front.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const host = hostname(request.url ?? '');
    const fault = faults.peek(host);
    if (fault?.kind === 'refuse') {
      faults.take(host);
      socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    if (!findSite(host)) {
      reportUnknown(host);
      const text = `The stand-in cloud has no site ${host}, and never forwards anything.\n`;
      socket.end(
        `HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      );
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    // The first byte tells TLS (a handshake record, 0x16) from plain HTTP.
    socket.once('readable', () => {
      const first: Buffer | null = socket.read(1);
      if (!first) {
        socket.destroy();
        return;
      }
      socket.unshift(first);
      (first[0] === 0x16 ? tlsServer : plainServer).emit('connection', socket);
    });
  });

  tlsServer.on('connection', (socket: Socket) => {
    if (allSockets.has(socket)) return; // came through the front
    track(socket, allSockets);
    const key = connectionKey(socket);
    backboneConnections.add(key);
    socket.once('close', () => backboneConnections.delete(key));
  });
  for (const server of [front, tlsServer, plainServer]) {
    server.keepAliveTimeout = 60_000;
    server.on('clientError', (_error, socket) => socket.destroy());
  }
  tlsServer.on('tlsClientError', (_error, socket) => socket.destroy());

  await listen(front);
  await listen(tlsServer);

  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    backbonePort: (tlsServer.address() as AddressInfo).port,
    requests,
    onRequest(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    inFlight: () => running,
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
    knows: (host) => findSite(host) !== undefined,
    offline(next) {
      if (next === isOffline) return;
      isOffline = next;
      report({
        site: 'proxy',
        name: next ? 'network.lost' : 'network.restored',
        text: next ? 'The desktop has no network' : 'The desktop has its network back',
      });
      if (next) for (const socket of [...desktopSockets]) resetConnection(socket);
    },
    fail: faults.add,
    async stop() {
      const closed = [front, tlsServer].map((server) => new Promise((resolve) => server.close(resolve)));
      plainServer.close();
      for (const socket of [...allSockets]) socket.destroy();
      await Promise.all(closed);
    },
  };
}

/** Exact names first, then `*.` names by their longest suffix. */
function siteFinder(sites: readonly Site[]): (host: string) => Site | undefined {
  const exact = new Map<string, Site>();
  const suffixes: { readonly suffix: string; readonly site: Site }[] = [];
  for (const site of sites) {
    for (const host of site.hosts) {
      if (host.startsWith('*.')) suffixes.push({ suffix: host.slice(1).toLowerCase(), site });
      else exact.set(host.toLowerCase(), site);
    }
  }
  suffixes.sort((a, b) => b.suffix.length - a.suffix.length);
  return (host) => {
    const name = host.toLowerCase();
    return exact.get(name) ?? suffixes.find(({ suffix }) => name.endsWith(suffix) && name !== suffix)?.site;
  };
}

function hostname(authorityText: string): string {
  return authorityText.replace(/:\d+$/, '').toLowerCase();
}

/** Names a TCP connection from our side; TLS wraps the socket, but the remote port stays. */
function connectionKey(socket: Socket): string {
  return `${socket.localPort}<${socket.remotePort}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function listen(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
