import { expect, test } from 'vitest';
import { asFailure, Failure } from '../../../main/domain/failure.ts';
import {
  type BlockedReason,
  blockedReasonText,
  type SignInReason,
  signInReasonText,
} from '../../../main/domain/session.ts';
import { defaultSettings, scopesFor } from '../../../main/domain/settings.ts';

const signInReasons = {
  'password-changed': 0,
  'password-expired': 0,
  'session-expired': 0,
  'session-revoked': 0,
  'session-limited': 0,
  'stronger-sign-in': 0,
  'consent-needed': 0,
  'keyring-emptied': 0,
  'sign-in-refused': 0,
} satisfies Record<SignInReason, 0>;
const blockedReasons = {
  'admin-approval': 0,
  'conditional-access': 0,
  device: 0,
  'account-disabled': 0,
  'account-locked': 0,
  'wrong-organisation': 0,
  policy: 0,
} satisfies Record<BlockedReason, 0>;

test('every reason has words of its own, which go on after a colon', () => {
  const texts = [
    ...Object.keys(signInReasons).map((reason) => signInReasonText(reason as SignInReason)),
    ...Object.keys(blockedReasons).map((reason) => blockedReasonText(reason as BlockedReason)),
  ];
  expect({
    distinct: new Set(texts).size,
    odd: texts.filter((text) => !/^(?:[a-z]|Microsoft ).*[^.]$/.test(text)),
  }).toEqual({
    distinct: 16,
    odd: [],
  });
});

test('asks for no more than the choice of settings needs', () => {
  expect(scopesFor(defaultSettings)).toEqual(['Mail.ReadBasic', 'Calendars.Read']);
  expect(scopesFor({ ...defaultSettings, previews: true })).toEqual(['Mail.Read', 'Calendars.Read']);
  expect(scopesFor(defaultSettings, ['Mail.ReadWrite'])).toEqual([
    'Mail.ReadBasic',
    'Calendars.Read',
    'Mail.ReadWrite',
  ]);
});

test('a failure stays what it is; anything else becomes an unexpected one that keeps its cause', () => {
  const failure = new Failure('graph-busy', 'Microsoft asks us to come back later.', { retryAfterMs: 3_000 });
  const odd = new RangeError('odd');
  expect(asFailure(failure)).toBe(failure);
  expect(asFailure(odd)).toMatchObject({ name: 'Failure', code: 'unexpected', cause: odd });
  expect(asFailure('text')).toMatchObject({ code: 'unexpected', cause: 'text' });
});
