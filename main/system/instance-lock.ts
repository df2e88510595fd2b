import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { folderRefused } from './folders.ts';

/** Where the one that runs can be asked to show itself: a port on 127.0.0.1, and what proves that the person asks. */
export interface Door {
  readonly port: number;
  readonly secret: string;
}
/** What the one that runs tells about itself. */
export interface Holder {
  readonly pid: number;
  /** Null while it starts, and where it has none. */
  readonly door: Door | null;
}
export interface InstanceLock {
  /** Tells the next ones where to knock. */
  openDoor(door: Door): void;
  /** Lets the next one in. Releasing twice does nothing. */
  release(): void;
}
export type LockResult =
  | ({ readonly taken: true } & InstanceLock)
  /** Somebody else runs; who, if it has told it. */
  | { readonly taken: false; readonly holder: Holder | null };

const SQLITE_BUSY = 5;
/** A connection that nobody refers to is collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * The one instance per folder, whichever front door it came through.
 *
 * The lock is the operating system's own, held on `instance.lock` through SQLite, which locks alike on all systems: it
 * ends with the process, however that ends, so a lock can be neither stale nor claimed by two. `instance.json` beside it
 * (0600: it holds a secret) names the holder.
 *
 * @throws {Failure} `storage` when the folder cannot be written.
 */
export function takeInstanceLock(folder: string, pid: number = process.pid): LockResult {
  const lockFile = join(folder, 'instance.lock');
  const noteFile = join(folder, 'instance.json');
  const lock = openLock(lockFile);
  if (lock === null) return { taken: false, holder: readNote(noteFile) };
  held.add(lock);
  tell(null);
  return {
    taken: true,
    openDoor: tell,
    release() {
      if (!lock.isOpen) return;
      // While the lock is still ours: the next holder writes its own.
      rmSync(noteFile, { force: true });
      held.delete(lock);
      lock.close();
    },
  };

  /** Whole or not at all: others read it at any moment. */
  function tell(door: Door | null): void {
    try {
      writeFileSync(`${noteFile}.new`, JSON.stringify({ pid, door } satisfies Holder), { mode: 0o600 });
      renameSync(`${noteFile}.new`, noteFile);
    } catch (cause) {
      lock?.close();
      throw folderRefused(folder, cause);
    }
  }

  function openLock(file: string): DatabaseSync | null {
    let connection: DatabaseSync | null = null;
    try {
      connection = new DatabaseSync(file, { timeout: 0 });
      chmodSync(file, 0o600);
      connection.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return connection;
    } catch (cause) {
      connection?.close();
      const { errcode } = cause as { errcode?: number };
      if (errcode !== undefined && (errcode & 0xff) === SQLITE_BUSY) return null;
      throw folderRefused(folder, cause);
    }
  }
}

function readNote(file: string): Holder | null {
  try {
    const { pid, door } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown; door?: Partial<Door> | null };
    if (!Number.isSafeInteger(pid) || Number(pid) < 1) return null;
    const isDoor = Number.isInteger(door?.port) && typeof door?.secret === 'string';
    return { pid: Number(pid), door: isDoor ? { port: Number(door.port), secret: String(door.secret) } : null };
  } catch {
    return null;
  }
}
