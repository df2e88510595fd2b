import { expect, test } from 'vitest';
import type { Case } from '../../fuzz/corpus/case.ts';
import { awaited, corpus, played, tooFew } from '../../fuzz/corpus/corpus.ts';
import { mutate, seeds } from '../../fuzz/mutate.ts';
import { createChance } from '../../fuzz/random.ts';
import { flawOf, judge } from '../../fuzz/send.ts';
import type { Known } from '../../fuzz/target.ts';
import type { RawAnswer } from '../../integration/webhook/raw.ts';

const known: Known = {
  notificationPath: 'notification_00000000000000000000',
  lifecyclePath: 'lifecycle-00000000000000000000000',
  probePath: 'probe-000000000000000000000000000',
  probeKey: 'the key of the probe',
  host: 'name.loca.lt',
  subscriptionId: 'subscription-1',
  clientState: 'mail-state',
};
const all = [...corpus, awaited];

test('every class has at least as many cases as the goals ask for, and all of them together 350', () => {
  const counts = all.map(({ name, table, atLeast }) => [name, table(known).length >= atLeast]);
  expect(counts).toEqual(all.map(({ name }) => [name, true]));
  expect(all.reduce((sum, { table }) => sum + table(known).length, 0)).toBeGreaterThanOrEqual(350);
});

test('a class that was run short, or not at all, is named', () => {
  const ran = all.map(({ name, table }) => ({ name, cases: table(known).length }));
  expect(tooFew(all, ran)).toEqual([]);
  expect(tooFew(played, [{ name: 'replay', cases: 19 }])).toEqual([
    'replay: 19 cases in place of 20',
    'rate: 0 cases in place of 10',
  ]);
});

test('no case is there twice under one name, and none sends what another sends', () => {
  for (const { name, table } of all) {
    const cases = table(known);
    expect(new Set(cases.map((one) => one.name)).size, name).toBe(cases.length);
    expect(new Set(cases.map((one) => Buffer.from(one.bytes).toString('base64'))).size, name).toBe(cases.length);
  }
});

test('a seed repeats its mutations, and another seed makes others', () => {
  const made = (seed: number): string[] => {
    const chance = createChance(seed);
    return Array.from({ length: 200 }, () => mutate(chance, seeds(known)).toString('base64'));
  };
  expect(made(1)).toEqual(made(1));
  expect(made(1).filter((each, index) => each === made(2)[index]).length).toBeLessThan(20);
});

const headers = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
};
const answer = (status: number, more: Partial<RawAnswer> = {}): RawAnswer => ({ status, headers, body: '', ...more });
const wanting = (answers: Case['answers']): Case => ({ name: 'x', bytes: '', answers, stored: 0 });
const came = (...answers: RawAnswer[]) => ({ answers, tookMs: 1, hung: false });

test.each<[string, string | null, Case['answers'], ReturnType<typeof came>]>([
  ['the wanted answer is right', null, [404], came(answer(404))],
  ['a cut that was wanted is right', null, ['cut'], came()],
  ['an answer that may be lost may be lost', null, ['413?'], came()],
  ['another status is wrong', '500 in place of 404', [404], came(answer(500))],
  ['an answer too many is wrong', '404 404 in place of 404', [404], came(answer(404), answer(404))],
  ['an answer in place of a cut is wrong', '400 in place of cut', ['cut'], came(answer(400))],
  ['silence is wrong', 'neither answered nor cut', ['cut'], { answers: [], tookMs: 1, hung: true }],
  ['a banner is wrong', '404 with server', [404], came(answer(404, { headers: { ...headers, server: 'x' } }))],
  ['a body is wrong', '404 with the body "why"', [404], came(answer(404, { body: 'why' }))],
  ['a 405 without Allow is wrong', '405 without Allow', [405], came(answer(405))],
])('%s', (_what, problem, answers, outcome) => {
  expect(judge(wanting(answers), outcome)).toBe(problem);
});

test('an answer that could be run as a page is a flaw', () => {
  expect(flawOf(answer(200, { headers: { ...headers, 'content-type': 'text/html' } }))).toBe(
    '200 with content-type: text/html',
  );
});
