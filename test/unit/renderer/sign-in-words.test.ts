import { expect, test } from 'vitest';
import type { AppState } from '../../../main/domain/app-state.ts';
import type { BlockedReason } from '../../../main/domain/session.ts';
import { appView } from '../../../main/shell/views.ts';
import type { AppView, SignInView } from '../../../preload/contract.ts';
import { ownHandOn, signInWords } from '../../../renderer/sign-in-words.ts';
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

test('a failed sign-in does not hand on again what the warning beside it hands on already', () => {
  const app = refused(ada.homeAccountId, 'conditional-access');
  const failed = failedOf(app);

  expect(failed.handOn?.text).not.toBe(app.health.warnings[0]?.handOn?.text);
  expect(ownHandOn(failed, app.health.warnings)).toBeNull();
  expect(ownHandOn(failed, [])).toEqual(failed.handOn);
});

test.each([
  ['somebody else', null, 'conditional-access'],
  ['another reason', ada.homeAccountId, 'admin-approval'],
] as const)('a failed sign-in hands on its own text when it is about %s', (_what, account, reason) => {
  const app = refused(account, reason);
  const failed = failedOf(app);

  expect(failed.handOn).not.toBeNull();
  expect(ownHandOn(failed, app.health.warnings)).toEqual(failed.handOn);
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
