import type { WatchedResource } from '../domain/alert.ts';
import type { Records, SubscriptionRecord } from '../domain/ports.ts';
import type { Account, Session } from '../domain/session.ts';
import type { Database } from './database.ts';
import type { SealedRows } from './sealed-rows.ts';

interface SubscriptionRow {
  readonly id: string;
  readonly account: string;
  readonly resource: WatchedResource;
  readonly host: string;
  readonly expires_at: number;
  readonly client_state_digest: string;
  readonly challenged: number;
  readonly is_wide: number;
}
interface AccountRow {
  readonly home_account_id: string;
  readonly added_at: number;
  readonly sealed: Uint8Array;
}
interface AccountJson {
  readonly account: Account;
  readonly session: { readonly since?: string };
}

/** Everything of an account beside its own row and its posts in the queue. */
const ACCOUNT_TABLES = [
  'cursors',
  'alerts',
  'messages',
  'events',
  'subscriptions',
  'reminders',
  'muted_conversations',
] as const;

/**
 * Accounts, subscriptions and named values in SQLite; names, sign-in names, sessions and values are sealed.
 *
 * @param on.saved    told when an account's row is written.
 * @param on.removing runs inside the transaction that removes an account; `on.removed` after it.
 */
export function createRecords(
  database: Database,
  rows: SealedRows,
  on: {
    readonly saved: (account: string) => void;
    readonly removing: (account: string) => void;
    readonly removed: (account: string) => void;
  },
): Records {
  const allAccounts = database.prepare(
    'SELECT home_account_id, added_at, sealed FROM accounts ORDER BY added_at, rowid',
  );
  const saveAccount = database.prepare(
    `INSERT INTO accounts (home_account_id, added_at, sealed) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET added_at = excluded.added_at, sealed = excluded.sealed`,
  );
  const deleteAccount = database.prepare('DELETE FROM accounts WHERE home_account_id = ?');
  const deleteOfAccount = ACCOUNT_TABLES.map((table) => database.prepare(`DELETE FROM ${table} WHERE account = ?`));
  const deleteValuesNaming = database.prepare('DELETE FROM named_values WHERE instr(name, ?) > 0');
  const allSubscriptions = database.prepare('SELECT * FROM subscriptions ORDER BY rowid');
  const saveSubscription = database.prepare(
    `INSERT INTO subscriptions (id, account, resource, host, expires_at, client_state_digest, challenged, is_wide)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET account = excluded.account, resource = excluded.resource, host = excluded.host,
       expires_at = excluded.expires_at, client_state_digest = excluded.client_state_digest,
       challenged = excluded.challenged, is_wide = excluded.is_wide`,
  );
  const deleteSubscription = database.prepare('DELETE FROM subscriptions WHERE id = ?');
  const value = database.prepare('SELECT sealed FROM named_values WHERE name = ?');
  const saveValue = database.prepare(
    'INSERT INTO named_values (name, sealed) VALUES (?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed',
  );
  const deleteValue = database.prepare('DELETE FROM named_values WHERE name = ?');

  /** Each notification and each look at the tray's state asks for them; nobody else writes the file meanwhile. */
  let known: readonly SubscriptionRecord[] | null = null;
  function readSubscriptions(): readonly SubscriptionRecord[] {
    const found = database.guarded(() => allSubscriptions.all()) as unknown as readonly SubscriptionRow[];
    return found.map(
      (row): SubscriptionRecord => ({
        id: row.id,
        account: row.account,
        resource: row.resource,
        host: row.host,
        expiresAt: new Date(row.expires_at),
        clientStateDigest: row.client_state_digest,
        challenged: row.challenged === 1,
        ...(row.is_wide === 1 ? { isWide: true } : {}),
      }),
    );
  }

  return {
    accounts() {
      const found = database.guarded(() => allAccounts.all()) as unknown as readonly AccountRow[];
      return found.flatMap((row) => {
        const stored = rows.open('accounts', row.home_account_id, row.sealed) as AccountJson | null;
        if (stored === null) return [];
        return [{ account: stored.account, session: toSession(stored.session), addedAt: new Date(row.added_at) }];
      });
    },
    saveAccount({ account, session, addedAt }) {
      const id = account.homeAccountId;
      const sealed = rows.seal('accounts', id, { account, session });
      database.guarded(() => saveAccount.run(id, addedAt.getTime(), sealed));
      on.saved(id);
    },
    removeAccount(homeAccountId) {
      try {
        database.transaction(() => {
          deleteAccount.run(homeAccountId);
          for (const statement of deleteOfAccount) statement.run(homeAccountId);
          deleteValuesNaming.run(homeAccountId);
          on.removing(homeAccountId);
        });
      } finally {
        known = null;
      }
      on.removed(homeAccountId);
    },
    subscriptions() {
      known ??= readSubscriptions();
      return known;
    },
    saveSubscription(record) {
      const { id, account, resource, host, expiresAt, clientStateDigest, challenged, isWide } = record;
      known = null;
      database.guarded(() =>
        saveSubscription.run(
          id,
          account,
          resource,
          host,
          expiresAt.getTime(),
          clientStateDigest,
          challenged ? 1 : 0,
          isWide ? 1 : 0,
        ),
      );
    },
    removeSubscription(id) {
      known = null;
      database.guarded(() => deleteSubscription.run(id));
    },
    value(name) {
      const row = database.guarded(() => value.get(name));
      const text = row === undefined ? null : rows.open('named_values', name, row.sealed);
      return typeof text === 'string' ? text : null;
    },
    setValue(name, json) {
      database.guarded(() =>
        json === null ? deleteValue.run(name) : saveValue.run(name, rows.seal('named_values', name, json)),
      );
    },
  };
}

/** A session as JSON has its only instant as text. */
const toSession = (json: AccountJson['session']): Session =>
  (json.since === undefined ? json : { ...json, since: new Date(json.since) }) as Session;
