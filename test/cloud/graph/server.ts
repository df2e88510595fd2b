/** The HTTP side of Graph: reads a request, checks the token, applies faults and limits, and writes the answer. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { hold, linger, resetConnection } from '../faults.ts';
import type { CloudClock, Directory, Report, TokenCheck } from '../types.ts';
import { type Answer, badRequest, GraphFailure } from './answers.ts';
import { type Call, scopeNames } from './call.ts';
import type { Fault, Faults } from './faults.ts';
import type { MailboxLimits } from './mailbox-limits.ts';
import { parsePrefer, pathSegments } from './odata.ts';
import { type RequestRecord, visibleBody, visiblePath } from './request-log.ts';

const LARGEST_BODY = 4 * 1024 * 1024;
const REQUESTS_KEPT = 20_000;

export interface ServerContext {
  readonly clock: CloudClock;
  readonly directory: Directory;
  readonly report: Report;
  readonly faults: Faults;
  readonly limits: MailboxLimits;
  /** Answers a call below `/v1.0/{root}`; undefined when there is no such path. */
  answer(root: 'me' | 'subscriptions', call: Call): Promise<Answer | undefined> | Answer | undefined;
}

type GoodToken = Extract<TokenCheck, { ok: true }>;

export function createServer(context: ServerContext) {
  const { clock, directory, report, faults, limits } = context;
  const requests: RequestRecord[] = [];
  const hung = new Set<ServerResponse>();
  let inFlight = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const target = request.url ?? '/';
    const ids = { requestId: randomUUID(), clientRequestId: textOf(request.headers['client-request-id']) };
    const headers = {
      'request-id': ids.requestId,
      'client-request-id': ids.clientRequestId ?? ids.requestId,
      Date: clock.now().toUTCString(),
      'Cache-Control': 'no-cache',
      'Strict-Transport-Security': 'max-age=31536000',
    };
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);

    const bodyText = await readBody(request);
    const token = directory.checkAccessToken(request.headers.authorization);
    const username = token.ok ? token.account.username : undefined;
    const fault = faults.take({ method, path: target, ...(username === undefined ? {} : { username }) });
    const log = (status: number | string, code?: string) => {
      const path = visiblePath(target);
      const body = visibleBody(bodyText);
      requests.push({ at: clock.now(), method, path, status, username, code, body, requestId: ids.requestId });
      if (requests.length > REQUESTS_KEPT) requests.shift();
      if (typeof status === 'number' && status < 400) return;
      const text = `${method} ${path} by ${username ?? 'nobody known'}: ${status}${code === undefined ? '' : ` ${code}`}.`;
      report({ site: 'graph', name: 'request.refused', text, fields: { status, code: code ?? null } });
    };

    if (fault !== undefined && !(await survives(fault, response, log))) return;
    let leave = () => {};
    try {
      const { pathname, searchParams } = readTarget(target);
      if (!token.ok) {
        throw new GraphFailure(401, token.code, token.message, { 'WWW-Authenticate': token.wwwAuthenticate });
      }
      if (fault?.how === 'throttle' || fault?.how === 'status') throw commanded(fault, clock.now());
      const { root, segments } = place(pathname, token);
      const call = callOf({ method, segments, query: searchParams, token, request, bodyText });
      if (root === 'me') leave = limits.enter(token.clientId, token.account.oid);
      if (fault?.how === 'hang') {
        await untilGone(response, log);
        return;
      }
      if (fault?.how === 'slow') await linger(response, fault.delayMs ?? 1000);
      const answer = await context.answer(root, call);
      if (answer === undefined) {
        throw badRequest(`Resource not found for the segment '${segments.at(-1) ?? root}'.`);
      }
      if (call.prefer.applied.length > 0) response.setHeader('Preference-Applied', call.prefer.applied.join(', '));
      log(fault?.how === 'lost' ? 'lost' : answer.status);
      write(response, answer, fault);
    } catch (error) {
      const failure =
        error instanceof GraphFailure ? error : new GraphFailure(500, 'InternalServerError', `Stand-in: ${error}`);
      log(failure.status, failure.code);
      write(response, errorAnswer(failure, ids, clock.now()), fault);
    } finally {
      leave();
    }
  }

  /** False when the fault was the whole answer. */
  async function survives(fault: Fault, response: ServerResponse, log: (status: string) => void): Promise<boolean> {
    if (fault.how === 'reset') {
      log('reset');
      resetConnection(response.req.socket);
      return false;
    }
    if (fault.how !== 'garbage') return true;
    log('garbage');
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end('<html>{"value": [');
    return false;
  }

  async function untilGone(response: ServerResponse, log: (status: string) => void): Promise<void> {
    log('hung');
    hung.add(response);
    hold(response);
    inFlight -= 1;
    if (!response.closed) await new Promise((resolve) => response.once('close', resolve));
    inFlight += 1;
    hung.delete(response);
  }

  const listener: RequestListener = (request, response) => {
    inFlight += 1;
    handle(request, response)
      .catch(() => response.destroy())
      .finally(() => {
        inFlight -= 1;
      });
  };

  return {
    listener,
    requests: requests as readonly RequestRecord[],
    /** Requests being worked on; those left hanging do not count. */
    inFlight: () => inFlight,
    stop(): void {
      for (const response of hung) response.destroy();
    },
  };
}

function readTarget(target: string): URL {
  const url = URL.parse(target, 'https://graph.microsoft.com');
  if (url === null) throw badRequest('The request address cannot be read.');
  return url;
}

/** @throws GraphFailure when the version is another one, or the mailbox somebody else's. */
function place(pathname: string, token: GoodToken) {
  const [version = '', ...rest] = pathname.split('/').filter((part) => part !== '');
  if (version.toLowerCase() !== 'v1.0') throw badRequest(`Invalid version: ${version}`);
  const [first = '', ...segments] = pathSegments(rest.join('/'));
  const name = first.toLowerCase();
  if (name === 'me' || name === 'subscriptions') return { root: name, segments } as const;
  if (name !== 'users') throw badRequest(`Resource not found for the segment '${first}'.`);
  const [who = '', ...behind] = segments;
  const { oid, username } = token.account;
  if (who !== oid && who.toLowerCase() !== username.toLowerCase()) {
    throw new GraphFailure(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  return { root: 'me', segments: behind } as const;
}

function callOf(parts: {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly token: GoodToken;
  readonly request: IncomingMessage;
  readonly bodyText: string;
}): Call {
  const { method, segments, query, token, request, bodyText } = parts;
  return {
    method,
    segments,
    query,
    prefer: parsePrefer(textOf(request.headers.prefer)),
    account: token.account,
    scopes: scopeNames(token.scopes),
    clientId: token.clientId,
    tokenId: token.tokenId,
    tokenExpiresAt: token.expiresAt,
    contentType: request.headers['content-type'],
    bodyText,
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) throw new Error('The request body is too large.');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function commanded(fault: Fault, now: Date): GraphFailure {
  const isThrottle = fault.how === 'throttle';
  const seconds = fault.retryAfterSeconds ?? (isThrottle ? 10 : 'none');
  const after =
    seconds === 'none'
      ? undefined
      : fault.retryAfterAs === 'date'
        ? new Date(now.getTime() + seconds * 1000).toUTCString()
        : String(seconds);
  const status = fault.status ?? (isThrottle ? 429 : 503);
  const code = fault.code ?? (isThrottle ? 'TooManyRequests' : 'ServiceUnavailable');
  const message = fault.message ?? (isThrottle ? 'Too many requests.' : 'The service is unavailable.');
  return new GraphFailure(status, code, message, after === undefined ? {} : { 'Retry-After': after });
}

function errorAnswer(
  failure: GraphFailure,
  ids: { readonly requestId: string; readonly clientRequestId: string | undefined },
  now: Date,
): Answer {
  const innerError = {
    date: now.toISOString().slice(0, 19),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId ?? ids.requestId,
  };
  const body = { error: { code: failure.code, message: failure.message, innerError } };
  return { status: failure.status, body, headers: failure.headers };
}

function write(response: ServerResponse, answer: Answer, fault: Fault | undefined): void {
  if (fault?.how === 'lost') {
    response.destroy();
    return;
  }
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const type =
    text === ''
      ? {}
      : {
          'Content-Type':
            'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
        };
  if (fault?.how === 'truncated') {
    response.writeHead(answer.status, { ...type, ...answer.headers, 'Content-Length': Buffer.byteLength(text) });
    response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
    return;
  }
  response.writeHead(answer.status, { ...type, ...answer.headers });
  response.end(text);
}
