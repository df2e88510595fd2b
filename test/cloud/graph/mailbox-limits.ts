/** Outlook's limits per app and mailbox: four requests at once, 10,000 in ten minutes. */
import type { CloudClock } from '../types.ts';
import { GraphFailure } from './answers.ts';

const AT_ONCE = 4;
const PER_WINDOW = 10_000;
const WINDOW_MS = 10 * 60_000;

export interface MailboxLimits {
  /** Takes a place for one request; call the result when it is answered. @throws GraphFailure 429 */
  enter(clientId: string, oid: string): () => void;
}

/** @see https://learn.microsoft.com/en-us/graph/throttling-limits */
export function createMailboxLimits(clock: CloudClock, onConcurrency: () => void): MailboxLimits {
  const inFlight = new Map<string, number>();
  const recent = new Map<string, number[]>();
  return {
    enter(clientId, oid) {
      const key = `${clientId} ${oid}`;
      const nowMs = clock.now().getTime();
      const times = recent.get(key) ?? [];
      while ((times[0] ?? nowMs) < nowMs - WINDOW_MS) times.shift();
      recent.set(key, times);
      const oldestMs = times[0];
      if (times.length >= PER_WINDOW && oldestMs !== undefined) {
        const seconds = Math.max(1, Math.ceil((oldestMs + WINDOW_MS - nowMs) / 1000));
        throw new GraphFailure(429, 'ApplicationThrottled', 'Application is over its request limit for this mailbox.', {
          'Retry-After': String(seconds),
        });
      }
      const before = inFlight.get(key) ?? 0;
      if (before >= AT_ONCE) {
        onConcurrency();
        throw new GraphFailure(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.');
      }
      times.push(nowMs);
      inFlight.set(key, before + 1);
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        inFlight.set(key, (inFlight.get(key) ?? 1) - 1);
      };
    },
  };
}
