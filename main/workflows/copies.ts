import type { CalendarEvent } from '../domain/alert.ts';
import { type Told, toldMeetings } from '../domain/reminder.ts';
import { meetingKey } from '../domain/same-meeting.ts';

/** What one calendar takes back, because the meeting was moved or cancelled, the others mostly take back soon after. */
const followMs = 2 * 60_000;

/** One meeting in the calendars of several accounts: its reminder comes once, from the calendar whose turn comes first. */
export interface Copies {
  /** What stands at this moment; to be called first. */
  look(all: readonly Told[], now: Date): void;
  /** Whether another account's copy stands for this one, which has not been told. */
  isTold(account: string, event: CalendarEvent): boolean;
  told(account: string, event: CalendarEvent): void;
  /** When something that `isTold` turns by time alone. */
  turns(): readonly Date[];
}

/** Remembers in memory only: after a restart the notes of what was told say it anew. */
export function createCopies(): Copies {
  /** By `meetingKey()`: whose copy was told. */
  let told = new Map<string, string>();
  /** Taken back a moment ago by this account. */
  const awaited = new Map<string, { readonly account: string; readonly until: Date }>();
  return {
    look(all, now) {
      const before = told;
      told = new Map(all.length < 2 ? [] : toldMeetings(all));
      for (const [key, account] of before) {
        // Whoever signed out takes nothing back: then the others' copies are all there is.
        if (told.has(key) || !all.some((each) => each.account === account)) continue;
        awaited.set(key, { account, until: new Date(now.getTime() + followMs) });
      }
      for (const [key, { until }] of awaited) if (until <= now || told.has(key)) awaited.delete(key);
    },
    isTold(account, event) {
      const key = meetingKey(event);
      if (key === null) return false;
      const waitsFor = awaited.get(key)?.account ?? account;
      return told.has(key) || waitsFor !== account;
    },
    told(account, event) {
      const key = meetingKey(event);
      if (key !== null) told.set(key, account);
    },
    turns: () => [...awaited.values()].map(({ until }) => until),
  };
}
