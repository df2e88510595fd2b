import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';

/** What will be asked for and why, said before it is asked. */
export function Promises(): ReactElement {
  return (
    <>
      <section className="card" aria-labelledby="asks">
        <h2 id="asks">What Microsoft will ask you to allow</h2>
        <dl className="facts">
          <div className="fact">
            <dt>
              <Icon name="envelope" />
              <span>
                Read basic mail <code>Mail.ReadBasic</code>
              </span>
            </dt>
            <dd>Sender, subject and time of new messages, to tell you about them. Not their text, not attachments.</dd>
          </div>
          <div className="fact">
            <dt>
              <Icon name="calendar" />
              <span>
                Read your calendar <code>Calendars.Read</code>
              </span>
            </dt>
            <dd>To tell you of new, moved, changed and cancelled meetings. Tidings changes nothing.</dd>
          </div>
        </dl>
      </section>
      <section className="card" aria-labelledby="who-sees">
        <h2 id="who-sees">Who sees what</h2>
        <dl className="facts">
          <div className="fact">
            <dt>
              <Icon name="tunnel" />
              <span>The tunnel</span>
            </dt>
            <dd>
              Microsoft’s notices reach this computer through a public tunnel service. It can see that something changed
              and when, never what a mail or a meeting says. That is read from Microsoft directly.
            </dd>
          </div>
          <div className="fact">
            <dt>
              <Icon name="shield" />
              <span>Everybody else</span>
            </dt>
            <dd>Nothing. Your sign-in stays on this computer, and nothing is sent to the makers of Tidings.</dd>
          </div>
        </dl>
      </section>
    </>
  );
}
