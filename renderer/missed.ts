import type { AlertView } from '../preload/contract.ts';
import type { AlertList } from './alert-list.ts';

/** A shorter absence needs no summary, and fewer alerts are seen at a glance. */
const awayMs = 30 * 60_000;
const fewest = 3;

/** What came while nobody looked at the window. */
export interface Missed {
  readonly since: Date;
  /** "6 messages and 1 moved meeting". */
  readonly words: string;
}

/** What of a list came between the last look and the opening; null where that is not worth a word. */
export function missedOf({ alerts, next }: AlertList, lookedAt: Date | null, openedAt: Date): Missed | null {
  if (lookedAt === null || openedAt.getTime() - lookedAt.getTime() < awayMs) return null;
  const missed = alerts.filter(({ at, kind }) => {
    const moment = new Date(at);
    return moment > lookedAt && moment <= openedAt && kind !== 'reminder';
  });
  if (missed.length < fewest) return null;
  const oldest = alerts.at(-1);
  const isAll = next === null || (oldest !== undefined && new Date(oldest.at) <= lookedAt);
  return { since: lookedAt, words: `${isAll ? '' : 'More than '}${countsText(missed)}` };
}

const nouns: readonly (readonly [AlertView['kind'] | 'meetingGone', string])[] = [
  ['mail', 'message'],
  ['meetingNew', 'new meeting'],
  ['meetingMoved', 'moved meeting'],
  ['meetingChanged', 'changed meeting'],
  ['meetingCancelled', 'cancelled meeting'],
  ['meetingGone', 'removed meeting'],
];

function countsText(alerts: readonly AlertView[]): string {
  const kinds = alerts.map(({ kind, isGone }) => (isGone === true ? 'meetingGone' : kind));
  const parts = nouns.flatMap(([kind, noun]) => {
    const count = kinds.filter((each) => each === kind).length;
    return count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`];
  });
  const last = parts.pop() ?? '';
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
}
