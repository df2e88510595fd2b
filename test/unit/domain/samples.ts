import type { Alert, CalendarEvent, MailMessage } from '../../../main/domain/alert.ts';

export const ada = 'ada-home-account-id';

export const message = (id: string, changes: Partial<MailMessage> = {}): MailMessage => ({
  id,
  subject: `Subject of ${id}`,
  from: { name: 'Grace Hopper', address: 'grace@contoso.example' },
  receivedAt: new Date('2026-11-21T08:59:00Z'),
  isRead: false,
  importance: 'normal',
  inferenceClassification: 'focused',
  conversationId: null,
  preview: null,
  webLink: 'https://outlook.office365.com/owa/?ItemID=1',
  ...changes,
});

export const meeting = (id: string, changes: Partial<CalendarEvent> = {}): CalendarEvent => ({
  id,
  subject: 'Compiler review',
  start: new Date('2026-11-23T10:00:00Z'),
  end: new Date('2026-11-23T11:00:00Z'),
  isAllDay: false,
  location: 'Room 12',
  isCancelled: false,
  isOrganizer: false,
  organizer: { name: 'Grace Hopper', address: 'grace@contoso.example' },
  showAs: 'busy',
  response: 'notResponded',
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  joinUrl: 'https://teams.microsoft.com/l/meetup-join/1',
  webLink: 'https://outlook.office365.com/calendar/item/1',
  seriesMasterId: null,
  type: 'singleInstance',
  lastModifiedAt: new Date('2026-11-21T08:59:00Z'),
  ...changes,
});

export const alertOf = (kind: Alert['kind'], changes: Partial<Alert> = {}): Alert => ({
  id: `${kind}:1`,
  account: ada,
  kind,
  itemId: '1',
  who: 'Grace Hopper',
  subject: 'Compiler review',
  detail: '',
  at: new Date('2026-11-21T08:59:00Z'),
  startsAt: kind === 'mail' ? null : new Date('2026-11-23T10:00:00Z'),
  webLink: null,
  joinUrl: null,
  settled: false,
  ...changes,
});
