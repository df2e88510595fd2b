import { expect, test } from 'vitest';
import { durationText, leftText, momentText, sinceText, startText } from '../../../renderer/moments.ts';

// Local times on purpose: the words are about the person's own clock, wherever the test runs.
const now = new Date('2026-11-21T14:20:00');

test.each([
  ['2026-11-21T09:12:00', '09:12'],
  ['2026-11-20T23:59:00', 'Fri 20 Nov, 23:59'],
  ['2026-11-24T08:05:00', 'Tue 24 Nov, 08:05'],
])('%s reads %j', (at, text) => {
  expect(momentText(new Date(at), now)).toBe(text);
});

test.each([
  [-5_000, ''],
  [59_999, ''],
  [60_000, '1 minute'],
  [59 * 60_000, '59 minutes'],
  [60 * 60_000, '1 hour'],
  [47 * 3_600_000, '47 hours'],
  [48 * 3_600_000, '2 days'],
])('%i ms last %j', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('a state says since when, and for how long once that is worth saying', () => {
  expect(sinceText(new Date('2026-11-21T14:14:00'), now)).toBe('since 14:14 (6 minutes)');
  expect(sinceText(new Date('2026-11-21T14:19:50'), now)).toBe('since 14:19');
});

test.each([
  [262_000, '4 minutes left'],
  [90_000, '90 seconds left'],
  [1_000, '1 second left'],
  [0, 'time is up'],
  [-60_000, 'time is up'],
])('%i ms before the end: %j', (ms, text) => {
  expect(leftText(new Date(now.getTime() + ms), now)).toBe(text);
});

test.each([
  ['2026-11-21T16:00:00', 'Starts today at 16:00'],
  ['2026-11-21T14:00:00', 'Started today at 14:00'],
  ['2026-11-24T10:00:00', 'Starts Tue 24 Nov, 10:00'],
])('a meeting at %s: %j', (at, text) => {
  expect(startText(new Date(at), now)).toBe(text);
});
