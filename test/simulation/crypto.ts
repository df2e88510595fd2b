/** `node:crypto` with repeatable chance: ids and nonces of a run follow from its seed. */
import { createDice, type Dice } from './dice.ts';

export * from 'node:crypto';

let dice: Dice = createDice(0, 'crypto');
export function seedCrypto(seed: number): void {
  dice = createDice(seed, 'crypto');
}

export function randomBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = Math.floor(dice.next() * 256);
  return bytes;
}
export const randomInt = (least: number, above?: number): number =>
  Math.floor(above === undefined ? dice.between(0, least) : dice.between(least, above));
export function randomUUID(): string {
  const hex = randomBytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
