/**
 * Loaded with `--import` into the browser shell's own process, before its built bundle: time is moved from outside, and
 * somebody can ask what is under way. The bundle runs unchanged.
 */
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { createLink } from '../electron-double/link.ts';
import { installVirtualTime, jumpTime, settleTurns, stepTime } from '../electron-double/virtual-time.ts';

export interface BrowserCalls {
  /** How many programs that it has started are running. */
  programs(): Promise<number>;
  timeStep(untilMs: number): Promise<{ readonly nowMs: number; readonly ran: boolean }>;
  timeJump(toMs: number): Promise<void>;
}

// The tunnel's thread inherits the option that loads this file; it has no time of its own to move.
if (isMainThread) {
  const bundle = new URL('../../out/main/', import.meta.url).href;
  const timers = new URL('../electron-double/virtual-timers.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'node:timers' && context.parentURL?.startsWith(bundle) === true
        ? { url: timers, shortCircuit: true }
        : next(specifier, context),
  });
  installVirtualTime({ startMs: Number(process.env.STAGE_START_MS), mode: 'manual' });

  const mine: BrowserCalls = {
    async programs() {
      await settleTurns();
      return process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    },
    timeStep: stepTime,
    timeJump: jumpTime,
  };
  createLink(
    {
      send: (message) => {
        if (process.connected) process.send?.(message);
      },
      onMessage: (listener) => void process.on('message', listener),
      onClose: (listener) => void process.on('disconnect', listener),
    },
    mine,
    'the stage',
  );
  // Whoever started us is gone: a test that was cut short must not leave processes behind.
  process.on('disconnect', () => process.exit(1));
}
