/** Mistakes of ours, made on purpose in the app's process: does what is around them stand? */
import type { BugKind, BugPlace } from './wire.ts';

/** The code there throws it itself, or what it set off throws or rejects, and nobody is there to catch that. */
class Mistake extends TypeError {
  override readonly name = 'Mistake';
}

export function createMistakes() {
  let next: { readonly place: BugPlace; readonly kind: BugKind } | null = null;
  let made = 0;
  return {
    failAt(place: BugPlace, kind: BugKind): void {
      next = { place, kind };
    },
    made: (): number => made,
    /** Called by each place where one can be made. */
    here(place: BugPlace): void {
      if (next?.place !== place) return;
      const { kind } = next;
      next = null;
      made += 1;
      const mistake = new Mistake(`while ${place}`);
      if (kind === 'throws') throw mistake;
      if (kind === 'unhandled rejection') void Promise.reject(mistake);
      else
        setImmediate(() => {
          throw mistake;
        });
    },
    /** What both front doors do with what nobody caught; but a mistake that nobody ordered still ends the process. */
    survive(log: { error(event: string, fields: Readonly<Record<string, string>>): void }): void {
      const logged = (event: string) => (error: unknown) => {
        log.error(event, { error: String(error) });
        if (error instanceof Mistake) return;
        process.stderr.write(`${event}: ${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(7);
      };
      process.on('uncaughtException', logged('uncaught'));
      process.on('unhandledRejection', logged('unhandled'));
    },
  };
}
