/** Sends POSTs as fast as they are answered, over so many connections, and times each. */
import { Agent, request } from 'node:http';
import { pathOf } from '../../main/webhook/paths.ts';
import { secrets } from './notifications.ts';

export interface Answered {
  /** From the first byte sent to the answer's end, milliseconds. */
  readonly tookMs: readonly number[];
  /** Status → how many. */
  readonly statuses: ReadonlyMap<number, number>;
  /** For all of them. */
  readonly totalMs: number;
}

/** One POST may take this long, milliseconds: Graph's own limit. */
const postLimitMs = 10_000;

export async function send(port: number, bodies: readonly string[], connections: number): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const path = pathOf(secrets.notificationPath);
  const tookMs: number[] = [];
  const statuses = new Map<number, number>();
  let next = 0;

  function post(body: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const posting = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method: 'POST',
          agent,
          timeout: postLimitMs,
          headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          response.resume();
          response.once('end', () => resolve(response.statusCode ?? 0));
        },
      );
      posting.once('timeout', () => posting.destroy(new Error(`no answer within ${postLimitMs} ms`)));
      posting.once('error', reject);
      posting.end(body);
    });
  }
  async function visitor(): Promise<void> {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const startedMs = performance.now();
      const status = await post(body);
      tookMs.push(performance.now() - startedMs);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  }

  const startedMs = performance.now();
  try {
    await Promise.all(Array.from({ length: Math.min(connections, bodies.length) }, visitor));
    return { tookMs, statuses, totalMs: performance.now() - startedMs };
  } finally {
    agent.destroy();
  }
}
