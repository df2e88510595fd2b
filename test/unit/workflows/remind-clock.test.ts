import { describe, expect, test } from 'vitest';
import { reminderId } from '../../../main/domain/reminder.ts';
import { ada } from '../domain/samples.ts';
import { at, at10, hour, minute, review, rig, start } from './remind-rig.ts';

describe('after sleep and at a start', () => {
  test('it is told late, with the minutes, once the calendar was read', () => {
    const { read, leap, pass, texts } = rig();
    read([review]);
    leap(64 * minute);
    pass(5_000);
    const before = texts();
    read([]);
    pass(minute);
    expect([before, texts()]).toEqual([[], ['Compiler review | started 4 min ago · 10:00–11:00 · Room 12']]);
  });

  test.each(['told', 'untold'] as const)('a meeting that was cancelled meanwhile is not told (sleep was %s)', (how) => {
    const { read, leap, pass, texts } = rig();
    read([review]);
    leap(64 * minute, how);
    pass(5_000);
    read([{ ...review, isCancelled: true }]);
    pass(hour);
    expect(texts()).toEqual([]);
  });

  test('without a network it waits half a minute, then says what it knows', () => {
    const { read, leap, pass, texts } = rig();
    read([review]);
    leap(64 * minute - 15_000);
    pass(29_000);
    const before = texts().length;
    pass(1_000);
    expect([before, texts()]).toEqual([0, ['Compiler review | started 4 min ago · 10:00–11:00 · Room 12']]);
  });

  test('a meeting that ended meanwhile is not told', () => {
    const { read, leap, pass, texts } = rig();
    read([review]);
    leap(2 * hour);
    read([]);
    pass(hour);
    expect(texts()).toEqual([]);
  });

  test('three are three toasts, four are one', () => {
    const { read, leap, texts, store, shown } = rig();
    const list = (count: number, begin: string) =>
      Array.from({ length: count }, (_each, index) =>
        at10(`${begin} ${index}`, {
          start: at(`2026-11-23T${begin}:0${index}:00Z`),
          end: at(`2026-11-23T${begin}:59:00Z`),
        }),
      );
    read([...list(3, '09'), ...list(4, '12')]);
    leap(70 * minute);
    read([]);
    const three = texts();
    leap(3 * hour);
    read([]);
    expect([three.length, texts().slice(3), shown.at(-1)?.key]).toEqual([
      3,
      ['4 reminders | 12 0 started 10 min ago · 12 1 started 9 min ago · 12 2 started 8 min ago · and 1 more'],
      'reminders',
    ]);
    expect(store.ledger.waiting()).toEqual([]);
  });

  test('one that was stored but not shown when the app died is shown at the next start, and not twice', () => {
    const { read, pass, texts, toasts, restart, log } = rig();
    const show = toasts.show;
    toasts.show = () => {
      throw new Error('the process dies here');
    };
    read([review]);
    pass(45 * minute);
    toasts.show = show;
    restart();
    read([]);
    pass(hour);
    expect(texts()).toEqual(['Compiler review | in 15 min · 10:00–11:00 · Room 12']);
    expect(log.entries.filter(({ event }) => event === 'reminders.failed').length).toBe(1);
  });
});

describe('the clock is set', () => {
  test('back before the reminder: it is neither early nor late', () => {
    const { read, pass, leap, texts } = rig();
    read([review]);
    pass(30 * minute);
    leap(-25 * minute, 'untold');
    pass(40 * minute - 1);
    const before = texts().length;
    pass(1);
    expect([before, texts()]).toEqual([0, ['Compiler review | in 15 min · 10:00–11:00 · Room 12']]);
  });

  test('back after the reminder by hours: the toast goes, and it comes again at its time', () => {
    const { read, pass, leap, texts, closed } = rig();
    const later = at10('Later', { start: at('2026-11-23T12:00:00Z'), end: at('2026-11-23T13:00:00Z'), location: '' });
    read([later]);
    leap(4 * hour - 10 * minute, 'untold');
    read([]);
    const wrong = texts();
    leap(-4 * hour + 10 * minute, 'untold');
    const gone = [...closed];
    pass(4 * hour - 15 * minute);
    expect([wrong, gone, texts().slice(1)]).toEqual([
      ['Later | in 10 min · 13:00–14:00'],
      [reminderId(ada, later)],
      ['Later | in 15 min · 13:00–14:00'],
    ]);
  });
});

test('who travels is reminded of a day by the clock there, from the next look on', () => {
  const { read, pass, texts } = rig();
  const day = at10('Holiday', {
    isAllDay: true,
    start: at('2026-11-24T00:00:00Z'),
    end: at('2026-11-25T00:00:00Z'),
    reminderMinutesBeforeStart: 120,
    location: '',
  });
  read([day]);
  pass(hour);
  process.env.TZ = 'Asia/Kolkata';
  read([]);
  pass(at('2026-11-23T16:30:00Z').getTime() - start - hour - 1);
  const before = texts();
  pass(1);
  process.env.TZ = 'Europe/Berlin';
  expect([before, texts()]).toEqual([[], ['Holiday | tomorrow · Tue 24 Nov, all day']]);
});
