import { afterEach, describe, expect, test } from 'vitest';
import {
  durationText,
  fullText,
  leftText,
  momentText,
  nearText,
  sinceText,
  spanText,
  startedText,
  startText,
  tookText,
  untilText,
} from '../../../renderer/moments.ts';

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
  ['2026-11-22T00:00:00', 'Starts tomorrow at 00:00'],
  ['2026-11-23T00:00:00', 'Starts Mon 23 Nov, 00:00'],
  ['2026-11-20T23:59:00', 'Started yesterday at 23:59'],
  ['2026-11-19T23:59:00', 'Started Thu 19 Nov, 23:59'],
  ['2026-11-24T10:00:00', 'Starts Tue 24 Nov, 10:00'],
])('a meeting at %s: %j', (at, text) => {
  expect(startText(new Date(at), now)).toBe(text);
});

test.each([
  ['14:45', '15:00', 'in 25 min'],
  ['14:21', '15:00', 'in 1 min'],
  ['15:20', '16:00', 'in 1 h'],
  ['17:25', '18:00', 'in 3 h 5 min'],
  ['20:20', '21:00', 'in 6 h'],
  ['20:21', '21:00', ''],
  ['14:20', '15:00', 'now'],
  ['14:19', '15:00', '40 min left'],
  ['13:00', '14:21', '1 min left'],
  ['13:00', '20:20', '6 h left'],
  ['13:00', '20:21', 'now'],
  ['13:00', '14:20', ''],
])('a meeting from %s to %s is %j at 14:20', (from, to, text) => {
  expect(nearText(new Date(`2026-11-21T${from}:00`), new Date(`2026-11-21T${to}:00`), now)).toBe(text);
});

test.each([
  ['14:30', 'Starts in 10 min'],
  ['14:20', 'Starts now'],
  ['14:16', 'Started 4 min ago'],
  ['12:05', 'Started 2 h 15 min ago'],
  ['22:00', 'Starts today at 22:00'],
  ['06:00', 'Started today at 06:00'],
])('a reminder of a meeting at %s says %j at 14:20', (at, text) => {
  expect(startedText(new Date(`2026-11-21T${at}:00`), now)).toBe(text);
});

test('a span names the day of an end only where that is another one than that of the list', () => {
  const at = (text: string): Date => new Date(`2026-11-${text}:00`);
  const day = at('21T00:00');
  expect(spanText(at('21T14:00'), at('21T14:30'), day)).toBe('14:00–14:30');
  expect(spanText(at('21T23:00'), at('22T01:00'), day)).toBe('23:00 – Sun 22 Nov, 01:00');
  expect(spanText(at('20T23:00'), at('21T01:00'), day)).toBe('Fri 20 Nov, 23:00 – 01:00');
  expect(spanText(at('20T23:00'), at('22T01:00'), day)).toBe('Fri 20 Nov, 23:00 – Sun 22 Nov, 01:00');
});

test('an end is told as near as it is', () => {
  expect(untilText(new Date('2026-11-21T15:20:00'), now)).toBe('until 15:20');
  expect(untilText(new Date('2026-11-22T07:30:00'), now)).toBe('until tomorrow, 07:30');
  expect(untilText(new Date('2026-11-23T07:30:00'), now)).toBe('until Mon 23 Nov, 07:30');
});

test.each([
  [0, '0.1 s'],
  [184, '0.2 s'],
  [9_949, '9.9 s'],
  [10_000, '10 s'],
])('%i ms took %j', (ms, text) => {
  expect(tookText(ms)).toBe(text);
});

describe('the clock is that of where the person is', () => {
  const home = process.env.TZ;
  afterEach(() => {
    process.env.TZ = home ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  });

  test('a window that stays open on a journey tells the time of the place', () => {
    const at = new Date('2026-11-21T14:20:00Z');
    process.env.TZ = 'Europe/Berlin';
    expect(fullText(at)).toBe('Saturday, 21 November 2026, 15:20');
    process.env.TZ = 'Asia/Tokyo';
    expect(fullText(at)).toBe('Saturday, 21 November 2026, 23:20');
  });

  test('a span in the hour that comes twice names the zones', () => {
    process.env.TZ = 'Europe/Berlin';
    const [start, end] = [new Date('2026-10-25T00:30:00Z'), new Date('2026-10-25T01:15:00Z')];
    expect(spanText(start, end, start)).toMatch(/^02:30 (CEST|GMT\+2) – 02:15 (CET|GMT\+1)$/);
  });
});
