/** Answers of the token endpoint that a scenario commands, in place of the true ones. */
import type { ServerResponse } from 'node:http';
import { hold, linger, resetConnection } from '../faults.ts';
import { type EntraErrorChoice, entraError, errorBody } from './aadsts.ts';

export type TokenScript =
  | ({ readonly kind: 'error'; readonly aadsts: number } & EntraErrorChoice)
  | {
      /** A bare status, no Entra body. */ readonly kind: 'status';
      readonly status: number;
      readonly retryAfterSeconds?: number;
    }
  | { /** A page from something in between. */ readonly kind: 'html'; readonly status?: number }
  | { /** `{}`, which MSAL takes for a success. */ readonly kind: 'empty'; readonly status?: number }
  | { /** The true answer, late by this many real milliseconds. */ readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

/** @returns true when the true answer shall follow. */
export async function playScript(
  script: TokenScript,
  response: ServerResponse,
  at: Date,
  correlationId: string,
): Promise<boolean> {
  switch (script.kind) {
    case 'error': {
      const { kind: _, aadsts, ...choice } = script;
      const error = entraError(aadsts, choice);
      const retry = error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) };
      response.writeHead(error.status, { 'content-type': 'application/json; charset=utf-8', ...retry });
      response.end(JSON.stringify(errorBody(error, at, correlationId)));
      return false;
    }
    case 'status': {
      const retry = script.retryAfterSeconds === undefined ? {} : { 'retry-after': String(script.retryAfterSeconds) };
      response
        .writeHead(script.status, { 'content-type': 'text/plain', ...retry })
        .end('The service is unavailable.\n');
      return false;
    }
    case 'html':
      response
        .writeHead(script.status ?? 200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<!doctype html><title>Network sign-in</title><p>Please sign in to this network first.</p>');
      return false;
    case 'empty':
      response.writeHead(script.status ?? 200, { 'content-type': 'application/json; charset=utf-8' }).end('{}');
      return false;
    case 'slow':
      await linger(response, script.delayMs);
      return !response.destroyed;
    case 'hang':
      hold(response);
      return false;
    case 'reset':
      resetConnection(response.req.socket);
      return false;
    default:
      return assertNever(script);
  }
}

/** For the log. */
export function describeScript(script: TokenScript): string {
  switch (script.kind) {
    case 'error':
      return `AADSTS${script.aadsts}`;
    case 'status':
      return `status ${script.status}`;
    default:
      return script.kind;
  }
}

function assertNever(script: never): never {
  throw new Error(`Unknown script ${JSON.stringify(script)}`);
}
