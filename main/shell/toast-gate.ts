import type { ToastService } from './desktop-services.ts';

/** Stands before the system's notification calls, which on Linux wait on the main thread for whoever answers. */
export interface ToastGate {
  /** Runs `through` at once or in a moment, in the order of the calls; `refused` instead when nobody would answer. */
  pass(through: () => void, refused?: () => void): void;
  /** Asks anew, and tells whoever wants to know whether something is there. */
  check(): Promise<void>;
}

/** Windows and macOS never wait. */
export const openGate: ToastGate = { pass: (through) => through(), check: async () => {} };

/** An answer holds for so long, in milliseconds: a burst of toasts asks once. */
const freshMs = 5_000;

/**
 * @param options.nowMs a clock that only goes on; wall clocks leap.
 * @param options.found told what each question found out, before anything goes through.
 */
export function createToastGate(options: {
  readonly ask: () => Promise<ToastService>;
  readonly nowMs: () => number;
  readonly found: (isThere: boolean) => void;
}): ToastGate {
  const { ask, nowMs, found } = options;
  const waiting: { readonly through: () => void; readonly refused: (() => void) | undefined }[] = [];
  let asking: Promise<void> | null = null;
  let goodUntilMs = Number.NEGATIVE_INFINITY;

  async function question(): Promise<void> {
    const service = await ask();
    // Nobody to ask is no reason to stay silent: then Electron's own "failed" is all there is.
    if (service === 'unknown') goodUntilMs = Number.POSITIVE_INFINITY;
    else {
      goodUntilMs = service === 'there' ? nowMs() + freshMs : Number.NEGATIVE_INFINITY;
      found(service === 'there');
    }
    asking = null;
    for (const { through, refused } of waiting.splice(0)) {
      if (service === 'absent') refused?.();
      else through();
    }
  }
  function check(): Promise<void> {
    asking ??= question();
    return asking;
  }

  return {
    pass(through, refused) {
      if (asking === null && nowMs() < goodUntilMs) {
        through();
        return;
      }
      waiting.push({ through, refused });
      void check();
    },
    check,
  };
}
