/** What an answer of Microsoft Graph that is not a success means, as one of our Failures. Pure. */
import { z } from 'zod';
import { Failure, type FailureDetails } from '../domain/failure.ts';

/** What was being asked: the same status can mean different things. */
export type About = 'subscriptionCreate' | 'subscription' | 'delta' | 'other';

export interface GraphError {
  readonly code: string;
  readonly message: string;
  /** `innerError.code`: where Exchange puts the more exact word. */
  readonly innerCode: string;
}

/** An answer, reduced to what decides. */
export interface Refusal {
  readonly status: number;
  /** Null when the body is no Graph error. */
  readonly error: GraphError | null;
  /** Null when the answer carries none: then it may come from a proxy on the way, not from Graph. */
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
}

const inner = z
  .object({ code: z.string().optional().catch(undefined) })
  .optional()
  .catch(undefined);
const errorBody = z.object({
  error: z.object({
    code: z.string().catch(''),
    message: z.string().catch(''),
    innerError: inner,
    // Older services spell it so.
    innererror: inner,
  }),
});

/** Graph's error object in a parsed body, or null. */
export function graphError(body: unknown): GraphError | null {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return null;
  const { code, message, innerError, innererror } = parsed.data.error;
  return { code, message, innerCode: innerError?.code ?? innererror?.code ?? '' };
}

/** Milliseconds. */
const refusedRestMs = 15 * 60_000;
const lostSyncState = ['syncstatenotfound', 'syncstateinvalid', 'resyncrequired'];

/**
 * The Failure for a status outside 2xx; never called for 401, which the client settles itself.
 *
 * An error page that is not Graph's (no error object, no `request-id`) is a box on the way speaking, whatever its
 * status: it must not look like "deleted" or "forbidden".
 */
export function failureOf(refusal: Refusal, about: About): Failure {
  const { status, error, requestId, retryAfterMs } = refusal;
  const details: FailureDetails = {
    status,
    ...(requestId === null ? {} : { requestId }),
    // Graph's own words, for the log; the person gets ours.
    ...(error === null ? {} : { cause: new Error(`${error.code} ${error.message}`.slice(0, 500)) }),
  };
  if (status === 429 || (status === 503 && retryAfterMs !== null)) {
    return new Failure('graph-busy', 'Microsoft 365 is busy and asked us to wait; Tidings tries again by itself.', {
      ...details,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
  }
  const isFromGraph = error !== null || requestId !== null;
  if (status >= 500 || status < 400 || status === 407 || status === 408 || !isFromGraph) return unusable(details);

  const codes = [error?.code.toLowerCase() ?? '', error?.innerCode.toLowerCase() ?? ''];
  if (codes.includes('mailboxnotenabledforrestapi')) {
    const text = 'This account has no mailbox in Microsoft 365, so there is nothing to watch.';
    return refused(details, about, text);
  }
  if (about === 'delta' && (status === 410 || codes.some((code) => lostSyncState.includes(code)))) {
    return syncStateLost(details);
  }
  switch (status) {
    case 400:
      return about === 'subscriptionCreate' && /validation request/i.test(error?.message ?? '')
        ? new Failure(
            'graph-validation-failed',
            'Microsoft 365 could not reach this computer through the tunnel; Tidings tries again by itself.',
            details,
          )
        : refused(details, about);
    case 403:
      return new Failure('graph-forbidden', forbiddenText(error, about), details);
    case 404:
    case 410:
      return new Failure('graph-not-found', 'Microsoft 365 does not have this item any more.', details);
    case 409:
      return new Failure(
        'graph-conflict',
        'Microsoft 365 already has the same subscription; Tidings tries again by itself.',
        details,
      );
    default:
      return refused(details, about);
  }
}

/** Nothing came, or nothing that Graph would say. */
export function unusable(details: FailureDetails): Failure {
  return new Failure('graph-unreachable', 'Microsoft 365 cannot be reached just now; Tidings keeps trying.', details);
}

/** The delta link is dead. */
export function syncStateLost(details: FailureDetails = {}): Failure {
  return new Failure(
    'graph-sync-state-lost',
    'Microsoft 365 asks for a fresh start; Tidings reads it all again.',
    details,
  );
}

/** A retry cannot mend it. Reads are tried again as ever, since what is there may change; subscriptions after a rest. */
function refused(
  details: FailureDetails,
  about: About,
  text = 'Microsoft 365 did not accept a request that Tidings made.',
): Failure {
  const rests = about === 'subscription' || about === 'subscriptionCreate';
  return new Failure('graph-refused', text, { ...details, ...(rests && { retryAfterMs: refusedRestMs }) });
}

// Subscriptions run into a quota that is counted over all apps; anything else that is forbidden is a permission.
function forbiddenText(error: GraphError | null, about: About): string {
  return about !== 'other' && about !== 'delta' && /\b(quota|limits?|exceed\w*|maximum)\b/i.test(error?.message ?? '')
    ? 'This mailbox has no room for another subscription: other apps use them all.'
    : 'Microsoft 365 does not let Tidings read this mailbox or calendar: a permission is missing.';
}
