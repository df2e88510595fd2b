/** Answers of the token endpoint that a scenario commands, in place of the true ones. */
import type { ServerResponse } from 'node:http';
import { hold } from '../faults.ts';
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
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

export function playScript(script: TokenScript, response: ServerResponse, at: Date, correlationId: string): void {
  switch (script.kind) {
    case 'error': {
      const { kind: _, aadsts, ...choice } = script;
      const error = entraError(aadsts, choice);
      const retry = error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) };
      response.writeHead(error.status, { 'content-type': 'application/json; charset=utf-8', ...retry });
      response.end(JSON.stringify(errorBody(error, at, correlationId)));
      return;
    }
    case 'status': {
      const retry = script.retryAfterSeconds === undefined ? {} : { 'retry-after': String(script.retryAfterSeconds) };
      response
        .writeHead(script.status, { 'content-type': 'text/plain', ...retry })
        .end('The service is unavailable.\n');
      return;
    }
    case 'html':
      response
        .writeHead(script.status ?? 200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<!doctype html><title>Network sign-in</title><p>Please sign in to this network first.</p>');
      return;
    case 'empty':
      response.writeHead(script.status ?? 200, { 'content-type': 'application/json; charset=utf-8' }).end('{}');
      return;
    case 'hang':
      hold(response);
      return;
    case 'reset':
      response.destroy();
      return;
    default:
      assertNever(script);
  }
}

function assertNever(script: never): never {
  throw new Error(`Unknown script ${JSON.stringify(script)}`);
}
