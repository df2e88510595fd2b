import { createServer, type Server, type Socket } from 'node:net';

export interface FrontOptions {
  /** Takes over a socket whose first byte has arrived. */
  readonly handOver: (socket: Socket) => void;
  readonly maxSockets: number;
  /** From a request's first byte to the end of its answer, milliseconds. */
  readonly requestMs: number;
  readonly refused: (why: 'too many sockets' | 'too slow') => void;
}
export interface Front {
  /** Binds 127.0.0.1, and [::1] on the same port where there is IPv6. `port` 0 takes any. Resolves with the port. */
  listen(port: number): Promise<number>;
  /** A request's head was read on this socket. */
  requestBegun(socket: Socket): void;
  /** That request was read to its end and answered. */
  requestEnded(socket: Socket): void;
  /** Destroys every socket; resolves when nothing is bound any more. */
  close(): Promise<void>;
}

interface Visit {
  limit: NodeJS.Timeout | null;
  requests: number;
}

/**
 * Keeps sockets away from the HTTP server until they speak. The tunnel's client opens its sockets long before any
 * request and leaves them silent for hours; Node would answer that silence with a 408 which the relay then takes for
 * the answer to a real request. So a silent socket costs only its place, and the clock of a request starts at its first
 * byte. Node's own request timers do not see sockets that were handed over.
 */
export function createFront(options: FrontOptions): Front {
  const { handOver, maxSockets, requestMs, refused } = options;
  const visits = new Map<Socket, Visit>();
  let servers: Server[] = [];

  function accept(socket: Socket): void {
    if (visits.size >= maxSockets) {
      refused('too many sockets');
      socket.destroy();
      return;
    }
    const visit: Visit = { limit: null, requests: 0 };
    visits.set(socket, visit);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      disarm(visit);
      visits.delete(socket);
    });
    const leave = (): void => {
      socket.destroy();
    };
    socket.once('end', leave);
    socket.once('data', (first) => {
      socket.removeListener('end', leave);
      arm(socket, visit);
      socket.pause();
      handOver(socket);
      // Before the HTTP server's own listener, or a request answered at once would be timed after its end. Listening at
      // all makes Node pass the bytes through here in place of reading them natively.
      socket.prependListener('data', () => arm(socket, visit));
      socket.unshift(first);
      socket.resume();
    });
  }

  function arm(socket: Socket, visit: Visit): void {
    visit.limit ??= setTimeout(() => {
      refused('too slow');
      socket.destroy(); // never an answer: it could be taken for another request's
    }, requestMs);
  }
  function disarm(visit: Visit): void {
    if (visit.limit !== null) clearTimeout(visit.limit);
    visit.limit = null;
  }

  function bind(port: number, host: string): Promise<number> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host, ipv6Only: host === '::1' }, () => {
        servers.push(server);
        const address = server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : port);
      });
    });
  }

  async function close(): Promise<void> {
    const closing = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    servers = [];
    for (const socket of visits.keys()) socket.destroy();
    await Promise.all(closing);
  }

  return {
    async listen(asked) {
      for (let attempt = 1; ; attempt += 1) {
        const port = await bind(asked, '127.0.0.1');
        try {
          await bind(port, '::1');
          return port;
        } catch (error) {
          // No IPv6 here is fine. Somebody else on [::1] with our number is not, while we can take another one: what
          // is sent to `localhost` might reach them.
          const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
          if (!isTaken || asked !== 0 || attempt === 5) return port;
          await close();
        }
      }
    },
    requestBegun(socket) {
      const visit = visits.get(socket);
      if (visit) visit.requests += 1;
    },
    requestEnded(socket) {
      const visit = visits.get(socket);
      if (!visit) return;
      visit.requests -= 1;
      if (visit.requests === 0) disarm(visit);
    },
    close,
  };
}
