import type { Clock, Log } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import type { AccountSessions } from '../workflows/account-sessions.ts';
import { type Announce, createAnnounce } from '../workflows/announce.ts';
import type { HealthBoard } from '../workflows/health-board.ts';
import { createHeldBack } from '../workflows/held-back.ts';
import { createMuting, type Muting } from '../workflows/muting.ts';
import { createQuietTime, type QuietTime } from '../workflows/quiet-time.ts';
import { createSharedToasts } from '../workflows/shared-toasts.ts';
import type { World } from '../world.ts';

/** Everything that decides whether and when the person is told of an alert. */
export interface Telling {
  readonly announcer: Announce;
  readonly quietTime: QuietTime;
  readonly muting: Muting;
  /** Call it when mailboxes are being looked at already: their news and what was held back are told together. */
  start(): void;
  stop(): void;
}

/** `start()` tells what an earlier run held back, unless it is quiet now. */
export function composeTelling(world: {
  store: Pick<World['store'], 'ledger' | 'records' | 'mutes'>;
  toasts: World['desktop']['toasts'];
  clock: Clock;
  log: Log;
  board: HealthBoard;
  sessions: AccountSessions;
  settings: () => Settings;
  publish: (what: 'state' | 'alerts') => void;
}): Telling {
  const { store, toasts, clock, log, board, sessions, settings, publish } = world;
  const { ledger, records, mutes } = store;
  const alertsChanged = (): void => publish('alerts');
  const muting = createMuting({ ledger, mutes, toasts, log, changed: alertsChanged });
  const quietTime = createQuietTime({
    records,
    clock,
    log,
    board,
    hours: () => settings().quietHours,
    changed() {
      announcer.quietTurned();
      publish('state');
    },
  });
  const announcer: Announce = createAnnounce({
    ledger,
    toasts,
    clock,
    log,
    board,
    settings,
    quiet: () => quietTime.now(),
    heldBack: createHeldBack(records, log),
    shared: createSharedToasts(records, log),
    muting,
    isCatchingUp: () => sessions.list().some(({ account }) => board.has('catching-up', account.homeAccountId)),
    accountName: (id) => (sessions.list().length < 2 ? null : (sessions.get(id)?.account.username ?? null)),
    changed: alertsChanged,
  });
  return {
    announcer,
    quietTime,
    muting,
    start() {
      quietTime.start();
      announcer.quietTurned();
    },
    stop() {
      quietTime.stop();
      announcer.stop();
    },
  };
}
