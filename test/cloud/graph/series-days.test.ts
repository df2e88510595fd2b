import { expect, test } from 'vitest';
import { checkRule, daysWithin, recurrenceView, type SeriesRule } from './series.ts';

const from = (day: string) => {
  const start = new Date(`${day}T09:00:00Z`);
  return { start, end: new Date(start.getTime() + 30 * 60_000) };
};
const within = (rule: SeriesRule, first: string, years = 1) =>
  daysWithin(
    rule,
    from(first),
    new Date(`${first}T00:00:00Z`),
    new Date(Date.parse(`${first}T00:00:00Z`) + years * 366 * 86_400_000),
  );

test.each<[string, SeriesRule, string, readonly string[]]>([
  [
    'on the 31st; a short month takes its last day',
    { every: 'month', count: 5 },
    '2027-01-31',
    ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31'],
  ],
  [
    'every third month',
    { every: 'month', interval: 3, count: 3 },
    '2027-01-15',
    ['2027-01-15', '2027-04-15', '2027-07-15'],
  ],
  [
    'on a day of the month that is not the first one’s',
    { every: 'month', dayOfMonth: 20, count: 2 },
    '2027-01-20',
    ['2027-01-20', '2027-02-20'],
  ],
  [
    'on the second Tuesday of a month',
    { every: 'month', index: 'second', daysOfWeek: ['tuesday'], count: 3 },
    '2027-01-12',
    ['2027-01-12', '2027-02-09', '2027-03-09'],
  ],
  [
    'on the last working day of a month',
    { every: 'month', index: 'last', daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], count: 3 },
    '2027-01-29',
    ['2027-01-29', '2027-02-26', '2027-03-31'],
  ],
])('a series falls %s', (_, rule, first, expected) => {
  expect(within(rule, first)).toEqual(expected);
});

test('a series of the 29th of February is on the 28th in common years', () => {
  expect(within({ every: 'year' }, '2028-02-29', 4)).toEqual([
    '2028-02-29',
    '2029-02-28',
    '2030-02-28',
    '2031-02-28',
    '2032-02-29',
  ]);
});

test('a series of every other year on the last Sunday of a month, until a day', () => {
  const rule: SeriesRule = { every: 'year', interval: 2, index: 'last', daysOfWeek: ['sunday'], until: '2031-03-29' };
  expect(within(rule, '2027-03-28', 9)).toEqual(['2027-03-28', '2029-03-25']);
});

test('a monthly meeting keeps its hour on the wall of its zone', () => {
  const first = { start: new Date('2027-03-15T08:00:00Z'), end: new Date('2027-03-15T09:00:00Z') };
  const rule: SeriesRule = { every: 'month', timeZone: 'Europe/Berlin' };
  expect(daysWithin(rule, first, new Date('2027-04-15T07:30:00Z'), new Date('2027-04-15T07:31:00Z'))).toEqual([
    '2027-04-15',
  ]);
});

test.each<[SeriesRule, object]>([
  [{ every: 'month' }, { type: 'absoluteMonthly', month: 0, dayOfMonth: 28, index: 'first' }],
  [
    { every: 'year', interval: 2 },
    { type: 'absoluteYearly', interval: 2, month: 3, dayOfMonth: 28 },
  ],
  [
    { every: 'month', index: 'last' },
    { type: 'relativeMonthly', month: 0, dayOfMonth: 0, daysOfWeek: ['sunday'], index: 'last' },
  ],
  [
    { every: 'year', index: 'last', daysOfWeek: ['sunday'] },
    { type: 'relativeYearly', month: 3, dayOfMonth: 0, daysOfWeek: ['sunday'], index: 'last' },
  ],
])('%j is shown in the words of Graph', (rule, pattern) => {
  expect(recurrenceView(rule, from('2027-03-28')).pattern).toMatchObject(pattern);
});

test.each<[SeriesRule, string]>([
  [{ every: 'day', index: 'last' }, 'Only months and years'],
  [{ every: 'week', dayOfMonth: 3 }, 'Only months and years'],
  [{ every: 'month', dayOfMonth: 32 }, '1 to 31'],
  [{ every: 'month', dayOfMonth: 3, index: 'first' }, 'not both'],
  [{ every: 'year', index: 'fifth' as 'last' }, 'No such week: fifth'],
])('%j is no rule', (rule, problem) => {
  expect(() => checkRule(rule)).toThrow(problem);
});
