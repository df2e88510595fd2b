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
  after: (delayMs: number, run: () => unknown): (() => void) => add(trueMs + Math.max(0, delayMs), false, run),
  /** A timer of the computer. */
  appTimer(delayMs: number, run: () => unknown): number {
    const delay = Number.isFinite(delayMs) ? Math.max(1, Math.min(delayMs, 2 ** 31 - 1)) : 1; // Node's own limits
    const elapsedMs = (fellAsleepAtMs ?? trueMs) - sleptMs;
    return addTimer(elapsedMs + delay, true, run);
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
      await worldTime.settle();
    }
    trueMs = untilMs;
  },
  /** Makes this time the process's own. */
  install(atMs: number): void {
    trueMs = atMs;
    startMs = atMs;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length === 0 ? [worldTime.wallMs()] : args, newTarget),
      apply: () => new RealDate(worldTime.wallMs()).toString(),
      get: (target, name, receiver) => (name === 'now' ? worldTime.wallMs : Reflect.get(target, name, receiver)),
    });
    performance.now = () => trueMs - startMs;
    cacheDateFormats();
    globalThis.setTimeout = ((run: (...args: unknown[]) => void, delayMs = 1, ...args: unknown[]) =>
      appHandle(worldTime.appTimer(delayMs, () => run(...args)))) as typeof setTimeout;
    globalThis.clearTimeout = ((handle: unknown) => {
      if (handle !== null && handle !== undefined) worldTime.forgetTimer(Number(handle));
    }) as typeof clearTimeout;
  },
};

/** Making one takes longer than all else that a simulated minute asks for, and the zone stays the same here. */
function cacheDateFormats(): void {
  const Format = Intl.DateTimeFormat;
  const made = new Map<string, Intl.DateTimeFormat>();
  Intl.DateTimeFormat = new Proxy(Format, {
    construct(target, args) {
      const key = JSON.stringify(args);
      const found = made.get(key) ?? new target(...(args as []));
      made.set(key, found);
      return found;
    },
  });
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

function addTimer(dueMs: number, ofApp: boolean, run: () => unknown): number {
  const id = nextId++;
  timers.set(id, { id, dueMs, ofApp, run });
  return id;
}
function add(dueMs: number, ofApp: boolean, run: () => unknown): () => void {
  const id = addTimer(dueMs, ofApp, run);
  return () => timers.delete(id);
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
