import { assessHealth, type Health, type Warning, type WarningCode } from '../domain/health.ts';
import type { Clock, Log } from '../domain/ports.ts';

type Raised = Warning extends infer W ? (W extends unknown ? Omit<W, 'since'> : never) : never;

/** The one place where warnings are set; everything that shows health reads it from here. */
export interface HealthBoard {
  /** Raises a warning, or changes one that stands already; `since` stays that of the first time. */
  raise(warning: Raised): void;
  clear(code: WarningCode, account?: string | null): void;
  /** For an account that was signed out. */
  clearAccount(account: string): void;
  has(code: WarningCode, account?: string | null): boolean;
  setDelivery(delivery: 'push' | 'polling'): void;
  health(): Health;
}

/** @param changed called after every change of a warning, also of one that something worse hides. */
export function createHealthBoard(clock: Clock, log: Log, changed: () => void): HealthBoard {
  const raised = new Map<string, Warning>();
  let delivery: 'push' | 'polling' = 'push';
  let goodSince = clock.now();
  let shown = assessHealth([], delivery, goodSince);

  const keyOf = (code: WarningCode, account: string | null): string => `${code} ${account ?? ''}`;
  const reassess = (): void => {
    const next = assessHealth([...raised.values()], delivery, goodSince);
    if (next.state !== shown.state || next.cause?.code !== shown.cause?.code) {
      log.info('health.changed', { from: shown.state, to: next.state, cause: next.cause?.code ?? null });
    }
    shown = next;
    changed();
  };

  return {
    raise(warning) {
      const key = keyOf(warning.code, warning.account);
      const before = raised.get(key);
      const next = { ...warning, since: before?.since ?? clock.now() } as Warning;
      if (before !== undefined && JSON.stringify(before) === JSON.stringify(next)) return;
      raised.set(key, next);
      reassess();
    },
    clear(code, account = null) {
      if (!raised.delete(keyOf(code, account))) return;
      if (raised.size === 0) goodSince = clock.now();
      reassess();
    },
    clearAccount(account) {
      for (const [key, warning] of raised) if (warning.account === account) raised.delete(key);
      if (raised.size === 0) goodSince = clock.now();
      reassess();
    },
    has: (code, account = null) => raised.has(keyOf(code, account)),
    setDelivery(next) {
      delivery = next;
      reassess();
    },
    health: () => shown,
  };
}
