import { describe, expect, test } from 'vitest';
import type { AlertView } from '../../../preload/contract.ts';
import { foundText, timeOf, withHeadings, withNewestPage, withOlderPage } from '../../../renderer/alert-list.ts';
import { alert } from './samples.ts';

const a = alert('a', '2026-11-21T09:00:00.000Z');
const b = alert('b', '2026-11-21T08:00:00.000Z');
const c = alert('c', '2026-11-20T08:00:00.000Z');
const d = alert('d', '2026-11-19T08:00:00.000Z');

describe('the newest page', () => {
  test('is all there is at first', () => {
    const page = { alerts: [a, b], next: b.at };
    expect(withNewestPage(null, page)).toEqual(page);
  });

  test('replaces what it covers and keeps older pages', () => {
    const list = { alerts: [b, c, d], next: null };
    const settled = alert('b', b.at, { settled: true });

    expect(withNewestPage(list, { alerts: [a, settled], next: b.at })).toEqual({
      alerts: [a, settled, c, d],
      next: null,
    });
  });

  test('drops what is gone when it is the whole list', () => {
    expect(withNewestPage({ alerts: [b, c, d], next: d.at }, { alerts: [c], next: null })).toEqual({
      alerts: [c],
      next: null,
    });
  });

  test('says itself where to go on while nothing older was loaded', () => {
    expect(withNewestPage({ alerts: [b], next: null }, { alerts: [a, b], next: b.at })).toEqual({
      alerts: [a, b],
      next: b.at,
    });
  });
});

test('an older page is added once, even if it was asked for twice', () => {
  const page = { alerts: [c, d], next: null };
  const once = withOlderPage({ alerts: [a, b], next: b.at }, page);

  expect(once).toEqual({ alerts: [a, b, c, d], next: null });
  expect(withOlderPage(once, page)).toEqual(once);
});

describe('the headings', () => {
  const local = (text: string): string => new Date(text).toISOString();
  const told = (alerts: readonly AlertView[], now: Date): readonly string[] =>
    withHeadings(alerts, now).map(
      ({ alert: { id }, heading, isLast }) => `${heading === null ? '' : `${heading}: `}${id}${isLast ? '.' : ''}`,
    );

  test('are the days of the person, not 24 hours each', () => {
    const now = new Date('2026-11-21T14:30:00');
    const alerts = [
      alert('fresh', local('2026-11-21T14:15:01')),
      alert('a quarter of an hour old', local('2026-11-21T14:15:00')),
      alert('first of today', local('2026-11-21T00:00:00')),
      alert('late yesterday', local('2026-11-20T23:59:59')),
      alert('early yesterday', local('2026-11-20T00:00:00')),
      alert('the day before', local('2026-11-19T12:00:00')),
      alert('six days ago', local('2026-11-15T00:00:00')),
      alert('a week ago', local('2026-11-14T23:59:59')),
      alert('last month', local('2026-10-31T10:00:00')),
    ];

    expect(told(alerts, now)).toEqual([
      'Now: fresh.',
      'Earlier today: a quarter of an hour old',
      'first of today.',
      'Yesterday: late yesterday',
      'early yesterday.',
      'Thursday 19 November: the day before.',
      'Sunday 15 November: six days ago.',
      'November 2026: a week ago.',
      'October 2026: last month.',
    ]);
  });

  test('what came a minute before midnight is still news a minute after it', () => {
    const now = new Date('2026-11-21T00:01:00');
    expect(told([alert('a', local('2026-11-20T23:59:00'))], now)).toEqual(['Now: a.']);
  });

  test('a reminder that waits for its answer comes first, however old it is', () => {
    const now = new Date('2026-11-21T14:30:00');
    const allDay = { kind: 'reminder', canSnooze: true } as const;
    const waiting = alert('waiting', local('2026-11-21T08:00:00'), allDay);
    const snoozed = alert('snoozed', local('2026-11-21T07:00:00'), { ...allDay, snoozedUntil: '2026-11-21T20:00:00Z' });
    const mail = alert('mail', local('2026-11-21T09:00:00'));

    expect(told([mail, waiting, snoozed], now)).toEqual(['Now: waiting.', 'Earlier today: mail', 'snoozed.']);
  });

  test('a list without anything has none', () => {
    expect(withHeadings([], new Date())).toEqual([]);
  });
});

test.each([
  ['2026-11-21T14:05:00', {}, '14:05'],
  ['2026-11-20T08:00:00', {}, '08:00'],
  ['2026-11-15T08:00:00', {}, '08:00'],
  ['2026-11-14T08:00:00', {}, 'Sat 14 Nov, 08:00'],
  ['2026-11-20T08:00:00', { kind: 'reminder', canSnooze: true }, 'Fri 20 Nov, 08:00'],
] as const)('beside an alert of %s %j stands what its heading does not say: %s', (at, more, text) => {
  expect(timeOf(alert('a', at, more), new Date('2026-11-21T14:20:00'))).toBe(text);
});

test('a search says how many it has found, and that there are more', () => {
  expect(foundText({ alerts: [a], next: null })).toBe('1 found');
  expect(foundText({ alerts: [a, b], next: b.at })).toBe('2+ found');
});
