import type { Log } from '../domain/ports.ts';
import type { Cipher } from './cipher.ts';

/** JSON in a `sealed` column, bound to its table and key. */
export interface SealedRows {
  seal(table: string, key: string, value: unknown): Uint8Array;
  /** Null, and a line in the log, when the row cannot be opened: one bad row must not hide the others. */
  open(table: string, key: string, sealed: unknown): unknown;
}

/** @param cipher with the key of this history: what another key has sealed is unreadable. */
export function createSealedRows(cipher: Cipher, log: Log): SealedRows {
  const context = (table: string, key: string): string => `${table}\n${key}`;
  return {
    seal: (table, key, value) => cipher.seal(JSON.stringify(value), context(table, key)),
    open(table, key, sealed) {
      const text = sealed instanceof Uint8Array ? cipher.open(sealed, context(table, key)) : null;
      if (text !== null) return JSON.parse(text);
      log.error('row.unreadable', { table });
      return null;
    },
  };
}

/** The two parts of a key that has two, unmistakably: neither part holds a line break. */
export const joinKey = (account: string, id: string): string => `${account}\n${id}`;
