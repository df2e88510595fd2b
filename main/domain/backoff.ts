/**
 * How long to wait before attempt `attempt + 1`, in milliseconds: doubling from `baseMs` to `capMs`, the last half of it
 * random so that many clients do not come back at the same instant.
 *
 * @param attempt  failed attempts so far, from 1.
 * @param fraction random, in [0, 1).
 * @param atLeastMs what the other side asked for (`Retry-After`); never undercut.
 */
export function backoffMs(
  attempt: number,
  fraction: number,
  range: { readonly baseMs: number; readonly capMs: number },
  atLeastMs = 0,
): number {
  const full = Math.min(range.capMs, range.baseMs * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.max(atLeastMs, Math.round(full / 2 + (full / 2) * fraction));
}
