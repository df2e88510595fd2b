import { describe, expect, test } from 'vitest';
import type { AlertView } from '../../../preload/contract.ts';
import { groupByDay, withNewestPage, withOlderPage } from '../../../renderer/alert-list.ts';

const alert = (id: string, at: string, settled = false): AlertView => ({
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
  settled,
});
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
    const settled = alert('b', b.at, true);

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

test('groups by the days of the person, not by 24 hours', () => {
  const local = (text: string): string => new Date(text).toISOString();
  const now = new Date('2026-11-21T00:30:00');
  const today = alert('1', local('2026-11-21T00:00:00'));
  const lateYesterday = alert('2', local('2026-11-20T23:59:59'));
  const earlyYesterday = alert('3', local('2026-11-20T00:00:00'));
  const earlier = alert('4', local('2026-11-19T23:59:59'));

  expect(groupByDay([today, lateYesterday, earlyYesterday, earlier], now)).toEqual([
    { title: 'Today', alerts: [today] },
    { title: 'Yesterday', alerts: [lateYesterday, earlyYesterday] },
    { title: 'Earlier', alerts: [earlier] },
  ]);
  expect(groupByDay([earlier], now)).toEqual([{ title: 'Earlier', alerts: [earlier] }]);
});
