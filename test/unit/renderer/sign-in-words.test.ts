import { expect, test } from 'vitest';
import type { AppState } from '../../../main/domain/app-state.ts';
import type { BlockedReason } from '../../../main/domain/session.ts';
import { appView } from '../../../main/shell/views.ts';
import type { AppView, SignInView, WarningView } from '../../../preload/contract.ts';
import { isAbout, signInWords } from '../../../renderer/sign-in-words.ts';
import { ada, home, since, stateWith } from '../shell/states.ts';

/** Ada is blocked; a while later a sign-in (for her, or for somebody new) was refused. */
function refused(account: string | null, reason: BlockedReason): AppView {
  const aadsts = 53_003;
  const later: Partial<AppState> = {
    at: new Date(since.getTime() + 3 * 86_400_000),
    accounts: [
      { account: ada, session: { kind: 'blocked', reason: 'conditional-access', aadsts, since } },
      { account: home, session: { kind: 'signedIn' } },
    ],
    signIn: { kind: 'failed', account, userMessage: 'Refused.', blocked: { reason, aadsts } },
  };
  const warning = { code: 'blocked', account: ada.homeAccountId, reason: 'conditional-access', since } as const;
  return appView(stateWith([warning], later), '1');
}
function failedOf({ signIn }: AppView): SignInView & { kind: 'failed' } {
  if (signIn.kind !== 'failed') throw new TypeError('this sign-in has not failed');
  return signIn;
}

function warningOf({ health }: AppView): WarningView {
  const [warning] = health.warnings;
  if (warning === undefined) throw new TypeError('nobody is warned');
  return warning;
}

test('a block and a sign-in that met it again are one thing, days later too', () => {
  const app = refused(ada.homeAccountId, 'conditional-access');

  expect(failedOf(app).handOn?.text).not.toBe(warningOf(app).handOn?.text);
  expect(isAbout(warningOf(app), failedOf(app))).toBe(true);
});

test.each([
  ['somebody else', null, 'conditional-access'],
  ['another reason', ada.homeAccountId, 'admin-approval'],
] as const)('a block and a failed sign-in are two things when the sign-in was about %s', (_what, account, reason) => {
  const app = refused(account, reason);

  expect(failedOf(app).handOn).not.toBeNull();
  expect(isAbout(warningOf(app), failedOf(app))).toBe(false);
});

test('a set-up problem is not told twice in the same words', () => {
  const message = 'The redirect address is missing from the registration.';
  const warning = { code: 'registration-unusable', account: null, message, since } as const;
  const appAfter = (userMessage: string): AppView =>
    appView(stateWith([warning], { accounts: [], signIn: { kind: 'failed', account: null, userMessage } }), '1');

  const same = appAfter(message);
  const other = appAfter('The time to sign in ran out. Please try again.');
  expect(isAbout(warningOf(same), failedOf(same))).toBe(true);
  expect(isAbout(warningOf(other), failedOf(other))).toBe(false);
});

test.each([
  ['not-set-up', 'Sign in with Microsoft'],
  ['sign-in-required', 'Sign in again'],
  ['graph-refused', 'Sign in to allow it'],
  ['blocked', 'Try again'],
  ['configuration', 'Try again'],
  ['registration-unusable', 'Try again'],
])('against %s the button says "%s"', (code, words) => {
  expect(signInWords(code)).toBe(words);
});
