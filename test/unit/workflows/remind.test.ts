import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CalendarEvent } from '../../../main/domain/alert.ts';
import { Failure } from '../../../main/domain/failure.ts';
import { reminderId } from '../../../main/domain/reminder.ts';
import { defaultSettings, type Settings } from '../../../main/domain/settings.ts';
import type { SystemClock } from '../../../main/system/clock.ts';
import { createAnnounce } from '../../../main/workflows/announce.ts';
import { createHealthBoard } from '../../../main/workflows/health-board.ts';
import { createRemind, noticing, type Remind } from '../../../main/workflows/remind.ts';
import { createWaking } from '../../../main/workflows/waking.ts';
import { ada, meeting } from '../domain/samples.ts';
import { change, createRecordingLog, cursor, testCipher } from '../store/fixtures.ts';
import { createDesktop } from './world.ts';

const machine = await vi.hoisted(async () => (await import('./played-machine.ts')).createPlayedMachine());
vi.mock('node:timers', () => machine.timers);
const { createSystemClock } = await import('../../../main/system/clock.ts');
const { openStore } = await import('../../../main/store/store.ts');

process.env.TZ = 'Europe/Berlin';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-11-23T08:00:00Z');
const at = (text: string): Date => new Date(text);

let clock: SystemClock;
let remind: Remind;
let stopAll: () => void;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  clock = createSystemClock();
});
afterEach(() => {
  stopAll();
  clock.stop();
  vi.useRealTimers();
});

/** Ten to eleven in Berlin, reminder 15 minutes before; the app starts at nine. */
const review = meeting('review', { start: at('2026-11-23T09:00:00Z'), end: at('2026-11-23T10:00:00Z') });
const at10 = (id: string, changes: Partial<CalendarEvent> = {}): CalendarEvent => ({
  ...review,
  id,
  subject: id,
  ...changes,
});

function rig(options: { accounts?: readonly string[] } = {}) {
  const log = createRecordingLog();
  const store = openStore({ file: ':memory:', cipher: testCipher, clock, log });
  const desktop = createDesktop();
  const board = createHealthBoard(clock, log, () => {});
  let settings: Settings = defaultSettings;
  let accounts = options.accounts ?? [ada];
  const published: string[] = [];
  const waking = createWaking({ clock, log, wake: () => remind.woke() });
  let stopLife = () => {};
  /** What a start of the app builds anew. */
  function startApp(): void {
    const announcer = createAnnounce({
      ...{ ledger: store.ledger, toasts: desktop.toasts, clock, log, board },
      settings: () => settings,
      quiet: () => null,
      heldBack: { note() {}, get: () => null, clear() {} },
      muting: { isMuted: () => false, mailCame() {} },
      isCatchingUp: () => false,
      changed: () => {},
    });
    remind = createRemind({
      ...{ ledger: store.ledger, notes: store.reminders, clock, log, board },
      accounts: () => accounts,
      rules: () => settings.reminders,
      accountName: (account) => `${account}@contoso.example`,
      tell: () => announcer.remind(),
      closeToast: (id) => announcer.settle([id]),
      changed: (what) => published.push(what),
    });
    remind.start();
    stopLife = () => {
      remind.stop();
      announcer.stop();
    };
  }
  waking.start();
  startApp();
  stopAll = () => {
    stopLife();
    waking.stop();
    store.close();
  };
  return {
    ...desktop,
    board,
    log,
    published,
    store,
    pass: (ms: number) => machine.pass(ms, (by) => vi.setSystemTime(Date.now() + by)),
    /** The wall clock leaps; told by the desktop, as sleep is, or not. */
    leap(ms: number, how: 'told' | 'untold' = 'told') {
      if (how === 'told') waking.suspended();
      vi.setSystemTime(Date.now() + ms);
      if (how === 'told') waking.resumed();
      else clock.recheck();
    },
    /** A round of catching up: stored, then told. */
    read(events: readonly CalendarEvent[], forgetEvents: readonly string[] = [], account = ada) {
      const ledger = noticing(store.ledger, remind.stored);
      ledger.apply(
        change({ account, resource: 'calendar', cursor: cursor({ windowDay: '2026-11-23' }), events, forgetEvents }),
      );
      remind.roundEnded();
    },
    restart() {
      stopLife();
      startApp();
    },
    choose(next: Partial<Settings['reminders']>, more: Partial<Settings> = {}) {
      settings = { ...settings, ...more, reminders: { ...settings.reminders, ...next } };
      remind.look();
    },
    signOut(account: string) {
      accounts = accounts.filter((each) => each !== account);
      store.records.removeAccount(account);
      remind.forget(account);
    },
    texts: () => desktop.shown.map(({ title, body }) => `${title} | ${body}`),
    alert: (event: CalendarEvent) => store.ledger.alert(reminderId(ada, event)),
  };
}
const saying = (act: () => void): string => {
  try {
    act();
    return '';
  } catch (error) {
    return error instanceof Failure ? error.userMessage : String(error);
  }
};

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

describe('what comes next', () => {
  test('the list is published when it changes: by news, by an end, by a new day, and at no other time', () => {
    const { read, pass, published } = rig();
    const count = (): number => published.filter((what) => what === 'meetings').length;
    const counts = [count()];
    read([review, at10('Day after', { start: at('2026-11-25T09:00:00Z'), end: at('2026-11-25T10:00:00Z') })]);
    counts.push(count());
    read([review]);
    counts.push(count());
    pass(44 * minute);
    counts.push(count());
    pass(minute);
    const told = remind.meetings()[0]?.remindsAt;
    counts.push(count());
    pass(75 * minute);
    counts.push(count());
    const ended = remind.meetings().length;
    pass(13 * hour);
    expect([counts, told, ended, remind.meetings().map(({ event }) => event.subject)]).toEqual([
      [0, 1, 1, 1, 2, 3],
      null,
      0,
      ['Day after'],
    ]);
  });

  test('each meeting says when its reminder comes; a snoozed one says when it comes back', () => {
    const { read, pass } = rig();
    read([review]);
    const first = remind.meetings()[0]?.remindsAt;
    pass(45 * minute);
    remind.snooze(reminderId(ada, review), 'untilStart');
    expect([first, remind.meetings()[0]?.remindsAt]).toEqual([at('2026-11-23T08:45:00Z'), review.start]);
  });

  test('the next meeting is that of the state, until it begins', () => {
    const { read, pass, published } = rig();
    read([review]);
    const next = remind.nextMeeting()?.event.id;
    pass(59 * minute);
    published.length = 0;
    pass(minute);
    expect([next, remind.nextMeeting(), published.includes('state')]).toEqual(['review', null, true]);
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

test('at midnight tomorrow’s meeting becomes today’s, and the tray is told', () => {
  const { read, pass, published } = rig();
  read([{ ...review, start: at('2026-11-24T09:00:00Z'), end: at('2026-11-24T10:00:00Z') }]);
  pass(15 * hour - 1);
  published.length = 0;
  pass(1);
  expect(published).toContain('state');
});

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
