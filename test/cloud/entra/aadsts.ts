/** Errors of Entra ID, and the body they travel in. */
import { randomUUID } from 'node:crypto';
import { knownError } from './aadsts-table.ts';

export interface EntraError {
  readonly aadsts: number;
  readonly status: number;
  readonly error: string;
  readonly suberror?: string;
  /** Added to the text, for the developer: the parameter that lacks, the scope that is unknown. */
  readonly detail?: string;
  readonly text: string;
  /** A claims challenge the client must pass to the interactive request. */
  readonly claims?: string;
  readonly retryAfterSeconds?: number;
}

export type EntraErrorChoice = Partial<Omit<EntraError, 'aadsts'>> & {
  /** `null` takes away the suberror that usually comes with the number. */
  readonly noSuberror?: true;
};

/** The error with this number; `choice` overrides what usually comes with it. */
export function entraError(aadsts: number, choice: EntraErrorChoice = {}): EntraError {
  const { noSuberror, ...rest } = choice;
  const { suberror, ...usual } = knownError(aadsts) ?? {
    error: 'invalid_request',
    status: 400,
    text: 'An error occurred.',
  };
  return { aadsts, ...usual, ...(suberror && !noSuberror ? { suberror } : {}), ...rest };
}

/** The JSON body of the token endpoint, and the fields of a form_post that carries an error. */
export function errorBody(error: EntraError, at: Date, correlationId: string = randomUUID()) {
  const timestamp = `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const traceId = randomUUID();
  return {
    error: error.error,
    error_description: `${errorLine(error)} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [error.aadsts],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${error.aadsts}`,
    ...(error.suberror ? { suberror: error.suberror } : {}),
    ...(error.claims ? { claims: error.claims } : {}),
  };
}

/** Number and text in one line. */
export function errorLine(error: EntraError): string {
  return `AADSTS${error.aadsts}: ${error.text}${error.detail ? ` ${error.detail}` : ''}`;
}
