import type { ReactElement } from 'react';
import type { AppView, ChainLinkView, NoticeView, WarningView } from '../../preload/contract.ts';
import { clockText, fullText, momentText, sinceText } from '../moments.ts';
import { AfterFailure } from '../parts/after-failure.tsx';
import { Diagnostics } from '../parts/diagnostics.tsx';
import { HandOn } from '../parts/hand-on.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { CheckNowButton, RemedyButton, ResumeButton } from '../parts/remedy-button.tsx';
import { SelfTest } from '../parts/self-test.tsx';
import { StateBadge, toneOf } from '../parts/state-badge.tsx';
import { StorageNote } from '../parts/storage-note.tsx';
import { useScreen } from '../store.ts';
import { useNow } from '../use-now.ts';

export function HealthPage({ app }: { readonly app: AppView }): ReactElement {
  const now = useNow(20_000);
  const [cause, ...others] = app.health.warnings;
  return (
    <>
      <header className="page-head">
        <h1>Health</h1>
        <CheckedNote />
      </header>
      <Verdict app={app} cause={cause} now={now} />
      {others.length > 0 && (
        <section className="card" aria-labelledby="also">
          <h2 id="also">Also</h2>
          <ul className="warnings">
            {others.map((warning) => (
              <Warning key={`${warning.code} ${warning.accountId ?? ''}`} app={app} warning={warning} now={now} />
            ))}
          </ul>
        </section>
      )}
      {app.health.notices.length > 0 && (
        <section className="card" aria-labelledby="notices">
          <h2 id="notices">Good to know</h2>
          <ul className="notices">
            {app.health.notices.map((notice) => (
              <Notice key={`${notice.code} ${notice.accountId ?? ''}`} app={app} notice={notice} now={now} />
            ))}
          </ul>
        </section>
      )}
      <section className="card" aria-labelledby="chain">
        <h2 id="chain">How a change reaches you</h2>
        <p className="card-note">Every step must work for you to be told at once.</p>
        {app.health.chain.length === 0 ? (
          <p className="empty-chain">Nothing to check before you have signed in.</p>
        ) : (
          <ol className="chain">
            {app.health.chain.map((link) => (
              <Link key={link.link} link={link} now={now} />
            ))}
          </ol>
        )}
      </section>
      <SelfTest app={app} />
      <StorageNote app={app} />
      <Diagnostics />
      <p className="page-foot">Tidings {app.version}</p>
    </>
  );
}

/** Says that "Check now" did something, also when nothing changed. */
function CheckedNote(): ReactElement {
  const checkedAt = useScreen((screen) => screen.checkedAt);
  return (
    <p className="page-note" role="status">
      {checkedAt === null ? '' : `Checked at ${clockText(checkedAt)}`}
    </p>
  );
}

function Verdict(props: {
  readonly app: AppView;
  readonly cause: WarningView | undefined;
  readonly now: Date;
}): ReactElement {
  const { app, cause, now } = props;
  const since = new Date(app.health.since);
  const failed = app.signIn.kind === 'failed' && cause?.remedy === 'signIn' ? app.signIn : null;
  return (
    <section className={`verdict tone-${toneOf(app.health.state)}`} aria-labelledby="verdict-headline">
      <StateBadge state={app.health.state} />
      <div className="verdict-text">
        <h2 id="verdict-headline">{app.health.headline}</h2>
        {(cause?.accountName ?? null) !== null && <p className="banner-account">{cause?.accountName}</p>}
        <p>{app.health.explanation}</p>
        {failed !== null && failed.userMessage !== app.health.explanation && (
          <p className="failure">{failed.userMessage}</p>
        )}
        <p className="since">
          <time dateTime={app.health.since} title={fullText(since)}>
            {capital(sinceText(since, now))}
          </time>
        </p>
      </div>
      <div className="banner-action">
        {cause !== undefined && cause.remedy !== 'checkNow' && (
          <RemedyButton app={app} warning={cause} primary={cause.handOn === null} />
        )}
        {app.health.state === 'paused' && <ResumeButton />}
        {app.accounts.length > 0 && <CheckNowButton />}
      </div>
      {cause !== undefined && cause.handOn !== null && <HandOn handOn={cause.handOn} isOpen />}
      {failed !== null && <AfterFailure signIn={failed} beside={app.health.warnings} />}
    </section>
  );
}

function Warning(props: { readonly app: AppView; readonly warning: WarningView; readonly now: Date }): ReactElement {
  const { warning } = props;
  return (
    <li className="warning">
      <StateBadge state={warning.state} size="small" />
      <div className="warning-text">
        <h3>{warning.headline}</h3>
        {warning.accountName !== null && <p className="banner-account">{warning.accountName}</p>}
        <p>{warning.explanation}</p>
        <p className="since">{capital(sinceText(new Date(warning.since), props.now))}</p>
      </div>
      {/* "Check now" is above already, and means everything. */}
      {warning.remedy !== 'checkNow' && <RemedyButton app={props.app} warning={warning} />}
      {warning.handOn !== null && <HandOn handOn={warning.handOn} isOpen />}
    </li>
  );
}

/** Nothing to do and nothing wrong: no state's shape or colour. */
function Notice(props: { readonly app: AppView; readonly notice: NoticeView; readonly now: Date }): ReactElement {
  const { notice, now } = props;
  const since = new Date(notice.since);
  return (
    <li className="notice">
      <h3>
        {notice.headline}
        {notice.accountName !== null && ` (${notice.accountName})`}
      </h3>
      <p>{notice.explanation}</p>
      <p className="since">
        <time dateTime={notice.since} title={fullText(since)}>
          {capital(sinceText(since, now))}
        </time>
      </p>
      {notice.remedy === 'takeOver' && <RemedyButton app={props.app} warning={notice} />}
    </li>
  );
}

const links: Readonly<Record<ChainLinkView['link'], { readonly name: string; readonly icon: IconName }>> = {
  token: { name: 'Sign-in', icon: 'key' },
  tunnel: { name: 'Tunnel', icon: 'tunnel' },
  subscription: { name: 'Subscription', icon: 'feed' },
  lastEvent: { name: 'Last event', icon: 'envelope' },
  toasts: { name: 'Desktop notifications', icon: 'bell' },
};
const verdicts: Readonly<Record<ChainLinkView['verdict'], { readonly word: string; readonly icon: IconName }>> = {
  good: { word: 'Works', icon: 'check' },
  waiting: { word: 'Waiting', icon: 'clock' },
  bad: { word: 'Broken', icon: 'close' },
  off: { word: 'Off', icon: 'pause' },
};

function Link({ link, now }: { readonly link: ChainLinkView; readonly now: Date }): ReactElement {
  const { name, icon } = links[link.link];
  const verdict = verdicts[link.verdict];
  const since = link.since === null ? null : new Date(link.since);
  return (
    <li className={`link link-${link.verdict}`}>
      <span className="link-icon">
        <Icon name={icon} />
      </span>
      <div className="link-text">
        <h3>{name}</h3>
        <p>{link.text}</p>
      </div>
      <div className="link-side">
        <p className="link-verdict">
          <Icon name={verdict.icon} />
          {verdict.word}
        </p>
        {since !== null && (
          <p className="since" title={fullText(since)}>
            {link.link === 'lastEvent' ? 'at' : 'since'} {momentText(since, now)}
          </p>
        )}
      </div>
    </li>
  );
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
