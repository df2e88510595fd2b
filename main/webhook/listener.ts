import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock, Listener, ListenerRules } from '../domain/ports.ts';
import { isJson, parseJson, readBody } from './body.ts';
import { recogniser } from './client-state.ts';
import { createFront } from './front.ts';
import { createBudget, limits } from './limits.ts';
import { takenOverMark } from './neighbours.ts';
import { pathOf, routeOf } from './paths.ts';
import { notificationsIn, reduce } from './posted.ts';
import { validationTokenIn } from './validation-token.ts';

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing more is read from this connection. */
  readonly close?: true;
}

/**
 * The one server that Microsoft Graph, and with it anyone on the internet, can reach: three secret paths, on the
 * loopback interface, with the tunnel in front. A request is answered 202 only when what matters of it is stored.
 *
 * Its timers are the platform's, since they guard sockets, not the product's promises.
 *
 * @param given `requestMs`: from a request's first byte to the end of its answer, milliseconds (default 10,000).
 */
export function createListener(given: {
  readonly rules: ListenerRules;
  readonly clock: Pick<Clock, 'now'>;
  readonly requestMs?: number;
}): Listener {
  const { rules, clock } = given;
  const budget = createBudget(limits.requestsPerSecond, limits.requestBurst, () => performance.now());

  const server = createServer(
    {
      maxHeaderSize: limits.head,
      keepAliveTimeout: limits.keepAliveMs,
      headersTimeout: 0, // the front's timer covers the whole request
      requestTimeout: 0,
      connectionsCheckingInterval: 2 ** 31 - 1, // nothing to check, so nobody is woken for it
      requireHostHeader: false, // ours to judge
    },
    (request, response) => serve(request, response, judge),
  );
  server.on('checkExpectation', (request, response) =>
    serve(request, response, async () => refuse(417, 'expectation')),
  );
  server.on('clientError', (_error, socket) => {
    rules.refused('not HTTP');
    socket.destroy(); // never write: in a tunnel a stray answer is taken for the answer to somebody's request
  });

  const front = createFront({
    handOver: (socket) => server.emit('connection', socket),
    maxSockets: limits.sockets,
    requestMs: given.requestMs ?? limits.requestMs,
    refused: rules.refused,
  });

  function refuse(status: number, why: string, headers: Readonly<Record<string, string>> = {}): Answer {
    rules.refused(why);
    return { status, headers };
  }

  /** The checklist. Whoever fails a line learns the status, nothing more. */
  async function judge(request: IncomingMessage): Promise<Answer> {
    const target = request.url ?? '';
    const headers = request.headers;
    const [path = '', ...rest] = target.split('?');
    const query = rest.join('?');

    if (`${request.method} ${target} HTTP/1.1`.length > limits.requestLine) return refuse(414, 'request line');
    if (request.rawHeaders.length / 2 > limits.headerCount) return refuse(431, 'header count');
    if (!isExpectedHost(headers.host, rules.expectedHost())) return refuse(404, 'host');

    const secrets = rules.secrets();
    const route = routeOf(path, secrets);
    if (route === null) return refuse(404, 'path');
    if (route === 'probe') {
      if (request.method !== 'GET') return refuse(405, 'method', { allow: 'GET' });
      const nonce = new URLSearchParams(query).get('n') ?? '';
      if (!/^[\w-]{16,128}$/.test(nonce)) return refuse(400, 'probe');
      return { status: 200, body: probeAnswer(secrets.probeKey, nonce) };
    }
    if (request.method !== 'POST') {
      const isTakenOver = request.method === 'GET' && new URLSearchParams(query).has(takenOverMark);
      if (isTakenOver) rules.takenOver?.();
      return refuse(405, isTakenOver ? 'taken over' : 'method', { allow: 'POST' });
    }
    if (!budget.take()) return refuse(429, 'rate', { 'retry-after': '1' });

    const validation = validationTokenIn(query, limits.validationToken);
    if (validation.kind !== 'none') {
      if (!rules.validationExpected()) return refuse(404, 'validation not expected');
      if (validation.kind === 'invalid') return refuse(400, 'validation token');
      return { status: 200, body: validation.token };
    }

    if (!isJson(headers['content-type'])) return refuse(415, 'content type');
    if (headers['content-encoding'] !== undefined) return refuse(415, 'content encoding');
    if (Number(headers['content-length'] ?? 0) > limits.body) return { ...refuse(413, 'body size'), close: true };
    const body = await readBody(request, limits.body);
    if (body === null) return { ...refuse(413, 'body size'), close: true };
    const items = notificationsIn(parseJson(body, limits.jsonDepth));
    if (items === null) return refuse(400, 'body');
    if (items.length > limits.items) return refuse(413, 'item count');

    const { post, malformed, unrecognised } = reduce(items, recogniser(rules.expected()), clock.now());
    if (malformed > 0) rules.refused('item shape');
    if (unrecognised > 0) rules.refused('client state');
    if (post.changes.length + post.lifecycle.length === 0) return { status: 202 }; // no oracle, and no retries
    try {
      rules.put(post);
    } catch {
      return refuse(503, 'storage', { 'retry-after': '10' });
    }
    return { status: 202 };
  }

  function serve(
    request: IncomingMessage,
    response: ServerResponse,
    decide: (request: IncomingMessage) => Promise<Answer>,
  ): void {
    const { socket } = request;
    let open = 2;
    const endPart = (): void => {
      open -= 1;
      if (open === 0) front.requestEnded(socket);
    };
    front.requestBegun(socket);
    request.once('end', endPart);
    response.once('finish', endPart);
    decide(request)
      .catch(() => (socket.destroyed ? null : refuse(503, 'listener failed', { 'retry-after': '10' })))
      .then((answer) => answer && send(request, response, answer));
  }

  return {
    async start(port) {
      const { notificationPath, lifecyclePath, probePath } = rules.secrets();
      for (const segment of [notificationPath, lifecyclePath, probePath]) pathOf(segment);
      return front.listen(port);
    },
    stop: () => front.close(),
  };
}

/** What our listener answers to the probe's `n`, and nobody else can: HMAC-SHA256 in hex. */
export function probeAnswer(key: string, nonce: string): string {
  return createHmac('sha256', key).update(nonce).digest('hex');
}

function isExpectedHost(host: string | undefined, expected: string | null): boolean {
  return expected === null || host?.toLowerCase().replace(/:443$/, '') === expected.toLowerCase();
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = answer.body ?? '';
  const closes = answer.close === true || !isDrainedSoon(request);
  response.writeHead(answer.status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
    ...answer.headers,
    ...(closes ? { connection: 'close' } : {}),
  });
  response.end(body);
  if (!closes) request.resume();
}

/** Whether what is left of the body is worth reading to keep the connection: opening a new one costs the tunnel more. */
function isDrainedSoon(request: IncomingMessage): boolean {
  if (request.complete) return true;
  return (
    request.headers['transfer-encoding'] === undefined &&
    Number(request.headers['content-length'] ?? 0) <= limits.drained
  );
}
