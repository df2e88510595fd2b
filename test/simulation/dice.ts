/** Chance that can be repeated: the same seed gives the same numbers, on every machine. */
export interface Dice {
  /** In [0, 1). */
  next(): number;
  between(least: number, most: number): number;
  whole(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Waiting time until the next of happenings that come by chance, `mean` apart. */
  wait(mean: number): number;
  /** Dice of their own for another purpose, so that one more throw here changes nothing there. */
  fork(purpose: string): Dice;
}

/** @param seed any whole number; `purpose` tells the streams of one seed apart. */
export function createDice(seed: number, purpose = ''): Dice {
  let state = hash(`${seed}/${purpose}`);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + (most - least) * next();
  return {
    next,
    between,
    whole: (least, most) => Math.floor(between(least, most + 1)),
    chance: (probability) => next() < probability,
    pick<T>(from: readonly T[]): T {
      const found = from[Math.floor(next() * from.length)];
      if (found === undefined) throw new RangeError('There is nothing to pick from');
      return found;
    },
    wait: (mean) => -Math.log(1 - next()) * mean,
    fork: (other) => createDice(seed, `${purpose}/${other}`),
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value | 0;
}
