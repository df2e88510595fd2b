import { type ReactElement, useId } from 'react';
import type { AppView, MeetingView } from '../../preload/contract.ts';
import { joinMeeting, openMeeting } from '../actions.ts';
import { clockText, fullText, nearText, spanText } from '../moments.ts';
import { isRunning, isSoon, type MeetingDay, meetingDays } from '../next-list.ts';
import { Banner } from '../parts/banner.tsx';
import { Icon } from '../parts/icon.tsx';
import { useScreen } from '../store.ts';
import { useNow } from '../use-now.ts';

/** Meetings of today and tomorrow. */
export function NextPage({ app }: { readonly app: AppView }): ReactElement {
  const meetings = useScreen((screen) => screen.meetings);
  const now = useNow(10_000);
  return (
    <>
      <header className="page-head">
        <h1>Next</h1>
        <p className="page-note">{nextNote(meetings ?? [], now)}</p>
      </header>
      <Banner app={app} />
      {meetings === null && <p className="loading">One moment…</p>}
      {meetings !== null && meetingDays(meetings, now).map((day) => <Day key={day.title} day={day} now={now} />)}
    </>
  );
}

/** "Next in 25 min". */
function nextNote(meetings: readonly MeetingView[], now: Date): string {
  const next = meetings
    .filter(({ isAllDay, isCancelled, isDeclined }) => !isAllDay && !isCancelled && !isDeclined)
    .map(({ startsAt, endsAt }) => ({ start: new Date(startsAt), end: new Date(endsAt) }))
    .filter(({ start }) => start > now)
    .sort((one, other) => one.start.getTime() - other.start.getTime())[0];
  const near = next === undefined ? '' : nearText(next.start, next.end, now);
  return near === '' ? '' : `Next one ${near}`;
}

function Day({ day, now }: { readonly day: MeetingDay; readonly now: Date }): ReactElement {
  const id = useId();
  const isEmpty = day.allDay.length === 0 && day.timed.length === 0;
  return (
    <section aria-labelledby={id}>
      <h2 className="day-title" id={id}>
        {day.title} <span className="day-date">{day.date}</span>
      </h2>
      {isEmpty ? (
        <p className="day-empty">{day.title === 'Today' ? 'Nothing more today.' : 'Nothing planned.'}</p>
      ) : (
        <ul className="meetings">
          {day.allDay.map((meeting) => (
            <Meeting key={meeting.id} meeting={meeting} day={day.from} now={now} />
          ))}
          {day.timed.map((meeting, index) => (
            <Meeting key={meeting.id} meeting={meeting} day={day.from} now={now} isAfterNow={index === day.nowBefore} />
          ))}
        </ul>
      )}
    </section>
  );
}

const showAs: Readonly<Partial<Record<MeetingView['showAs'], string>>> = {
  free: 'Free',
  tentative: 'Tentative',
  oof: 'Away',
  workingElsewhere: 'Working elsewhere',
};

function Meeting(props: {
  readonly meeting: MeetingView;
  /** The day it is listed under. */
  readonly day: Date;
  readonly now: Date;
  /** The present lies right above this one. */
  readonly isAfterNow?: boolean;
}): ReactElement {
  const { meeting, now } = props;
  const id = useId();
  const start = new Date(meeting.startsAt);
  const end = new Date(meeting.endsAt);
  const isOff = meeting.isCancelled || meeting.isDeclined;
  const near = meeting.isAllDay || isOff ? '' : nearText(start, end, now);
  const state = meeting.isCancelled ? 'Cancelled' : meeting.isDeclined ? 'Declined' : (showAs[meeting.showAs] ?? '');
  return (
    <>
      {props.isAfterNow === true && (
        <li className="now-line">
          <span className="now-word">Now, {clockText(now)}</span>
        </li>
      )}
      <li
        className={`meeting meeting-${meeting.showAs} ${isOff ? 'meeting-off' : ''} ${isRunning(meeting, now) ? 'meeting-now' : ''}`}
      >
        <button
          className="meeting-main"
          type="button"
          aria-disabled={!meeting.canOpen}
          title={meeting.canOpen ? 'Open in Outlook' : undefined}
          onClick={() => {
            if (meeting.canOpen) void openMeeting(meeting.id);
          }}
        >
          <span className="meeting-time">
            {meeting.isAllDay ? (
              'All day'
            ) : (
              <time dateTime={meeting.startsAt} title={fullText(start)}>
                {spanText(start, end, props.day)}
              </time>
            )}
            {near !== '' && <span className="meeting-near">{near}</span>}
          </span>
          <span className="meeting-text">
            <bdi className="meeting-title" id={id} dir="auto">
              {meeting.subject || '(no subject)'}
            </bdi>
            {state !== '' && <span className="meeting-state">{state}</span>}
            {meeting.location !== '' && <Fact icon="pin" label="Where" text={meeting.location} />}
            {meeting.organizer !== '' && <Fact icon="person" label="Organizer" text={meeting.organizer} />}
            {meeting.accountName !== null && <Fact icon="calendar" label="Calendar of" text={meeting.accountName} />}
            {meeting.remindsAt !== null && (
              <Fact icon="bell" label="Reminder" text={`Reminder at ${clockText(new Date(meeting.remindsAt))}`} />
            )}
          </span>
        </button>
        {meeting.canJoin && !isOff && (
          <button
            className={`button button-small ${isSoon(start, now) ? 'button-primary' : ''}`}
            type="button"
            onClick={() => void joinMeeting(meeting.id)}
          >
            Join<span className="visually-hidden"> {meeting.subject}</span>
          </button>
        )}
      </li>
    </>
  );
}

function Fact(props: {
  readonly icon: 'pin' | 'person' | 'bell' | 'calendar';
  readonly label: string;
  readonly text: string;
}): ReactElement {
  return (
    <span className="meeting-fact">
      <Icon name={props.icon} />
      <span className="visually-hidden">{props.label}: </span>
      <bdi dir="auto">{props.text}</bdi>
    </span>
  );
}
