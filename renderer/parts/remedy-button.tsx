import type { ReactElement } from 'react';
import type { AppView, WarningView } from '../../preload/contract.ts';
import { cancelSignIn, checkNow, openSettingsFolder, signIn, useScreen } from '../store.ts';

/** The one click that helps against a warning, or nothing where no click does. */
export function RemedyButton(props: {
  readonly app: AppView;
  readonly warning: Pick<WarningView, 'code' | 'remedy' | 'accountId'>;
  readonly primary?: boolean;
}): ReactElement | null {
  const running = useScreen((screen) => screen.running);
  const { remedy, code, accountId } = props.warning;
  const look = `button ${props.primary === true ? 'button-primary' : ''}`;
  switch (remedy) {
    case null:
      return null;
    case 'signIn':
      if (props.app.signIn.kind === 'waitingForBrowser') {
        return (
          <button className="button" type="button" onClick={() => void cancelSignIn()}>
            Cancel sign-in
          </button>
        );
      }
      return (
        <button className={look} type="button" disabled={running.has('signIn')} onClick={() => void signIn(accountId)}>
          {running.has('signIn') ? 'Opening your browser…' : code === 'not-set-up' ? 'Sign in' : 'Sign in again'}
        </button>
      );
    case 'checkNow':
      return <CheckNowButton look={look} />;
    case 'openSettingsFolder':
      return (
        <button className={look} type="button" onClick={() => void openSettingsFolder()}>
          Open settings folder
        </button>
      );
  }
}

export function CheckNowButton({ look = 'button' }: { readonly look?: string }): ReactElement {
  const isRunning = useScreen((screen) => screen.running.has('checkNow'));
  return (
    <button className={look} type="button" disabled={isRunning} onClick={() => void checkNow()}>
      {isRunning ? 'Checking…' : 'Check now'}
    </button>
  );
}
