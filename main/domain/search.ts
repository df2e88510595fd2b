import type { Alert } from './alert.ts';

/** Letters that Unicode does not take apart, as people type them who have no such key. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};
const special = new RegExp(`[${Object.keys(plain).join('')}]`, 'gu');
const ascii = /^\p{ASCII}*$/u;

/** A text as it is compared: without case and accents, so that "resume" finds "Résumé" and "STRASSE" finds "Straße". */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  if (ascii.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(special, (letter) => plain[letter] ?? letter);
}

/** The words of what a person typed, ready to be compared. */
export const searchWords = (search: string): readonly string[] =>
  folded(search)
    .split(/\s+/u)
    .filter((word) => word !== '');

/** Whether an alert has all of the words, each anywhere in sender, subject or detail. */
export function hasWords(alert: Pick<Alert, 'who' | 'subject' | 'detail'>, words: readonly string[]): boolean {
  const text = folded(`${alert.who}\n${alert.subject}\n${alert.detail}`);
  return words.every((word) => text.includes(word));
}
