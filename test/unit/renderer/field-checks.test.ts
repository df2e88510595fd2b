import { describe, expect, test } from 'vitest';
import { clientIdSchema } from '../../../main/system/settings-schema.ts';
import {
  addressProblem,
  clientIdProblem,
  httpsAddressProblem,
  portProblem,
  readTime,
} from '../../../renderer/field-checks.ts';
import { spanLength, spanWords } from '../../../renderer/quiet-spans.ts';

describe('a field tells the usual mistakes before main is asked', () => {
  test.each([
    ['00001111-aaaa-2222-bbbb-3333cccc4444', true],
    [' 00001111-AAAA-2222-BBBB-3333CCCC4444 ', true],
    ['00001111aaaa2222bbbb3333cccc4444', false],
    ['00001111-aaaa-2222-bbbb-3333cccc444g', false],
    ['', false],
  ])('client id %j', (text, isGood) => {
    expect(clientIdProblem(text) === null).toBe(isGood);
    // Nothing is kept from main that main would take.
    expect(clientIdSchema.safeParse(text).success).toBe(isGood);
  });

  test.each([
    ['ada@contoso.example', null],
    ['@contoso.example', null],
    ['contoso.example', 'Type an address'],
    ['ada@', 'Type an address'],
    ['ada @contoso.example', 'Type an address'],
    ['Mei@Fabrikam.example', 'in the list already'],
  ])('VIP %j', (text, problem) => {
    const found = addressProblem(text, ['mei@fabrikam.example']);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toContain(problem);
  });

  test.each([
    ['https://name.example', true],
    ['https://name.example:8443', true],
    ['https://name.example/', true],
    ['http://name.example', false],
    ['https://name.example/path', false],
    ['https://ada@name.example', false],
    ['name.example', false],
  ])('address %j', (text, isGood) => {
    expect(httpsAddressProblem(text) === null).toBe(isGood);
  });

  test.each([
    ['8443', true],
    [' 1 ', true],
    ['65535', true],
    ['65536', false],
    ['0', false],
    ['1e3', false],
    ['', false],
  ])('port %j', (text, isGood) => {
    expect(portProblem(text) === null).toBe(isGood);
  });
});

test.each([
  [['mon', 'tue', 'wed', 'thu', 'fri'], '19:00', '07:30', 'Monday to Friday, 19:00 to 07:30 on the next day'],
  [['sat', 'sun'], '00:00', '00:00', 'Saturday, Sunday, 00:00 to 00:00 the whole day'],
  [['mon', 'wed'], '12:00', '13:00', 'Monday, Wednesday, 12:00 to 13:00'],
  [['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], '22:00', '06:00', 'Every day, 22:00 to 06:00 on the next day'],
  [['fri'], '18:00', '18:00', 'Friday, 18:00 to 18:00 for 24 hours'],
  [[], '19:00', '20:00', 'No day, 19:00 to 20:00 on no day'],
] as const)('the span of %j from %s to %s reads %j', (days, from, to, words) => {
  expect(spanWords({ days, from, to })).toBe(words);
  expect(words.endsWith(spanLength({ days, from, to }))).toBe(true);
});

test.each([
  ['07:30', '07:30'],
  ['7:30', '07:30'],
  ['0730', '07:30'],
  ['730', '07:30'],
  ['19.05', '19:05'],
  [' 19 ', '19:00'],
  ['7 pm', '19:00'],
  ['12:15 AM', '00:15'],
  ['12pm', '12:00'],
  ['00:00', '00:00'],
  ['24:00', null],
  ['19:60', null],
  ['13pm', null],
  ['0 am', null],
  ['7:3', null],
  ['noon', null],
  ['', null],
])('the time of day %j is %j', (text, time) => {
  expect(readTime(text)).toBe(time);
});
