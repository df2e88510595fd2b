/** Runs one step after the other, with a limit for each, and tells how it went. */
import { asFailure, Failure } from '../../main/domain/failure.ts';
import type { LiveStep } from './recording.ts';

/** The person has had enough. */
export class Ended extends Error {
  override readonly name = 'Ended';
}
/** The step did not come to its end; `text` is free of anything personal. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

export interface Steps {
  readonly done: readonly LiveStep[];
  /**
   * Runs it and notes the verdict. Resolves with what it gave, or null when it failed; rejects with `Ended` only.
   *
   * @param run resolves with the text of its verdict, and a value for the steps after it.
   */
  step<T>(
    name: string,
    run: () => Promise<{ readonly text: string; readonly verdict?: 'answered' | 'skipped'; readonly value?: T }>,
  ): Promise<{ readonly value?: T } | null>;
  skip(name: string, why: string): void;
}

/** @param tell one line for the terminal. @param begin the recorder learns which step it is. */
export function createSteps(given: {
  readonly tell: (line: string) => void;
  readonly begin: (name: string) => void;
  readonly now: () => number;
}): Steps {
  const done: LiveStep[] = [];
  function note(step: LiveStep): void {
    done.push(step);
    const mark = { good: 'good    ', bad: 'BAD     ', answered: 'answered', skipped: 'skipped ' }[step.verdict];
    given.tell(`${mark} ${`${(step.tookMs / 1000).toFixed(1)} s`.padStart(8)}  ${step.name}: ${step.text}`);
  }
  return {
    done,
    async step(name, run) {
      given.begin(name);
      const began = given.now();
      const took = (): number => Math.round(given.now() - began);
      try {
        const { text, verdict = 'good', value } = await run();
        note({ name, verdict, text, tookMs: took() });
        return value === undefined ? {} : { value };
      } catch (error) {
        if (error instanceof Ended) {
          note({ name, verdict: 'skipped', text: 'ended by hand', tookMs: took() });
          throw error;
        }
        note({ name, verdict: 'bad', text: errorText(error), tookMs: took() });
        if (error instanceof Failure) given.tell(`          ${error.userMessage}`);
        return null;
      }
    },
    skip: (name, why) => note({ name, verdict: 'skipped', text: why, tookMs: 0 }),
  };
}

/** Codes, reasons and numbers; never a text that somebody else wrote. */
export function errorText(error: unknown): string {
  if (error instanceof StepFailed) return error.message;
  const { code, details } = asFailure(error);
  const facts = [
    code,
    details.reason,
    details.aadsts === undefined ? undefined : `AADSTS${details.aadsts}`,
    details.status === undefined ? undefined : `HTTP ${details.status}`,
    code === 'unexpected' && error instanceof Error ? error.name : undefined,
  ];
  return facts.filter((fact) => fact !== undefined).join(', ');
}

/**
 * Resolves as soon as `look` gives something; looks several times a second.
 *
 * @throws StepFailed with `otherwise` after `limitMs`, Ended when the person has had enough.
 */
export async function until<T>(
  look: () => T | null | undefined | false,
  limitMs: number,
  otherwise: string,
  enough: AbortSignal,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    if (enough.aborted) throw new Ended();
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() >= endMs) throw new StepFailed(otherwise);
    await pause(100, enough);
  }
}

/** Ends early when the person has had enough. */
export function pause(ms: number, enough: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      enough.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    enough.addEventListener('abort', done);
  });
}
