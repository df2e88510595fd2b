import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Failure } from '../domain/failure.ts';
import type { Log } from '../domain/ports.ts';
import { lastWrittenAt, moveAside } from './damaged-file.ts';
import { migrations } from './migrations.ts';
import { causedByDamage, Damaged, storageFailure } from './storage-failure.ts';

/** One connection, the only writer. Everything it throws about storage is a Failure `storage`. */
export interface Database {
  /** Prepared once, kept for the life of the connection. */
  prepare(sql: string): StatementSync;
  /** Runs `work` and says storage failures in our words. Use for what needs no transaction: one statement. */
  guarded<T>(work: () => T): T;
  /** All of `work` or nothing; durable when it returns. Must not be nested. */
  transaction<T>(work: () => T): T;
  /**
   * As `transaction`, without waiting for the disk: a crash of the app loses nothing of it, a power cut may undo it, until
   * the next durable one has taken it along. For what would then only be done a second time.
   */
  hastyTransaction<T>(work: () => T): T;
  close(): void;
}

export interface OpenedDatabase {
  readonly database: Database;
  /** `rebuilt`: the file was damaged, or sealed with another key, and was moved aside; this one is empty. */
  readonly condition: 'good' | 'rebuilt';
  /** When the lost file was last written, if it was rebuilt: what happened since is not in it and was never shown. */
  readonly lostSince: Date | null;
}

/** How long another process may hold the file before we give up, in milliseconds; we stand still meanwhile. */
const BUSY_TIMEOUT_MS = 500;
/** Pages (of 4 KiB) the write-ahead log may grow to before it is folded back: small, as that pause blocks us. */
const CHECKPOINT_PAGES = 256;

/** One version for each migration: whoever reads more than this reads rubbish. */
const noVersionEver = 9_999;
/** In WAL mode, FULL waits for the disk at each commit, NORMAL only when the log is folded back; neither can corrupt. */
const durable = 'PRAGMA synchronous = FULL';
const hasty = 'PRAGMA synchronous = NORMAL';
const SQLITE_HEADER = 'SQLite format 3\0';

/**
 * Opens the file, or makes it. A damaged one is moved aside under a name that says so, and a new one is made:
 * the condition is then `rebuilt`.
 *
 * @param file path, or `:memory:`.
 * @param isReadable says of an opened file whether we can read what is in it (the key is the right one).
 * @throws {Failure} `storage` when the disk refuses, or when a newer version wrote the file; it is left untouched.
 */
export function openDatabase(
  file: string,
  now: Date,
  log: Log,
  isReadable: (database: Database) => boolean,
): OpenedDatabase {
  if (file === ':memory:') return { database: open(file, isReadable), condition: 'good', lostSince: null };
  let lostSince: Date | null = null;
  try {
    // Before opening, which may write.
    lostSince = lastWrittenAt(file, now);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return { database: open(file, isReadable), condition: 'good', lostSince: null };
  } catch (error) {
    const why = causedByDamage(error);
    if (why === null) throw storageFailure(error);
    log.error('store.damaged', { why });
  }
  try {
    const keptAs = moveAside(file, now);
    const database = open(file, isReadable);
    log.warn('store.rebuilt', { keptAs, lostSince: lostSince?.toISOString() });
    return { database, condition: 'rebuilt', lostSince };
  } catch (error) {
    throw storageFailure(error);
  }
}

function open(file: string, isReadable: (database: Database) => boolean): Database {
  const inMemory = file === ':memory:';
  const isNew = inMemory || !existsSync(file);
  if (!inMemory) refuseNewer(writtenVersion(file), file);
  const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Before the log files appear: they take over the mode of the database.
    if (!inMemory) chmodSync(file, 0o600);
    const version = readNumber(connection, 'PRAGMA user_version');
    // Again, as the first page may have a newer edition in the write-ahead log.
    refuseNewer(version, file);
    // Somebody else's, or the version number was lost: our first step would fail half-way. Nothing was written yet.
    const tables = readNumber(connection, "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'");
    if (version === 0 && tables > 0) throw new Damaged('of unknown origin');
    // The very first writes stand in the log beside it, and that is gone. Taken for new, it would sign everybody out.
    if (version === 0 && !isNew) throw new Damaged('without its log');
    connection.exec(`
      PRAGMA journal_mode = WAL;
      ${durable};
      PRAGMA secure_delete = ON;
      PRAGMA trusted_schema = OFF;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    `);
    const verdict = Object.values(connection.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (verdict !== 'ok') throw new Damaged('failed its check');
    const database = wrap(connection);
    migrate(connection, database, version);
    // A hit in the page that describes the tables leaves a valid database that is not ours any more.
    if (!inMemory && schemaOf(connection) !== schemaOfOurs()) throw new Damaged('described wrongly');
    if (!isReadable(database)) throw new Damaged('sealed with another key');
    return database;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function migrate(connection: DatabaseSync, database: Database, from: number): void {
  if (from === migrations.length) return;
  database.transaction(() => {
    for (const step of migrations.slice(from)) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function schemaOf(connection: DatabaseSync): string {
  const sql = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name";
  return JSON.stringify(connection.prepare(sql).all());
}

let ours: string | null = null;
/** What our migrations make of an empty file. */
function schemaOfOurs(): string {
  if (ours !== null) return ours;
  const connection = new DatabaseSync(':memory:');
  for (const step of migrations) connection.exec(step);
  ours = schemaOf(connection);
  connection.close();
  return ours;
}

function wrap(connection: DatabaseSync): Database {
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  const statements = new Map<string, StatementSync>();
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storageFailure(error);
    }
  };
  const transaction = <T>(work: () => T): T =>
    guarded(() => {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // A full disk may have ended the transaction already.
        if (connection.isTransaction) connection.exec('ROLLBACK');
        throw error;
      }
    });
  return {
    prepare(sql) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = connection.prepare(sql);
        statements.set(sql, statement);
      }
      return statement;
    },
    guarded,
    transaction,
    hastyTransaction(work) {
      guarded(() => connection.exec(hasty));
      try {
        return transaction(work);
      } finally {
        guarded(() => connection.exec(durable));
      }
    },
    close() {
      if (connection.isOpen) connection.close();
    },
  };
}

/**
 * The version that the file's first page names (bytes 60 to 63 of SQLite's format), read without opening the database:
 * opening alone may change the files of a newer version.
 *
 * @throws {Damaged} for a file of no bytes: a full disk or a crash of the machine leaves it, SQLite would call it new.
 */
function writtenVersion(file: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    const head = Buffer.alloc(64);
    const length = readSync(descriptor, head, 0, head.length, 0);
    if (length === 0) throw new Damaged('empty');
    return length === head.length && head.toString('latin1', 0, 16) === SQLITE_HEADER ? head.readUInt32BE(60) : 0;
  } finally {
    closeSync(descriptor);
  }
}

/** @throws {Failure} for a newer version's file. @throws {Damaged} for a number that no version will ever have. */
function refuseNewer(version: number, file: string): void {
  if (version < 0 || version > noVersionEver) throw new Damaged('of no version');
  if (version > migrations.length) throw newerFailure(file);
}

function readNumber(connection: DatabaseSync, sql: string): number {
  return Number(Object.values(connection.prepare(sql).get() ?? {})[0]);
}

const newerFailure = (file: string): Failure =>
  new Failure(
    'storage',
    `The history file ${basename(file)} was written by a newer version of Tidings and was left as it is. Please install that version again, or move the file away.`,
  );
