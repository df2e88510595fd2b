/** A real HTTP server that plays Graph as each test scripts it, and our adapter pointed at it. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import type { Clock, GraphTokenRequest, Log, LogFields, TokenSource } from '../../../main/domain/ports.ts';
import { createGraph, type GraphOptions } from '../../../main/graph/graph.ts';
import { createManualClock } from '../../cloud/clock.ts';

export interface Asked {
  readonly method: string;
  /** Below the base, with the query, decoded for reading. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  /** Takes the answer over. */
  readonly raw?: (response: ServerResponse) => void;
}
export type Script = (asked: Asked, index: number) => Reply | Promise<Reply>;

export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld(script: Script, options: Partial<GraphOptions> = {}) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const call = {
      method: request.method ?? '',
      path: decodeURIComponent((request.url ?? '').replace(/^\/v1\.0/, '')),
      headers: request.headers,
      body: text === '' ? null : JSON.parse(text),
    };
    asked.push(call);
    const reply = await script(call, asked.length - 1);
    if (reply.raw !== undefined) return reply.raw(response);
    response.writeHead(reply.status ?? 200, {
      'request-id': `r-${asked.length}`,
      ...(reply.text === undefined && reply.json !== undefined ? { 'content-type': 'application/json' } : {}),
      ...reply.headers,
    });
    response.end(reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const manual = createManualClock(new Date('2026-11-21T09:00:00Z'));
  const jumps = new Set<(gapMs: number) => void>();
  const clock: Clock = {
    now: manual.now,
    after: manual.after,
    onJump(listener) {
      jumps.add(listener);
      return () => jumps.delete(listener);
    },
  };
  const logged: { level: string; event: string; fields: LogFields }[] = [];
  const write =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      void logged.push({ level, event, fields });
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error') };
  const tokens = scriptedTokens();

  const graph = createGraph({
    fetch: globalThis.fetch,
    tokens,
    clock,
    log,
    random: { fraction: () => 0.5 },
    baseUrl: `${origin}/v1.0`,
    previews: false,
    ...options,
  });
  const stop = async (): Promise<void> => {
    await graph.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);

  return {
    graph,
    asked,
    origin,
    base: `${origin}/v1.0`,
    logged,
    tokens,
    clock: manual,
    /** Tells that our clock has leapt. */
    jump(gapMs: number): void {
      for (const listener of jumps) listener(gapMs);
    },
    /** Waits until our side waits on the clock, then moves it. Resolves once time has passed. */
    async pass(ms: number): Promise<void> {
      await until(() => manual.pending() > 0);
      await manual.advance(ms);
    },
  };
}

/** Hands out `token-1`, and a new one whenever a fresh one is demanded. Remembers the demands. */
export function scriptedTokens() {
  let issued = 1;
  let handedOut = 0;
  const demands: GraphTokenRequest[] = [];
  /** Without a demand: a token from memory is as good. */
  const asked: GraphTokenRequest[] = [];
  let refuse: ((request: GraphTokenRequest) => unknown) | null = null;
  const source: TokenSource = {
    async accessToken(request = {}) {
      const error = refuse?.(request) ?? null;
      if (request.claims !== undefined || request.forceRefresh === true) {
        demands.push(request);
        issued += 1;
      } else asked.push(request);
      if (error !== null) throw error;
      handedOut += 1;
      return `token-${issued}`;
    },
  };
  return {
    ...source,
    demands,
    asked,
    handedOut: () => handedOut,
    /** From now on, `why` decides: whatever it returns (not null) is thrown. */
    refuseWhen(why: (request: GraphTokenRequest) => unknown): void {
      refuse = why;
    },
  };
}

/** @throws after five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const limitAt = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > limitAt) throw new Error('waited five seconds in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The Failure that a call must end with. */
export async function failing(call: Promise<unknown>): Promise<Failure> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof Failure) return outcome.error;
  throw new Error('expected a Failure', { cause: 'error' in outcome ? outcome.error : outcome.value });
}

export const graphErrorBody = (code: string, message = 'text') => ({ error: { code, message } });
