import type { ReactElement, ReactNode } from 'react';
import type { SettingsValues } from '../../preload/contract.ts';
import { useShownValues } from '../settings-store.ts';
import { showSettings } from '../store.ts';
import { Icon, type IconName } from './icon.tsx';

/** What will be asked for and why, said before it is asked. */
export function Promises(): ReactElement {
  const values = useShownValues();
  return (
    <>
      <section className="card" aria-labelledby="asks">
        <h2 id="asks">What Microsoft will ask you to allow</h2>
        <dl className="facts">
          {values?.previews === true ? (
            <Fact icon="envelope" title="Read your mail" scope="Mail.Read">
              Sender, subject, time and the first words of new messages, because previews are turned on. Turned off in
              the settings, Tidings asks for less.
            </Fact>
          ) : (
            <Fact icon="envelope" title="Read basic mail" scope="Mail.ReadBasic">
              Sender, subject and time of new messages, to tell you about them. Not their text, not attachments.
            </Fact>
          )}
          <Fact icon="calendar" title="Read your calendar" scope="Calendars.Read">
            To tell you of new, moved, changed and cancelled meetings, and to remind you. Tidings changes nothing.
          </Fact>
          <Fact icon="clock" title="Stay signed in" scope="offline_access">
            So that you are not asked again every hour.
          </Fact>
        </dl>
        <p className="card-note">
          Nothing else now. When you first mark a message as read from here, Microsoft asks you for that permission
          alone.
        </p>
      </section>
      <section className="card" aria-labelledby="who-sees">
        <h2 id="who-sees">Who sees what</h2>
        <dl className="facts">
          <Tunnel tunnel={values?.tunnel.kind ?? 'localtunnel'} />
          <Fact icon="shield" title="Everybody else">
            Nothing. Your sign-in stays on this computer, and nothing is sent to the makers of Tidings.
          </Fact>
        </dl>
      </section>
    </>
  );
}

function Tunnel({ tunnel }: { readonly tunnel: SettingsValues['tunnel']['kind'] }): ReactElement {
  switch (tunnel) {
    case 'localtunnel':
      return (
        <Fact icon="tunnel" title="The tunnel">
          Microsoft’s notices reach this computer through a public tunnel service. It can see that something changed and
          when, never what a mail or a meeting says: that is read from Microsoft directly. You can do without it, and
          Tidings checks every minute instead:{' '}
          <button className="text-button" type="button" onClick={() => showSettings('connection')}>
            choose in the settings
          </button>
          .
        </Fact>
      );
    case 'fixedAddress':
      return (
        <Fact icon="tunnel" title="Your own address">
          Microsoft’s notices reach this computer at an address of your own. They say that something changed, never what
          a mail or a meeting says: that is read from Microsoft directly.
        </Fact>
      );
    case 'none':
      return (
        <Fact icon="tunnel" title="No tunnel">
          Nobody reaches this computer from outside. Tidings asks Microsoft every minute whether something changed.
        </Fact>
      );
  }
}

function Fact(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly scope?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="fact">
      <dt>
        <Icon name={props.icon} />
        <span>
          {props.title} {props.scope !== undefined && <code>{props.scope}</code>}
        </span>
      </dt>
      <dd>{props.children}</dd>
    </div>
  );
}
