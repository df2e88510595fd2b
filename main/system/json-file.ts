import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

export type JsonFile =
  | { readonly kind: 'absent' }
  /** Too large, or no JSON; `why` quotes nothing of it. */
  | { readonly kind: 'invalid'; readonly why: string }
  | { readonly kind: 'denied'; readonly cause: unknown }
  /** `mode`: the permission bits of the file that was read. */
  | { readonly kind: 'json'; readonly value: unknown; readonly mode: number };

const largestBytes = 64 * 1024;

/** Reads a small JSON file that a person wrote. Never throws. */
export function readJsonFile(path: string): JsonFile {
  let text: string;
  let mode: number;
  try {
    const descriptor = openSync(path, 'r');
    try {
      const found = fstatSync(descriptor);
      mode = found.mode & 0o777;
      if (found.size > largestBytes) return { kind: 'invalid', why: 'it is too large' };
      text = readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'absent' } : { kind: 'denied', cause };
  }
  try {
    // Editors on Windows like to put a byte order mark in front.
    return { kind: 'json', value: JSON.parse(text.replace(/^\ufeff/, '')), mode };
  } catch {
    // Not the parser's own words: they quote the file.
    return { kind: 'invalid', why: 'it is not JSON' };
  }
}
