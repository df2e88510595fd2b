/** Watches what goes over the wire, in both directions, without changing it. Keeps shapes only; see `redact.ts`. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ListenerSecrets } from '../../main/domain/ports.ts';
import type { RecordedBody, RecordedExchange } from './recording.ts';
import { placeOf, safeHeaders, safePath, safeQuery } from './redact.ts';
import { shapeOf, shapeOfForm } from './shape.ts';

/** Bodies are read up to here for their shape, in bytes. */
const largest = 8 * 1024 * 1024;

export interface Recorder {
  readonly exchanges: readonly RecordedExchange[];
  /** `fetch` that notes; `by` says who asks. */
  fetchAs(by: 'tidings' | 'question'): typeof fetch;
  /** What comes from now on belongs to this step. */
  step(name: string): void;
  /** Addresses that subscriptions were asked for at: with our secrets in them, in memory only. */
  readonly notificationUrls: ReadonlySet<string>;
  /** Creates that have not been answered yet, or never will be. */
  unansweredCreates(): number;
  stop(): void;
}

/**
 * @param options.secrets of our listener, once there are some: its paths are named, never written.
 * @param options.relay the relay's host.
 */
export function createRecorder(options: {
  readonly fetch: typeof fetch;
  readonly relay: string | null;
  readonly publicHost: () => string | null;
  readonly secrets: () => ListenerSecrets | null;
}): Recorder {
  const exchanges: RecordedExchange[] = [];
  const notificationUrls = new Set<string>();
  const creates = new Set<object>();
  const beganAt = performance.now();
  const passed = (): number => Math.round(performance.now() - beganAt);
  let step = 'start';

  function fetchAs(by: 'tidings' | 'question'): typeof fetch {
    return async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const method = init?.method ?? 'GET';
      const text = textOf(init?.body);
      const isCreate = method === 'POST' && url.pathname.endsWith('/subscriptions');
      const began = passed();
      const mine = {};
      if (isCreate) {
        creates.add(mine);
        noteAddress(text);
      }
      const door = ourPath(url.pathname, options.secrets());
      const isPublic = url.host === options.publicHost() || door !== '/{other}';
      const note = (status: number | null, headers: Headers | null, body: RecordedBody): void => {
        if (isCreate && status !== null) creates.delete(mine);
        exchanges.push({
          step,
          direction: 'out',
          by,
          method,
          place: placeOf(url.host, { relay: options.relay, isPublic }),
          path: isPublic ? door : safePath(url.pathname),
          query: [...safeQuery(url.search)],
          request: {
            headers: safeHeaders(new Headers(init?.headers)),
            body: bodyOf(text, new Headers(init?.headers).get('content-type')),
          },
          status,
          response: { headers: headers === null ? {} : safeHeaders(headers), body },
          beganMs: began,
          endedMs: passed(),
        });
      };
      try {
        const response = await options.fetch(input, init);
        const isEmpty = [101, 204, 205, 304].includes(response.status);
        const bytes = isEmpty ? null : Buffer.from(await response.arrayBuffer());
        note(
          response.status,
          response.headers,
          bytes === null || bytes.length > largest
            ? isEmpty
              ? 'empty'
              : 'too large'
            : bodyOf(bytes.toString('utf8'), response.headers.get('content-type')),
        );
        return new Response(bytes, { status: response.status, headers: response.headers });
      } catch (error) {
        note(null, null, 'empty');
        throw error;
      }
    };
  }

  function noteAddress(text: string): void {
    try {
      const { notificationUrl } = JSON.parse(text) as { readonly notificationUrl?: unknown };
      if (typeof notificationUrl === 'string') notificationUrls.add(notificationUrl);
    } catch {
      // Not ours then: whatever Tidings creates is JSON.
    }
  }

  /** Tells of each request that any server of this process receives: our listener, and MSAL's own during sign-in. */
  function onRequest(message: unknown): void {
    const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
    const began = passed();
    const chunks: Buffer[] = [];
    let size = 0;
    // The parser hands the body over by `push`: noted on the way, so that whoever reads it meets it untouched.
    const push = request.push.bind(request);
    request.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (Buffer.isBuffer(chunk) && size < largest) {
        size += chunk.length;
        chunks.push(Buffer.from(chunk));
      }
      return push(chunk, encoding);
    };
    response.once('close', () => {
      const [path = '', query = ''] = (request.url ?? '').split('?');
      const names = safeQuery(query);
      const type = request.headers['content-type'] ?? null;
      const isSignIn = type?.startsWith('application/x-www-form-urlencoded') === true;
      const ours = isSignIn ? '/{sign-in answer}' : ourPath(path, options.secrets());
      exchanges.push({
        step,
        direction: 'in',
        by: ours === '/{probe}' ? 'tidings' : 'microsoft',
        method: /^[A-Z]{3,7}$/.test(request.method ?? '') ? (request.method ?? '') : '{method}',
        place: '{us}',
        path: ours,
        query: [...names],
        request: {
          headers: safeHeaders(pairs(request.rawHeaders)),
          body: bodyOf(Buffer.concat(chunks).toString('utf8'), type),
        },
        status: response.headersSent ? response.statusCode : null,
        // What we answer is ours, and tested elsewhere.
        response: { headers: {}, body: 'not kept' },
        beganMs: began,
        endedMs: passed(),
      });
    });
  }
  subscribe('http.server.request.start', onRequest);

  return {
    exchanges,
    fetchAs,
    step(name) {
      step = name;
    },
    notificationUrls,
    unansweredCreates: () => creates.size,
    stop: () => unsubscribe('http.server.request.start', onRequest),
  };
}

/** Which of our doors a path is, without the secret in it. */
function ourPath(path: string, secrets: ListenerSecrets | null): string {
  const segment = path.slice(1);
  if (secrets === null || segment === '') return '/{other}';
  if (segment === secrets.notificationPath) return '/{notifications}';
  if (segment === secrets.lifecyclePath) return '/{lifecycle}';
  return segment === secrets.probePath ? '/{probe}' : '/{other}';
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as [string, string]] : []));
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof URLSearchParams ? body.toString() : '';
}

function bodyOf(text: string, type: string | null): RecordedBody {
  if (text === '') return 'empty';
  if (type?.includes('json')) {
    try {
      return { ...shapeOf(JSON.parse(text)) } as RecordedBody;
    } catch {
      return 'not JSON';
    }
  }
  if (type?.startsWith('application/x-www-form-urlencoded')) {
    return { ...shapeOfForm(new URLSearchParams(text)) } as RecordedBody;
  }
  return type?.includes('html') ? 'html' : 'text';
}
