import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Failure, type FailureDetails } from '../domain/failure.ts';
import type { OpenTunnel, TunnelProvider } from '../domain/ports.ts';
import type { Fetch } from './fetch.ts';
import type { TunnelNews, TunnelOrder } from './localtunnel-messages.ts';
import { askRelay, type RelayGrant } from './relay.ts';

export interface LocaltunnelOptions {
  /** The relay's API, for example `https://localtunnel.me`. */
  readonly host: string;
  readonly fetch: Fetch;
  /** For opening as a whole, milliseconds (default 15,000). */
  readonly openMs?: number;
  /** The thread's program; by default the file beside this one, source or bundle. */
  readonly workerUrl?: URL;
}

/**
 * Tunnels through a localtunnel relay. `open` rejects with `tunnel-unavailable`, and then nothing of the attempt lives
 * on; its `details.status` is 409 when the relay gave another name than asked for, and its `cause` says why in a few
 * words for the log.
 *
 * @throws {TypeError} if `host` is no URL.
 */
export function createLocaltunnelProvider(options: LocaltunnelOptions): TunnelProvider {
  const { fetch, openMs = 15_000, workerUrl = besideUs() } = options;
  const host = new URL(options.host).origin;

  async function askFirst(name: string, signal: AbortSignal): Promise<RelayGrant> {
    const answer = await askRelay({ host, name }, fetch, signal);
    if (answer.kind === 'granted') return answer.grant;
    if (answer.kind === 'refused') throw unavailable(answer.why, { status: answer.status });
    throw unavailable('the relay gave another name than asked for', { status: 409 });
  }

  return {
    kind: 'localtunnel',
    async open({ port, name, signal }) {
      const limit = AbortSignal.timeout(openMs);
      const either = AbortSignal.any([signal, limit]);
      try {
        const { publicUrl, ...data } = await askFirst(name, either);
        return await runClient(publicUrl, { ...data, port }, workerUrl, either);
      } catch (error) {
        if (error instanceof Failure) throw error;
        if (signal.aborted) throw unavailable('opening was called off', { cause: error });
        throw unavailable(limit.aborted ? `not open within ${openMs} ms` : 'the relay is not reachable', {
          cause: error,
        });
      }
    },
  };
}

/** Starts the thread and waits for its first news. */
function runClient(publicUrl: string, order: TunnelOrder, workerUrl: URL, signal: AbortSignal): Promise<OpenTunnel> {
  signal.throwIfAborted();
  const listeners: ((why: string) => void)[] = [];
  let life: 'opening' | 'open' | 'ended' = 'opening';
  const worker = new Worker(workerUrl, {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 },
  });

  return new Promise((resolve, reject) => {
    async function end(): Promise<void> {
      life = 'ended';
      signal.removeEventListener('abort', calledOff);
      await worker.terminate();
    }
    /** Something went wrong by itself: before opening the promise says so, afterwards the listeners hear it. */
    function fail(why: string, details: FailureDetails = {}): void {
      const before = life;
      if (before === 'ended') return;
      void end().then(() => {
        if (before === 'opening') reject(unavailable(why, details));
        else for (const listener of listeners) listener(why);
      });
    }
    function calledOff(): void {
      void end().then(() => reject(signal.reason));
    }

    signal.addEventListener('abort', calledOff);
    worker.on('error', (error) => fail('the tunnel client failed', { cause: error }));
    worker.on('exit', () => fail('the tunnel client ended'));
    worker.on('message', (news: TunnelNews) => {
      if (life === 'ended') return;
      if (news.kind === 'failed' || news.kind === 'closed') fail(news.why);
      if (news.kind === 'open') {
        life = 'open';
        signal.removeEventListener('abort', calledOff);
        resolve({
          publicUrl,
          onClosed: (listener) => void listeners.push(listener),
          close: end,
        });
      }
    });
  });
}

function unavailable(why: string, details: FailureDetails = {}): Failure {
  return new Failure(
    'tunnel-unavailable',
    'The tunnel that Microsoft calls back through cannot be opened just now; Tidings keeps trying.',
    {
      ...details,
      cause: new Error(why, { cause: details.cause }),
    },
  );
}

/** The thread's program: beside this file in the sources; in the bundle beside the entry, which may be one folder up. */
function besideUs(): URL {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const places = ['.', '..'].map((folder) => new URL(`${folder}/localtunnel-worker${ending}`, import.meta.url));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error('localtunnel-worker is missing from this installation');
  return found;
}
