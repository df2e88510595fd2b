import {
  AuthError,
  ClientAuthError,
  ClientConfigurationError,
  InteractionRequiredAuthError,
  ServerError,
} from '@azure/msal-node';
import { describe, expect, test } from 'vitest';
import { type VerdictContext, verdict } from '../../../main/auth/verdict.ts';
import { Failure, type FailureCode } from '../../../main/domain/failure.ts';

const quiet: VerdictContext = { answer: null, busyForMs: 0 };
const answered = (status: number): VerdictContext => ({
  answer: { status, retryAfterMs: null, aadsts: null, claims: null },
  busyForMs: 0,
});
const server = (code: string, number?: number, subError = '') =>
  new ServerError(code, 'corr-1', 'AADSTS and a name that must stay here', subError, number?.toString());
const interaction = (code: string, subError = '', number?: number, claims = '') =>
  new InteractionRequiredAuthError(code, 'corr-1', 'text', subError, '', '', claims, number?.toString());
const inShort = ({ code, details: { reason } }: Failure) => (reason ? `${code} ${reason}` : code);

/** Every number of the reference table, and where it leads when the grant is refused with it. */
const numbers: Readonly<Record<string, readonly number[]>> = {
  'sign-in-required password-changed': [50173, 50132, 50133],
  'sign-in-required password-expired': [50055, 50144],
  'sign-in-required session-expired': [70008, 700082, 70043, 50058, 50085, 50089],
  'sign-in-required session-limited': [700081, 700084],
  'sign-in-required stronger-sign-in': [
    50072, 50074, 50076, 50078, 50079, 50158, 50097, 50129, 50187, 50125, 50135, 51006, 53004, 700020,
  ],
  'sign-in-required consent-needed': [65001, 65004],
  'sign-in-required sign-in-refused': [70000, 50056, 50197, 54005, 16000, 16001, 999999],
  'blocked conditional-access': [53002, 53003, 53010, 53011, 530032, 530034, 530035, 50131],
  'blocked device': [53000, 53001, 530003, 50005, 50155],
  'blocked admin-approval': [50105, 90094, 90095],
  'blocked wrong-organisation': [50020, 50034, 50014, 51004, 90072, 500208],
  'blocked policy': [500212, 500213, 500021, 500022, 650052, 65005],
  'blocked account-disabled': [50057],
  'blocked account-locked': [50053],
  configuration: [
    50011, 7000218, 700025, 700016, 70001, 7000112, 700011, 50194, 9002332, 90124, 90130, 50147, 501481, 501491, 70011,
    28002, 28003, 700022, 700023, 70003, 70005, 70007, 500011, 50001, 650056, 650057, 901002, 90002, 900144, 9002313,
    90023,
  ],
  'identity-busy': [
    50033, 50087, 50088, 50166, 70012, 80002, 80005, 90006, 90012, 90024, 90033, 90055, 90090, 90091, 50196,
  ],
};
const numberRows = Object.entries(numbers).flatMap(([expected, list]) => list.map((number) => ({ number, expected })));

describe('a refused grant', () => {
  test.each(numberRows)('AADSTS$number without a sub-error means: $expected', ({ number, expected }) => {
    const failure = verdict(server('invalid_grant', number), answered(400));
    expect(inShort(failure)).toBe(expected);
    expect(failure.details).toMatchObject({ aadsts: number, status: 400, requestId: 'corr-1' });
  });

  test.each(numberRows)('AADSTS$number as an interaction error means the same: $expected', ({ number, expected }) => {
    expect(inShort(verdict(interaction('invalid_grant', '', number), answered(400)))).toBe(expected);
  });

  test.each([
    ['basic_action', 50076, 'sign-in-required stronger-sign-in'],
    ['basic_action', 50173, 'sign-in-required password-changed'],
    ['basic_action', 53003, 'sign-in-required stronger-sign-in'],
    ['bad_token', undefined, 'sign-in-required session-revoked'],
    ['bad_token', 700082, 'sign-in-required session-expired'],
    ['bad_token', 50173, 'sign-in-required password-changed'],
    ['interrupted_user', undefined, 'sign-in-required sign-in-refused'],
    ['user_password_expired', undefined, 'sign-in-required password-expired'],
    ['consent_required', undefined, 'sign-in-required consent-needed'],
    ['consent_required', 65001, 'sign-in-required consent-needed'],
    ['additional_action', 53000, 'sign-in-required stronger-sign-in'],
    ['message_only', undefined, 'blocked conditional-access'],
    ['message_only', 53003, 'blocked conditional-access'],
    ['message_only', 530003, 'blocked device'],
    ['message_only', 50173, 'blocked conditional-access'],
    ['client_mismatch', undefined, 'sign-in-required sign-in-refused'],
    ['something_new', 50057, 'blocked account-disabled'],
    ['something_new', undefined, 'sign-in-required sign-in-refused'],
  ])('looks at the sub-error %s before the number %s: %s', (subError, number, expected) => {
    expect(inShort(verdict(interaction('invalid_grant', subError, number), answered(400)))).toBe(expected);
  });

  test('hands the claims of the refusal to the next sign-in', () => {
    const claims = '{"access_token":{"nbf":{"essential":true}}}';
    const failure = verdict(interaction('interaction_required', 'basic_action', 50076, claims), answered(400));
    expect(failure.details).toMatchObject({ reason: 'stronger-sign-in', claims });
  });

  test('hands on the claims that were asked for when the refusal names none, or none that is JSON', () => {
    const claims = '{"access_token":{"acrs":{"values":["c1"]}}}';
    for (const own of ['', 'eyJhY2Nlc3NfdG9rZW4iOnt9fQ==', '"text"']) {
      const failure = verdict(interaction('invalid_grant', 'basic_action', 50076, own), { ...quiet, claims });
      expect(failure.details.claims).toBe(claims);
    }
  });

  test('finds number and claims in the answer when the error of MSAL left them out', () => {
    const answer = { status: 400, retryAfterMs: null, aadsts: 50076, claims: '{"a":1}' };
    expect(verdict(server('invalid_grant'), { answer, busyForMs: 0 }).details).toMatchObject({
      aadsts: 50076,
      claims: '{"a":1}',
      reason: 'stronger-sign-in',
    });
  });
});

describe('errors of the authorization endpoint', () => {
  test.each<[string, string]>([
    ['invalid_request', 'configuration'],
    ['unauthorized_client', 'configuration'],
    ['access_denied', 'sign-in-cancelled'],
    ['unsupported_response_type', 'configuration'],
    ['server_error', 'identity-busy'],
    ['temporarily_unavailable', 'identity-busy'],
    ['invalid_resource', 'configuration'],
    ['login_required', 'sign-in-required session-expired'],
    ['interaction_required', 'sign-in-required stronger-sign-in'],
    ['consent_required', 'sign-in-required consent-needed'],
    ['invalid_scope', 'configuration'],
  ])('%s means: %s', (code, expected) => {
    expect(inShort(verdict(server(code), quiet))).toBe(expected);
  });

  test('tells a declined permission from a cancelled sign-in', () => {
    const declined = new ServerError('access_denied', '', 'AADSTS65004: User declined to consent to access the app.');
    expect(verdict(declined, quiet)).toMatchObject({
      code: 'sign-in-cancelled',
      userMessage: expect.stringContaining('permission'),
      details: { aadsts: 65004 },
    });
  });

  test('tells that an administrator must approve', () => {
    const denied = new ServerError('access_denied', '', 'AADSTS90094: The grant requires admin permission.');
    expect(inShort(verdict(denied, quiet))).toBe('blocked admin-approval');
  });
});

describe('errors of the token endpoint', () => {
  test.each<[string, number, string]>([
    ['invalid_request', 400, 'configuration'],
    ['invalid_grant', 400, 'sign-in-required sign-in-refused'],
    ['unauthorized_client', 400, 'configuration'],
    ['invalid_client', 401, 'configuration'],
    ['unsupported_grant_type', 400, 'configuration'],
    ['invalid_resource', 400, 'configuration'],
    ['interaction_required', 400, 'sign-in-required stronger-sign-in'],
    ['temporarily_unavailable', 503, 'identity-busy'],
    ['consent_required', 400, 'sign-in-required consent-needed'],
    ['invalid_scope', 400, 'configuration'],
    ['something_new', 400, 'unexpected'],
    ['something_new', 401, 'configuration'],
    ['something_new', 403, 'blocked policy'],
    ['something_new', 429, 'identity-busy'],
    ['something_new', 500, 'identity-busy'],
    ['something_new', 503, 'identity-busy'],
  ])('%s with status %i means: %s', (code, status, expected) => {
    expect(inShort(verdict(server(code), answered(status)))).toBe(expected);
  });
});

describe('the way there', () => {
  test.each<[string, Error]>([
    ['no network, by MSAL', new AuthError('network_error', '')],
    ['no network, by our transport', new ClientAuthError('network_error', '')],
    ['the system says so', new ClientAuthError('no_network_connectivity', '')],
    ['a captive portal', new ClientAuthError('token_parsing_error', '')],
    ['the authority was not found', new ClientAuthError('endpoints_resolution_error', '')],
    ['the authority did not describe itself', new ClientAuthError('openid_config_error', '')],
  ])('keeps tokens when nobody could be reached: %s', (_, error) => {
    expect(inShort(verdict(error, quiet))).toBe('identity-unreachable');
  });

  test('calls an authority wrong when somebody did answer for it', () => {
    expect(inShort(verdict(new ClientAuthError('endpoints_resolution_error', ''), answered(400)))).toBe(
      'configuration',
    );
  });
});

describe('waiting', () => {
  test('takes the longest of what was asked for, and a minute at least', () => {
    const busy = server('temporarily_unavailable', 90033);
    const waitFor = (retryAfterMs: number | null, busyForMs: number) =>
      verdict(busy, { answer: { status: 503, retryAfterMs, aadsts: null, claims: null }, busyForMs }).details
        .retryAfterMs;
    expect([waitFor(null, 0), waitFor(5_000, 0), waitFor(90_000, 0), waitFor(null, 120_000)]).toEqual([
      60_000, 60_000, 90_000, 120_000,
    ]);
  });

  test.each(['90033', '90055 90033', ''])('knows the refusal MSAL makes up itself, coded "%s"', (code) => {
    expect(verdict(new ServerError(code, ''), { answer: null, busyForMs: 100_000 })).toMatchObject({
      code: 'identity-busy',
      details: { retryAfterMs: 100_000 },
    });
  });

  test('stays away for an hour when the platform found us looping', () => {
    expect(verdict(server('invalid_grant', 50196), answered(400)).details.retryAfterMs).toBe(3_600_000);
  });
});

describe('MSAL itself', () => {
  test.each<[string, Error, string]>([
    ['a known account without tokens', interaction('no_tokens_found'), 'sign-in-required session-expired'],
    ['a refresh token that ran out', interaction('refresh_token_expired'), 'sign-in-required session-expired'],
    ['no account', new ClientAuthError('no_account_in_silent_request', ''), 'sign-in-required keyring-emptied'],
    ['a cancelled broker', new ClientAuthError('user_canceled', ''), 'sign-in-cancelled'],
    ['a wrong setting', new ClientConfigurationError('authority_uri_insecure', ''), 'configuration'],
    ['an authority nobody knows', new ClientConfigurationError('untrusted_authority', ''), 'identity-unreachable'],
    ['anything else', new ClientAuthError('state_mismatch', ''), 'unexpected'],
    ['a bug', new TypeError('x is not a function'), 'unexpected'],
  ])('%s', (_, error, expected) => {
    expect(inShort(verdict(error, quiet))).toBe(expected);
  });

  test('no port for the browser’s answer is said as such', () => {
    const { code, userMessage } = verdict(new ClientAuthError('loopback_server_timeout', ''), quiet);
    expect([code, userMessage]).toEqual([
      'unexpected',
      'This computer gave Tidings no port for Microsoft’s answer; close other programs and sign in again.',
    ]);
  });

  test('goes by the name of an error, as each package of MSAL has its own classes', () => {
    const foreign = Object.assign(new Error('other copy'), {
      name: 'InteractionRequiredAuthError',
      errorCode: 'anything',
      subError: '',
    });
    expect(verdict(foreign, quiet).code).toBe('sign-in-required');
  });

  test('leaves a Failure as it is', () => {
    const failure = new Failure('unexpected', 'No browser.');
    expect(verdict(failure, quiet)).toBe(failure);
  });
});

test('never shows or keeps what the platform wrote, as it may name people', () => {
  const error = server('invalid_grant', 50173, 'bad_token');
  const failure = verdict(error, answered(400));
  expect(JSON.stringify([failure.userMessage, failure.message, failure.details])).not.toContain('must stay here');
  expect(failure.details.cause).toEqual(new Error('ServerError invalid_grant bad_token'));
});

test('says in one plain sentence what happened and what to do', () => {
  const failures = numberRows.map(({ number }) => verdict(server('invalid_grant', number), answered(400)));
  for (const { userMessage } of failures) {
    expect(userMessage).toMatch(/^[A-Z][^.]*(http:\/\/localhost[^.]*)?\.$/);
    expect(userMessage).toMatch(/sign in|ask|again|use another|wait|send/i);
    expect(userMessage).not.toMatch(/AADSTS|invalid_|token|\d{4}/);
  }
  expect(new Set(failures.map(({ code }) => code))).toEqual(
    new Set<FailureCode>(['sign-in-required', 'blocked', 'configuration', 'identity-busy']),
  );
});
