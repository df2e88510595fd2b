import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../domain/ports.ts';

/** `randomInt` takes ranges below 2^48. */
const STEPS = 2 ** 47;

/** Random values from the system's generator. */
export function createSystemRandom(): Random {
  return {
    fraction: () => randomInt(STEPS) / STEPS,
    secret: (bytes) => randomBytes(bytes).toString('base64url'),
  };
}
