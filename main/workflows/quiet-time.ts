import { asFailure } from '../domain/failure.ts';
import type { Cancel, Clock, Log, Records } from '../domain/ports.ts';
import {
  isPausing,
  type Pause,
  type PauseLength,
  pauseFor,
  type QuietPeriod,
  type QuietVerdict,
  quietAt,
} from '../domain/quiet.ts';
import type { QuietHours } from '../domain/settings.ts';
import type { HealthBoard } from './health-board.ts';

/** Looked at anew at least so often while a change is due: a machine can be carried into another zone. */
const longestWaitMs = 60 * 60_000;
const pauseName = 'pause';

/** Pause and quiet hours, by the clock on the wall. A pause survives a restart. */
export interface QuietTime {
  /** Why and until when toasts are held back; null when they are not, and when that cannot be told. Never throws. */
  now(): QuietPeriod | null;
  /** Null ends the pause. @throws {Failure} `storage` when it would not survive a restart: then nothing changes. */
  pause(length: PauseLength | null): void;
  /** Settings, zone or clock may be others now. */
  look(): void;
  start(): void;
  stop(): void;
}

/** @param world.changed told when quiet begins, ends or has another reason. */
export function createQuietTime(world: {
  records: Pick<Records, 'value' | 'setValue'>;
  clock: Clock;
  log: Log;
  board: HealthBoard;
  hours: () => QuietHours;
  changed: () => void;
}): QuietTime {
  const { records, clock, log, board } = world;
  let pause = storedPause();
  let shown = 'null';
  let failing = false;
  let running = false;
  let cancelNext: Cancel = () => {};
  let cancelJumps: Cancel = () => {};

  function storedPause(): Pause | null {
    try {
      return readPause(records.value(pauseName));
    } catch (error) {
      log.error('pause.unreadable', { code: asFailure(error).code });
      return null;
    }
  }

  /** Quiet hours that cannot be reckoned hold nothing back: too much is better than silence. */
  function verdict(): QuietVerdict {
    try {
      const found = quietAt(clock.now(), world.hours(), pause);
      failing = false;
      return found;
    } catch (error) {
      if (!failing) log.error('quiet.failed', { error: String(error) });
      failing = true;
    }
    return pause !== null && isPausing(pause, clock.now())
      ? { quiet: { why: 'paused', ...pause }, changesAt: pause.until }
      : { quiet: null, changesAt: null };
  }

  function look(): void {
    cancelNext();
    dropOverPause();
    const { quiet, changesAt } = verdict();
    if (quiet?.why === 'paused') board.raise({ code: 'paused', account: null, until: quiet.until });
    else board.clear('paused');
    if (running && changesAt !== null) {
      const delayMs = changesAt.getTime() - clock.now().getTime();
      cancelNext = clock.after(Math.min(longestWaitMs, Math.max(0, delayMs)), look);
    }
    const text = JSON.stringify(quiet === null ? null : [quiet.why, quiet.until]);
    if (text === shown) return;
    shown = text;
    log.info('quiet.changed', { why: quiet?.why ?? null, until: quiet?.until?.toISOString() ?? null });
    world.changed();
  }

  function dropOverPause(): void {
    if (pause === null || isPausing(pause, clock.now())) return;
    pause = null;
    try {
      records.setValue(pauseName, null);
    } catch (error) {
      // It is over all the same, also for the next start.
      log.warn('pause.not-removed', { code: asFailure(error).code });
    }
  }

  return {
    now: () => verdict().quiet,
    pause(length) {
      const next = length === null ? null : pauseFor(length, clock.now());
      records.setValue(pauseName, next === null ? null : JSON.stringify(next));
      pause = next;
      // Raised anew, so that its words reckon from this click.
      board.clear('paused');
      look();
    },
    look,
    start() {
      running = true;
      cancelJumps = clock.onJump(look);
      look();
    },
    stop() {
      running = false;
      cancelNext();
      cancelJumps();
    },
  };
}

/** What is no pause any more, or never was one, pauses nothing. */
function readPause(json: string | null): Pause | null {
  if (json === null) return null;
  try {
    const { since, until } = JSON.parse(json) as Readonly<Record<string, unknown>>;
    const pause = { since: new Date(String(since)), until: new Date(String(until)) };
    return Number.isNaN(pause.since.getTime()) || Number.isNaN(pause.until.getTime()) ? null : pause;
  } catch {
    return null;
  }
}
