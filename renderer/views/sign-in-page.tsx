import type { ReactElement } from 'react';
import type { AppView, SignInView } from '../../preload/contract.ts';
import { leftText } from '../moments.ts';
import { Accounts } from '../parts/accounts.tsx';
import { Icon } from '../parts/icon.tsx';
import { Promises } from '../parts/promises.tsx';
import { RemedyButton } from '../parts/remedy-button.tsx';
import { StateBadge, toneOf } from '../parts/state-badge.tsx';
import { cancelSignIn, signIn, useScreen } from '../store.ts';
import { useNow } from '../use-now.ts';

/** Signing in for the first time, again, and the accounts there are. */
export function SignInPage({ app }: { readonly app: AppView }): ReactElement {
  const isFirst = app.accounts.length === 0;
  return (
    <>
      <header className="page-head">
        <h1>{isFirst ? 'Welcome' : 'Accounts'}</h1>
      </header>
      {app.signIn.kind === 'waitingForBrowser' ? (
        <Waiting signIn={app.signIn} />
      ) : (
        <>
          {app.signIn.kind === 'failed' && <Failed message={app.signIn.userMessage} />}
          {isFirst ? <Welcome app={app} /> : <Needed app={app} />}
        </>
      )}
      {isFirst ? <Promises /> : <Accounts app={app} />}
      {app.storageNote !== null && (
        <section className="card card-line">
          <Icon name="key" />
          <p>{app.storageNote}</p>
        </section>
      )}
    </>
  );
}

function Welcome({ app }: { readonly app: AppView }): ReactElement {
  const isOpening = useScreen((screen) => screen.running.has('signIn'));
  const problem = app.health.warnings.find((warning) => warning.state === 'configurationError');
  if (problem !== undefined) return <Problem app={app} warning={problem} />;
  return (
    <section className="hero" aria-labelledby="hero">
      <h2 id="hero">Know at once what happens in your mail and calendar.</h2>
      <p>
        Sign in with your Microsoft 365 or Outlook.com account. Your own web browser opens; Tidings never sees your
        password.
      </p>
      <button
        className="button button-primary button-big"
        type="button"
        disabled={isOpening}
        onClick={() => void signIn(null)}
      >
        {isOpening ? 'Opening your browser…' : 'Sign in with Microsoft'}
      </button>
    </section>
  );
}

/** One big button for each account that waits for its person; nothing when none does. */
function Needed({ app }: { readonly app: AppView }): ReactElement {
  const needing = app.health.warnings.filter(
    (warning) => warning.remedy === 'signIn' || warning.state === 'blocked' || warning.state === 'configurationError',
  );
  return (
    <>
      {needing.map((warning) => (
        <Problem key={`${warning.code} ${warning.accountId ?? ''}`} app={app} warning={warning} />
      ))}
    </>
  );
}

function Problem(props: {
  readonly app: AppView;
  readonly warning: AppView['health']['warnings'][number];
}): ReactElement {
  const { warning } = props;
  const account = props.app.accounts.find(({ accountId }) => accountId === warning.accountId);
  return (
    <section className={`verdict tone-${toneOf(warning.state)}`}>
      <StateBadge state={warning.state} />
      <div className="verdict-text">
        <h2>{warning.headline}</h2>
        {account !== undefined && <p className="banner-account">{account.username}</p>}
        <p>{warning.explanation}</p>
      </div>
      <div className="banner-action">
        <RemedyButton app={props.app} warning={warning} primary />
      </div>
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

function Failed({ message }: { readonly message: string }): ReactElement {
  return (
    <section className="verdict tone-bad" role="alert">
      <span className="badge badge-large tone-bad">
        <Icon name="warning" />
      </span>
      <div className="verdict-text">
        <h2>Signing in did not work</h2>
        <p>{message}</p>
      </div>
    </section>
  );
}
