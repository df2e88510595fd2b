import type { AlertPage, AlertView } from '../preload/contract.ts';

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

export interface AlertGroup {
  readonly title: 'Today' | 'Yesterday' | 'Earlier';
  readonly alerts: readonly AlertView[];
}

/** Groups by the person's own days, which are 23 or 25 hours long twice a year. */
export function groupByDay(alerts: readonly AlertView[], now: Date): readonly AlertGroup[] {
  const today = startOfDay(now, 0);
  const yesterday = startOfDay(now, -1);
  const titleOf = (alert: AlertView): AlertGroup['title'] => {
    const at = new Date(alert.at);
    if (at >= today) return 'Today';
    return at >= yesterday ? 'Yesterday' : 'Earlier';
  };
  const titles: readonly AlertGroup['title'][] = ['Today', 'Yesterday', 'Earlier'];
  return titles
    .map((title) => ({ title, alerts: alerts.filter((alert) => titleOf(alert) === title) }))
    .filter((group) => group.alerts.length > 0);
}

const startOfDay = (now: Date, days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
