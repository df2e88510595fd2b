/** Runs a job once all that were given before it have settled; resolves and rejects as it does. */
export type InTurn = <T>(job: () => Promise<T>) => Promise<T>;

/** Jobs of one kind, one at a time and in order. A job that fails holds up none of the others. */
export function createTurns(): InTurn {
  let tail: Promise<unknown> = Promise.resolve();
  return (job) => {
    const result = tail.then(job);
    tail = result.catch(() => {});
    return result;
  };
}
