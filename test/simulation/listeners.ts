/** What the app listens at, and connections to it that need no socket. */
import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';

const servers: Server[] = [];
subscribe('tracing:net.server.listen:asyncStart', (message) => {
  servers.push((message as { server: Server }).server);
});

/** A connection from this machine, as the tunnel's client makes it. */
export function connectTo(port: number): Duplex {
  const server = servers.find((each) => {
    const address = each.address();
    return address !== null && typeof address === 'object' && address.port === port;
  });
  if (server === undefined) throw new Error(`nobody listens at port ${port}`);
  const [ours, theirs] = duplexPair();
  server.emit('connection', theirs);
  return ours;
}

/** Listeners of a process that was killed would stay open in ours. */
export function closeListeners(): void {
  for (const server of servers.splice(0)) server.close();
}
