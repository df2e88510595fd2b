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
  reminder: { icon: 'bell', label: 'Reminder' },
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
  const hasJoin = alert.canJoin && !alert.settled;
  return (
    <li
      className={`alert alert-${alert.kind} ${alert.settled ? 'alert-settled' : ''} ${hasJoin ? 'alert-joinable' : ''}`}
    >
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
          {isMail ? <MailText alert={alert} /> : <MeetingText alert={alert} now={now} />}
        </span>
        <span className="alert-side">
          <time className="alert-time" dateTime={alert.at} title={fullText(at)}>
            {momentText(at, now)}
          </time>
          {alert.settled && <span className="alert-done">{isMail ? 'Handled' : 'Overtaken'}</span>}
        </span>
      </button>
      {hasJoin && (
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

function MeetingText({ alert, now }: { readonly alert: AlertView; readonly now: Date }): ReactElement {
  return (
    <>
      <bdi className="alert-title" dir="auto">
        {alert.subject || '(no subject)'}
      </bdi>
      <bdi className="alert-line" dir="auto">
        {meetingLine(alert, now)}
      </bdi>
      {alert.who !== '' && (
        <bdi className="alert-detail" dir="auto">
          {alert.who}
        </bdi>
      )}
    </>
  );
}

/** What changed says itself ("Moved from …"); new and cancelled ones are named. */
function meetingLine({ kind, detail, startsAt }: AlertView, now: Date): string {
  const start = startsAt === null ? '' : startText(new Date(startsAt), now);
  switch (kind) {
    case 'meetingNew':
      return ['New meeting', detail || start].filter(Boolean).join(' · ');
    case 'meetingCancelled':
      return ['Cancelled', detail].filter(Boolean).join(' · ');
    default:
      return detail || kinds[kind].label;
  }
}
