import { describe, expect, test } from 'vitest';
import type { FailureCode } from '../../../main/domain/failure.ts';
import { type About, failureOf, type GraphError, graphError } from '../../../main/graph/failures.ts';

const said = (code: string, message = '', innerCode = ''): GraphError => ({ code, message, innerCode });

const table: readonly [
  what: string,
  status: number,
  error: GraphError | null,
  about: About,
  code: FailureCode,
  retryAfterMs?: number,
][] = [
  ['a wrong request', 400, said('BadRequest'), 'other', 'graph-refused'],
  [
    'an endpoint that did not answer the validation',
    400,
    said('InvalidRequest', 'Subscription validation request failed. Response must exactly match …'),
    'subscriptionCreate',
    'graph-validation-failed',
  ],
  [
    'an endpoint that was too slow to validate',
    400,
    said('ValidationError', 'Subscription validation request timed out.'),
    'subscriptionCreate',
    'graph-validation-failed',
  ],
  [
    'other 400s of a create',
    400,
    said('InvalidRequest', 'Resource is malformed'),
    'subscriptionCreate',
    'graph-refused',
    900_000,
  ],
  ['a renewal that is not accepted', 400, said('InvalidRequest'), 'subscription', 'graph-refused', 900_000],
  [
    'a subscription where there is no mailbox',
    404,
    said('MailboxNotEnabledForRESTAPI'),
    'subscriptionCreate',
    'graph-refused',
    900_000,
  ],
  ['a missing permission', 403, said('ErrorAccessDenied'), 'other', 'graph-forbidden'],
  ['an item that is gone', 404, said('ErrorItemNotFound'), 'other', 'graph-not-found'],
  ['a mailbox that is not there', 404, said('MailboxNotEnabledForRESTAPI'), 'other', 'graph-refused'],
  ['an item that is gone for good', 410, said('Gone'), 'other', 'graph-not-found'],
  ['a duplicate subscription', 409, said('InvalidRequest'), 'subscriptionCreate', 'graph-conflict'],
  ['a dead delta link', 410, said('SyncStateNotFound'), 'delta', 'graph-sync-state-lost'],
  ['a dead delta link without a word', 410, said(''), 'delta', 'graph-sync-state-lost'],
  ['a delta link that is not found', 404, said('syncStateNotFound'), 'delta', 'graph-sync-state-lost'],
  ['a delta link that is not valid', 400, said('SyncStateInvalid'), 'delta', 'graph-sync-state-lost'],
  ['a resync inside', 400, said('BadRequest', '', 'resyncRequired'), 'delta', 'graph-sync-state-lost'],
  ['any other 400 of delta', 400, said('ErrorInvalidUrlQuery'), 'delta', 'graph-refused'],
  ['throttling with a time', 429, said('TooManyRequests'), 'other', 'graph-busy', 30_000],
  ['throttling without a time', 429, said('TooManyRequests'), 'other', 'graph-busy'],
  ['overload with a time', 503, said('ServiceUnavailable'), 'other', 'graph-busy', 5_000],
  ['overload without a time', 503, said('ServiceUnavailable'), 'other', 'graph-unreachable'],
  ['a fault of theirs', 500, said('InternalServerError'), 'delta', 'graph-unreachable'],
  ['a gateway', 502, null, 'other', 'graph-unreachable'],
  ['a proxy that wants a password', 407, null, 'other', 'graph-unreachable'],
  ['a redirect', 302, null, 'other', 'graph-unreachable'],
  ['any other refusal', 415, said('UnsupportedMediaType'), 'other', 'graph-refused'],
];

describe('an answer outside 2xx becomes a Failure', () => {
  test.each(table)('%s (%d)', (_what, status, error, about, code, retryAfterMs) => {
    // What Graph asked for is handed on; a refusal for good has a rest of our own.
    const asked = code === 'graph-refused' ? null : (retryAfterMs ?? null);
    const failure = failureOf({ status, error, requestId: 'r-1', retryAfterMs: asked }, about);
    expect({
      code: failure.code,
      status: failure.details.status,
      requestId: failure.details.requestId,
      retryAfterMs: failure.details.retryAfterMs,
    }).toEqual({ code, status, requestId: 'r-1', retryAfterMs });
  });

  test.each([403, 404, 409, 410, 400])('an error page of a box on the way (%d) is trouble on the way', (status) => {
    const failure = failureOf({ status, error: null, requestId: null, retryAfterMs: null }, 'delta');
    expect(failure.code).toBe('graph-unreachable');
  });

  test('a full quota is told apart from a missing permission', () => {
    const refusal = { status: 403, requestId: 'r-1', retryAfterMs: null };
    const quota = failureOf(
      { ...refusal, error: said('ExtensionError', 'Maximum number of subscriptions reached: limit is 1000') },
      'subscriptionCreate',
    );
    const permission = failureOf({ ...refusal, error: said('ErrorAccessDenied', 'Access is denied.') }, 'other');
    expect([quota.code, permission.code]).toEqual(['graph-forbidden', 'graph-forbidden']);
    expect(quota.userMessage).toContain('no room');
    expect(permission.userMessage).toContain('permission');
  });

  test('Graph’s words never reach the person', () => {
    const failure = failureOf(
      { status: 400, error: said('X', 'secret subject'), requestId: 'r', retryAfterMs: null },
      'other',
    );
    expect(failure.message).not.toContain('secret');
  });
});

describe('reads Graph’s error object', () => {
  test.each([
    [{ error: { code: 'A', message: 'b', innerError: { code: 'C' } } }, said('A', 'b', 'C')],
    [{ error: { code: 'A', message: 'b', innererror: { code: 'C' } } }, said('A', 'b', 'C')],
    [{ error: { code: 5, innerError: 'x' } }, said('')],
    [{ error: {} }, said('')],
    [{ error: 'invalid_grant' }, null],
    [{}, null],
    [null, null],
    ['<html>', null],
  ])('%j', (body, expected) => {
    expect(graphError(body)).toEqual(expected);
  });
});
