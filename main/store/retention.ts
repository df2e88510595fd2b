import { asFailure } from '../domain/failure.ts';
import type { Clock, Log } from '../domain/ports.ts';
import type { Database } from './database.ts';

/** How long an alert stays in the list after we stored it. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Alerts kept at most, and messages remembered as seen at most. */
const KEPT_ROWS = 50_000;
const EVERY_MS = 60 * 60 * 1000;

export interface Retention {
  /** Cheap when nothing is due. Never throws: what could not be removed now is removed later. */
  sweep(): void;
}

/**
 * Keeps the history at 30 days and 50,000 rows. Alerts that were never announced stay.
 *
 * Ages are reckoned from the newest item that Microsoft dated, not from our clock alone: a clock that was set a year
 * ahead for a moment must not empty the list. Messages are forgotten together with everything older than them: the
 * baseline moves up, so that a full round does not take them for new.
 */
export function createRetention(database: Database, clock: Pick<Clock, 'now'>, log: Log): Retention {
  const newestDated = database.prepare('SELECT max(at) AS at FROM alerts');
  const oldAlerts = database.prepare("DELETE FROM alerts WHERE stored_at < ? AND announcement <> 'waiting'");
  const countAlerts = database.prepare('SELECT count(*) AS rows FROM alerts');
  const surplusAlerts = database.prepare(
    `DELETE FROM alerts WHERE id IN
       (SELECT id FROM alerts WHERE announcement <> 'waiting' ORDER BY stored_at, at LIMIT max(0, ?))`,
  );
  const seenAtRank = database.prepare('SELECT seen_at FROM messages ORDER BY seen_at DESC LIMIT 1 OFFSET ?');
  // Only where a whole round was stored since: then everything received before has been seen.
  const raiseBaselines = database.prepare(
    "UPDATE cursors SET baseline = ?1 WHERE resource LIKE 'mail%' AND caught_up_at > ?1 AND baseline < ?1",
  );
  const oldMessages = database.prepare(
    `DELETE FROM messages WHERE seen_at < ?1
       AND account IN (SELECT account FROM cursors WHERE resource = 'mail' AND caught_up_at > ?1)
       AND account NOT IN (SELECT account FROM cursors WHERE resource LIKE 'mail:%' AND caught_up_at <= ?1)`,
  );
  let sweptAtMs: number | null = null;

  function removeOld(): void {
    const newestMs = newestDated.get()?.at;
    if (typeof newestMs !== 'number') return;
    const limitMs = Math.min(clock.now().getTime(), newestMs) - KEPT_MS;
    oldAlerts.run(limitMs);
    surplusAlerts.run(Number(countAlerts.get()?.rows) - KEPT_ROWS);
    const rankedMs = seenAtRank.get(KEPT_ROWS)?.seen_at;
    // What was seen in the very millisecond stays, hence up to one round too many.
    const messagesMs = typeof rankedMs === 'number' ? Math.max(limitMs, rankedMs) : limitMs;
    raiseBaselines.run(messagesMs);
    oldMessages.run(messagesMs);
  }

  return {
    sweep() {
      const nowMs = clock.now().getTime();
      if (sweptAtMs !== null && Math.abs(nowMs - sweptAtMs) < EVERY_MS) return;
      sweptAtMs = nowMs;
      try {
        database.transaction(removeOld);
      } catch (error) {
        log.warn('retention.failed', { code: asFailure(error).code });
      }
    },
  };
}
