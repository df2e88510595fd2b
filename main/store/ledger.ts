import type { Alert, CalendarEvent } from '../domain/alert.ts';
import type { Clock, Cursor, KnownMessage, Ledger, LedgerChange, Log } from '../domain/ports.ts';
import type { Database } from './database.ts';
import { createRetention } from './retention.ts';
import { joinKey, type SealedRows } from './sealed-rows.ts';

/** The sealed part of an alert: what a person could read. */
type AlertText = Pick<Alert, 'who' | 'subject' | 'detail' | 'webLink' | 'joinUrl' | 'mail' | 'event' | 'isAllDay'> & {
  readonly endsAt?: string;
};
interface AlertRow {
  readonly id: string;
  readonly account: string;
  readonly kind: Alert['kind'];
  readonly item_id: string;
  readonly at: number;
  readonly starts_at: number | null;
  readonly settled: number;
  readonly sealed: Uint8Array;
}
interface CursorRow {
  readonly baseline: number;
  readonly caught_up_at: number;
  /** `Cursor.madeFor`: the column is older than the word, from when only calendars had one. */
  readonly window_day: string | null;
  readonly sealed_delta_link: Uint8Array | null;
}
type EventJson = Omit<CalendarEvent, 'start' | 'end' | 'lastModifiedAt'> & {
  readonly start: string;
  readonly end: string;
  readonly lastModifiedAt: string | null;
};

export interface LedgerParts {
  readonly database: Database;
  readonly rows: SealedRows;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** True for an account that was removed while the program ran: a round that ends late must not bring it back. */
  readonly isRemoved: (account: string) => boolean;
}

/** Cursors, seen items and alerts in SQLite. Everything a person could read is sealed. */
export function createLedger({ database, rows, clock, log, isRemoved }: LedgerParts): Ledger {
  const sql = prepareStatements(database);
  const retention = createRetention(database, clock, log);

  function toAlerts(found: readonly unknown[]): readonly Alert[] {
    return (found as readonly AlertRow[]).flatMap((row): Alert[] => {
      const text = rows.open('alerts', row.id, row.sealed) as AlertText | null;
      if (text === null) return [];
      return [
        {
          id: row.id,
          account: row.account,
          kind: row.kind,
          itemId: row.item_id,
          who: text.who,
          subject: text.subject,
          detail: text.detail,
          at: new Date(row.at),
          startsAt: row.starts_at === null ? null : new Date(row.starts_at),
          webLink: text.webLink,
          joinUrl: text.joinUrl,
          settled: row.settled === 1,
          ...(text.endsAt === undefined ? {} : { endsAt: new Date(text.endsAt) }),
          ...(text.mail === undefined ? {} : { mail: text.mail }),
          ...(text.event === undefined ? {} : { event: text.event }),
          ...(text.isAllDay === undefined ? {} : { isAllDay: text.isAllDay }),
        },
      ];
    });
  }

  function insertAlerts(alerts: LedgerChange['alerts'], storedAt: number, insert = sql.insertAlert): readonly string[] {
    const inserted: string[] = [];
    for (const { alert, announcement } of alerts) {
      const { who, subject, detail, webLink, joinUrl, mail, event, endsAt, isAllDay } = alert;
      const text: AlertText = {
        ...{ who, subject, detail, webLink, joinUrl },
        ...(mail === undefined ? {} : { mail }),
        ...(event === undefined ? {} : { event }),
        ...(isAllDay === undefined ? {} : { isAllDay }),
        ...(endsAt === undefined ? {} : { endsAt: endsAt.toISOString() }),
      };
      const sealed = rows.seal('alerts', alert.id, text);
      const { changes } = insert.run(
        alert.id,
        alert.account,
        alert.kind,
        alert.itemId,
        alert.at.getTime(),
        alert.startsAt?.getTime() ?? null,
        alert.settled ? 1 : 0,
        announcement,
        storedAt,
        sealed,
      );
      if (Number(changes) === 1) inserted.push(alert.id);
    }
    return inserted;
  }

  function saveCursor(account: string, resource: string, cursor: Cursor): void {
    const sealed = cursor.deltaLink === '' ? null : rows.seal('cursors', joinKey(account, resource), cursor.deltaLink);
    const { baseline, caughtUpAt, madeFor } = cursor;
    sql.saveCursor.run(account, resource, baseline.getTime(), caughtUpAt.getTime(), madeFor, sealed);
  }

  return {
    cursor(account, resource) {
      const row = database.guarded(() => sql.cursor.get(account, resource)) as CursorRow | undefined;
      if (row === undefined) return null;
      const sealed = row.sealed_delta_link;
      const link = sealed === null ? null : rows.open('cursors', joinKey(account, resource), sealed);
      return {
        deltaLink: typeof link === 'string' ? link : '',
        baseline: new Date(row.baseline),
        caughtUpAt: new Date(row.caught_up_at),
        madeFor: row.window_day,
      };
    },

    messages: (account, ids) =>
      database.guarded(() => {
        const known = new Map<string, KnownMessage>();
        for (const id of new Set(ids)) {
          const row = sql.message.get(account, id) as { is_read: number; alert_id: string | null } | undefined;
          if (row !== undefined) known.set(id, { id, isRead: row.is_read === 1, alertId: row.alert_id });
        }
        return known;
      }),

    events(account) {
      const found = database.guarded(() => sql.events.all(account)) as unknown as { id: string; sealed: Uint8Array }[];
      const events = new Map<string, CalendarEvent>();
      for (const { id, sealed } of found) {
        const event = rows.open('events', joinKey(account, id), sealed) as EventJson | null;
        if (event !== null) events.set(id, toEvent(event));
      }
      return events;
    },

    apply(change) {
      const { account } = change;
      if (isRemoved(account)) return [];
      const nowMs = clock.now().getTime();
      const inserted = database.transaction(() => {
        const ids = insertAlerts(change.alerts, nowMs);
        for (const id of change.settle) sql.settle.run(id);
        for (const { id, isRead, alertId } of change.messages) {
          sql.saveMessage.run(account, id, isRead ? 1 : 0, alertId, nowMs);
        }
        for (const event of change.events) {
          sql.saveEvent.run(account, event.id, rows.seal('events', joinKey(account, event.id), event));
        }
        for (const id of change.forgetEvents) sql.forgetEvent.run(account, id);
        saveCursor(account, change.resource, change.cursor);
        return ids;
      });
      retention.sweep();
      return inserted;
    },

    dropDeltaLink: (account, resource) => {
      database.guarded(() => sql.dropDeltaLink.run(account, resource));
    },
    waiting: () => toAlerts(database.guarded(() => sql.waiting.all())),
    markAnnounced(ids, how) {
      if (ids.length === 0) return;
      // Undone by a power cut, a toast comes once more; the toast before it need not wait for the disk.
      database.hastyTransaction(() => {
        for (const id of ids) sql.markAnnounced.run(how, id);
      });
    },
    tellAnew(alerts) {
      const nowMs = clock.now().getTime();
      const waiting = alerts.map((alert) => ({ alert, announcement: 'waiting' as const }));
      database.transaction(() => insertAlerts(waiting, nowMs, sql.upsertAlert));
    },
    keepFolders(account, folders) {
      database.guarded(() => sql.keepFolders.run(account, JSON.stringify(folders.map((id) => `mail:${id}`))));
    },
    settle(ids) {
      if (ids.length === 0) return;
      database.transaction(() => {
        for (const id of ids) sql.settle.run(id);
      });
    },
    alert: (id) => toAlerts(database.guarded(() => sql.alert.all(id)))[0] ?? null,
    meetingNews: (account, eventIds) =>
      database.guarded(() =>
        [...new Set(eventIds)].flatMap((id) => sql.meetingNews.all(account, id).map((row) => String(row.id))),
      ),
    alertCount: () => Number(database.guarded(() => sql.count.get())?.rows ?? 0),
    alerts({ before, limit }) {
      if (limit < 1) return [];
      const beforeMs = before?.getTime() ?? Number.MAX_SAFE_INTEGER;
      return toAlerts(database.guarded(() => sql.page.all(beforeMs, beforeMs, limit - 1)));
    },
  };
}

function prepareStatements(database: Database) {
  const alertColumns = 'id, account, kind, item_id, at, starts_at, settled, sealed';
  return {
    cursor: database.prepare(
      'SELECT baseline, caught_up_at, window_day, sealed_delta_link FROM cursors WHERE account = ? AND resource = ?',
    ),
    // The baseline never goes back: retention may have moved it on while a round was under way.
    saveCursor: database.prepare(
      `INSERT INTO cursors (account, resource, baseline, caught_up_at, window_day, sealed_delta_link)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET baseline = max(baseline, excluded.baseline), caught_up_at = excluded.caught_up_at,
         window_day = excluded.window_day, sealed_delta_link = excluded.sealed_delta_link`,
    ),
    keepFolders: database.prepare(
      `DELETE FROM cursors WHERE account = ? AND resource LIKE 'mail:%' AND resource NOT IN (SELECT value FROM json_each(?))`,
    ),
    dropDeltaLink: database.prepare('UPDATE cursors SET sealed_delta_link = NULL WHERE account = ? AND resource = ?'),
    message: database.prepare('SELECT is_read, alert_id FROM messages WHERE account = ? AND id = ?'),
    saveMessage: database.prepare(
      `INSERT INTO messages (account, id, is_read, alert_id, seen_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET is_read = excluded.is_read, alert_id = excluded.alert_id, seen_at = excluded.seen_at`,
    ),
    events: database.prepare('SELECT id, sealed FROM events WHERE account = ?'),
    saveEvent: database.prepare(
      'INSERT INTO events (account, id, sealed) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed',
    ),
    forgetEvent: database.prepare('DELETE FROM events WHERE account = ? AND id = ?'),
    insertAlert: database.prepare(
      `INSERT INTO alerts (id, account, kind, item_id, at, starts_at, settled, announcement, stored_at, sealed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    ),
    upsertAlert: database.prepare(
      `INSERT INTO alerts (id, account, kind, item_id, at, starts_at, settled, announcement, stored_at, sealed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET at = excluded.at, starts_at = excluded.starts_at, settled = excluded.settled,
         announcement = excluded.announcement, stored_at = excluded.stored_at, sealed = excluded.sealed`,
    ),
    // What was read elsewhere before we told of it is not told of any more.
    settle: database.prepare(
      `UPDATE alerts SET settled = 1, announcement = iif(announcement = 'waiting', 'quiet', announcement) WHERE id = ?`,
    ),
    waiting: database.prepare(`SELECT ${alertColumns} FROM alerts WHERE announcement = 'waiting' ORDER BY at, id`),
    markAnnounced: database.prepare('UPDATE alerts SET announcement = ? WHERE id = ?'),
    count: database.prepare('SELECT count(*) AS rows FROM alerts'),
    alert: database.prepare(`SELECT ${alertColumns} FROM alerts WHERE id = ?`),
    meetingNews: database.prepare(
      `SELECT id FROM alerts WHERE account = ? AND item_id = ? AND settled = 0 AND announcement <> 'waiting'
         AND kind IN ('meetingNew', 'meetingMoved', 'meetingChanged')`,
    ),
    // Whole instants only: Graph's times have seconds, and a page that ended between two alerts of one second would
    // lose the other, as the next page asks for what is before that second.
    page: database.prepare(
      `SELECT ${alertColumns} FROM alerts
       WHERE at < ? AND at >= coalesce((SELECT at FROM alerts WHERE at < ? ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?), -9e15)
       ORDER BY at DESC, id DESC`,
    ),
  };
}

const toEvent = (json: EventJson): CalendarEvent => ({
  ...json,
  start: new Date(json.start),
  end: new Date(json.end),
  lastModifiedAt: json.lastModifiedAt === null ? null : new Date(json.lastModifiedAt),
});
