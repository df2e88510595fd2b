import type { Clock, Ledger, Log, Mutes, Queue, Records, ReminderNotes } from '../domain/ports.ts';
import type { Cipher } from './cipher.ts';
import { type Database, openDatabase } from './database.ts';
import { createLedger } from './ledger.ts';
import { createMutes } from './mutes.ts';
import { createQueue } from './queue.ts';
import { createRecords } from './records.ts';
import { createReminderNotes } from './reminders.ts';
import { createSealedRows } from './sealed-rows.ts';

export interface Store {
  readonly queue: Queue;
  readonly ledger: Ledger;
  readonly records: Records;
  readonly mutes: Mutes;
  readonly reminders: ReminderNotes;
  /** `rebuilt`: the file was damaged, or sealed with another key; it was moved aside and this store began empty. */
  readonly condition: 'good' | 'rebuilt';
  /** If rebuilt: when the lost file was last written, a fair baseline for what was never shown. Otherwise null. */
  readonly lostSince: Date | null;
  /** Folds the log into the file. Calls after that throw Failure `storage`; closing twice does nothing. */
  close(): void;
}

/** A value under this name can be read only with the key that the rest was sealed with. */
const KEY_CHECK = 'store.key';

/**
 * Opens all that survives a restart.
 *
 * @param options.file   path of the database, its folder is made if need be; `:memory:` keeps everything in memory only.
 * @param options.cipher made from the key in the keyring; a file sealed with another key counts as lost.
 * @throws {Failure} `storage` when the disk refuses, and when a newer version wrote the file (it is left untouched).
 */
export function openStore(options: {
  readonly file: string;
  readonly cipher: Cipher;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): Store {
  const { file, cipher, clock, log } = options;
  const { database, condition, lostSince } = openDatabase(file, clock.now(), log, (opened) =>
    hasOurKey(opened, cipher),
  );
  try {
    const rows = createSealedRows(cipher, log);
    const queue = createQueue(database, log);
    // A round that was under way when the person signed out must not bring the account's data back.
    const removed = new Set<string>();
    return {
      queue,
      ledger: createLedger({ database, rows, clock, log, isRemoved: (account) => removed.has(account) }),
      records: createRecords(database, rows, {
        saved: (account) => removed.delete(account),
        removing: (account) => queue.forgetAccount(account),
        removed(account) {
          removed.add(account);
          queue.recount();
        },
      }),
      reminders: createReminderNotes(database),
      mutes: createMutes(database, clock, (account) => removed.has(account)),
      condition,
      lostSince,
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function hasOurKey(database: Database, cipher: Cipher): boolean {
  const sealed = database.prepare('SELECT sealed FROM named_values WHERE name = ?').get(KEY_CHECK)?.sealed;
  if (sealed !== undefined) return sealed instanceof Uint8Array && cipher.open(sealed, KEY_CHECK) !== null;
  const insert = database.prepare('INSERT INTO named_values (name, sealed) VALUES (?, ?)');
  database.guarded(() => insert.run(KEY_CHECK, cipher.seal('ours', KEY_CHECK)));
  return true;
}
