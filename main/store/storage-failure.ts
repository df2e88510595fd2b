import { Failure } from '../domain/failure.ts';

/** The file is not a database any more, or not one that we can read. The message says which, for the log. */
export class Damaged extends Error {}

// SQLite's result codes, https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
const SQLITE_IOERR_SHORT_READ = 522;
/** ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE. */
const OUR_MISTAKES: ReadonlySet<number> = new Set([1, 19, 20, 21, 25]);

/** Why the file must be replaced, in a word or two, or null when the error does not blame the file. */
export function causedByDamage(error: unknown): string | null {
  if (error instanceof Failure) return causedByDamage(error.details.cause);
  if (error instanceof Damaged) return error.message;
  const code = resultCode(error);
  if (code === null) return null;
  if (code === SQLITE_IOERR_SHORT_READ) return 'cut short';
  if ((code & 0xff) === SQLITE_NOTADB) return 'not a database';
  return (code & 0xff) === SQLITE_CORRUPT ? 'corrupt' : null;
}

/** Storage errors in the person's words, as a Failure `storage`; what storage did not cause is returned as it is. */
export function storageFailure(error: unknown): unknown {
  if (error instanceof Failure) return error;
  if (causedByDamage(error) !== null) {
    return new Failure(
      'storage',
      'The history file is damaged. Please start Tidings again: it makes a new one and keeps the old.',
      { cause: error },
    );
  }
  const code = resultCode(error);
  const errno = (error as NodeJS.ErrnoException | null)?.code;
  if (code === null && errno === 'ERR_INVALID_STATE') {
    return new Failure('storage', 'Tidings has closed its history already.', { cause: error });
  }
  // Not the disk's fault but a mistake of ours in a statement or a value: let it surface.
  if (code !== null && OUR_MISTAKES.has(code & 0xff)) return error;
  // A number of SQLite's or the name of a system error; the names of Node's own errors have an underscore.
  const isStorage = code !== null || (typeof errno === 'string' && /^E[A-Z0-9]+$/.test(errno));
  return isStorage
    ? new Failure('storage', storageText(code === null ? null : code & 0xff, errno), { cause: error })
    : error;
}

function storageText(code: number | null, errno: string | undefined): string {
  if (code === SQLITE_FULL || errno === 'ENOSPC' || errno === 'EDQUOT') {
    return 'The disk is full: Tidings cannot store what arrives. Please free some space.';
  }
  if (code === SQLITE_BUSY) return 'Another program holds the history of Tidings. Please close it.';
  if (code === SQLITE_READONLY || errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS') {
    return 'Tidings is not allowed to write to its folder.';
  }
  return 'Tidings cannot read or write its history on this disk.';
}

/** SQLite's extended result code, or null when the error is not SQLite's. */
function resultCode(error: unknown): number | null {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode : null;
}
