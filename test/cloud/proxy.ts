/**
 * The way out of the machine, as the product sees it: an HTTP proxy that ends TLS itself and answers for the cloud's
 * sites. Nothing is ever forwarded: a host that no site answers for gets a clear 502.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Authority } from './authority.ts';
import { applyFault, createFaults, type Fault, rememberCarrier, resetConnection } from './faults.ts';
import { siteFinder } from './site-finder.ts';
import { createTraffic, type ProxiedRequest, type Traffic } from './traffic.ts';
import type { CloudClock, Report, Site } from './types.ts';

export interface CloudProxy extends Omit<Traffic, 'watch'> {
  /** `http://127.0.0.1:PORT`, for HTTPS_PROXY and HTTP_PROXY. */
  readonly url: string;
  /** Loopback port that speaks TLS as every site at once, by server name: how our sites reach each other. */
  readonly backbonePort: number;
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
}): Promise<CloudProxy> {
  const { authority, report } = options;
  const findSite = siteFinder(options.sites);
  const faults = createFaults();
  const traffic = createTraffic(options.clock, options.hidesPath ?? (() => false));
  /** Connections of the desktop, cut when it goes offline; `allSockets` also holds those of the backbone, for `stop`. */
  const desktopSockets = new Set<Duplex>();
  const allSockets = new Set<Duplex>();
  const backboneConnections = new Set<string>();
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
    traffic.watch(host, from, request, response);
    request.on('error', () => {});
    response.on('error', () => {});
    const fault = from === 'desktop' ? faults.take(host) : undefined;
    if (fault?.kind === 'late') {
      response.emit('held');
      options.clock.after(fault.ms, () => {
        response.emit('resumed');
        if (!response.destroyed) answerTruly(host, request, response);
      });
      return;
    }
    if (fault) {
      applyFault(fault, request, response);
      return;
    }
    answerTruly(host, request, response);
  }

  function answerTruly(host: string, request: IncomingMessage, response: ServerResponse): void {
    const site = findSite(host);
    if (site) serve(site.handle, request, response);
    else response.writeHead(502, { 'content-type': 'text/plain' }).end(refusal(host));
  }

  function serve(handle: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    const failed = (error: unknown) => {
      // A client that went away while its request was read is no failure of the site.
      if (request.destroyed && !request.complete) return;
      const text = error instanceof Error ? error.message : String(error);
      report({ site: 'proxy', name: 'site.failed', text: `A site of the cloud failed: ${text}` });
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(`The stand-in cloud failed: ${text}\n`);
    };
    try {
      const result: unknown = handle(request, response);
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Says that nobody answers for a host; the text goes to the client too. */
  function refusal(host: string): string {
    report({ site: 'proxy', name: 'host.refused', text: `No site answers for ${host}`, fields: { host } });
    return `The stand-in cloud has no site ${host}, and never forwards anything.\n`;
  }

  // Inside a tunnel, and on the backbone: one server for TLS, one for the plain HTTP that some clients tunnel as well.
  const inside: RequestListener = (request, response) => {
    const host = hostname(request.headers.host ?? '');
    const servername: unknown = 'servername' in request.socket ? request.socket.servername : undefined;
    if (typeof servername === 'string' && servername.toLowerCase() !== host) {
      response.writeHead(421, { 'content-type': 'text/plain' }).end('Misdirected request\n');
      return;
    }
    answer(host, backboneConnections.has(connectionKey(request.socket)) ? 'cloud' : 'desktop', request, response);
  };
  const plainServer = createServer(inside);
  const tlsServer = createHttpsServer(
    {
      ALPNProtocols: ['http/1.1'],
      SNICallback(servername, done) {
        if (!findSite(servername)) {
          done(new Error(refusal(servername)));
          return;
        }
        authority.secureContext(servername).then(
          (context) => done(null, context),
          (error: Error) => done(error),
        );
      },
    },
    inside,
  );
  const carriers = new Map<string, Socket>();
  tlsServer.on('connection', (socket: Socket) => {
    const carrierKey = connectionKey(socket);
    carriers.set(carrierKey, socket);
    socket.once('close', () => carriers.delete(carrierKey));
    if (allSockets.has(socket)) return; // came through the front
    track(socket, allSockets);
    const key = connectionKey(socket);
    backboneConnections.add(key);
    socket.once('close', () => backboneConnections.delete(key));
  });
  tlsServer.on('secureConnection', (secure) => {
    const carrier = carriers.get(connectionKey(secure));
    if (carrier) rememberCarrier(secure, carrier);
  });
  tlsServer.on('tlsClientError', (_error, socket) => socket.destroy());

  // Absolute-form requests: plain http through a proxy, and clients that hand a proxy https addresses this way.
  const front = createServer((request, response) => {
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
    const met = faults.peek(host)?.kind;
    if (met === 'refuse' || met === 'proxyLogin') {
      faults.take(host);
      const status =
        met === 'refuse' ? '502 Bad Gateway' : '407 Proxy Authentication Required\r\nproxy-authenticate: Negotiate';
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    if (!findSite(host)) {
      const text = refusal(host);
      const headers = `connection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}`;
      socket.end(`HTTP/1.1 502 Bad Gateway\r\n${headers}\r\n\r\n${text}`);
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
  for (const server of [front, tlsServer, plainServer]) {
    server.keepAliveTimeout = 60_000;
    server.on('clientError', (_error, socket) => socket.destroy());
  }
  await listen(front);
  await listen(tlsServer);

  return {
    ...traffic,
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    backbonePort: (tlsServer.address() as AddressInfo).port,
    knows: (host) => findSite(host) !== undefined,
    offline(next) {
      if (next === isOffline) return;
      isOffline = next;
      const [name, text] = next
        ? ['network.lost', 'The desktop has no network']
        : ['network.restored', 'The desktop has its network back'];
      report({ site: 'proxy', name, text });
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

function hostname(authorityText: string): string {
  return authorityText.replace(/:\d+$/, '').toLowerCase();
}

/** Names a TCP connection from our side; TLS wraps the socket, but the remote port stays. */
function connectionKey(socket: Socket): string {
  return `${socket.localPort}<${socket.remotePort}`;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
