import { describe, expect, test } from 'vitest';
import { joinUrlOf, subscription, webLinkOf } from '../../../main/graph/wire.ts';
import { eventOf, hasContent, occurrenceOf } from '../../../main/graph/wire-event.ts';
import { messageOf, messageProperties } from '../../../main/graph/wire-message.ts';

const message = {
  '@odata.etag': 'W/"CQAA"',
  id: 'AAkALgAA==',
  subject: 'Budget',
  from: { emailAddress: { name: 'Ada', address: 'ada@contoso.example' } },
  sender: { emailAddress: { name: 'Desk', address: 'desk@contoso.example' } },
  receivedDateTime: '2026-11-21T09:00:00Z',
  isRead: false,
  importance: 'high',
  inferenceClassification: 'other',
  conversationId: 'conv-1',
  webLink: 'https://outlook.office365.com/owa/?ItemID=AAkALgAA%3D%3D&exvsurl=1&viewmodel=ReadMessageItem',
  bodyPreview: 'Here are the numbers',
};
const whole = {
  id: 'AAkALgAA==',
  subject: 'Budget',
  from: { name: 'Ada', address: 'ada@contoso.example' },
  receivedAt: new Date('2026-11-21T09:00:00Z'),
  isRead: false,
  importance: 'high',
  inferenceClassification: 'other',
  conversationId: 'conv-1',
  preview: 'Here are the numbers',
  webLink: message.webLink,
};

describe('a message', () => {
  test('comes through whole, unknown fields left out', () => {
    expect(messageOf(message)).toEqual(whole);
  });

  test.each<[string, object, object]>([
    ['no subject', { subject: undefined }, { subject: '' }],
    ['a null subject', { subject: null }, { subject: '' }],
    ['no from: the sender', { from: null }, { from: { name: 'Desk', address: 'desk@contoso.example' } }],
    ['neither from nor sender', { from: undefined, sender: undefined }, { from: { name: '', address: '' } }],
    ['a from that is no object', { from: 'x', sender: [] }, { from: { name: '', address: '' } }],
    [
      'an address only',
      { from: { emailAddress: { address: 'x@contoso.example' } } },
      { from: { name: '', address: 'x@contoso.example' } },
    ],
    ['an importance we do not know', { importance: 'urgent' }, { importance: 'normal' }],
    ['a classification we do not know', { inferenceClassification: null }, { inferenceClassification: 'focused' }],
    ['no preview', { bodyPreview: undefined }, { preview: null }],
    [
      'seven fraction digits',
      { receivedDateTime: '2026-11-21T10:00:00.1234567+01:00' },
      { receivedAt: new Date('2026-11-21T09:00:00.123Z') },
    ],
    ['a link elsewhere', { webLink: 'https://outlook.example/x' }, { webLink: null }],
  ])('with %s', (_what, change, expected) => {
    expect(messageOf({ ...message, ...change })).toEqual({ ...whole, ...expected });
  });

  test.each<[string, object]>([
    ['no id', { id: undefined }],
    ['an empty id', { id: '' }],
    ['no time of arrival', { receivedDateTime: undefined }],
    ['a time without offset', { receivedDateTime: '2026-11-21T09:00:00' }],
    ['a time that never was', { receivedDateTime: '2026-13-41T09:00:00Z' }],
    ['no read state', { isRead: null }],
  ])('with %s is not whole', (_what, change) => {
    expect(messageOf({ ...message, ...change })).toBeNull();
  });

  test('is asked for without its preview unless previews are on', () => {
    expect(messageProperties(false)).not.toContain('bodyPreview');
    expect(messageProperties(true)).toContain('bodyPreview');
  });
});

const event = {
  id: 'AAevent',
  subject: 'Standup',
  start: { dateTime: '2026-11-23T09:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-11-23T09:15:00.0000000', timeZone: 'UTC' },
  isAllDay: false,
  location: { displayName: 'Room 1', locationType: 'default' },
  isCancelled: false,
  isOrganizer: false,
  organizer: { emailAddress: { name: 'Grace', address: 'grace@contoso.example' } },
  showAs: 'busy',
  responseStatus: { response: 'accepted', time: '2026-11-20T09:00:00Z' },
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  onlineMeeting: { joinUrl: 'https://teams.microsoft.com/l/meetup-join/x' },
  webLink: 'https://outlook.office365.com/calendar/item/AAevent',
  seriesMasterId: null,
  type: 'singleInstance',
  lastModifiedDateTime: '2026-11-20T09:00:00.0000000Z',
};
const wholeEvent = {
  id: 'AAevent',
  subject: 'Standup',
  start: new Date('2026-11-23T09:00:00Z'),
  end: new Date('2026-11-23T09:15:00Z'),
  isAllDay: false,
  location: 'Room 1',
  isCancelled: false,
  isOrganizer: false,
  organizer: { name: 'Grace', address: 'grace@contoso.example' },
  showAs: 'busy',
  response: 'accepted',
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  joinUrl: 'https://teams.microsoft.com/l/meetup-join/x',
  webLink: 'https://outlook.office365.com/calendar/item/AAevent',
  seriesMasterId: null,
  type: 'singleInstance',
  lastModifiedAt: new Date('2026-11-20T09:00:00Z'),
};

describe('an event', () => {
  test('comes through whole, its times in UTC whatever zone this computer is in', () => {
    expect(eventOf(event)).toEqual(wholeEvent);
  });

  test.each<[string, object, object]>([
    ['a null subject', { subject: null }, { subject: '' }],
    ['no location', { location: null }, { location: '' }],
    ['no organizer', { organizer: null }, { organizer: null }],
    ['no meeting online', { onlineMeeting: null }, { joinUrl: null }],
    ['a join link without TLS', { onlineMeeting: { joinUrl: 'http://meet.example/x' } }, { joinUrl: null }],
    [
      'a state we do not know',
      { showAs: 'away', responseStatus: { response: 'maybe' } },
      { showAs: 'unknown', response: 'none' },
    ],
    ['no response', { responseStatus: undefined }, { response: 'none' }],
    ['the zone in small letters', { start: { dateTime: '2026-11-23T09:00:00', timeZone: 'utc' } }, {}],
    ['a name for everybody’s calendar', { iCalUId: 'uid' }, { iCalUId: 'uid' }],
    ['an empty one', { iCalUId: '' }, {}],
    ['no time of change', { lastModifiedDateTime: 'x' }, { lastModifiedAt: null }],
  ])('with %s', (_what, change, expected) => {
    expect(eventOf({ ...event, ...change })).toEqual({ ...wholeEvent, ...expected });
  });

  test.each<[string, object]>([
    ['no id', { id: null }],
    ['no start', { start: undefined }],
    ['a time of another zone', { start: { dateTime: '2026-11-23T09:00:00', timeZone: 'Pacific Standard Time' } }],
    ['a time that is none', { end: { dateTime: 'tomorrow', timeZone: 'UTC' } }],
  ])('with %s is not whole', (_what, change) => {
    expect(eventOf({ ...event, ...change })).toBeNull();
  });

  test('an occurrence takes what it lacks from its series', () => {
    const bare = { id: 'occ', type: 'occurrence', seriesMasterId: 'AAevent', start: event.end, end: event.end };
    expect(hasContent(bare)).toBe(false);
    expect(occurrenceOf(bare, eventOf({ ...event, type: 'seriesMaster' }) ?? expect.fail())).toEqual({
      ...wholeEvent,
      id: 'occ',
      start: wholeEvent.end,
      type: 'occurrence',
      seriesMasterId: 'AAevent',
    });
  });
});

describe('a link', () => {
  test.each([
    ['https://outlook.office.com/mail/x', true],
    ['https://outlook.office365.com/owa/?x', true],
    ['https://outlook.live.com/owa/?x', true],
    ['http://outlook.office.com/mail/x', false],
    ['https://outlook.office.com:8443/mail', false],
    ['https://outlook.office.com@login.example/', false],
    ['https://user:pw@outlook.office.com/', false],
    ['https://outlook.office.com.login.example/', false],
    ['https://xoutlook.office.com/', false],
    ['javascript:alert(1)', false],
    ['file:///etc/passwd', false],
    ['outlook.office.com', false],
    ['', false],
  ])('to %s opens Outlook: %s', (link, isKept) => {
    expect(webLinkOf(link)).toBe(isKept ? link : null);
  });

  test.each([
    ['https://meet.example/a?b=c', true],
    ['msteams:/l/meetup-join', false],
    ['https://user:pw@meet.example/', false],
    [null, false],
  ])('to %s joins a meeting: %s', (link, isKept) => {
    expect(joinUrlOf(link)).toBe(isKept ? link : null);
  });
});

describe('a subscription', () => {
  const wire = {
    id: 'sub-1',
    resource: 'me/events',
    notificationUrl: 'https://x.example/n',
    lifecycleNotificationUrl: 'https://x.example/l',
    expirationDateTime: '2026-11-28T08:00:00.1234567Z',
    clientState: 'secret',
  };
  test('comes through with the expiry that Graph decided', () => {
    expect(subscription.parse(wire)).toEqual({
      id: 'sub-1',
      resource: 'me/events',
      notificationUrl: 'https://x.example/n',
      lifecycleNotificationUrl: 'https://x.example/l',
      expiresAt: new Date('2026-11-28T08:00:00.123Z'),
    });
  });
  test('without a lifecycle address says so', () => {
    expect(subscription.parse({ ...wire, lifecycleNotificationUrl: undefined }).lifecycleNotificationUrl).toBeNull();
  });
  test.each([{ id: '' }, { expirationDateTime: 'later' }, { resource: 7 }])('with %j is refused', (change) => {
    expect(subscription.safeParse({ ...wire, ...change }).success).toBe(false);
  });
});
