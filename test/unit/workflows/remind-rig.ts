/** Reminders on a machine that sleeps, whose clock is set, and that is started anew. */
import { afterEach, beforeEach, vi } from 'vitest';
import type { CalendarEvent } from '../../../main/domain/alert.ts';
import { Failure } from '../../../main/domain/failure.ts';
import { reminderId } from '../../../main/domain/reminder.ts';
import { defaultSettings, type Settings } from '../../../main/domain/settings.ts';
import type { SystemClock } from '../../../main/system/clock.ts';
import { createAnnounce } from '../../../main/workflows/announce.ts';
import { createHealthBoard } from '../../../main/workflows/health-board.ts';
import { createRemind, noticing, type Remind } from '../../../main/workflows/remind.ts';
import { createSharedToasts } from '../../../main/workflows/shared-toasts.ts';
import { createWaking } from '../../../main/workflows/waking.ts';
import { ada, meeting } from '../domain/samples.ts';
import { change, createRecordingLog, cursor, testCipher } from '../store/fixtures.ts';
import { createDesktop } from './world.ts';

const machine = await vi.hoisted(async () => (await import('./played-machine.ts')).createPlayedMachine());
vi.mock('node:timers', () => machine.timers);
const { createSystemClock } = await import('../../../main/system/clock.ts');
const { openStore } = await import('../../../main/store/store.ts');

process.env.TZ = 'Europe/Berlin';

export const minute = 60_000;
export const hour = 60 * minute;
export const start = Date.parse('2026-11-23T08:00:00Z');
export const at = (text: string): Date => new Date(text);

export let clock: SystemClock;
export let remind: Remind;
export let stopAll: () => void;
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
export const review = meeting('review', { start: at('2026-11-23T09:00:00Z'), end: at('2026-11-23T10:00:00Z') });
export const at10 = (id: string, changes: Partial<CalendarEvent> = {}): CalendarEvent => ({
  ...review,
  id,
  subject: id,
  ...changes,
});

export function rig(options: { accounts?: readonly string[] } = {}) {
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
      shared: createSharedToasts(store.records, log),
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
        change({ account, resource: 'calendar', cursor: cursor({ madeFor: '2026-11-23' }), events, forgetEvents }),
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
export const saying = (act: () => void): string => {
  try {
    act();
    return '';
  } catch (error) {
    return error instanceof Failure ? error.userMessage : String(error);
  }
};
