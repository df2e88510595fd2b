/**
 * Time in the simulation: true time, which the cloud lives by; the computer's wall clock, which can be set wrong; and the
 * computer's timers, which stand still while it sleeps. Nothing moves but by `runUntil`.
 *
 * One per process: the product reads the global `Date` and sets timers by itself.
 */
export type WorldTimer = () => void;

interface Timer {
  readonly id: number;
  /** True time, or (`ofApp`) the computer's elapsed time. */
  readonly dueMs: number;
  readonly ofApp: boolean;
  /** Only looks: what it does is done when it returns. */
  readonly isLook: boolean;
  readonly run: () => unknown;
}

const RealDate = Date;
const realImmediate = setImmediate;
const timers = new Map<number, Timer>();
let nextId = 1;
let trueMs = 0;
let startMs = 0;
let offsetMs = 0;
let sleptMs = 0;
let fellAsleepAtMs: number | null = null;
let busy = 0;

export const worldTime = {
  nowMs: (): number => trueMs,
  now: (): Date => new RealDate(trueMs),
  /** What the computer believes the time to be. */
  wallMs: (): number => trueMs + offsetMs,
  offsetMs: (): number => offsetMs,
  setOffset(ms: number): void {
    offsetMs = ms;
  },
  asleep: (): boolean => fellAsleepAtMs !== null,
  fallAsleep(): void {
    fellAsleepAtMs ??= trueMs;
  },
  wakeUp(): void {
    if (fellAsleepAtMs !== null) sleptMs += trueMs - fellAsleepAtMs;
    fellAsleepAtMs = null;
  },
  /** A timer of the world: it runs whatever the computer does. */
  after: (delayMs: number, run: () => unknown): (() => void) => {
    const id = addTimer(trueMs + Math.max(0, delayMs), run);
    return () => timers.delete(id);
  },
  /** A timer of whoever only looks at the world: nothing has to come to rest after it. */
  lookAfter: (delayMs: number, look: () => void): void => void addTimer(trueMs + delayMs, look, { isLook: true }),
  /** A timer of the computer. */
  appTimer(delayMs: number, run: () => unknown): number {
    const delay = Number.isFinite(delayMs) ? Math.max(1, Math.min(delayMs, 2 ** 31 - 1)) : 1; // Node's own limits
    const elapsedMs = (fellAsleepAtMs ?? trueMs) - sleptMs;
    return addTimer(elapsedMs + delay, run, { ofApp: true });
  },
  forgetTimer: (id: number): void => void timers.delete(id),
  /** Work that time has to wait for. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    busy += 1;
    try {
      return await work();
    } finally {
      busy -= 1;
    }
  },
  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      await new Promise<void>((resolve) => realImmediate(resolve));
      quiet = busy === 0 ? quiet + 1 : 0;
    }
  },
  /** @throws whatever a timer of the world throws: the simulation itself is at fault then. */
  async runUntil(untilMs: number): Promise<void> {
    for (let next = earliest(untilMs); next !== null; next = earliest(untilMs)) {
      timers.delete(next.id);
      trueMs = Math.max(trueMs, dueOf(next));
      // Not awaited: it may itself wait for time to pass.
      next.run();
      if (!next.isLook) await worldTime.settle();
    }
    trueMs = untilMs;
  },
  /** Makes this time the process's own. */
  install(atMs: number): void {
    trueMs = atMs;
    startMs = atMs;
    globalThis.Date = worldDate();
    performance.now = () => trueMs - startMs;
    globalThis.setTimeout = ((run: (...args: unknown[]) => void, delayMs = 1, ...args: unknown[]) =>
      appHandle(worldTime.appTimer(delayMs, () => run(...args)))) as typeof setTimeout;
    globalThis.clearTimeout = ((handle: unknown) => {
      if (handle !== null && handle !== undefined) worldTime.forgetTimer(Number(handle));
    }) as typeof clearTimeout;
  },
};

/** A function and no Proxy: a simulated month asks for the time some millions of times. */
function worldDate(): DateConstructor {
  function WorldDate(...args: unknown[]): Date | string {
    if (new.target === undefined) return new RealDate(worldTime.wallMs()).toString();
    return args.length === 0 ? new RealDate(worldTime.wallMs()) : new RealDate(...(args as [number]));
  }
  WorldDate.prototype = RealDate.prototype;
  WorldDate.now = worldTime.wallMs;
  return Object.setPrototypeOf(WorldDate, RealDate) as DateConstructor;
}

/** What code does with the handle of a timer. */
export function appHandle(id: number) {
  const handle = {
    ref: () => handle,
    unref: () => handle,
    hasRef: () => false,
    [Symbol.toPrimitive]: () => id,
  };
  return handle;
}

function addTimer(dueMs: number, run: () => unknown, { ofApp = false, isLook = false } = {}): number {
  const id = nextId++;
  timers.set(id, { id, dueMs, ofApp, isLook, run });
  return id;
}

const dueOf = (timer: Timer): number => (timer.ofApp ? timer.dueMs + sleptMs : timer.dueMs);

function earliest(untilMs: number): Timer | null {
  let best: Timer | null = null;
  let bestMs = untilMs;
  for (const timer of timers.values()) {
    if (timer.ofApp && fellAsleepAtMs !== null) continue;
    const dueMs = dueOf(timer);
    // Maps keep their order: of two that are due together the older one comes first.
    if (dueMs < bestMs || (dueMs === bestMs && best === null)) {
      best = timer;
      bestMs = dueMs;
    }
  }
  return best;
}
