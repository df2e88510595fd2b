import type { ReactElement } from 'react';
import type { AppView, WarningView } from '../../preload/contract.ts';
import { cancelSignIn, checkNow, openSettingsFolder, pause, signIn, takeOver } from '../actions.ts';
import { signInWords } from '../sign-in-words.ts';
import { useScreen } from '../store.ts';

/** The one click that helps against a warning, or nothing where no click does. */
export function RemedyButton(props: {
  readonly app: AppView;
  readonly warning: Pick<WarningView, 'code' | 'remedy' | 'accountId' | 'accountName'>;
  readonly primary?: boolean;
}): ReactElement | null {
  const running = useScreen((screen) => screen.running);
  const { remedy, code, accountId, accountName } = props.warning;
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
        <button
          className={look}
          type="button"
          disabled={running.has('signIn') || running.has('addAccount')}
          onClick={() => void signIn(accountId)}
        >
          {running.has('signIn') ? 'Opening your browser…' : signInWords(code)}
          {accountName !== null && <span className="visually-hidden"> as {accountName}</span>}
        </button>
      );
    case 'checkNow':
      return <CheckNowButton look={look} />;
    case 'takeOver':
      if (accountId === null) return null;
      return (
        <button
          className={look}
          type="button"
          disabled={running.has('takeOver')}
          onClick={() => void takeOver(accountId)}
        >
          Take over here
          {accountName !== null && <span className="visually-hidden"> for {accountName}</span>}
        </button>
      );
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

/** Ends the pause. */
export function ResumeButton(): ReactElement {
  const isRunning = useScreen((screen) => screen.running.has('pause'));
  return (
    <button className="button" type="button" disabled={isRunning} onClick={() => void pause(null)}>
      Resume
    </button>
  );
}
