import type { ReminderNotes } from '../domain/ports.ts';
import type { Database } from './database.ts';

interface Row {
  readonly id: string;
  readonly account: string;
  readonly told_at: number;
  readonly snoozed_at: number | null;
  readonly snoozed_until: number | null;
  readonly is_dismissed: number;
  readonly is_over: number;
}

/** Notes on reminders in SQLite: ids and instants, nothing that a person could read. */
export function createReminderNotes(database: Database): ReminderNotes {
  const all = database.prepare('SELECT * FROM reminders ORDER BY told_at, id');
  const save = database.prepare(
    `INSERT INTO reminders (id, account, told_at, snoozed_at, snoozed_until, is_dismissed, is_over)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET told_at = excluded.told_at, snoozed_at = excluded.snoozed_at,
       snoozed_until = excluded.snoozed_until, is_dismissed = excluded.is_dismissed, is_over = excluded.is_over`,
  );
  const remove = database.prepare('DELETE FROM reminders WHERE id = ?');
  return {
    all() {
      const rows = database.guarded(() => all.all()) as unknown as readonly Row[];
      return rows.map((row) => ({
        id: row.id,
        account: row.account,
        toldAt: new Date(row.told_at),
        snoozedAt: row.snoozed_at === null ? null : new Date(row.snoozed_at),
        snoozedUntil: row.snoozed_until === null ? null : new Date(row.snoozed_until),
        isDismissed: row.is_dismissed === 1,
        isOver: row.is_over === 1,
      }));
    },
    save(notes) {
      if (notes.length === 0) return;
      database.transaction(() => {
        for (const { id, account, toldAt, snoozedAt, snoozedUntil, isDismissed, isOver } of notes) {
          save.run(
            id,
            account,
            toldAt.getTime(),
            snoozedAt?.getTime() ?? null,
            snoozedUntil?.getTime() ?? null,
            isDismissed ? 1 : 0,
            isOver ? 1 : 0,
          );
        }
      });
    },
    remove(ids) {
      if (ids.length === 0) return;
      database.transaction(() => {
        for (const id of ids) remove.run(id);
      });
    },
  };
}
