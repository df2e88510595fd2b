/** Errors of Entra ID: their numbers, the OAuth error and HTTP status each comes with, and the body they travel in. */
import { randomUUID } from 'node:crypto';

interface Known {
  readonly error: string;
  readonly status: number;
  readonly text: string;
  readonly suberror?: string;
}

/** Number → what comes with it. The texts are our own; callers must not read them. */
const known: Readonly<Record<number, Known>> = {
  50011: { error: 'invalid_request', status: 400, text: 'The redirect URI is not one registered for this app.' },
  50020: { error: 'invalid_grant', status: 400, text: 'This account does not exist in the tenant asked for.' },
  50034: { error: 'invalid_grant', status: 400, text: 'The account does not exist.' },
  50053: { error: 'invalid_grant', status: 400, text: 'The account is locked.' },
  50055: { error: 'invalid_grant', status: 400, text: 'The password has expired.', suberror: 'user_password_expired' },
  50057: { error: 'invalid_grant', status: 400, text: 'The account is disabled.' },
  50058: { error: 'login_required', status: 400, text: 'Nobody is signed in and no prompt was allowed.' },
  50076: {
    error: 'interaction_required',
    status: 400,
    text: 'A second factor is needed since the configuration or the place changed.',
    suberror: 'basic_action',
  },
  50126: { error: 'invalid_grant', status: 400, text: 'The user name or password is wrong.' },
  50147: { error: 'invalid_request', status: 400, text: 'The code challenge is missing or has the wrong size.' },
  50173: { error: 'invalid_grant', status: 400, text: 'The grant was revoked; a fresh sign-in is needed.' },
  50196: { error: 'invalid_grant', status: 400, text: 'A request loop was detected; the client asks too often.' },
  53000: {
    error: 'interaction_required',
    status: 400,
    text: 'The device must be compliant.',
    suberror: 'message_only',
  },
  53003: { error: 'invalid_grant', status: 400, text: 'Access is blocked by policy.', suberror: 'message_only' },
  54005: { error: 'invalid_grant', status: 400, text: 'The authorization code was already redeemed.' },
  65001: { error: 'invalid_grant', status: 400, text: 'The person has not consented.', suberror: 'consent_required' },
  65004: { error: 'access_denied', status: 400, text: 'The person declined to consent.' },
  70000: { error: 'invalid_grant', status: 400, text: 'The grant is not valid.' },
  70003: { error: 'unsupported_grant_type', status: 400, text: 'The grant type is not supported.' },
  70007: { error: 'unsupported_response_type', status: 400, text: 'The response mode is not supported.' },
  70008: { error: 'invalid_grant', status: 400, text: 'The code or refresh token expired.' },
  70011: { error: 'invalid_scope', status: 400, text: 'A scope is not valid or belongs to another resource.' },
  70043: { error: 'invalid_grant', status: 400, text: 'The sign-in frequency policy asks for a fresh sign-in.' },
  90002: { error: 'invalid_request', status: 400, text: 'The tenant was not found.' },
  90023: { error: 'invalid_request', status: 400, text: 'A parameter has a value that is not allowed.' },
  90033: { error: 'temporarily_unavailable', status: 503, text: 'A transient error occurred; try again.' },
  90055: { error: 'temporarily_unavailable', status: 429, text: 'The tenant sends too many requests.' },
  90094: { error: 'access_denied', status: 400, text: 'An administrator must grant these permissions.' },
  500112: {
    error: 'invalid_client',
    status: 400,
    text: 'The redirect URI differs from the one the code was made for.',
  },
  501481: { error: 'invalid_grant', status: 400, text: 'The code verifier does not match the code challenge.' },
  501491: { error: 'invalid_request', status: 400, text: 'The code challenge method must be S256.' },
  530003: { error: 'invalid_grant', status: 400, text: 'The device must be managed.', suberror: 'message_only' },
  700005: { error: 'invalid_grant', status: 400, text: 'The grant was given to another app.' },
  700016: { error: 'unauthorized_client', status: 400, text: 'The app was not found in the directory.' },
  700025: { error: 'invalid_client', status: 401, text: 'A public client must not send a secret or an assertion.' },
  700082: { error: 'invalid_grant', status: 400, text: 'The refresh token expired by inactivity.' },
  7000218: { error: 'invalid_client', status: 401, text: 'A client secret or assertion is demanded.' },
  900144: { error: 'invalid_request', status: 400, text: 'The request lacks a parameter.' },
  900561: { error: 'invalid_request', status: 400, text: 'The endpoint accepts POST requests only.' },
  901002: { error: 'invalid_request', status: 400, text: 'The parameter "resource" is not supported here.' },
  9002313: { error: 'invalid_request', status: 400, text: 'The request is malformed.' },
};

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
  const { suberror, ...usual } = known[aadsts] ?? { error: 'invalid_request', status: 400, text: 'An error occurred.' };
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
