import type { ReactElement } from 'react';
import type { AppView } from '../../preload/contract.ts';
import { cancelSignIn } from '../actions.ts';
import { showView } from '../store.ts';
import { AfterFailure } from './after-failure.tsx';
import { HandOn } from './hand-on.tsx';
import { Icon } from './icon.tsx';
import { RemedyButton, ResumeButton } from './remedy-button.tsx';
import { StateBadge, toneOf } from './state-badge.tsx';

/** Above the list whenever something keeps the person from being told at once: what, what it means, what to do. */
export function Banner({ app }: { readonly app: AppView }): ReactElement | null {
  const { health, signIn } = app;
  const cause = health.warnings[0];
  if (signIn.kind === 'waitingForBrowser' && cause?.remedy !== 'signIn') return <Waiting />;
  if (health.state === 'allGood' || cause === undefined) return null;
  const isWaiting = signIn.kind === 'waitingForBrowser' && cause.remedy === 'signIn';
  const failed = signIn.kind === 'failed' && cause.remedy === 'signIn' ? signIn : null;
  return (
    <section className={`banner tone-${toneOf(health.state)}`} aria-labelledby="banner-headline">
      <StateBadge state={health.state} />
      <div className="banner-text">
        <h2 id="banner-headline">{health.headline}</h2>
        {cause.accountName !== null && <p className="banner-account">{cause.accountName}</p>}
        <p>{isWaiting ? 'Your browser is open: finish signing in there.' : health.explanation}</p>
        {failed !== null && failed.userMessage !== health.explanation && (
          <p className="failure">{failed.userMessage}</p>
        )}
      </div>
      <div className="banner-action">
        {cause.code === 'client-id-missing' && (
          <button className="button button-primary" type="button" onClick={() => showView('signIn')}>
            Enter the client id
          </button>
        )}
        <RemedyButton app={app} warning={cause} primary={cause.handOn === null && cause.code !== 'client-id-missing'} />
        {health.state === 'paused' && <ResumeButton />}
      </div>
      {cause.handOn !== null && <HandOn handOn={cause.handOn} />}
      {failed !== null && <AfterFailure signIn={failed} beside={[cause]} />}
    </section>
  );
}

/** A permission that something in the list needs is being asked for. */
function Waiting(): ReactElement {
  return (
    <section className="banner tone-info" aria-labelledby="banner-waiting">
      <span className="badge badge-large tone-info">
        <Icon name="external" />
      </span>
      <div className="banner-text">
        <h2 id="banner-waiting">Finish in your browser</h2>
        <p>A Microsoft page is open there. What you asked for happens as soon as you are done.</p>
      </div>
      <div className="banner-action">
        <button className="button" type="button" onClick={() => void cancelSignIn()}>
          Cancel
        </button>
      </div>
    </section>
  );
}
