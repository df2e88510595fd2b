/**
 * One name at the relay and the data sockets its client keeps ready, as the open-source localtunnel server has them: a
 * TCP port of its own per name, whoever connects there is believed, each public request takes one waiting socket.
 */
import http from 'node:http';
import net from 'node:net';

export interface HeldNameOptions {
  readonly name: string;
  /** More sockets than this are closed at once. */
  readonly maxSockets: number;
  /** Real milliseconds that a public request waits for a free socket before 502. */
  readonly socketWaitMs: number;
  /** Public requests that may wait for a socket at the same time; one more gets 429. */
  readonly maxWaiting: number;
  /** The first socket came, or the last one went. */
  readonly onConnected: (connected: boolean) => void;
  /** A loopback address. */
  readonly host: string;
  /** True while every data socket is to be closed as soon as it was accepted. */
  readonly closesAtOnce: () => boolean;
}

export interface HeldName {
  readonly name: string;
  port(): number;
  connected(): number;
  /** How many data sockets the port has accepted since it was opened. */
  accepted(): number;
  /** Hands the request to the client and its answer back; resolves with the status that was sent, 0 for none. */
  forward(request: http.IncomingMessage, response: http.ServerResponse): Promise<number>;
  /** A stranger's requests take every free data socket, and each that comes; or give them back. */
  keepBusy(on: boolean): void;
  /** Destroys the data sockets; the port goes on listening. */
  dropSockets(): void;
  /** Destroys the data sockets and refuses new ones. */
  shut(): void;
  /** Listens again, on the same port. */
  reopen(): Promise<void>;
}

/** RFC 9110 §7.6.1: these belong to one hop. */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Opens the data port on the loopback interface. */
export async function holdName(options: HeldNameOptions): Promise<HeldName> {
  const { name, maxSockets, socketWaitMs, maxWaiting, onConnected, closesAtOnce } = options;
  const connected = new Set<net.Socket>();
  const free: net.Socket[] = [];
  const busy: net.Socket[] = [];
  let isBusy = false;
  const waiting: ((socket: net.Socket) => void)[] = [];
  let acceptedCount = 0;
  let port = 0;
  let server: net.Server | null = null;

  function hasGone(socket: net.Socket): void {
    if (!connected.delete(socket)) return;
    const at = free.indexOf(socket);
    if (at >= 0) free.splice(at, 1);
    if (connected.size === 0) onConnected(false);
  }

  function accept(socket: net.Socket): void {
    acceptedCount += 1;
    socket.on('error', () => socket.destroy());
    if (closesAtOnce() || connected.size >= maxSockets) {
      socket.destroy();
      return;
    }
    connected.add(socket);
    socket.once('close', () => hasGone(socket));
    socket.setKeepAlive(true);
    if (connected.size === 1) onConnected(true);
    if (isBusy) busy.push(socket);
    else offer(socket);
  }
  function offer(socket: net.Socket): void {
    const next = waiting.shift();
    if (next) next(socket);
    else free.push(socket);
  }

  async function listen(): Promise<void> {
    const listening = net.createServer(accept);
    server = listening;
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject);
      listening.listen(port, options.host, resolve);
    });
    const address = listening.address();
    if (address === null || typeof address === 'string') throw new Error('the data port has no number');
    port = address.port;
  }

  // The real server keeps at most one used socket for the next request and closes the others: the client reopens them.
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 1 });
  agent.createConnection = (_options, callback) => {
    const socket = free.shift();
    if (socket) {
      callback?.(null, socket);
      return undefined;
    }
    const give = (arrived: net.Socket): void => {
      clearTimeout(limit);
      callback?.(null, arrived);
    };
    const limit = setTimeout(() => {
      waiting.splice(waiting.indexOf(give), 1);
      // A socket that never was: Node's callback type demands one beside the error.
      callback?.(new Error('no data socket became free'), new net.Socket());
    }, socketWaitMs);
    waiting.push(give);
    return undefined;
  };

  await listen();

  return {
    name,
    port: () => port,
    connected: () => connected.size,
    accepted: () => acceptedCount,
    keepBusy(on) {
      isBusy = on;
      if (on) busy.push(...free.splice(0));
      else for (const socket of busy.splice(0)) if (!socket.destroyed) offer(socket);
    },
    dropSockets() {
      for (const socket of [...connected]) socket.destroy();
    },
    shut() {
      server?.close();
      server = null;
      for (const socket of [...connected]) socket.destroy();
      agent.destroy();
    },
    async reopen() {
      if (server === null) await listen();
    },
    forward(request, response) {
      return new Promise((resolve) => {
        response.once('close', () => resolve(response.writableFinished ? response.statusCode : 0));
        if (waiting.length >= maxWaiting) {
          response.writeHead(429).end('too many requests are waiting');
          return;
        }
        response.once('close', () => onward.destroy());
        const onward = http.request({
          agent,
          method: request.method ?? 'GET',
          path: request.url ?? '/',
          headers: {
            ...request.headers,
            'x-forwarded-proto': 'https',
            'x-forwarded-for': '203.0.113.9',
            'x-real-ip': '203.0.113.9',
          },
        });
        onward.once('error', () => {
          if (!response.headersSent) response.writeHead(502).end('bad gateway');
          else response.destroy();
        });
        onward.once('response', (answer) => {
          const headers = Object.entries(answer.headers).filter(([header]) => !hopHeaders.has(header));
          response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers) as http.OutgoingHttpHeaders);
          answer.pipe(response);
          answer.once('error', () => response.destroy());
        });
        request.pipe(onward);
      });
    },
  };
}
