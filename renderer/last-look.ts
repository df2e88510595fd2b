import { keep, kept } from './kept.ts';

/** How often the window notes that it is being looked at. */
const noteMs = 20_000;

/** Notes when the window was looked at last, for the next time it is opened. Returns what stops that. */
export function noteLooks(): () => void {
  const note = (): void => {
    if (document.visibilityState === 'visible') keep('lookedAt', new Date().toISOString());
  };
  const timer = setInterval(note, noteMs);
  window.addEventListener('pagehide', note);
  note();
  return () => {
    clearInterval(timer);
    window.removeEventListener('pagehide', note);
  };
}

/** When the window was looked at before it was opened this time; null where that is not known. */
export function lastLook(): Date | null {
  const at = new Date(kept('lookedAt') ?? '');
  return Number.isNaN(at.getTime()) ? null : at;
}
