/** What went wrong between MSAL and the identity platform, as one Failure. The only file that knows MSAL's errors. */
import { Failure, type FailureCode, type FailureDetails } from '../domain/failure.ts';
import type { SignInReason } from '../domain/session.ts';
import { type AadstsMeaning, aadstsMeaning } from './aadsts.ts';
import type { Answer } from './transport.ts';
import { blockedText, configurationText, signInText, texts } from './verdict-texts.ts';

export interface VerdictContext {
  /** What the platform answered in this attempt, if it was asked at all. */
  readonly answer: Answer | null;
  /** How long the platform still wants to be left alone, in milliseconds. */
  readonly busyForMs: number;
  /** The claims this attempt asked for: if they need the person, the next sign-in must ask for them as well. */
  readonly claims?: string | undefined;
}

/** The fields we read of MSAL's errors. By name, not by class: its packages carry several copies of the classes. */
interface MsalError {
  readonly name: string;
  readonly errorCode: string;
  readonly subError: string;
  readonly number: number | null;
  readonly claims: string | null;
  readonly correlationId: string | null;
}

const offlineCodes = new Set([
  'network_error',
  'no_network_connectivity',
  'token_parsing_error',
  'server_unavailable',
  'post_request_failed',
]);
/** Finding the authority: offline when nobody answered, a wrong setting when somebody did. */
const discoveryCodes = new Set(['endpoints_resolution_error', 'openid_config_error', 'untrusted_authority']);
const busyCodes = new Set(['server_error', 'temporarily_unavailable']);
const interactionCodes = new Set([
  'invalid_grant',
  'interaction_required',
  'consent_required',
  'login_required',
  'bad_token',
  'interrupted_user',
  'ui_not_allowed',
  'no_tokens_found',
  'refresh_token_expired',
  'native_account_unavailable',
]);
const accountGoneCodes = new Set(['no_account_in_silent_request', 'no_account_found']);
const cancelCodes = new Set(['access_denied', 'user_canceled']);
const configurationCodes = new Set([
  'unauthorized_client',
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'invalid_resource',
  'unsupported_response_type',
  'unsupported_grant_type',
]);

/** Sub-errors that an interactive sign-in mends, and why it is needed when no number says it better. */
const mendableSubErrors: Readonly<Record<string, SignInReason>> = {
  basic_action: 'stronger-sign-in',
  additional_action: 'stronger-sign-in',
  bad_token: 'session-revoked',
  interrupted_user: 'sign-in-refused',
  user_password_expired: 'password-expired',
  consent_required: 'consent-needed',
};
const reasonsByCode: Readonly<Record<string, SignInReason>> = {
  interaction_required: 'stronger-sign-in',
  consent_required: 'consent-needed',
  login_required: 'session-expired',
  bad_token: 'session-revoked',
  no_tokens_found: 'session-expired',
  refresh_token_expired: 'session-expired',
};

const BUSY_AT_LEAST_MS = 60_000;
/** Nobody knows what is wrong, so nobody is hurried. */
const UNEXPECTED_WAIT_MS = 60_000;
const LOOP_WAIT_MS = 60 * 60_000;

/**
 * Decides, does nothing. The order is what matters: network, then busy, then what the person can mend.
 * Nothing of MSAL's own text is kept: it may hold personal data.
 */
export function verdict(thrown: unknown, context: VerdictContext): Failure {
  if (thrown instanceof Failure) return thrown;
  const error = readMsalError(thrown, context.answer);
  if (!error) return new Failure('unexpected', texts.unexpected, { cause: thrown, retryAfterMs: UNEXPECTED_WAIT_MS });

  const meaning = error.number === null ? undefined : aadstsMeaning(error.number);
  const status = context.answer?.status ?? null;
  const { errorCode } = error;

  if (offlineCodes.has(errorCode) || (discoveryCodes.has(errorCode) && status === null)) {
    return failure('identity-unreachable', texts.unreachable, error, context);
  }
  if (meaning?.group === 'loop') return busy(error, context, LOOP_WAIT_MS);
  if (
    meaning?.group === 'transient' ||
    busyCodes.has(errorCode) ||
    // MSAL's own refusal while the platform wants to be left alone bears numbers in place of a code, or nothing.
    (error.name === 'ServerError' && /^[\d ]*$/.test(errorCode)) ||
    (status !== null && (status === 429 || status >= 500))
  ) {
    return busy(error, context, BUSY_AT_LEAST_MS);
  }
  // MSAL's listener for the browser's answer did not come to listen.
  if (errorCode === 'loopback_server_timeout') return failure('unexpected', texts.noPort, error, context);
  if (accountGoneCodes.has(errorCode)) return signInRequired('keyring-emptied', error, context);
  if (error.name === 'InteractionRequiredAuthError' || interactionCodes.has(errorCode)) {
    return interactionVerdict(error, meaning, context);
  }
  if (meaning?.group === 'organisation') return blocked(meaning, error, context);
  if (cancelCodes.has(errorCode)) {
    const text = error.number === 65004 ? texts.declined : texts.cancelled;
    return failure('sign-in-cancelled', text, error, context);
  }
  if (
    configurationCodes.has(errorCode) ||
    discoveryCodes.has(errorCode) ||
    error.name === 'ClientConfigurationError' ||
    meaning?.group === 'configuration' ||
    status === 401
  ) {
    return failure('configuration', configurationText(error.number, error.errorCode), error, context);
  }
  if (meaning?.group === 'signIn') return signInRequired(meaning.reason, error, context);
  if (status === 403) return failure('blocked', blockedText('policy'), error, context, { reason: 'policy' });
  return failure('unexpected', texts.unexpected, error, context, { retryAfterMs: UNEXPECTED_WAIT_MS });
}

/** The grant is no good, or more than the grant is wanted: first the sub-error speaks, then the number. */
function interactionVerdict(error: MsalError, meaning: AadstsMeaning | undefined, context: VerdictContext): Failure {
  const numberReason = meaning?.group === 'signIn' ? meaning.reason : undefined;
  if (error.subError === 'message_only') {
    return blocked(
      meaning?.group === 'organisation' ? meaning : { group: 'organisation', reason: 'conditional-access' },
      error,
      context,
    );
  }
  const mendable = mendableSubErrors[error.subError];
  if (mendable) return signInRequired(numberReason ?? mendable, error, context);
  if (meaning?.group === 'organisation') return blocked(meaning, error, context);
  if (meaning?.group === 'configuration') {
    return failure('configuration', configurationText(error.number, error.errorCode), error, context);
  }
  return signInRequired(numberReason ?? reasonsByCode[error.errorCode] ?? 'sign-in-refused', error, context);
}

function signInRequired(reason: SignInReason, error: MsalError, context: VerdictContext): Failure {
  const claims = usableClaims(error.claims) ?? usableClaims(context.claims ?? null);
  return failure('sign-in-required', signInText(reason), error, context, { reason, ...(claims && { claims }) });
}

function blocked(
  meaning: Extract<AadstsMeaning, { group: 'organisation' }>,
  error: MsalError,
  context: VerdictContext,
): Failure {
  const { reason } = meaning;
  return failure('blocked', blockedText(reason), error, context, { reason });
}

function busy(error: MsalError, context: VerdictContext, atLeastMs: number): Failure {
  const retryAfterMs = Math.max(atLeastMs, context.answer?.retryAfterMs ?? 0, context.busyForMs);
  return failure('identity-busy', texts.busy, error, context, { retryAfterMs });
}

function failure(
  code: FailureCode,
  userMessage: string,
  error: MsalError,
  context: VerdictContext,
  details: FailureDetails = {},
): Failure {
  const status = context.answer?.status ?? null;
  return new Failure(code, userMessage, {
    ...details,
    ...(error.number !== null && { aadsts: error.number }),
    ...(status !== null && { status }),
    ...(error.correlationId && { requestId: error.correlationId }),
    // Says which error it was without the platform's description of it.
    cause: new Error([error.name, error.errorCode, error.subError].filter((part) => part !== '').join(' ')),
  });
}

/** Null for anything that is no error of MSAL's. */
function readMsalError(thrown: unknown, answer: Answer | null): MsalError | null {
  if (!(thrown instanceof Error) || !('errorCode' in thrown) || typeof thrown.errorCode !== 'string') return null;
  const field = (name: string): unknown => Reflect.get(thrown, name);
  const text = (name: string): string => {
    const value = field(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    name: thrown.name,
    errorCode: thrown.errorCode,
    subError: text('subError'),
    number: firstNumber(field('errorNo')) ?? answer?.aadsts ?? numberInText(thrown.errorCode, text('errorMessage')),
    claims: text('claims') || (answer?.claims ?? null),
    correlationId: text('correlationId') || null,
  };
}

/** Typed as text by MSAL, but a number at run time. */
function firstNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** The authorization endpoint gives its number in the description only; MSAL's throttle gives it as the code. */
function numberInText(errorCode: string, description: string): number | null {
  const found = /^(\d+)/.exec(errorCode)?.[1] ?? /\bAADSTS(\d{4,7})\b/.exec(description)?.[1];
  return found ? firstNumber(found) : null;
}

/** MSAL ignores claims that are no JSON without a word, so they must not be handed on. */
export function usableClaims(claims: string | null): string | null {
  if (!claims) return null;
  try {
    const value: unknown = JSON.parse(claims);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? claims : null;
  } catch {
    return null;
  }
}
