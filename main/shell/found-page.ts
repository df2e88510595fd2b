import type { AlertPage } from '../../preload/contract.ts';
import type { Alert } from '../domain/alert.ts';
import { hasWords, searchWords } from '../domain/search.ts';
import { alertView, type ListSource, stretch } from './alert-views.ts';

/**
 * Alerts read in one go. What people wrote is sealed on the disk, so a search opens every alert it looks at: this many
 * take about 10 ms, and between them everything else has its turn. The whole history, 50,000 alerts, takes a second.
 */
const inOneGo = 500;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * One page of those alerts that have all words of `search` in sender, subject or detail, newest first. As with
 * `alertPage()`, its end never falls between two alerts of the same instant.
 */
export async function foundPage(
  source: ListSource,
  before: Date | null,
  search: string,
  pageSize = 50,
): Promise<AlertPage> {
  const words = searchWords(search);
  const found: Alert[] = [];
  const page = (alerts: readonly Alert[], next: Date | null): AlertPage => ({
    alerts: alerts.map((alert) => alertView(alert, source)),
    next: next?.toISOString() ?? null,
  });
  for (let from = before; ; ) {
    const { alerts, next } = stretch(source, from, inOneGo);
    found.push(...alerts.filter((alert) => hasWords(alert, words)));
    const last = found[pageSize - 1];
    if (last !== undefined) {
      const whole = found.filter((alert) => alert.at >= last.at);
      return page(whole, whole.length === found.length && next === null ? null : last.at);
    }
    if (next === null) return page(found, null);
    from = next;
    await turn();
  }
}
