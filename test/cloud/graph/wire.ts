/** How answers go out: Graph's headers and error body, and the ways in which an answer can be spoiled on command. */
import type { ServerResponse } from 'node:http';
import type { PublicError } from '@microsoft/microsoft-graph-types';
import { type Answer, GraphFailure } from './answers.ts';
import type { Fault } from './faults.ts';
import { SERVICE_ROOT } from './odata.ts';

/** Where spoiled links lead. No app may follow them with its token. */
const FOREIGN_ROOT = 'https://graph.fabrikam.example';

export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
}

/** Whatever went wrong, as Graph says it. */
export function failureOf(error: unknown): GraphFailure {
  return error instanceof GraphFailure ? error : new GraphFailure(500, 'InternalServerError', `Stand-in: ${error}`);
}

/** The refusal that a fault commands. */
export function commanded(fault: Fault, now: Date): GraphFailure {
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

export function errorAnswer(failure: GraphFailure, ids: RequestIds, now: Date): Answer {
  const innerError = {
    date: now.toISOString().slice(0, 19),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId ?? ids.requestId,
  };
  // The published type of `innerError` lacks what the service puts there.
  const error = { code: failure.code, message: failure.message } satisfies PublicError;
  const body = { error: { ...error, innerError } };
  return { status: failure.status, body, headers: failure.headers };
}

/** @param host the Graph that was asked: links lead back to it. */
export function write(response: ServerResponse, answer: Answer, fault: Fault | undefined, host: string): void {
  if (fault?.how === 'lost') {
    response.destroy();
    return;
  }
  const whole = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const spoiled = fault?.how === 'foreignLink' ? withForeignLinks(whole) : whole;
  const text = spoiled.replaceAll(`"${SERVICE_ROOT}/`, `"https://${host}/v1.0/`);
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

/** The links to the next page or round lead to another host, the rest is true. */
function withForeignLinks(text: string): string {
  return text.replaceAll(/("@odata\.(?:next|delta)Link":")https:\/\/graph\.microsoft\.com/g, `$1${FOREIGN_ROOT}`);
}
