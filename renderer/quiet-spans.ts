import type { SettingsValues, WeekdayName } from '../preload/contract.ts';

type Span = SettingsValues['quietHours']['spans'][number];
export const week: readonly { readonly day: WeekdayName; readonly name: string }[] = [
  { day: 'mon', name: 'Monday' },
  { day: 'tue', name: 'Tuesday' },
  { day: 'wed', name: 'Wednesday' },
  { day: 'thu', name: 'Thursday' },
  { day: 'fri', name: 'Friday' },
  { day: 'sat', name: 'Saturday' },
  { day: 'sun', name: 'Sunday' },
];

export const withSpan = (spans: readonly Span[], index: number, span: Span): readonly Span[] =>
  spans.map((each, at) => (at === index ? span : each));
export const withoutSpan = (spans: readonly Span[], index: number): readonly Span[] =>
  spans.filter((_, at) => at !== index);

/** "Monday to Friday, 19:00 to 07:30 on the next day". */
export function spanWords({ days, from, to }: Span): string {
  const length = spanLength({ days, from, to });
  return `${daysWords(days)}, ${from} to ${to}${length === '' ? '' : ` ${length}`}`;
}

/** What the two times alone do not say. */
export function spanLength({ days, from, to }: Span): string {
  if (days.length === 0) return 'on no day';
  if (from === to) return from === '00:00' ? 'the whole day' : 'for 24 hours';
  return to < from ? 'on the next day' : '';
}

function daysWords(days: readonly WeekdayName[]): string {
  const places = week.map((each, at) => ({ ...each, at })).filter(({ day }) => days.includes(day));
  const [first] = places;
  const last = places.at(-1);
  if (first === undefined || last === undefined) return 'No day';
  if (places.length === 7) return 'Every day';
  const isRun = places.length > 2 && last.at - first.at === places.length - 1;
  return isRun ? `${first.name} to ${last.name}` : places.map(({ name }) => name).join(', ');
}
