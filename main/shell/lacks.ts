import type { Cancel, DesktopLack } from '../domain/ports.ts';

/** What the desktop is known to lack: set by those who find out, told to who asked. */
export interface Lacks {
  set(lack: DesktopLack, isLacking: boolean): void;
  has(lack: DesktopLack): boolean;
  /** Calls `listener` at once, then at each change. */
  onLacks(listener: (lacks: ReadonlySet<DesktopLack>) => void): Cancel;
}

/** @param first what is known to be missing from the start. */
export function createLacks(first: readonly DesktopLack[] = []): Lacks {
  const lacks = new Set(first);
  const listeners = new Set<(lacks: ReadonlySet<DesktopLack>) => void>();
  return {
    set(lack, isLacking) {
      if (lacks.has(lack) === isLacking) return;
      if (isLacking) lacks.add(lack);
      else lacks.delete(lack);
      for (const listener of [...listeners]) listener(new Set(lacks));
    },
    has: (lack) => lacks.has(lack),
    onLacks(listener) {
      listeners.add(listener);
      listener(new Set(lacks));
      return () => listeners.delete(listener);
    },
  };
}
