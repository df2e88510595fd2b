import type { Alert } from './alert.ts';

/** A text as it is compared: without case and accents, so that "resume" finds "Résumé" and "STRASSE" finds "Straße". */
export const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');

/** The words of what a person typed. */
export const searchWords = (search: string): readonly string[] =>
  folded(search)
    .split(/\s+/u)
    .filter((word) => word !== '');

/** Whether an alert has all of the words, each anywhere in sender, subject or detail. */
export function hasWords(alert: Pick<Alert, 'who' | 'subject' | 'detail'>, words: readonly string[]): boolean {
  const text = folded(`${alert.who}\n${alert.subject}\n${alert.detail}`);
  return words.every((word) => text.includes(word));
}
