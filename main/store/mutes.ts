import type { Clock, Mutes } from '../domain/ports.ts';
import type { Database } from './database.ts';

/** Muted conversations kept at most: those that were quiet for longest go first. */
export const keptMutes = 5_000;
/** A conversation in which nothing came for so long is over. */
const keptMs = 30 * 24 * 60 * 60 * 1_000;

/** Muted conversations in SQLite: Graph's own ids, nothing that a person could read. */
export function createMutes(
  database: Database,
  clock: Pick<Clock, 'now'>,
  isRemoved: (account: string) => boolean,
): Mutes {
  const has = database.prepare('SELECT 1 FROM muted_conversations WHERE account = ? AND conversation = ?');
  const mute = database.prepare(
    `INSERT INTO muted_conversations (account, conversation, last_mail_at) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET last_mail_at = max(last_mail_at, excluded.last_mail_at)`,
  );
  const unmute = database.prepare('DELETE FROM muted_conversations WHERE account = ? AND conversation = ?');
  const touch = database.prepare(
    `UPDATE muted_conversations SET last_mail_at = max(last_mail_at, ?) WHERE account = ? AND conversation = ?`,
  );
  // Reckoned from the newest item that Microsoft dated as well: a clock that was set a year ahead for a moment unmutes
  // nothing.
  const forgetOld = database.prepare(
    `DELETE FROM muted_conversations WHERE last_mail_at < min(?, (SELECT max(at) FROM alerts)) - ${keptMs}`,
  );
  const forgetSurplus = database.prepare(
    `DELETE FROM muted_conversations WHERE (account, conversation) IN
       (SELECT account, conversation FROM muted_conversations ORDER BY last_mail_at DESC LIMIT -1 OFFSET ${keptMutes})`,
  );

  return {
    has: (account, conversationId) => database.guarded(() => has.get(account, conversationId)) !== undefined,
    set(account, conversationId, muted) {
      if (!muted) {
        database.guarded(() => unmute.run(account, conversationId));
        return;
      }
      if (isRemoved(account)) return;
      const nowMs = clock.now().getTime();
      database.transaction(() => {
        mute.run(account, conversationId, nowMs);
        forgetOld.run(nowMs);
        forgetSurplus.run();
      });
    },
    mailCame: (account, conversationId, at) => {
      database.guarded(() => touch.run(at.getTime(), account, conversationId));
    },
  };
}
