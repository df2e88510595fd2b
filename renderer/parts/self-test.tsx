import type { ReactElement } from 'react';
import type { AppView, SelfTestStepName, SelfTestStepView, SelfTestView } from '../../preload/contract.ts';
import { runSelfTest } from '../actions.ts';
import { momentText, tookText } from '../moments.ts';
import { useScreen } from '../store.ts';
import { useNow } from '../use-now.ts';
import { Icon, type IconName } from './icon.tsx';

const names: Readonly<Record<SelfTestStepName, string>> = {
  token: 'Sign-in',
  graph: 'Microsoft answers',
  tunnel: 'Reached from outside',
  roundTrip: 'Microsoft reaches this computer',
  toasts: 'Desktop notification',
};
const verdicts: Readonly<Record<SelfTestStepView['verdict'], { readonly word: string; readonly icon: IconName }>> = {
  waiting: { word: 'To come', icon: 'more' },
  running: { word: 'Running', icon: 'arrows' },
  good: { word: 'Works', icon: 'check' },
  bad: { word: 'Broken', icon: 'close' },
  off: { word: 'Not tested', icon: 'pause' },
};

/** The whole chain walked once for real: each step as it goes, then what it all came to. */
export function SelfTest({ app }: { readonly app: AppView }): ReactElement {
  const now = useNow(20_000);
  const isStarting = useScreen((screen) => screen.running.has('selfTest'));
  const test = app.selfTest;
  const isRunning = isStarting || (test !== null && test.finishedAt === null);
  return (
    <section className="card" aria-labelledby="self-test" aria-busy={isRunning}>
      <div className="card-head">
        <div>
          <h2 id="self-test">Self-test</h2>
          <p className="card-note">
            Walks the whole way once for real, from Microsoft to a notification on your desktop. It takes a few seconds.
          </p>
        </div>
        <button
          className="button"
          type="button"
          disabled={isRunning || app.accounts.length === 0}
          onClick={() => void runSelfTest()}
        >
          {isRunning ? 'Testing…' : test === null ? 'Run self-test' : 'Run again'}
        </button>
      </div>
      {app.accounts.length === 0 && <p className="empty-chain">Sign in first: there is nothing to test yet.</p>}
      {test !== null && (
        <>
          <ol className="steps">
            {test.steps.map((step) => (
              <Step key={step.step} step={step} />
            ))}
          </ol>
          <p className="steps-sum" role="status">
            {sumText(test, now)}
          </p>
        </>
      )}
    </section>
  );
}

function Step({ step: { step, verdict, text, tookMs } }: { readonly step: SelfTestStepView }): ReactElement {
  const { word, icon } = verdicts[verdict];
  return (
    <li className={`step step-${verdict}`}>
      <span className="step-icon">
        <Icon name={icon} />
      </span>
      <div className="step-text">
        <h3>{names[step]}</h3>
        {text !== '' && <p>{text}</p>}
      </div>
      <p className="step-side">
        <span className="step-verdict">{word}</span>
        <span className="since">{tookMs === null ? '' : tookText(tookMs)}</span>
      </p>
    </li>
  );
}

/** "All of it works. Tested at 14:20." */
function sumText({ steps, finishedAt }: SelfTestView, now: Date): string {
  if (finishedAt === null) return '';
  const bad = steps.filter(({ verdict }) => verdict === 'bad').length;
  const off = steps.filter(({ verdict }) => verdict === 'off').length;
  const words =
    bad > 0
      ? `${bad === 1 ? 'One step does' : `${bad} steps do`} not work.`
      : off > 0
        ? 'What was tested works.'
        : 'All of it works.';
  const at = new Date(finishedAt);
  return `${words} Tested ${at.toDateString() === now.toDateString() ? 'at ' : ''}${momentText(at, now)}.`;
}
