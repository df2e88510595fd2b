import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../domain/failure.ts';

export interface InstanceLock {
  /** Lets the next one in. Releasing twice does nothing. */
  release(): void;
}
export type LockResult =
  | ({ readonly taken: true } & InstanceLock)
  /** Somebody else runs; its process id, if it has told it. */
  | { readonly taken: false; readonly pid: number | null };

const SQLITE_BUSY = 5;

/**
 * The one instance per folder, for front doors that have no Electron to ask.
 *
 * The lock is the operating system's own, held on `instance.lock` through SQLite, which locks alike on all systems: it
 * ends with the process, however that ends, so a lock can be neither stale nor claimed by two. `instance.pid` beside it
 * names the holder, for people and messages only.
 *
 * @throws {Failure} `storage` when the folder cannot be written.
 */
export function takeInstanceLock(folder: string, pid: number = process.pid): LockResult {
  const lockFile = join(folder, 'instance.lock');
  const pidFile = join(folder, 'instance.pid');
  const holder = openLock(lockFile);
  if (holder === null) return { taken: false, pid: readPid(pidFile) };
  try {
    writeFileSync(pidFile, `${pid}\n`, { mode: 0o600 });
  } catch (cause) {
    holder.close();
    throw refused(folder, cause);
  }
  return {
    taken: true,
    release() {
      if (!holder.isOpen) return;
      // While the lock is still ours: the next holder writes its own.
      rmSync(pidFile, { force: true });
      holder.close();
    },
  };

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
      throw refused(folder, cause);
    }
  }
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

const refused = (folder: string, cause: unknown): Failure =>
  new Failure('storage', `Tidings cannot use its folder ${folder}. Please check who owns it.`, { cause });
