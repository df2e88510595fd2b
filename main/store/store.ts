import type { Clock, Ledger, Log, Mutes, Queue, Records, ReminderNotes } from '../domain/ports.ts';
import type { Cipher } from './cipher.ts';
import { type Database, openDatabase } from './database.ts';
import { createLedger } from './ledger.ts';
import { createMutes } from './mutes.ts';
import { createQueue } from './queue.ts';
import { createRecords } from './records.ts';
import { createReminderNotes } from './reminders.ts';
import { createSealedRows, type SealedRows } from './sealed-rows.ts';

export interface Store {
  readonly queue: Queue;
  readonly ledger: Ledger;
  readonly records: Records;
  readonly mutes: Mutes;
  readonly reminders: ReminderNotes;
  /** `rebuilt`: the file was damaged, or sealed with another key; it was moved aside and this store began empty. */
  readonly condition: 'good' | 'rebuilt';
  /**
   * Since when it may be that somebody has tokens whom this history does not know: it was rebuilt (then, when the lost
   * file was last written, a fair baseline for what was never shown), or a row of an account was hit. It stays so over
   * restarts until `accountsSettled`. Null for a history that is whole: it knows everybody who did not sign out.
   */
  readonly lostSince: Date | null;
  /** Everybody who has tokens is in this history again. */
  accountsSettled(): void;
  /** Folds the log into the file. Calls after that throw Failure `storage`; closing twice does nothing. */
  close(): void;
}

/** A value under this name can be read only with the key that the rest was sealed with. */
const KEY_CHECK = 'store.key';
/** Under this name: `lostSince`, until the accounts are settled. */
const LOST_SINCE = 'store.lost-since';

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
    const records = createRecords(database, rows, {
      saved: (account) => removed.delete(account),
      removing: (account) => queue.forgetAccount(account),
      removed(account) {
        removed.add(account);
        queue.recount();
      },
    });
    const hitSince = database.transaction(() => removeHitAccounts(database, rows, clock.now()));
    // Where nothing was lost now, an earlier run may have lost something and ended before it was mended.
    const since = lostSince ?? hitSince ?? dateIn(records.value(LOST_SINCE));
    if (since !== null) records.setValue(LOST_SINCE, since.toISOString());
    return {
      queue,
      ledger: createLedger({ database, rows, clock, log, isRemoved: (account) => removed.has(account) }),
      records,
      reminders: createReminderNotes(database),
      mutes: createMutes(database, clock, (account) => removed.has(account)),
      condition,
      lostSince: since,
      accountsSettled: () => records.setValue(LOST_SINCE, null),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Removes rows of accounts that cannot be opened any more, which says nothing about who is signed in.
 *
 * @returns since when the eldest of them was known, null when all can be opened.
 */
function removeHitAccounts(database: Database, rows: SealedRows, now: Date): Date | null {
  const all = database.prepare('SELECT rowid, home_account_id, added_at, sealed FROM accounts').all();
  const hit = all.filter(
    ({ home_account_id, sealed }) => rows.open('accounts', String(home_account_id), sealed) === null,
  );
  for (const { rowid } of hit) database.prepare('DELETE FROM accounts WHERE rowid = ?').run(Number(rowid));
  if (hit.length === 0) return null;
  const times = hit.map(({ added_at }) => Number(added_at)).filter((each) => each > 0 && each <= now.getTime());
  return new Date(Math.min(now.getTime(), ...times));
}

function dateIn(text: string | null): Date | null {
  const date = text === null ? null : new Date(text);
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}

function hasOurKey(database: Database, cipher: Cipher): boolean {
  const sealed = database.prepare('SELECT sealed FROM named_values WHERE name = ?').get(KEY_CHECK)?.sealed;
  if (sealed !== undefined) return sealed instanceof Uint8Array && cipher.open(sealed, KEY_CHECK) !== null;
  const insert = database.prepare('INSERT INTO named_values (name, sealed) VALUES (?, ?)');
  database.guarded(() => insert.run(KEY_CHECK, cipher.seal('ours', KEY_CHECK)));
  return true;
}
