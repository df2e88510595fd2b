/** What main would list, with what a test does not care about filled in. */
import type { AlertView, MeetingView } from '../../../preload/contract.ts';

export const alert = (id: string, at: string, more: Partial<AlertView> = {}): AlertView => ({
  id,
  kind: 'mail',
  accountName: null,
  who: 'Jonas Lind',
  subject: id,
  detail: '',
  at,
  startsAt: null,
  canOpen: true,
  canJoin: false,
  canMarkRead: true,
  canMute: true,
  isMuted: false,
  isImportant: false,
  isVip: false,
  canSnooze: false,
  snoozedUntil: null,
  settled: false,
  ...more,
});

export const meeting = (
  id: string,
  startsAt: string,
  endsAt: string,
  more: Partial<MeetingView> = {},
): MeetingView => ({
  id,
  accountName: null,
  subject: id,
  organizer: '',
  location: '',
  startsAt,
  endsAt,
  isAllDay: false,
  isCancelled: false,
  isDeclined: false,
  showAs: 'busy',
  canOpen: true,
  canJoin: false,
  remindsAt: null,
  ...more,
});
