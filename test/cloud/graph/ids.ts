/** Identifiers in the shapes Exchange gives them: opaque, long, case-sensitive. */
import { createHash, randomBytes } from 'node:crypto';

/** An id that survives moves between folders (asked for with `Prefer: IdType="ImmutableId"`). */
export function newImmutableId(): string {
  return `AAkA${randomBytes(57).toString('base64url')}`;
}

/** An ordinary id: a move gives the item another one. Carries `=`, so it must be encoded in addresses. */
export function newMutableId(): string {
  return `AAMk${randomBytes(97).toString('base64url')}AAA=`;
}

/** The two ids of one occurrence of a series: always the same for the same day, and in the shapes of the others. */
export function occurrenceIds(masterId: string, day: string): { immutableId: string; mutableId: string } {
  const digest = (salt: string) => createHash('sha512').update(`${salt} ${masterId} ${day}`).digest();
  const long = Buffer.concat([digest('a'), digest('b')]).subarray(0, 97);
  return {
    immutableId: `AAkA${digest('c').subarray(0, 57).toString('base64url')}`,
    mutableId: `AAMk${long.toString('base64url')}AAA=`,
  };
}

export function newFolderId(): string {
  return `AQMk${randomBytes(54).toString('base64url')}AAAA=`;
}

/** A fresh `changeKey`; every change of an item gives it another one. */
export function newChangeKey(): string {
  return `CQAAABYA${randomBytes(18).toString('base64url')}`;
}

export function etagOf(changeKey: string): string {
  return `W/"${changeKey}"`;
}
