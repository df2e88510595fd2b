/**
 * The app's wall clock and its timers, moved by the desktop. Nothing here runs unless virtual time was asked for: then
 * the global `Date` reads this clock, and the product's own `node:timers` import resolves to virtual-timers.ts. All
 * other code in the process (HTTP, MSAL's waits, Node itself) keeps the platform's timers.
 */
import { clearTimeout as clearReal, setTimeout as setReal } from 'node:timers';
import type { VirtualTime } from './wire.ts';

interface Timer {
  readonly id: number;
  dueMs: number;
  readonly delayMs: number;
  readonly repeats: boolean;
  readonly run: () => void;
}

export interface TimerHandle {
  ref(): TimerHandle;
  unref(): TimerHandle;
  hasRef(): boolean;
  refresh(): TimerHandle;
  close(): TimerHandle;
  [Symbol.toPrimitive](): number;
  [Symbol.dispose](): void;
}

const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
const timers = new Map<number, Timer>();
let nextId = 1;
let set = { ms: realNow(), atRealMs: realNow() };
let flows = true;
let alarm: NodeJS.Timeout | null = null;

export function virtualNow(): number {
  return set.ms + (flows ? realNow() - set.atRealMs : 0);
}

/** Replaces the global `Date` of this process. Its prototype stays, so `instanceof Date` holds across both. */
export function installVirtualTime(time: VirtualTime): void {
  flows = time.mode === 'flowing';
  move(time.startMs);
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [virtualNow()] : args, newTarget),
    apply: () => new RealDate(virtualNow()).toString(),
    get: (target, name, receiver) => (name === 'now' ? virtualNow : Reflect.get(target, name, receiver)),
  });
}

function move(toMs: number): void {
  set = { ms: toMs, atRealMs: realNow() };
}

export function addTimer(run: () => void, delayMs: number, repeats: boolean): TimerHandle {
  const delay = Number.isFinite(delayMs) ? Math.max(1, Math.min(delayMs, 2 ** 31 - 1)) : 1; // Node's own limits
  const timer: Timer = { id: nextId++, dueMs: virtualNow() + delay, delayMs: delay, repeats, run };
  timers.set(timer.id, timer);
  armAlarm();
  const handle: TimerHandle = {
    ref: () => handle,
    unref: () => handle,
    hasRef: () => false,
    refresh: () => {
      timer.dueMs = virtualNow() + delay;
      timers.set(timer.id, timer);
      armAlarm();
      return handle;
    },
    close: () => {
      timers.delete(timer.id);
      return handle;
    },
    [Symbol.toPrimitive]: () => timer.id,
    [Symbol.dispose]: () => void timers.delete(timer.id),
  };
  return handle;
}

export function removeTimer(handle: unknown): void {
  if (handle !== null && handle !== undefined) timers.delete(Number(handle));
}

/** Time moves to the next timer that is due, or to `untilMs`; nothing runs yet, so the rest of the world can be taken along. */
export function reachTime(untilMs: number): number {
  const toMs = Math.min(earliest()?.dueMs ?? untilMs, untilMs);
  if (toMs > virtualNow()) move(toMs);
  return virtualNow();
}

/** Runs the next timer that is due at or before `untilMs`; without one, time moves to `untilMs`. Never moves back. */
export async function stepTime(untilMs: number): Promise<{ readonly nowMs: number; readonly ran: boolean }> {
  const next = earliest();
  if (next === null || next.dueMs > untilMs) {
    if (untilMs > virtualNow()) move(untilMs);
    armAlarm();
    return { nowMs: virtualNow(), ran: false };
  }
  if (next.dueMs > virtualNow()) move(next.dueMs);
  fire(next);
  await settleTurns();
  armAlarm();
  return { nowMs: virtualNow(), ran: true };
}

/** The clock leaps, as over sleep or when somebody sets it; what has become due fires afterwards, in order. */
export async function jumpTime(toMs: number): Promise<void> {
  const leapMs = toMs - virtualNow();
  // Set back, a clock does not make timers wait longer: they run on elapsed time.
  if (leapMs < 0) for (const timer of timers.values()) timer.dueMs += leapMs;
  move(toMs);
  await settleTurns();
  for (let next = earliest(); next !== null && next.dueMs <= virtualNow(); next = earliest()) {
    fire(next);
    await settleTurns();
  }
  armAlarm();
}

/** Several turns of the event loop: promises, immediates and already finished I/O get their say. */
export async function settleTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** When the next timer is due, in virtual epoch milliseconds; null without one. */
export const nextDueMs = (): number | null => earliest()?.dueMs ?? null;

function earliest(): Timer | null {
  let best: Timer | null = null;
  for (const timer of timers.values()) {
    if (best === null || timer.dueMs < best.dueMs || (timer.dueMs === best.dueMs && timer.id < best.id)) best = timer;
  }
  return best;
}

function fire(timer: Timer): void {
  // After a leap an interval does not make up for every missed beat; the platform's does not either.
  if (timer.repeats) timer.dueMs = Math.max(timer.dueMs, virtualNow()) + timer.delayMs;
  else timers.delete(timer.id);
  try {
    timer.run();
  } catch (error) {
    setImmediate(() => {
      throw error; // where a platform timer's error would surface: uncaughtException
    });
  }
}

/** In flowing mode the platform wakes us for the earliest timer. */
function armAlarm(): void {
  if (!flows) return;
  if (alarm !== null) clearReal(alarm);
  alarm = null;
  const next = earliest();
  if (next === null) return;
  alarm = setReal(
    () => {
      alarm = null;
      const due = earliest();
      if (due !== null && due.dueMs <= virtualNow()) fire(due);
      armAlarm();
    },
    Math.min(Math.max(0, next.dueMs - virtualNow()), 2 ** 31 - 1),
  );
}
