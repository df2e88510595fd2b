/** The desktop's clock: the machine's own, or one that tests move. */
import type { AppRun } from './app-run.ts';
import type { VirtualTime } from './wire.ts';

export interface AdvanceOptions {
  /** Longest piece moved at once. Default: from one timer of the app to the next. */
  readonly stepMs?: number;
  /** Awaited after every piece, before the next: move other clocks to `nowMs` and let the world settle here. */
  readonly onStep?: (nowMs: number) => void | Promise<void>;
}

export interface DesktopTime {
  now(): Date;
  /** Moves forward to each timer of the app in turn, runs it, and ends `ms` later. */
  advance(ms: number, options?: AdvanceOptions): Promise<void>;
  /** The wall clock leaps by `ms` (negative: back) and no timer runs in between; what is due by then runs after it. */
  jump(ms: number): Promise<void>;
  /** As `jump`, to an instant. */
  set(to: Date | number): Promise<void>;
}

export interface DesktopClock extends DesktopTime {
  /** What an app that starts now is given; null if time is not played with. */
  current(): VirtualTime | null;
}

export function createDesktopClock(
  start: VirtualTime | null,
  currentRun: () => AppRun | null,
  onMoved: () => Promise<void>,
): DesktopClock {
  let at = start === null ? null : { ms: start.startMs, realMs: Date.now() };
  const nowMs = () => {
    if (at === null) return Date.now();
    return at.ms + (start?.mode === 'flowing' ? Date.now() - at.realMs : 0);
  };
  const move = (ms: number) => {
    if (at === null) throw new Error('This desktop keeps real time: start it with { time: … } to move its clock');
    at = { ms, realMs: Date.now() };
  };
  const running = () => {
    const run = currentRun();
    return run?.isRunning() === true ? run : null;
  };
  /** An app that dies while time moves must not stop the world. */
  const unlessGone = async <T>(call: Promise<T>): Promise<T | null> => {
    try {
      return await call;
    } catch (error) {
      if (running() !== null) throw error;
      return null;
    }
  };

  async function jumpTo(toMs: number): Promise<void> {
    move(toMs);
    const run = running();
    await run?.windows.setTime(toMs);
    if (run !== null) await unlessGone(run.calls.timeJump(toMs));
    await onMoved();
  }

  return {
    now: () => new Date(nowMs()),
    current: () => (start === null ? null : { startMs: nowMs(), mode: start.mode }),
    jump: (ms) => jumpTo(nowMs() + ms),
    set: (to) => jumpTo(Number(to)),
    advance: async (ms, { stepMs = Number.POSITIVE_INFINITY, onStep } = {}) => {
      const endMs = nowMs() + ms;
      for (let ended = false; !ended; ) {
        const untilMs = Math.min(endMs, nowMs() + stepMs);
        const run = running();
        const step = run === null ? null : await unlessGone(run.calls.timeStep(untilMs));
        const reachedMs = step?.nowMs ?? untilMs;
        move(reachedMs);
        ended = step?.ran !== true && reachedMs >= endMs;
        if (onStep !== undefined) {
          await run?.windows.setTime(reachedMs);
          await onStep(reachedMs);
        }
      }
      if (onStep === undefined) await running()?.windows.setTime(nowMs());
      await onMoved();
    },
  };
}
