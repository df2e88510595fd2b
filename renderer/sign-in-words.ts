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

/** What a failed sign-in has to hand on that no warning beside it hands on already. */
export function ownHandOn(
  signIn: SignInView & { kind: 'failed' },
  beside: readonly Pick<WarningView, 'handOn'>[],
): HandOnView | null {
  const { handOn } = signIn;
  if (handOn === null) return null;
  return beside.some((warning) => warning.handOn !== null && isSame(warning.handOn, handOn)) ? null : handOn;
}

/** Two texts about one refusal differ in nothing but the moment, which ends their first line. */
function isSame(one: HandOnView, other: HandOnView): boolean {
  const withoutMoment = ({ text }: HandOnView): string => text.replace(/,[^\n]*/, '');
  return withoutMoment(one) === withoutMoment(other);
}
