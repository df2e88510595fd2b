import type { AlertPage, AlertView } from '../preload/contract.ts';
import { clockText, formatOnTheWall, momentText } from './moments.ts';

/** The alerts loaded so far, newest first. */
export interface AlertList {
  readonly alerts: readonly AlertView[];
  /** Where the next page starts; null when everything is here. */
  readonly next: string | null;
}

/** The newest page replaces what it covers; older pages that were loaded already stay. */
export function withNewestPage(list: AlertList | null, page: AlertPage): AlertList {
  const oldest = page.alerts.at(-1);
  if (list === null || page.next === null || oldest === undefined) return page;
  const older = list.alerts.filter((alert) => alert.at < oldest.at);
  // With nothing older loaded, the page itself knows best where it goes on.
  return older.length === 0 ? page : { alerts: [...page.alerts, ...older], next: list.next };
}

export function withOlderPage(list: AlertList, page: AlertPage): AlertList {
  const known = new Set(list.alerts.map((alert) => alert.id));
  return { alerts: [...list.alerts, ...page.alerts.filter((alert) => !known.has(alert.id))], next: page.next };
}

/** How many a search has found: those that are loaded, and a plus where there are more. */
export const foundText = ({ alerts, next }: AlertList): string => `${alerts.length}${next === null ? '' : '+'} found`;

/** An alert with the heading that stands above it, if it is the first of its group. */
export interface ListedAlert {
  readonly alert: AlertView;
  readonly heading: string | null;
  /** Whether it ends its group. */
  readonly isLast: boolean;
}

/** What came at most this long ago is news: long enough to come back to the desk, short enough to be called “now”. */
const nowMs = 15 * 60_000;
const dayText = formatOnTheWall({ weekday: 'long', day: 'numeric', month: 'long' });
const monthText = formatOnTheWall({ month: 'long', year: 'numeric' });

/**
 * The list under headings that a person thinks in: Now, Earlier today, Yesterday, the days of the last week, months.
 * A reminder that still waits for its answer is always under Now.
 */
export function withHeadings(alerts: readonly AlertView[], now: Date): readonly ListedAlert[] {
  const groups = new Map<string, AlertView[]>();
  for (const alert of alerts) {
    const heading = headingOf(alert, now);
    const group = groups.get(heading);
    if (group === undefined) groups.set(heading, [alert]);
    else group.push(alert);
  }
  // A waiting reminder can lie among older alerts: its group comes first all the same.
  const inOrder = [...groups].sort(([one], [other]) => Number(other === 'Now') - Number(one === 'Now'));
  return inOrder.flatMap(([heading, group]) =>
    group.map((alert, index) => ({
      alert,
      heading: index === 0 ? heading : null,
      isLast: index === group.length - 1,
    })),
  );
}

/** The time beside an alert. Its heading names the day already, if it is one of the last week; "Now" names none. */
export function timeOf(alert: AlertView, now: Date): string {
  const at = new Date(alert.at);
  return headingOf(alert, now) !== 'Now' && at >= startOfDay(now, -6) ? clockText(at) : momentText(at, now);
}

function headingOf(alert: AlertView, now: Date): string {
  const at = new Date(alert.at);
  const isWaiting = alert.kind === 'reminder' && alert.canSnooze && alert.snoozedUntil === null;
  if (isWaiting || now.getTime() - at.getTime() < nowMs) return 'Now';
  if (at >= startOfDay(now, 0)) return 'Earlier today';
  if (at >= startOfDay(now, -1)) return 'Yesterday';
  return at >= startOfDay(now, -6) ? dayText(at) : monthText(at);
}

/** Midnight of the person's own day, which is 23 or 25 hours long twice a year. */
const startOfDay = (now: Date, days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
