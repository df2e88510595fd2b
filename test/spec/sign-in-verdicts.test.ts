/** The tables of the reference against the verdicts: whatever class MSAL makes of an error. */
import { AuthError, ClientAuthError, InteractionRequiredAuthError, ServerError } from '@azure/msal-node';
import { describe, expect, test } from 'vitest';
import { type VerdictContext, verdict } from '../../main/auth/verdict.ts';
import { readRows } from './rows.ts';

const refused: VerdictContext = {
  answer: { status: 400, retryAfterMs: null, aadsts: null, claims: null },
  busyForMs: 0,
};
const unasked: VerdictContext = { answer: null, busyForMs: 0 };
/** As the token endpoint's refusals arrive without a sub-error, and with one that MSAL knows. */
const asServer = (error: string, number: number): Error => new ServerError(error, '', '', '', String(number));
const asInteraction = (error: string, number: number): Error =>
  new InteractionRequiredAuthError(error, '', '', '', '', '', '', String(number));

test.each([
  ['sign-in', 'sign-in-required'],
  ['organisation', 'blocked'],
  ['configuration', 'configuration'],
  ['transient', 'identity-busy'],
  ['loop', 'identity-busy'],
])('the numbers of entra.6.aadsts.%s lead to %s', (group, code) => {
  const numbers = readRows().find(({ key }) => key === `entra.6.aadsts.${group}`)?.numbers ?? [];
  const verdicts = numbers.flatMap((number) =>
    [asServer, asInteraction].map((raise) => verdict(raise('invalid_grant', number), refused)),
  );
  expect(numbers.length).toBeGreaterThan(0);
  expect(verdicts.filter((failure) => failure.code !== code).map(({ details }) => details.aadsts)).toEqual([]);
});

describe('every code that asks for a person means a sign-in', () => {
  test.each([
    'interaction_required',
    'consent_required',
    'login_required',
    'bad_token',
    'interrupted_user',
    'ui_not_allowed',
    'no_tokens_found',
    'refresh_token_expired',
    'native_account_unavailable',
  ])('%s', (code) => {
    const errors = [
      new InteractionRequiredAuthError(code, ''),
      new ServerError(code, ''),
      new ClientAuthError(code, ''),
    ];
    expect(errors.map((error) => verdict(error, unasked).code)).toEqual(errors.map(() => 'sign-in-required'));
  });
});

test('a broker that cannot reach its server is no reason to ask anybody', () => {
  for (const code of ['server_unavailable', 'no_network_connectivity']) {
    expect(verdict(new AuthError(code, ''), unasked).code).toBe('identity-unreachable');
  }
});

test('an app that is not offered says whom to ask', () => {
  const said = [undefined, '700016', '500011'].map(
    (number) => verdict(new ServerError('unauthorized_client', '', '', '', number), refused).userMessage,
  );
  expect(said[0]).toBe('Your organisation does not offer Tidings; ask your administrator to allow it.');
  // A number that names the very setting says more.
  expect(said[1]).toContain('client id');
  expect(said[2]).toMatch(/administrator|ask whoever set Tidings up/);
});

test('what nobody expected is tried again a minute later at the earliest', () => {
  for (const error of [new ClientAuthError('state_mismatch', ''), new TypeError('a bug')]) {
    expect(verdict(error, unasked)).toMatchObject({ code: 'unexpected', details: { retryAfterMs: 60_000 } });
  }
});
