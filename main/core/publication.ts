import type { Cancel } from '../domain/ports.ts';
import type { Actions } from '../shell/shell.ts';

type Listener = Parameters<Actions['onChange']>[0];
export type Changed = Parameters<Listener>[0];

/** Many facts change together: one publication for all of them, as soon as what changes them has run. */
export function createPublication(): {
  publish(what: Changed): void;
  onChange(listener: Listener): Cancel;
} {
  const listeners = new Set<Listener>();
  const due = new Set<Changed>();
  return {
    publish(what) {
      if (due.size === 0) {
        queueMicrotask(() => {
          const now = [...due];
          due.clear();
          for (const each of now) for (const listener of listeners) listener(each);
        });
      }
      due.add(what);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
