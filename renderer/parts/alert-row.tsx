import { type ReactElement, useId } from 'react';
import type { AlertView } from '../../preload/contract.ts';
import { dismiss, joinFromAlert, markRead, openAlert } from '../actions.ts';
import { type ListedAlert, timeOf } from '../alert-list.ts';
import { alertWords, kindLabels, settledWord } from '../alert-words.ts';
import { fullText } from '../moments.ts';
import { isJoinTime, isSoon } from '../next-list.ts';
import { useScreen } from '../store.ts';
import { tellWhole } from '../whole-text.ts';
import { MoreMenu, SnoozeMenu } from './alert-menus.tsx';
import { Icon, type IconName } from './icon.tsx';

const icons: Readonly<Record<AlertView['kind'], IconName>> = {
  mail: 'envelope',
  meetingNew: 'calendarNew',
  meetingMoved: 'calendarMoved',
  meetingChanged: 'calendarChanged',
  meetingCancelled: 'calendarCancelled',
  reminder: 'bell',
};

export type RowMenu = 'more' | 'snooze';

export function AlertRow(props: {
  readonly row: ListedAlert;
  readonly now: Date;
  /** This row is the one that Tab reaches. */
  readonly isCurrent: boolean;
  readonly openMenu: RowMenu | null;
  readonly onMenu: (menu: RowMenu | null) => void;
}): ReactElement {
  const { row, now } = props;
  const { alert, heading } = row;
  const at = new Date(alert.at);
  const id = useId();
  const words = alertWords(alert, now);
  const edges = `${heading === null ? '' : 'alert-first'} ${row.isLast ? 'alert-last' : ''}`;
  const acts = alert.canSnooze ? 'alert-answers' : offersToJoin(alert, now) ? 'alert-joinable' : '';
  return (
    <>
      {heading !== null && <h2 className="group-title">{heading}</h2>}
      <div className={`alert alert-${alert.kind} ${alert.settled ? 'alert-settled' : ''} ${acts} ${edges}`}>
        <button
          className="alert-main"
          type="button"
          data-alert={alert.id}
          tabIndex={props.isCurrent ? 0 : -1}
          aria-disabled={!alert.canOpen}
          title={alert.canOpen ? 'Open in Outlook' : undefined}
          onClick={() => {
            if (alert.canOpen) void openAlert(alert.id);
          }}
        >
          <span className="alert-icon">
            <Icon name={icons[alert.kind]} />
            <span className="visually-hidden">{kindLabels[alert.kind]}: </span>
          </span>
          {/* `dir="auto"`: what strangers wrote may run from right to left, and must not turn our own text around. */}
          <span className="alert-text">
            <span className="alert-top">
              <bdi className="alert-title" id={id} dir="auto" onPointerEnter={tellWhole}>
                {words.title}
              </bdi>
              <Marks alert={alert} />
            </span>
            <bdi className="alert-line" dir="auto" onPointerEnter={tellWhole}>
              {words.line}
            </bdi>
            {words.detail !== '' && (
              <bdi className="alert-detail" dir="auto" onPointerEnter={tellWhole}>
                {words.detail}
              </bdi>
            )}
          </span>
          <span className="alert-side">
            <time className="alert-time" dateTime={alert.at} title={fullText(at)}>
              {timeOf(alert, now)}
            </time>
            {alert.accountName !== null && (
              <span className="alert-account" onPointerEnter={tellWhole}>
                {alert.accountName}
              </span>
            )}
          </span>
        </button>
        <Actions {...props} titleId={id} />
      </div>
    </>
  );
}

/** A reminder does until its meeting has ended, news only when it is time. */
function offersToJoin({ canJoin, settled, canSnooze, startsAt }: AlertView, now: Date): boolean {
  if (!canJoin || settled) return false;
  return canSnooze || (startsAt !== null && isJoinTime(new Date(startsAt), now));
}

function Marks({ alert }: { readonly alert: AlertView }): ReactElement {
  return (
    <>
      {alert.isVip && <Mark name="star" word="VIP" />}
      {alert.isImportant && <Mark name="exclamation" word="Important" />}
      {alert.isMuted && <Mark name="mute" word="Muted" />}
      {alert.settled && <Mark name="check" word={settledWord(alert)} />}
    </>
  );
}

/** Word and shape, never colour alone. */
function Mark({ name, word }: { readonly name: IconName; readonly word: string }): ReactElement {
  return (
    <span className={`mark mark-${name}`}>
      <Icon name={name} />
      {word}
    </span>
  );
}

function Actions(props: {
  readonly row: ListedAlert;
  readonly now: Date;
  readonly isCurrent: boolean;
  readonly openMenu: RowMenu | null;
  readonly onMenu: (menu: RowMenu | null) => void;
  readonly titleId: string;
}): ReactElement {
  const { alert } = props.row;
  const { onMenu, titleId } = props;
  const isMarking = useScreen((screen) => screen.running.has(`markRead ${alert.id}`));
  const tabIndex = props.isCurrent ? 0 : -1;
  const isNear = alert.startsAt !== null && isSoon(new Date(alert.startsAt), props.now);
  const join = offersToJoin(alert, props.now) && (
    <button
      className={`button button-small ${isNear ? 'button-primary' : ''}`}
      type="button"
      tabIndex={tabIndex}
      onClick={() => void joinFromAlert(alert.id)}
    >
      Join<span className="visually-hidden"> {alert.subject}</span>
    </button>
  );
  return (
    <div className="alert-actions">
      {/* First where the buttons are a line of their own; else last, at the edge, where it is seen at all times. */}
      {alert.canSnooze && join}
      {alert.canSnooze && (
        <>
          <SnoozeMenu
            alert={alert}
            tabIndex={tabIndex}
            titleId={titleId}
            isOpen={props.openMenu === 'snooze'}
            onOpen={(isOpen) => onMenu(isOpen ? 'snooze' : null)}
          />
          <button
            className="button button-small"
            type="button"
            tabIndex={tabIndex}
            aria-describedby={titleId}
            onClick={() => void dismiss(alert.id)}
          >
            Dismiss
          </button>
        </>
      )}
      {alert.canMarkRead && (
        <button
          className="quiet-button row-button"
          type="button"
          tabIndex={tabIndex}
          title="Mark as read"
          aria-label="Mark as read"
          aria-describedby={titleId}
          disabled={isMarking}
          onClick={() => void markRead(alert.id)}
        >
          <Icon name="envelopeOpen" />
        </button>
      )}
      <MoreMenu
        alert={alert}
        tabIndex={tabIndex}
        titleId={titleId}
        isOpen={props.openMenu === 'more'}
        onOpen={(isOpen) => onMenu(isOpen ? 'more' : null)}
      />
      {!alert.canSnooze && join}
    </div>
  );
}
