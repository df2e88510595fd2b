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

/**
 * Asks each time, and once for all that come while it asks: an answer that is only seconds old may be wrong by now, and
 * then the whole of Tidings would stand still.
 *
 * @param options.found told what each question found out, before anything goes through.
 */
export function createToastGate(options: {
  readonly ask: () => Promise<ToastService>;
  readonly found: (isThere: boolean) => void;
}): ToastGate {
  const { ask, found } = options;
  const waiting: { readonly through: () => void; readonly refused: (() => void) | undefined }[] = [];
  let asking: Promise<void> | null = null;
  /** Nobody to ask is no reason to show nothing: then Electron's own "failed" is all there is. */
  let cannotAsk = false;

  async function question(): Promise<void> {
    const service = await ask();
    cannotAsk = service === 'unknown';
    if (!cannotAsk) found(service === 'there');
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
      if (asking === null && cannotAsk) {
        through();
        return;
      }
      waiting.push({ through, refused });
      void check();
    },
    check,
  };
}
