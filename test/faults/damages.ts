/** Ways in which the history on disk can be damaged, and what has to come of each. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { migrations } from '../../main/store/migrations.ts';
import type { Dice } from '../simulation/dice.ts';

export interface Damage {
  readonly name: string;
  /** Of the list. */
  readonly fault: string | null;
  /**
   * `aside`: it is put aside and a new one begins. `memory`: none can be used now. `either`: aside, or it still serves.
   * `anew`: as after a fresh installation, since nothing says that there was one before. `kept`: it serves as before.
   */
  readonly outcome: 'aside' | 'memory' | 'either' | 'anew' | 'kept';
  /** Returns what ends it. */
  do(file: string, dice: Dice): (() => void | Promise<void>) | undefined | Promise<() => Promise<void>>;
}

const sql = (file: string, text: string): void => {
  const database = new DatabaseSync(file);
  database.exec(text);
  database.close();
};
export const damages: readonly Damage[] = [
  ...[0, 10, 100, 4_096, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999].map(
    (where): Damage => ({
      fault: 'disk.truncated',
      name: `truncated at ${where < 1 && where > 0 ? `${where * 100} %` : where}`,
      outcome: where === 0.999 ? 'either' : 'aside',
      do: (file) => {
        const { size } = statSync(file);
        truncateSync(file, where < 1 ? Math.floor(size * where) : Math.min(size, where));
        return undefined;
      },
    }),
  ),
  {
    name: 'garbage in the first page',
    fault: null,
    outcome: 'aside',
    do: (file) => {
      writeFileSync(file, readFileSync(file).fill(0x5a, 0, 4_000));
      return undefined;
    },
  },
  {
    name: 'replaced by text',
    fault: null,
    outcome: 'aside',
    do: (file) => {
      writeFileSync(file, 'not a database\n'.repeat(1_000));
      return undefined;
    },
  },
  {
    name: 'without its log of the last writes',
    fault: 'disk.wal-gone',
    outcome: 'either',
    do: (file) => {
      rmSync(`${file}-wal`, { force: true });
      rmSync(`${file}-shm`, { force: true });
      return undefined;
    },
  },
  {
    name: 'written by a newer version',
    fault: 'disk.newer',
    outcome: 'memory',
    do: (file) => {
      const database = new DatabaseSync(file);
      const version = Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0];
      database.close();
      sql(file, 'PRAGMA user_version = 999');
      return () => sql(file, `PRAGMA user_version = ${version}`);
    },
  },
  {
    name: 'a file that can only be read',
    fault: 'disk.read-only',
    outcome: 'memory',
    do: readOnly,
  },
  {
    name: 'written by an older version',
    fault: 'disk.older',
    outcome: 'kept',
    do: (file) => {
      madeOld(file);
      return undefined;
    },
  },
  {
    name: 'gone',
    fault: null,
    outcome: 'anew',
    do: (file) => {
      rmSync(file);
      return undefined;
    },
  },
];

/** Why this cannot be made read-only here, or null. */
export function readOnlyLacks(path: string): string | null {
  try {
    readOnly(path)();
    return null;
  } catch (error) {
    return `root may write everywhere, and may not mount (${error instanceof Error ? error.message.split('\n')[0] : error})`;
  }
}
/** For root, who may write everywhere, it is mounted read-only onto itself. Returns what ends it. */
export function readOnly(path: string): () => void {
  if (process.getuid?.() !== 0) {
    const { mode } = statSync(path);
    chmodSync(path, mode & ~0o222);
    return () => chmodSync(path, mode);
  }
  const run = (program: string, ...args: readonly string[]): void =>
    void execFileSync(program, args, { stdio: 'pipe' });
  run('mount', '--bind', path, path);
  try {
    run('mount', '-o', 'remount,bind,ro', path);
  } catch (error) {
    run('umount', path);
    throw error;
  }
  return () => run('umount', path);
}

/** The same rows in the tables of the very first version. */
function madeOld(file: string): void {
  const now = `${file}.now`;
  const bytes = new DatabaseSync(file);
  bytes.exec(`VACUUM INTO '${now.replaceAll("'", "''")}'`);
  bytes.close();
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
  const old = new DatabaseSync(file);
  try {
    old.exec(
      `PRAGMA journal_mode = WAL; ${migrations[0]}; PRAGMA user_version = 1; ATTACH '${now.replaceAll("'", "''")}' AS now`,
    );
    const namesIn = (from: string, table: string): readonly string[] =>
      old
        .prepare(`SELECT name FROM pragma_table_info('${table}', '${from}')`)
        .all()
        .map(({ name }) => String(name));
    const tables = old
      .prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
      .all();
    for (const { name } of tables) {
      const had = new Set(namesIn('now', String(name)));
      const columns = namesIn('main', String(name))
        .filter((column) => had.has(column))
        .join(', ');
      if (columns !== '') old.exec(`INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM now.${name}`);
    }
    old.exec('DETACH now');
  } finally {
    old.close();
    rmSync(now, { force: true });
  }
}
