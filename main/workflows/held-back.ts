import { asFailure } from '../domain/failure.ts';
import type { Log, Records } from '../domain/ports.ts';
import type { QuietPeriod } from '../domain/quiet.ts';
import { type DigestCause, digestCauses, type Gap, type Held } from '../domain/wording.ts';

const heldName = 'heldBack';

/** That alerts wait for the end of a quiet time, and why: for the words of their digest, also after a restart. */
export interface HeldBack {
  get(): Held | null;
  /** Something is held now. Never throws: without a disk it holds for this run. */
  note(quiet: Pick<QuietPeriod, 'why' | 'since'> | null, gap: Gap | null): void;
  clear(): void;
}

/** Goes on with what an earlier run held, if the disk can be read. */
export function createHeldBack(records: Pick<Records, 'value' | 'setValue'>, log: Log): HeldBack {
  let held = guarded(() => readHeld(records.value(heldName)), null);

  function guarded<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      log.warn('held-back.storage', { code: asFailure(error).code });
      return otherwise;
    }
  }
  function set(next: Held | null): void {
    if (JSON.stringify(next) === JSON.stringify(held)) return;
    held = next;
    guarded(() => records.setValue(heldName, next === null ? null : JSON.stringify(next)), undefined);
  }

  return {
    get: () => held,
    note(quiet, gap) {
      const whys = [quiet?.why, gap?.cause].filter((why) => why !== undefined);
      const times = [held?.since, quiet?.since, gap?.since].filter((since) => since !== undefined);
      if (times.length === 0) return;
      const causes = new Set<DigestCause>([...(held?.causes ?? []), ...whys]);
      set({
        causes: digestCauses.filter((cause) => causes.has(cause)),
        since: new Date(Math.min(...times.map((since) => since.getTime()))),
      });
    },
    clear: () => set(null),
  };
}

function readHeld(json: string | null): Held | null {
  if (json === null) return null;
  try {
    const { causes, since } = JSON.parse(json) as { readonly causes: readonly unknown[]; readonly since: string };
    const known = digestCauses.filter((cause) => causes.includes(cause));
    const at = new Date(since);
    return known.length === 0 || Number.isNaN(at.getTime()) ? null : { causes: known, since: at };
  } catch {
    return null;
  }
}
