/** Errors that come back through the browser, and what is left of a refusal in the log. */
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../main/domain/failure.ts';
import { answer, playAuthority } from './played-authority.ts';

const failing = (outcome: Promise<unknown>): Promise<Failure> =>
  outcome.then(
    () => Promise.reject(new Error('signed in')),
    (error: Failure) => error,
  );
const personal = 'AADSTS0: ada@contoso.example may not use this.';

describe('an error of the authorization endpoint', () => {
  test.each([
    ['invalid_request', 'configuration'],
    ['unauthorized_client', 'configuration'],
    ['access_denied', 'sign-in-cancelled'],
    ['unsupported_response_type', 'configuration'],
    ['server_error', 'identity-busy'],
    ['temporarily_unavailable', 'identity-busy'],
    ['invalid_resource', 'configuration'],
    ['login_required', 'sign-in-required'],
    ['interaction_required', 'sign-in-required'],
    ['consent_required', 'sign-in-required'],
    ['invalid_scope', 'configuration'],
  ])('%s ends the attempt as %s, and opens no second page', async (error, code) => {
    const authority = playAuthority();
    const { page, outcome } = await authority.begin();
    const failure = failing(outcome);
    const shown = await answer(page, { error, error_description: personal });
    const { code: found, userMessage } = await failure;
    expect({ found, pages: authority.pages.length, tokens: authority.tokenCalls.length }).toEqual({
      found: code,
      pages: 1,
      tokens: 0,
    });
    const seen = [await shown.text(), userMessage, JSON.stringify(authority.logged)].join('\n');
    expect(seen).not.toContain('ada@contoso.example');
    expect(seen).toContain('Not signed in');
  });
});

test('a refusal of the token endpoint is logged with what support asks for, and nothing of the person', async () => {
  const authority = playAuthority();
  const account = await authority.signIn();
  authority.script.token = () => ({
    status: 400,
    body: {
      error: 'invalid_grant',
      error_description: personal,
      error_codes: [50173],
      suberror: 'bad_token',
      timestamp: '2026-11-21 09:00:00Z',
      trace_id: 'f0f0f0f0-0000-4000-8000-000000000003',
      correlation_id: 'from-entra',
    },
  });
  const failure = await failing(authority.identity.accessToken(account.homeAccountId, { forceRefresh: true }));
  const line = authority.logged.find(({ event }) => event === 'token.refused');
  expect(failure.code).toBe('sign-in-required');
  expect(line?.fields).toMatchObject({
    error: expect.stringContaining('invalid_grant bad_token'),
    aadsts: 50173,
    status: 400,
    correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    traceId: 'f0f0f0f0-0000-4000-8000-000000000003',
    answeredAt: '2026-11-21 09:00:00Z',
  });
  expect(JSON.stringify(authority.logged)).not.toContain('ada@contoso.example');
});
