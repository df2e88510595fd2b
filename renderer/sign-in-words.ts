import type { HandOnView, SignInView, WarningView } from '../preload/contract.ts';

/** What signing in does against a warning, on its button. */
export function signInWords(code: WarningView['code']): string {
  switch (code) {
    case 'not-set-up':
      return 'Sign in with Microsoft';
    case 'sign-in-required':
      return 'Sign in again';
    case 'graph-refused':
      return 'Sign in to allow it';
    default:
      // A block or a set-up problem: only the person knows when it is worth another try.
      return 'Try again';
  }
}

/** Whether a warning is about the very refusal that the failed sign-in met: then both are told as one. */
export function isAbout(
  { handOn, explanation }: Pick<WarningView, 'handOn' | 'explanation'>,
  signIn: SignInView & { kind: 'failed' },
): boolean {
  if (handOn !== null && signIn.handOn !== null) return isSame(handOn, signIn.handOn);
  return explanation === signIn.userMessage;
}

/** Two texts about one refusal differ in nothing but the moment, which ends their first line. */
function isSame(one: HandOnView, other: HandOnView): boolean {
  const withoutMoment = ({ text }: HandOnView): string => text.replace(/,[^\n]*/, '');
  return withoutMoment(one) === withoutMoment(other);
}
