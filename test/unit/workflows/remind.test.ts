import { describe, expect, test } from 'vitest';
import type { CalendarEvent } from '../../../main/domain/alert.ts';
import { Failure } from '../../../main/domain/failure.ts';
import { reminderId } from '../../../main/domain/reminder.ts';
import { ada } from '../domain/samples.ts';
import { at, at10, hour, minute, remind, review, rig, saying, start } from './remind-rig.ts';

describe('on time', () => {
  test('a reminder is a toast with the way, the place and what can be done, once', () => {
    const { read, pass, shown, alert } = rig();
    read([review]);
    pass(45 * minute - 1);
    const before = shown.length;
    pass(1);
    for (let round = 0; round < 5; round += 1) {
      pass(minute);
      read([review]);
    }
    expect([before, shown]).toEqual([
      0,
      [
        {
          key: reminderId(ada, review),
          title: 'Compiler review',
          body: 'in 15 min · 10:00–11:00 · Room 12',
          urgent: false,
          buttons: ['join', 'snooze', 'dismiss'],
        },
      ],
    ]);
    expect(alert(review)).toMatchObject({ kind: 'reminder', subject: 'Compiler review', settled: false });
  });

  test('a meeting that comes up when its time has come already is told at once', () => {
    const { read, pass, texts } = rig();
    pass(50 * minute);
    read([review]);
    expect(texts()).toEqual(['Compiler review | in 10 min · 10:00–11:00 · Room 12']);
  });

  test('four weeks ahead', () => {
    const { read, pass, texts } = rig();
    const far = at10('Far', {
      start: at('2027-01-10T09:00:00Z'),
      end: at('2027-01-10T10:00:00Z'),
      reminderMinutesBeforeStart: 28 * 24 * 60,
      location: '',
    });
    read([far]);
    pass(at('2026-12-13T08:59:59Z').getTime() - start);
    const before = texts();
    pass(1_000);
    expect([before, texts()]).toEqual([[], ['Far | in 28 days · Sun 10 Jan, 10:00–11:00']]);
  });

  test('says only as much as the person allows', () => {
    const { read, pass, texts, choose, shown } = rig();
    choose({}, { contentLevel: 'senderOnly' });
    read([review, at10('Later', { start: at('2026-11-23T09:10:00Z') })]);
    pass(45 * minute);
    choose({}, { contentLevel: 'countOnly' });
    pass(10 * minute);
    expect(texts()).toEqual(['Reminder | Grace Hopper · in 15 min', '1 reminder | ']);
    expect(shown.map(({ buttons }) => buttons)).toEqual(Array(2).fill(['join', 'snooze', 'dismiss']));
  });

  test('without a place to join, the toast does not offer it', () => {
    const { read, pass, shown } = rig();
    read([at10('Plain', { joinUrl: null })]);
    pass(45 * minute);
    expect(shown[0]?.buttons).toEqual(['snooze', 'dismiss']);
  });

  test('a change of the rules holds at once, in both directions', () => {
    const { read, choose, pass, texts } = rig();
    read([review]);
    choose({ enabled: false });
    pass(46 * minute);
    const silent = texts();
    choose({ enabled: true, minutesBefore: 5 });
    pass(8 * minute);
    const notYet = texts();
    pass(minute);
    expect([silent, notYet, texts()]).toEqual([[], [], ['Compiler review | in 5 min · 10:00–11:00 · Room 12']]);
  });
});

describe('when the meeting is another one now', () => {
  test('it ends: the toast goes, the list keeps it', () => {
    const { read, pass, closed, alert } = rig();
    read([review]);
    pass(2 * hour);
    read([at10('News', { start: at('2026-11-23T15:00:00Z'), end: at('2026-11-23T16:00:00Z') })]);
    expect([closed, alert(review)?.settled]).toEqual([[reminderId(ada, review)], true]);
  });

  test('it is moved: the toast goes, and it is told anew', () => {
    const { read, pass, closed, texts, alert } = rig();
    const moved = { ...review, start: at('2026-11-23T12:00:00Z'), end: at('2026-11-23T13:00:00Z') };
    read([review]);
    pass(46 * minute);
    read([moved]);
    const gone = [[...closed], alert(review)?.settled];
    pass(2 * hour + 59 * minute);
    expect([gone, texts()]).toEqual([
      [[reminderId(ada, review)], true],
      ['Compiler review | in 15 min · 10:00–11:00 · Room 12', 'Compiler review | in 15 min · 13:00–14:00 · Room 12'],
    ]);
  });

  test.each([
    ['cancelled', (): [CalendarEvent[], string[]] => [[{ ...review, isCancelled: true }], []]],
    ['declined', (): [CalendarEvent[], string[]] => [[{ ...review, response: 'declined' }], []]],
    ['deleted', (): [CalendarEvent[], string[]] => [[], ['review']]],
  ])('it is %s: the toast goes; a snoozed one does not come back', (_what, next) => {
    const { read, pass, closed, texts, alert } = rig();
    read([review, at10('Snoozed')]);
    pass(45 * minute);
    remind.snooze(reminderId(ada, at10('Snoozed')), 'tenMinutes');
    const [events, forget] = next();
    read(
      [...events, ...events.map((event) => ({ ...event, id: 'Snoozed' }))],
      [...forget, ...forget.map(() => 'Snoozed')],
    );
    pass(hour);
    expect([texts().length, new Set(closed), alert(review)?.settled]).toEqual([
      2,
      new Set([reminderId(ada, review), reminderId(ada, at10('Snoozed'))]),
      true,
    ]);
  });
});

describe('snoozed and dismissed', () => {
  test('five and ten minutes, two at once, each at its own time', () => {
    const { read, pass, texts, closed } = rig();
    const other = at10('Other');
    read([review, other]);
    pass(45 * minute);
    remind.snooze(reminderId(ada, review), 'tenMinutes');
    pass(minute);
    remind.snooze(reminderId(ada, other), 'fiveMinutes');
    const until = [review, other].map((event) => remind.snoozedUntil(reminderId(ada, event)));
    const gone = closed.length;
    pass(5 * minute);
    const first = texts().slice(2);
    pass(4 * minute);
    expect([until, gone, first, texts().slice(3)]).toEqual([
      [at('2026-11-23T08:55:00Z'), at('2026-11-23T08:51:00Z')],
      2,
      ['Other | in 9 min · 10:00–11:00 · Room 12'],
      ['Compiler review | in 5 min · 10:00–11:00 · Room 12'],
    ]);
    expect(remind.snoozedUntil(reminderId(ada, review))).toBeNull();
  });

  test('until the start, over a restart', () => {
    const { read, pass, texts, restart } = rig();
    read([review]);
    pass(45 * minute);
    remind.snooze(reminderId(ada, review), 'untilStart');
    pass(5 * minute);
    restart();
    read([]);
    pass(10 * minute - 1);
    const before = texts().length;
    pass(1);
    expect([before, texts().slice(1)]).toEqual([1, ['Compiler review | now · 10:00–11:00 · Room 12']]);
  });

  test('a dismissed one is silent for good, over a restart too', () => {
    const { read, pass, texts, restart, closed, alert } = rig();
    read([review]);
    pass(45 * minute);
    remind.dismiss(reminderId(ada, review));
    restart();
    read([review]);
    pass(2 * hour);
    expect([texts().length, closed[0], alert(review)?.settled]).toEqual([1, reminderId(ada, review), true]);
  });

  test('what cannot be is refused in plain words, and nothing changes', () => {
    const { read, pass, restart, texts } = rig();
    read([review]);
    const id = reminderId(ada, review);
    const tooEarly = saying(() => remind.snooze(id, 'fiveMinutes'));
    pass(61 * minute);
    const started = saying(() => remind.snooze(id, 'untilStart'));
    pass(51 * minute);
    const tooLate = saying(() => remind.snooze(id, 'tenMinutes'));
    remind.dismiss(id);
    const dismissed = saying(() => remind.snooze(id, 'fiveMinutes'));
    restart();
    expect([tooEarly, started, tooLate, dismissed, saying(() => remind.dismiss('mail:1')), texts().length]).toEqual([
      'This reminder is not in the list any more.',
      'The meeting has started already.',
      'The meeting will be over by then.',
      'This reminder was dismissed.',
      'This reminder is not in the list any more.',
      1,
    ]);
  });

  test('one that is held back waits no longer once it is snoozed', () => {
    const { read, pass, store, toasts } = rig();
    toasts.show = () => {
      throw new Error('held');
    };
    read([review]);
    pass(45 * minute);
    const held = store.ledger.waiting().length;
    remind.snooze(reminderId(ada, review), 'untilStart');
    expect([held, store.ledger.waiting().length]).toEqual([1, 0]);
  });
});

test('when the disk refuses, health says so and the reminder comes as soon as it can be stored', () => {
  const { read, pass, texts, store, board } = rig();
  read([review]);
  const save = store.reminders.save;
  store.reminders.save = () => {
    throw new Failure('storage', 'The disk is full.');
  };
  pass(46 * minute);
  const warned = board.has('storage-failing', null);
  const before = texts();
  store.reminders.save = save;
  pass(minute);
  expect([warned, before, texts()]).toEqual([true, [], ['Compiler review | in 14 min · 10:00–11:00 · Room 12']]);
});

test('a disk that cannot be read at the start stops nothing, and is asked again', () => {
  const { read, pass, texts, store, restart, board } = rig();
  read([review]);
  pass(45 * minute);
  remind.dismiss(reminderId(ada, review));
  const all = store.reminders.all;
  store.reminders.all = () => {
    throw new Failure('storage', 'The disk cannot be read.');
  };
  restart();
  const warned = board.has('storage-failing', null);
  store.reminders.all = all;
  pass(10 * minute);
  expect([warned, texts().length, remind.meetings().length]).toEqual([true, 1, 1]);
});
