import type { ReactElement } from 'react';
import type { AppView, SignInView, WarningView } from '../../preload/contract.ts';
import { cancelSignIn } from '../actions.ts';
import { leftText } from '../moments.ts';
import { isAbout } from '../sign-in-words.ts';
import { useNow } from '../use-now.ts';
import { AfterFailure } from './after-failure.tsx';
import { HandOn } from './hand-on.tsx';
import { Icon } from './icon.tsx';
import { RemedyButton } from './remedy-button.tsx';
import { StateBadge, toneOf } from './state-badge.tsx';

/** What the last attempt to sign in is doing or came to, and what else stands between the person and their account. */
export function SignInCards(props: { readonly app: AppView; readonly problems: readonly WarningView[] }): ReactElement {
  const { app, problems } = props;
  if (app.signIn.kind === 'waitingForBrowser') return <Waiting signIn={app.signIn} />;
  const failed = app.signIn.kind === 'failed' ? app.signIn : null;
  return (
    <>
      {failed !== null && !problems.some((warning) => isAbout(warning, failed)) && (
        <Failed signIn={failed} beside={problems} />
      )}
      {problems.map((warning) => (
        <Problem key={`${warning.code} ${warning.accountId ?? ''}`} app={app} warning={warning} />
      ))}
    </>
  );
}

export const isProblem = (warning: WarningView): boolean =>
  warning.state === 'blocked' || warning.state === 'configurationError';

function Problem(props: { readonly app: AppView; readonly warning: WarningView }): ReactElement {
  const { warning } = props;
  const { signIn } = props.app;
  const failure =
    signIn.kind === 'failed' && isAbout(warning, signIn) && signIn.userMessage !== warning.explanation
      ? signIn.userMessage
      : null;
  const account = props.app.accounts.find(({ accountId }) => accountId === warning.accountId);
  return (
    <section className={`verdict tone-${toneOf(warning.state)}`}>
      <StateBadge state={warning.state} />
      <div className="verdict-text">
        <h2>{warning.headline}</h2>
        {account !== undefined && <p className="banner-account">{account.username}</p>}
        <p>{warning.explanation}</p>
        {failure !== null && (
          <p className="failure" role="alert">
            {failure}
          </p>
        )}
      </div>
      <div className="banner-action">
        <RemedyButton
          app={props.app}
          warning={warning}
          primary={warning.handOn === null && warning.code !== 'client-id-missing'}
        />
      </div>
      {warning.handOn !== null && <HandOn handOn={warning.handOn} />}
    </section>
  );
}

function Waiting({ signIn: attempt }: { readonly signIn: SignInView & { kind: 'waitingForBrowser' } }): ReactElement {
  const now = useNow(1_000);
  return (
    <section className="verdict tone-info" aria-labelledby="waiting">
      <span className="badge badge-large tone-info">
        <Icon name="external" />
      </span>
      <div className="verdict-text">
        <h2 id="waiting">Finish signing in in your browser</h2>
        <p>A Microsoft page is open there. This window goes on by itself as soon as you are done.</p>
        <p className="since">{leftText(new Date(attempt.until), now)}</p>
      </div>
      <div className="banner-action">
        <button className="button" type="button" onClick={() => void cancelSignIn()}>
          Cancel sign-in
        </button>
      </div>
    </section>
  );
}

function Failed(props: {
  readonly signIn: SignInView & { kind: 'failed' };
  readonly beside: readonly WarningView[];
}): ReactElement {
  return (
    <section className="verdict tone-bad">
      <span className="badge badge-large tone-bad">
        <Icon name="warning" />
      </span>
      {/* Only this is spoken at once: not the text for the administrator. */}
      <div className="verdict-text" role="alert">
        <h2>Signing in did not work</h2>
        <p>{props.signIn.userMessage}</p>
      </div>
      <AfterFailure signIn={props.signIn} beside={props.beside} />
    </section>
  );
}
