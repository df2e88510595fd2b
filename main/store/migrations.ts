/**
 * The schema, step by step: entry n brings a file from `user_version` n to n + 1. Never change an entry that was
 * released; add one. Columns named `sealed` hold what `cipher.ts` made; instants are milliseconds since 1970, UTC.
 */
export const migrations: readonly string[] = [
  `
  -- One row per POST from Graph. Ids are never used twice, so a late "done" cannot hit a newer row.
  CREATE TABLE queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    post TEXT NOT NULL
  ) STRICT;

  CREATE TABLE cursors (
    account TEXT NOT NULL,
    resource TEXT NOT NULL,
    baseline INTEGER NOT NULL,
    caught_up_at INTEGER NOT NULL,
    window_day TEXT,
    sealed_delta_link BLOB,
    PRIMARY KEY (account, resource)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alerts (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    item_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    starts_at INTEGER,
    settled INTEGER NOT NULL,
    announcement TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX alerts_by_time ON alerts (at, id);
  CREATE INDEX alerts_by_age ON alerts (stored_at);
  CREATE INDEX alerts_by_account ON alerts (account);
  CREATE INDEX alerts_waiting ON alerts (at, id) WHERE announcement = 'waiting';

  CREATE TABLE messages (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    is_read INTEGER NOT NULL,
    alert_id TEXT,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX messages_by_age ON messages (seen_at);

  CREATE TABLE events (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (account, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE accounts (
    home_account_id TEXT NOT NULL PRIMARY KEY,
    added_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;

  CREATE TABLE subscriptions (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    resource TEXT NOT NULL,
    host TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    client_state_digest TEXT NOT NULL,
    challenged INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE named_values (
    name TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
  ) STRICT;
  `,
  `
  -- What was told of reminders; their words are in the alert of the same id.
  CREATE TABLE reminders (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    told_at INTEGER NOT NULL,
    snoozed_at INTEGER,
    snoozed_until INTEGER,
    is_dismissed INTEGER NOT NULL,
    is_over INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Ids of Graph. The age is that of the newest mail that would have been told, or of the muting.
  CREATE TABLE muted_conversations (
    account TEXT NOT NULL,
    conversation TEXT NOT NULL,
    last_mail_at INTEGER NOT NULL,
    PRIMARY KEY (account, conversation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX muted_by_age ON muted_conversations (last_mail_at);
  `,
  `
  -- A subscription to the mail of all folders, not of the inbox alone.
  ALTER TABLE subscriptions ADD COLUMN is_wide INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What was told of a meeting, to be found when it is overtaken.
  CREATE INDEX alerts_of_meetings ON alerts (account, item_id)
    WHERE settled = 0 AND kind IN ('meetingNew', 'meetingMoved', 'meetingChanged');
  `,
];
