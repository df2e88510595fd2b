import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PagePushes, Pushes } from '../../../preload/contract.ts';
import type { Log } from '../../domain/ports.ts';
import { pageHeaders, readPageFile } from '../app-files.ts';
import { type Access, digest } from './access.ts';
import { judge, type Route } from './gate.ts';

export interface PageServer {
  /** Resolves with the port on 127.0.0.1; rejects when the system gives none. */
  listen(): Promise<number>;
  /** To every open page, or to the one with this token. */
  push<P extends keyof Pushes>(push: P, payload: Pushes[P], token?: string): void;
  push<P extends keyof PagePushes>(push: P, payload: PagePushes[P], token?: string): void;
  /** Tokens of the pages that listen now, the latest last. */
  pages(): readonly string[];
  close(): Promise<void>;
}

export interface PageServerOptions {
  readonly access: Access;
  /** Folder of the built page. */
  readonly folder: string;
  /** @throws {TypeError} for a message that is not one; anything else is our mistake. */
  readonly answer: (channel: string, args: readonly unknown[], token: string) => Promise<unknown>;
  /** Who knows it, by a file that only the person can read, may ask for a code. */
  readonly secret: string;
  /** A second start asks for the page; resolves with its address. */
  readonly comeAgain: () => string;
  /** A page came or went. */
  readonly pagesChanged: () => void;
  readonly log: Log;
}

/** Bytes of a message (a change of all settings fits) and of what a page may leave unread; pages at once. */
const max = { message: 256 * 1024, unread: 4 * 1024 * 1024, pages: 16 } as const;

const headers = {
  ...pageHeaders("'self'"),
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** The page's own server, on this machine only. It shares nothing with the one that Microsoft calls. */
export function createPageServer(options: PageServerOptions): PageServer {
  const { access, log } = options;
  const streams = new Map<ServerResponse, string>();
  const server = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 20_000 });
  server.maxConnections = 256;
  let own = '';

  const reply = (response: ServerResponse, status: number, type: string, body: Uint8Array): void => {
    response.writeHead(status, { ...headers, 'Content-Type': type, 'Content-Length': body.length }).end(body);
  };
  const json = (response: ServerResponse, status: number, value: unknown): void =>
    reply(response, status, 'application/json', Buffer.from(JSON.stringify(value ?? null)));
  const refuse = (response: ServerResponse, status: number, why: string): void => {
    log.warn('page.refused', { why });
    // What is still coming is not read: the connection ends with this answer.
    response.shouldKeepAlive = false;
    json(response, status, { error: why });
  };

  function isAllowed(route: Route, bearer: string): boolean {
    if (route === 'code') return digest(bearer) === digest(options.secret);
    return route === 'file' || route === 'start' || access.isToken(bearer);
  }

  server.on('request', (request, response) => {
    serve(request, response).catch((error: unknown) => {
      log.error('page.failed', { error: String(error) });
      response.destroy();
    });
  });
  server.on('clientError', (_error, socket) => void socket.destroy());

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = judge(request, own);
    if (verdict.kind === 'refused') return refuse(response, verdict.status, verdict.why);
    const { route, path, bearer } = verdict;
    if (!isAllowed(route, bearer)) return refuse(response, 401, 'token');
    if (route === 'events')
      return streams.size < max.pages ? listenTo(response, bearer) : refuse(response, 429, 'pages');
    if (route === 'code') return json(response, 200, { address: options.comeAgain() });
    if (route === 'file') {
      const file = await readPageFile(options.folder, path);
      return file === null ? refuse(response, 404, 'file') : reply(response, 200, file.type, file.body);
    }
    const said = await messageOf(request);
    if (said === null) return refuse(response, 413, 'too-long');
    if (route === 'start') {
      const entry = typeof said.code === 'string' ? access.redeem(said.code) : null;
      // A code that came twice has ended the token of its first page.
      for (const [page, token] of streams) if (!access.isToken(token)) page.destroy();
      return entry === null ? refuse(response, 401, 'code') : json(response, 200, entry);
    }
    const { channel, args } = said;
    if (typeof channel !== 'string' || !Array.isArray(args)) return refuse(response, 400, 'message');
    try {
      json(response, 200, await options.answer(channel, args, bearer));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      refuse(response, 400, error.message);
    }
  }

  function listenTo(response: ServerResponse, token: string): void {
    response.writeHead(200, { ...headers, 'Content-Type': 'application/x-ndjson' }).write('\n');
    streams.set(response, token);
    response.on('close', () => {
      streams.delete(response);
      options.pagesChanged();
    });
    options.pagesChanged();
  }

  return {
    async listen() {
      server.listen({ host: '127.0.0.1', port: 0 });
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      own = `127.0.0.1:${port}`;
      return port;
    },
    push(push: string, payload: unknown, token?: string) {
      const line = JSON.stringify({ push, payload });
      for (const [response, its] of streams) {
        if (response.writableLength > max.unread) response.destroy();
        else if (token === undefined || token === its) response.write(`${line}\n`);
      }
    },
    pages: () => [...streams.values()],
    async close() {
      for (const response of streams.keys()) response.end();
      server.close();
      // Whoever is slow to go is not waited for.
      setImmediate(() => server.closeAllConnections());
      await once(server, 'close');
    },
  };
}

/** An object's own members; of anything else, none. Null when it is longer than any message of ours. */
async function messageOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length;
    if (length > max.message) return null;
    chunks.push(chunk as Buffer);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
