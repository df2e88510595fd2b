import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../main/domain/alert.ts';
import {
  countsText,
  digestText,
  type Gap,
  type Held,
  momentText,
  spanText,
  toastText,
  untilText,
} from '../../../main/domain/wording.ts';
import { alertOf } from './samples.ts';

// The person's zone: one hour ahead of UTC in winter, two in summer; changes on 28 March and 31 October 2027 at 01:00 UTC.
process.env.TZ = 'Europe/Berlin';
const at = (text: string): Date => new Date(text);
const span = (start: string, end: string, isAllDay = false): string =>
  spanText({ start: at(start), end: at(end), isAllDay });

describe('an instant, in the person’s zone', () => {
  test.each([
    ['2026-11-23T10:00:00Z', 'Mon 23 Nov, 11:00'],
    ['2026-11-22T23:00:00Z', 'Mon 23 Nov, 00:00'],
    ['2026-07-01T22:30:00Z', 'Thu 2 Jul, 00:30'],
    ['2027-03-28T00:59:00Z', 'Sun 28 Mar, 01:59'],
    ['2027-03-28T01:00:00Z', 'Sun 28 Mar, 03:00'],
    ['2027-10-31T00:30:00Z', 'Sun 31 Oct, 02:30'],
    ['2027-10-31T01:30:00Z', 'Sun 31 Oct, 02:30'],
  ])('%s is %s', (instant, text) => {
    expect(momentText(at(instant))).toBe(text);
  });
  test('a date alone is the same in every zone', () => {
    expect(momentText(at('2026-11-23T00:00:00Z'), true)).toBe('Mon 23 Nov');
    process.env.TZ = 'America/Los_Angeles';
    expect(momentText(at('2026-11-23T00:00:00Z'), true)).toBe('Mon 23 Nov');
    expect(momentText(at('2026-11-23T00:00:00Z'))).toBe('Sun 22 Nov, 16:00');
    process.env.TZ = 'Europe/Berlin';
  });
});

describe('a span', () => {
  test.each([
    ['within a day', span('2026-11-23T10:00:00Z', '2026-11-23T11:00:00Z'), 'Mon 23 Nov, 11:00–12:00'],
    [
      'over midnight here',
      span('2026-11-23T22:00:00Z', '2026-11-23T23:30:00Z'),
      'Mon 23 Nov, 23:00 – Tue 24 Nov, 00:30',
    ],
    ['over midnight only in UTC', span('2026-11-23T23:30:00Z', '2026-11-24T00:30:00Z'), 'Tue 24 Nov, 00:30–01:30'],
    [
      'of exactly a week',
      span('2026-11-23T10:00:00Z', '2026-11-30T10:00:00Z'),
      'Mon 23 Nov, 11:00 – Mon 30 Nov, 11:00',
    ],
    ['into summer time', span('2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z'), 'Sun 28 Mar, 01:30–03:30'],
    ['out of summer time', span('2027-10-31T00:30:00Z', '2027-10-31T01:00:00Z'), 'Sun 31 Oct, 02:30 CEST – 02:00 CET'],
    [
      'over days, out of summer time',
      span('2027-10-30T20:00:00Z', '2027-11-01T09:00:00Z'),
      'Sat 30 Oct, 22:00 CEST – Mon 1 Nov, 10:00 CET',
    ],
    ['of one whole day', span('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z', true), 'Mon 23 Nov, all day'],
    ['of three whole days', span('2026-11-23T00:00:00Z', '2026-11-26T00:00:00Z', true), 'Mon 23 Nov – Wed 25 Nov'],
    [
      'of a whole day that has no length',
      span('2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z', true),
      'Mon 23 Nov, all day',
    ],
    [
      'of the whole day on which summer time begins',
      span('2027-03-28T00:00:00Z', '2027-03-29T00:00:00Z', true),
      'Sun 28 Mar, all day',
    ],
  ])('%s', (_what, text, expected) => {
    expect(text).toBe(expected);
  });
});

const some = (count: number, kind: Alert['kind']): Alert[] => Array.from({ length: count }, () => alertOf(kind));
const gone = some(1, 'meetingCancelled').map(
  (alert): Alert => ({
    ...alert,
    event: { organizerAddress: null, isAllDay: false, isFree: false, isDeclined: false, isGone: true },
  }),
);

test.each([
  ['nothing new', []],
  ['1 message', some(1, 'mail')],
  ['6 messages and 1 moved meeting', [...some(1, 'meetingMoved'), ...some(6, 'mail')]],
  [
    '2 messages, 1 new meeting, 3 moved meetings, 1 changed meeting and 2 cancelled meetings',
    [
      ...some(2, 'meetingCancelled'),
      ...some(1, 'meetingChanged'),
      ...some(3, 'meetingMoved'),
      ...some(1, 'meetingNew'),
      ...some(2, 'mail'),
    ],
  ],
  ['2 new meetings and 2 changed meetings', [...some(2, 'meetingNew'), ...some(2, 'meetingChanged')]],
  ['1 cancelled meeting', some(1, 'meetingCancelled')],
  ['1 cancelled meeting and 2 removed meetings', [...gone, ...some(1, 'meetingCancelled'), ...gone]],
])('counts “%s”', (text, alerts) => {
  expect(countsText(alerts)).toBe(text);
});

describe('a digest says why and since when', () => {
  const now = at('2026-11-23T10:00:00Z');
  const body = (cause: Gap['cause'], since: string): string =>
    digestText(some(6, 'mail'), { cause, since: at(since) }, now).body;

  test.each<[Gap['cause'], string, string]>([
    ['signedOut', '2026-11-23T08:12:00Z', 'while you were signed out, since 09:12'],
    ['signedOut', '2026-11-20T08:12:00Z', 'while you were signed out, since Fri 20 Nov, 09:12'],
    ['notRunning', '2026-11-23T08:12:00Z', 'while Tidings was not running, since 09:12'],
    ['offline', '2026-11-23T08:12:00Z', 'while Microsoft could not be reached, since 09:12'],
    ['asleep', '2026-11-22T22:59:00Z', 'while this computer slept, since Sun 22 Nov, 23:59'],
    ['asleep', '2026-11-22T23:01:00Z', 'while this computer slept, since 00:01'],
  ])('%s since %s', (cause, since, text) => {
    expect(body(cause, since)).toBe(text);
  });
  test.each<[Held['causes'], string]>([
    [['quietHours'], 'during quiet hours, since 09:12'],
    [['paused'], 'while paused, since 09:12'],
    [['paused', 'quietHours'], 'while paused and during quiet hours, since 09:12'],
    [
      ['quietHours', 'signedOut', 'asleep'],
      'during quiet hours, while you were signed out and while this computer slept, since 09:12',
    ],
  ])('%j', (causes, text) => {
    expect(digestText(some(6, 'mail'), { causes, since: at('2026-11-23T08:12:00Z') }, now).body).toBe(text);
  });
  test('and how much', () => {
    expect(digestText(some(6, 'mail'), { cause: 'asleep', since: now }, now).title).toBe('6 messages');
  });
});

describe('a toast says as much as the person allows', () => {
  const mail = alertOf('mail', { subject: 'Lunch?', detail: 'At the usual place' });
  const meeting = alertOf('meetingMoved', { detail: 'Moved from Mon to Tue' });
  test.each<[string, Alert, Parameters<typeof toastText>[1], { title: string; body: string }]>([
    ['all of a mail', mail, 'full', { title: 'Grace Hopper', body: 'Lunch?\nAt the usual place' }],
    ['a mail without preview', { ...mail, detail: '' }, 'full', { title: 'Grace Hopper', body: 'Lunch?' }],
    [
      'a mail without subject',
      { ...mail, subject: '', detail: '' },
      'full',
      { title: 'Grace Hopper', body: '(no subject)' },
    ],
    ['a mail without sender', { ...mail, who: '', detail: '' }, 'full', { title: 'Unknown sender', body: 'Lunch?' }],
    ['who sent a mail', mail, 'senderOnly', { title: 'Grace Hopper', body: 'New message' }],
    ['that a mail came', mail, 'countOnly', { title: '1 message', body: '' }],
    ['all of a meeting', meeting, 'full', { title: 'Meeting moved: Compiler review', body: 'Moved from Mon to Tue' }],
    ['whose meeting', meeting, 'senderOnly', { title: 'Meeting moved', body: 'Grace Hopper' }],
    ['that a meeting moved', meeting, 'countOnly', { title: '1 moved meeting', body: '' }],
  ])('%s', (_what, alert, level, toast) => {
    expect(toastText(alert, level, at('2026-11-23T09:50:00Z'))).toEqual(toast);
  });
});

test.each([
  ['2026-11-23T14:05:00Z', ' until 15:05'],
  ['2026-11-24T09:59:00Z', ' until 10:59'],
  ['2026-11-24T10:00:00Z', ' until Tue 24 Nov, 11:00'],
  [null, ''],
])('an end at %s reads “%s”', (until, text) => {
  expect(untilText(until === null ? null : at(until), at('2026-11-23T10:00:00Z'))).toBe(text);
});
