import type { AlertView } from '../preload/contract.ts';
import { clockText, dayAndTimeText, startedText, startText } from './moments.ts';

/** What an alert says, line by line; an empty line is left out. */
export interface AlertWords {
  readonly title: string;
  readonly line: string;
  readonly detail: string;
}

export const kindLabels: Readonly<Record<AlertView['kind'], string>> = {
  mail: 'Mail',
  meetingNew: 'New meeting',
  meetingMoved: 'Meeting moved',
  meetingChanged: 'Meeting changed',
  meetingCancelled: 'Meeting cancelled',
  reminder: 'Reminder',
};

/** Mail is told by its sender, a meeting by its subject. */
export function alertWords(alert: AlertView, now: Date): AlertWords {
  const { kind, who, subject, detail } = alert;
  if (kind === 'mail') return { title: who || 'Unknown sender', line: subject || '(no subject)', detail };
  const start = alert.startsAt === null ? null : new Date(alert.startsAt);
  const words = { title: subject || '(no subject)', detail: who };
  switch (kind) {
    case 'meetingNew':
      return { ...words, line: joined('New meeting', detail || (start === null ? '' : startText(start, now))) };
    case 'meetingCancelled':
      // One that is gone says so itself: nobody knows who took it out.
      return { ...words, line: alert.isGone === true ? detail : joined('Cancelled', detail) };
    case 'reminder':
      return { title: words.title, line: reminderLine(alert, start, now), detail };
    default:
      // What changed says itself: "Moved from …".
      return { ...words, line: detail || kindLabels[kind] };
  }
}

function reminderLine({ snoozedUntil, settled }: AlertView, start: Date | null, now: Date): string {
  if (snoozedUntil !== null) return `Snoozed until ${clockText(new Date(snoozedUntil))}`;
  if (start === null) return 'Reminder';
  // Dismissed, moved or cancelled: whether it started, or will, nobody knows here.
  return settled ? `Was for ${dayAndTimeText(start, now)}` : startedText(start, now);
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

/** Why an alert asks for nothing any more. */
export function settledWord({ kind }: AlertView): string {
  if (kind === 'mail') return 'Handled';
  return kind === 'reminder' ? 'Done' : 'Overtaken';
}
