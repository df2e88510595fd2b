import type { ReactElement } from 'react';
import type { AlertView } from '../../preload/contract.ts';
import { fullText, momentText, startText } from '../moments.ts';
import { joinMeeting, openAlert } from '../store.ts';
import { Icon, type IconName } from './icon.tsx';

const kinds: Readonly<Record<AlertView['kind'], { readonly icon: IconName; readonly label: string }>> = {
  mail: { icon: 'envelope', label: 'Mail' },
  meetingNew: { icon: 'calendarNew', label: 'New meeting' },
  meetingMoved: { icon: 'calendarMoved', label: 'Meeting moved' },
  meetingChanged: { icon: 'calendarChanged', label: 'Meeting changed' },
  meetingCancelled: { icon: 'calendarCancelled', label: 'Meeting cancelled' },
};

export function AlertRow(props: {
  readonly alert: AlertView;
  readonly now: Date;
  /** One row of the list is reached by Tab; arrow keys move on from there. */
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
}): ReactElement {
  const { alert, now } = props;
  const at = new Date(alert.at);
  const { icon, label } = kinds[alert.kind];
  const isMail = alert.kind === 'mail';
  return (
    <li className={`alert alert-${alert.kind} ${alert.settled ? 'alert-settled' : ''}`}>
      <button
        className="alert-main"
        type="button"
        data-alert={alert.id}
        tabIndex={props.isTabStop ? 0 : -1}
        aria-disabled={!alert.canOpen}
        title={alert.canOpen ? 'Open in Outlook' : undefined}
        onFocus={props.onFocus}
        onClick={() => {
          if (alert.canOpen) void openAlert(alert.id);
        }}
      >
        <span className="alert-icon">
          <Icon name={icon} />
          <span className="visually-hidden">{label}: </span>
        </span>
        <span className="alert-text">
          {isMail ? <MailText alert={alert} /> : <MeetingText alert={alert} label={label} now={now} />}
        </span>
        <span className="alert-side">
          <time className="alert-time" dateTime={alert.at} title={fullText(at)}>
            {momentText(at, now)}
          </time>
          {alert.settled && <span className="alert-done">{isMail ? 'Done' : 'Over'}</span>}
        </span>
      </button>
      {alert.canJoin && !alert.settled && (
        <button className="button button-small alert-join" type="button" onClick={() => void joinMeeting(alert.id)}>
          Join<span className="visually-hidden"> {alert.subject}</span>
        </button>
      )}
    </li>
  );
}

/** `dir="auto"`: what strangers wrote may run from right to left, and must not turn our own text around. */
function MailText({ alert }: { readonly alert: AlertView }): ReactElement {
  return (
    <>
      <bdi className="alert-title" dir="auto">
        {alert.who || 'Unknown sender'}
      </bdi>
      <bdi className="alert-line" dir="auto">
        {alert.subject || '(no subject)'}
      </bdi>
      {alert.detail !== '' && (
        <bdi className="alert-detail" dir="auto">
          {alert.detail}
        </bdi>
      )}
    </>
  );
}

function MeetingText(props: { readonly alert: AlertView; readonly label: string; readonly now: Date }): ReactElement {
  const { alert } = props;
  const start = alert.startsAt === null ? '' : startText(new Date(alert.startsAt), props.now);
  return (
    <>
      <bdi className="alert-title" dir="auto">
        {alert.subject || '(no subject)'}
      </bdi>
      <span className="alert-line">
        <span className="alert-kind">{props.label}</span>
        {alert.detail !== '' && <bdi dir="auto">{alert.detail}</bdi>}
        {alert.detail === '' && alert.kind !== 'meetingCancelled' && start}
      </span>
      {alert.who !== '' && (
        <bdi className="alert-detail" dir="auto">
          {alert.who}
        </bdi>
      )}
    </>
  );
}
