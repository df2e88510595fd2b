import type { ReactElement } from 'react';
import type { SignInView, WarningView } from '../../preload/contract.ts';
import { isAbout } from '../sign-in-words.ts';
import { AddAccountButton } from './add-account-button.tsx';
import { HandOn } from './hand-on.tsx';

/** What the person can do after a failed sign-in, apart from another try; nothing where that is all. */
export function AfterFailure(props: {
  readonly signIn: SignInView & { kind: 'failed' };
  /** The warnings that are told in the same view. */
  readonly beside: readonly WarningView[];
}): ReactElement | null {
  const { offerToAdd } = props.signIn;
  const isToldBeside = props.beside.some((warning) => isAbout(warning, props.signIn));
  const handOn = isToldBeside ? null : props.signIn.handOn;
  if (offerToAdd === null && handOn === null) return null;
  return (
    <div className="after-failure">
      {offerToAdd !== null && <AddAccountButton words={`Add ${offerToAdd} instead`} />}
      {handOn !== null && <HandOn handOn={handOn} />}
    </div>
  );
}
