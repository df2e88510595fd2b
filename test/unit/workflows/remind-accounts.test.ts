import { describe, expect, test, vi } from 'vitest';
import type { CalendarEvent } from '../../../main/domain/alert.ts';
import { reminderId } from '../../../main/domain/reminder.ts';
import { ada } from '../domain/samples.ts';
import { at, at10, hour, minute, remind, review, rig, start, stopAll } from './remind-rig.ts';

describe('accounts', () => {
  test('who signs out is reminded of nothing any more, and the toast goes', () => {
    const { read, pass, texts, closed, signOut, store } = rig({ accounts: [ada, 'sam'] });
    read([review]);
    read([at10('Sam’s')], [], 'sam');
    pass(45 * minute);
    signOut('sam');
    const gone = [...closed];
    pass(2 * hour);
    expect(texts().map((text) => text.split(' |')[0])).toEqual(['Compiler review', 'Sam’s']);
    expect(gone).toEqual([reminderId('sam', at10('Sam’s'))]);
    expect([store.reminders.all().map(({ account }) => account), remind.meetings()]).toEqual([[ada], []]);
  });

  const copy = { ...review, iCalUId: 'uid@contoso.example' };
  const sams = { ...copy, id: 'sam’s copy' };
  const both = `Compiler review | in 15 min · 10:00–11:00 · Room 12 · in the calendars of ${ada}@contoso.example and sam@contoso.example`;

  test('one meeting in two calendars reminds once, names both, and stays snoozed and dismissed for both', () => {
    const { read, pass, texts, restart } = rig({ accounts: [ada, 'sam'] });
    read([copy]);
    read([sams], [], 'sam');
    pass(45 * minute);
    const first = texts();
    remind.snooze(reminderId(ada, copy), 'fiveMinutes');
    pass(4 * minute);
    restart();
    read([], [], 'sam');
    read([]);
    const asleep = texts().length;
    pass(minute);
    const again = texts().length;
    remind.dismiss(reminderId(ada, copy));
    pass(2 * hour);
    expect([first, asleep, again, texts().length]).toEqual([[both], 1, 2, 2]);
  });

  test('the calendar that reminds first does it for the other, which may want other minutes', () => {
    const { read, pass, texts } = rig({ accounts: [ada, 'sam'] });
    read([{ ...copy, reminderMinutesBeforeStart: 5 }]);
    read([sams], [], 'sam');
    pass(44 * minute);
    const coming = remind.meetings().map(({ account, remindsAt }) => [account, remindsAt]);
    pass(2 * hour);
    expect([coming, texts()]).toEqual([
      [
        [ada, at('2026-11-23T08:55:00Z')],
        ['sam', at('2026-11-23T08:45:00Z')],
      ],
      [both],
    ]);
  });

  test.each<[string, Partial<CalendarEvent>]>([
    ['of another name', { iCalUId: 'another@contoso.example' }],
    ['without a name', { iCalUId: '' }],
    ['that was declined', { response: 'declined' }],
  ])('a copy %s is no copy', (_what, changes) => {
    const { read, pass, texts } = rig({ accounts: [ada, 'sam'] });
    read([copy]);
    read([{ ...sams, ...changes }], [], 'sam');
    pass(45 * minute);
    expect(new Set(texts())).toEqual(new Set(['Compiler review | in 15 min · 10:00–11:00 · Room 12']));
    expect(texts().length).toBe(changes.response === 'declined' ? 1 : 2);
  });

  test('what one calendar takes back, the other tells two minutes later, unless it takes it back as well', () => {
    for (const follows of [true, false]) {
      vi.setSystemTime(start);
      const { read, pass, texts } = rig({ accounts: [ada, 'sam'] });
      read([copy]);
      read([sams], [], 'sam');
      pass(45 * minute);
      read([{ ...copy, isCancelled: true }]);
      pass(minute);
      if (follows) read([{ ...sams, isCancelled: true }], [], 'sam');
      pass(minute);
      expect(texts().slice(1)).toEqual(follows ? [] : ['Compiler review | in 13 min · 10:00–11:00 · Room 12']);
      if (follows) stopAll();
    }
  });

  test('where the account signs out whose calendar reminded, the other one does at once', () => {
    const { read, pass, texts, signOut } = rig({ accounts: [ada, 'sam'] });
    read([sams], [], 'sam');
    read([copy]);
    pass(45 * minute);
    signOut(ada);
    expect(texts()).toEqual([both, 'Compiler review | in 15 min · 10:00–11:00 · Room 12']);
  });
});
