/**
 * Runs the localtunnel client in a thread of its own, because nothing but ending the thread stops it: it asks a relay
 * that refuses once a second for ever, reopens sockets that are closed on it thousands of times a second, and its
 * `close()` ends neither. What it is told by the relay is checked before it sees it.
 */
import { setDefaultResultOrder } from 'node:dns';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import localtunnel from 'localtunnel';
import { z } from 'zod';
import type { TunnelNews, TunnelOrder } from './localtunnel-messages.ts';
import { watchSockets } from './socket-watch.ts';

/** As many data sockets as the public relay allows; more are not asked for, whatever a relay offers. */
const mostSockets = 10;

const answerShape = z.object({
  id: z.string(),
  url: z.url({ protocol: /^https$/ }),
  port: z.number().int().min(1).max(65_535),
  max_conn_count: z.number().int().min(1).default(1),
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
});

const order = z
  .object({ host: z.string(), name: z.string(), port: z.number() })
  .parse(workerData) satisfies TunnelOrder;

let isOpen = false;
let isOver = false;
function tell(news: TunnelNews): void {
  if (isOver) return;
  isOver = news.kind !== 'open';
  parentPort?.postMessage(news);
}

/** The `https` origin if it is one for the name we asked for, else null. */
function publicUrlOf(url: string): string | null {
  const { hostname, origin, pathname, search, username, password } = new URL(url);
  const isBare = pathname === '/' && search === '' && username === '' && password === '';
  return isBare && hostname.startsWith(`${order.name}.`) ? origin : null;
}

// The client connects to `localhost`. Our listener is on 127.0.0.1 for certain; on [::1] somebody else might be.
setDefaultResultOrder('ipv4first');

// The client's own HTTP library, to look at the relay's answer first. A refusal must not reach the client: it would
// only try again, for ever.
interface Answered {
  readonly status: number;
  readonly data: unknown;
}
interface HttpLibrary {
  readonly defaults: { timeout: number; maxContentLength: number; maxRedirects: number };
  readonly interceptors: {
    readonly response: { use(ok: (answer: Answered) => unknown, failed: (error: unknown) => unknown): void };
  };
}
const never = new Promise<never>(() => {});
const requireHere = createRequire(import.meta.url);
const http: HttpLibrary = createRequire(requireHere.resolve('localtunnel'))('axios');
http.defaults.timeout = 10_000;
http.defaults.maxContentLength = 64 * 1024;
http.defaults.maxRedirects = 3;
http.interceptors.response.use(
  (answer) => {
    const parsed = answerShape.safeParse(answer.data);
    if (!parsed.success) {
      tell({ kind: 'failed', why: `the relay's answer (${answer.status}) is unusable` });
      return never;
    }
    if (parsed.data.id !== order.name) {
      tell({ kind: 'otherName' });
      return never;
    }
    if (publicUrlOf(parsed.data.url) === null) {
      tell({ kind: 'failed', why: 'the relay gave an address that is not ours' });
      return never;
    }
    return { ...answer, data: { ...parsed.data, max_conn_count: Math.min(parsed.data.max_conn_count, mostSockets) } };
  },
  (error) => {
    const said = z.object({ response: z.object({ status: z.number() }) }).safeParse(error);
    const why = said.success
      ? `the relay refused (${said.data.response.status})`
      : `the relay is not reachable (${codeOf(error)})`;
    tell({ kind: 'failed', why });
    return never;
  },
);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
}

const client = localtunnel({ host: order.host, subdomain: order.name, port: order.port }, (error) => {
  if (error) tell({ kind: 'failed', why: error.message });
  else watchSockets(client.tunnelCluster, giveUp);
});
// Without a listener an outage would end the process.
client.on('error', (error: Error) => tell({ kind: isOpen ? 'closed' : 'failed', why: error.message }));

client.once('url', (url: string) => {
  // Emitted when the first data socket is through: only then can anything arrive.
  isOpen = true;
  const publicUrl = publicUrlOf(url);
  if (publicUrl !== null) tell({ kind: 'open', publicUrl });
});

function giveUp(why: string): void {
  client.close();
  tell({ kind: isOpen ? 'closed' : 'failed', why });
}
