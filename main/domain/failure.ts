import type { BlockedReason, SignInReason } from './session.ts';

/**
 * Everything that we expect might go wrong. Sign-in: `sign-in-required` … `sign-in-cancelled`; Microsoft Graph:
 * `graph-…`; the rest is ours.
 */
export type FailureCode =
  /** Only the person can help: carries `reason`, and `claims` when Graph or Entra demanded some. */
  | 'sign-in-required'
  /** The person's organisation forbids it; signing in again will not help. */
  | 'blocked'
  /** The app or its registration is set up wrongly: never retried. */
  | 'configuration'
  /** Network, DNS, TLS, captive portal on the way to the identity platform: tokens are kept. */
  | 'identity-unreachable'
  /** The identity platform asks us to come back later. */
  | 'identity-busy'
  | 'sign-in-cancelled'
  | 'sign-in-timed-out'
  /** Network trouble, 5xx or an unusable answer from Graph. */
  | 'graph-unreachable'
  /** 429 or 503 with a time to wait. */
  | 'graph-busy'
  /** 400 and other refusals that a retry cannot mend: our mistake. */
  | 'graph-refused'
  /** 403. */
  | 'graph-forbidden'
  /** 404. */
  | 'graph-not-found'
  /** 409. */
  | 'graph-conflict'
  /** 400 from `POST /subscriptions` because Graph could not validate our public address. */
  | 'graph-validation-failed'
  /** 410, `syncStateNotFound` and the like: the delta link is dead, start a new round. */
  | 'graph-sync-state-lost'
  | 'tunnel-unavailable'
  | 'storage'
  | 'unexpected';

export interface FailureDetails extends ErrorOptions {
  readonly reason?: SignInReason | BlockedReason;
  /** Claims challenge, decoded JSON text, to be passed on to the next token request. */
  readonly claims?: string;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** First AADSTS number, for the log and for whoever helps the person. */
  readonly aadsts?: number;
  /** HTTP status, for the log. */
  readonly status?: number;
  /** Graph's `request-id` or Entra's correlation id, for the log. */
  readonly requestId?: string;
}

/** Something we expected might go wrong and can explain. Anything else is a bug: let it surface. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  /** One plain sentence for the person: what happened and what to do. No ids, no jargon. */
  readonly userMessage: string;
  readonly details: FailureDetails;

  constructor(code: FailureCode, userMessage: string, details: FailureDetails = {}) {
    super(`${code}: ${userMessage}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.userMessage = userMessage;
    this.details = details;
  }
}

/** Whether Graph answered, and said no: waiting alone will not help, and the words of the failure say why. */
export const isRefusal = (failure: Failure): boolean =>
  failure.code === 'graph-forbidden' || failure.code === 'graph-refused';

/** What needs Microsoft was asked for, and nobody has said yet under which registration. */
export const clientIdMissing = (): Failure =>
  new Failure('configuration', 'Tidings has no client id yet: set TIDINGS_CLIENT_ID or the settings file.');

/** The failure itself, or an `unexpected` one around whatever was thrown. */
export function asFailure(error: unknown): Failure {
  return error instanceof Failure
    ? error
    : new Failure('unexpected', 'Something went wrong that Tidings did not expect. Please try again.', {
        cause: error,
      });
}
