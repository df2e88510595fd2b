/** Identifiers in the shapes Exchange gives them: opaque, long, case-sensitive. */
import { randomBytes } from 'node:crypto';

/** An id that survives moves between folders (asked for with `Prefer: IdType="ImmutableId"`). */
export function newImmutableId(): string {
  return `AAkA${randomBytes(57).toString('base64url')}`;
}

/** An ordinary id: a move gives the item another one. Carries `=`, so it must be encoded in addresses. */
export function newMutableId(): string {
  return `AAMk${randomBytes(97).toString('base64url')}AAA=`;
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
