/**
 * Runs localtunnel's data sockets in a thread of its own, because nothing but ending the thread stops them: a socket
 * that reaches no listener of ours tries again for ever, and what it throws would end the app.
 */
import { setDefaultResultOrder } from 'node:dns';
import { parentPort, workerData } from 'node:worker_threads';
import TunnelCluster from 'localtunnel/lib/TunnelCluster.js';
import type { TunnelNews, TunnelOrder } from './localtunnel-messages.ts';
import { watchSockets } from './socket-watch.ts';

const order = workerData as TunnelOrder; // from our own thread

let isOpen = false;
let isOver = false;
function tell(news: TunnelNews): void {
  if (isOver) return;
  isOver = news.kind !== 'open';
  parentPort?.postMessage(news);
}
const end = (why: string): void => tell({ kind: isOpen ? 'closed' : 'failed', why });

// The client connects to `localhost`. Our listener is on 127.0.0.1 for certain; on [::1] somebody else might be.
setDefaultResultOrder('ipv4first');

const cluster = new TunnelCluster({
  remote_host: order.dataHost,
  remote_port: order.dataPort,
  local_port: order.port,
});
// Without a listener an outage would end the process.
cluster.on('error', ({ message }) => end(message));
// Only with the first data socket can anything arrive.
cluster.once('open', () => {
  isOpen = true;
  tell({ kind: 'open' });
});
cluster.on('dead', () => {
  if (!isOver) cluster.open();
});
watchSockets(cluster, end);
for (let count = 0; count < order.sockets; count += 1) cluster.open();
