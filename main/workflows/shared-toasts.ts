import { asFailure } from '../domain/failure.ts';
import type { Log, Records } from '../domain/ports.ts';

const valueName = 'sharedToasts';
/** Older ones are nowhere to be seen any more. */
const mostToasts = 20;
/** One that tells of more is remembered for this run only: it is read in the window, not one by one elsewhere. */
const mostAlerts = 500;

/** Toasts that tell of several things: what of each is still open, also after a restart, which leaves them on the screen. */
export interface SharedToasts {
  shown(key: string, alertIds: readonly string[]): void;
  /** The keys of those of which nothing is open any more. Never throws: without a disk it holds for this run. */
  settled(alertIds: readonly string[]): readonly string[];
}

/** Goes on with what an earlier run has shown, if the disk can be read. */
export function createSharedToasts(records: Pick<Records, 'value' | 'setValue'>, log: Log): SharedToasts {
  const open = guarded(() => readToasts(records.value(valueName)), new Map<string, Set<string>>());

  function guarded<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      log.warn('shared-toasts.storage', { code: asFailure(error).code });
      return otherwise;
    }
  }
  function save(): void {
    const kept = [...open].filter(([, ids]) => ids.size <= mostAlerts).map(([key, ids]) => [key, [...ids]]);
    guarded(() => records.setValue(valueName, kept.length === 0 ? null : JSON.stringify(kept)), undefined);
  }

  return {
    shown(key, alertIds) {
      // The newest last.
      open.delete(key);
      open.set(key, new Set(alertIds));
      const [oldest] = open.keys();
      if (open.size > mostToasts && oldest !== undefined) open.delete(oldest);
      save();
    },
    settled(alertIds) {
      let changed = false;
      for (const ids of open.values()) for (const id of alertIds) changed = ids.delete(id) || changed;
      if (!changed) return [];
      const over = [...open].filter(([, ids]) => ids.size === 0).map(([key]) => key);
      for (const key of over) open.delete(key);
      save();
      return over;
    },
  };
}

function readToasts(json: string | null): Map<string, Set<string>> {
  if (json === null) return new Map();
  try {
    const found = JSON.parse(json) as readonly unknown[];
    const isText = (value: unknown): value is string => typeof value === 'string';
    return new Map(
      found.flatMap((each) => {
        const [key, ids]: readonly unknown[] = Array.isArray(each) ? each : [];
        return isText(key) && Array.isArray(ids) ? [[key, new Set(ids.filter(isText))]] : [];
      }),
    );
  } catch {
    return new Map();
  }
}
