/** The HTTP side of Graph: reads a request, checks the token, applies faults, and writes the answer and the log. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { graphHostOf } from '../clouds.ts';
import { hold, linger, resetConnection } from '../faults.ts';
import type { CloudClock, Directory, Report } from '../types.ts';
import { type Answer, GraphFailure } from './answers.ts';
import { answerBatch, type BatchPart } from './batch.ts';
import { type Asked, carryOut, type ExchangeContext, readTarget } from './exchange.ts';
import type { Fault, Faults } from './faults.ts';
import { type RequestRecord, visibleBody, visiblePath } from './request-log.ts';
import { commanded, errorAnswer, failureOf, type RequestIds, write } from './wire.ts';

const LARGEST_BODY = 4 * 1024 * 1024;
const REQUESTS_KEPT = 20_000;
/** What a fault can do to one part of a batch; the others concern the batch as a whole. */
const PART_FAULTS = ['throttle', 'status', 'slow'] as const satisfies readonly Fault['how'][];

export interface ServerContext extends ExchangeContext {
  readonly clock: CloudClock;
  readonly directory: Directory;
  readonly report: Report;
  readonly faults: Faults;
}

export function createServer(context: ServerContext) {
  const { clock, directory, report, faults } = context;
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
    const host = graphHostOf(request.headers.host);
    const token = directory.checkAccessToken(request.headers.authorization, { graphHost: host, path: target });
    const username = token.ok ? token.account.username : undefined;
    const fault = faults.take({ method, path: target, ...(username === undefined ? {} : { username }) });
    const log = logger({ method, target, bodyText, username, requestId: ids.requestId });

    if (fault !== undefined && !survives(fault, response, log)) return;
    try {
      const { pathname } = readTarget(target);
      if (!token.ok) {
        const { status = 401, code, message, wwwAuthenticate } = token;
        throw new GraphFailure(status, code, message, status === 401 ? { 'WWW-Authenticate': wwwAuthenticate } : {});
      }
      if (fault?.how === 'throttle' || fault?.how === 'status') throw commanded(fault, clock.now());
      const inside = async () => {
        if (fault?.how === 'slow') await linger(response, fault.delayMs ?? 1000);
        if (fault?.how !== 'hang') return true;
        await untilGone(response, log);
        return false;
      };
      const { prefer, 'content-type': contentType } = request.headers;
      const asked: Asked = { method, target, prefer: textOf(prefer), contentType, bodyText, token };
      const answer = /^\/v1\.0\/\$batch$/i.test(pathname)
        ? (await inside()) && (await answerBatch(asked, (part) => answerPart(asked, part, ids)))
        : await carryOut(context, asked, inside);
      if (!answer) return;
      log(fault?.how === 'lost' ? 'lost' : answer.status);
      write(response, answer, fault, host);
    } catch (error) {
      const failure = failureOf(error);
      log(failure.status, failure.code);
      write(response, errorAnswer(failure, ids, clock.now()), fault, host);
    }
  }

  /** Each part meets what a request of its own would meet, and is logged like one. */
  async function answerPart(batch: Asked, part: BatchPart, ids: RequestIds): Promise<Answer> {
    const { token } = batch;
    const { username } = token.account;
    const { method, target, bodyText } = part;
    const log = logger({ method, target, bodyText, username, requestId: ids.requestId });
    const fault = faults.take({ method, path: target, username }, PART_FAULTS);
    try {
      if (fault?.how === 'throttle' || fault?.how === 'status') throw commanded(fault, clock.now());
      if (fault?.how === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1000));
      const answer = await carryOut(context, { ...part, token });
      log(answer?.status ?? 204);
      return answer ?? { status: 204 };
    } catch (error) {
      const failure = failureOf(error);
      log(failure.status, failure.code);
      return errorAnswer(failure, ids, clock.now());
    }
  }

  function logger(asked: {
    readonly method: string;
    readonly target: string;
    readonly bodyText: string;
    readonly username: string | undefined;
    readonly requestId: string;
  }) {
    const { method, target, bodyText, username, requestId } = asked;
    return (status: number | string, code?: string): void => {
      const path = visiblePath(target);
      const body = visibleBody(bodyText);
      requests.push({ at: clock.now(), method, path, status, username, code, body, requestId });
      // By the thousand: taking one off the front moves all the others.
      if (requests.length >= REQUESTS_KEPT + 1_000) requests.splice(0, 1_000);
      if (typeof status === 'number' && status < 400) return;
      const text = `${method} ${path} by ${username ?? 'nobody known'}: ${status}${code === undefined ? '' : ` ${code}`}.`;
      report({ site: 'graph', name: 'request.refused', text, fields: { status, code: code ?? null } });
    };
  }

  /** False when the fault was the whole answer. */
  function survives(fault: Fault, response: ServerResponse, log: (status: string) => void): boolean {
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
