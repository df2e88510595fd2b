import type { ReactElement } from 'react';
import type { AppView, SignInView, WarningView } from '../../preload/contract.ts';
import { leftText } from '../moments.ts';
import { Accounts } from '../parts/accounts.tsx';
import { AfterFailure } from '../parts/after-failure.tsx';
import { HandOn } from '../parts/hand-on.tsx';
import { Icon } from '../parts/icon.tsx';
import { Promises } from '../parts/promises.tsx';
import { RemedyButton } from '../parts/remedy-button.tsx';
import { StateBadge, toneOf } from '../parts/state-badge.tsx';
import { isAbout } from '../sign-in-words.ts';
import { cancelSignIn, signIn, useScreen } from '../store.ts';
import { useNow } from '../use-now.ts';

/** Signing in for the first time, again, and the accounts there are. */
export function SignInPage({ app }: { readonly app: AppView }): ReactElement {
  const isFirst = app.accounts.length === 0;
  const failed = app.signIn.kind === 'failed' ? app.signIn : null;
  const problems = isFirst ? firstProblems(app) : problemsOfAccounts(app);
  return (
    <>
      <header className="page-head">
        <h1>{isFirst ? 'Welcome' : 'Accounts'}</h1>
      </header>
      {app.signIn.kind === 'waitingForBrowser' ? (
        <Waiting signIn={app.signIn} />
      ) : (
        <>
          {failed !== null && !problems.some((warning) => isAbout(warning, failed)) && (
            <Failed signIn={failed} beside={problems} />
          )}
          {problems.map((warning) => (
            <Problem key={`${warning.code} ${warning.accountId ?? ''}`} app={app} warning={warning} />
          ))}
          {isFirst && problems.length === 0 && <Welcome />}
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

function Welcome(): ReactElement {
  const isOpening = useScreen((screen) => screen.running.has('signIn'));
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

/** The worst of what stands between the person and their first sign-in. */
const firstProblems = (app: AppView): readonly WarningView[] => app.health.warnings.filter(isProblem).slice(0, 1);

/** One for each account that waits for its person; none when none does. */
const problemsOfAccounts = (app: AppView): readonly WarningView[] =>
  app.health.warnings.filter((warning) => warning.remedy === 'signIn' || isProblem(warning));

const isProblem = (warning: WarningView): boolean =>
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
        <RemedyButton app={props.app} warning={warning} primary={warning.handOn === null} />
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
