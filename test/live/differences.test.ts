import { expect, test } from 'vitest';
import { differencesOf } from './differences.ts';
import type { RecordedExchange, Recording } from './recording.ts';

const create: RecordedExchange = {
  step: 'subscribe',
  direction: 'out',
  by: 'tidings',
  method: 'POST',
  place: '{graph}',
  path: '/v1.0/subscriptions',
  query: [],
  request: { headers: { accept: 'application/json' }, body: { '': ['object'] } },
  status: 201,
  response: {
    headers: { 'request-id': null, date: null },
    body: { '': ['object'], id: ['guid'], inner: ['object'], 'inner/a': ['text'], expires_in: ['integer 5'] },
  },
  beganMs: 10,
  endedMs: 50,
};
const validation = (path: string, beganMs: number): RecordedExchange => ({
  ...create,
  direction: 'in',
  by: 'microsoft',
  place: '{us}',
  path,
  query: ['validationToken'],
  request: { headers: { 'user-agent': 'Agent/1.0' }, body: 'empty' },
  status: 200,
  response: { headers: {}, body: 'not kept' },
  beganMs,
  endedMs: beganMs + 5,
});
const recording: Recording = {
  format: 1,
  day: '2026-11-21',
  setup: {
    cloud: 'global',
    tunnel: 'localtunnel',
    account: 'work',
    previews: false,
    reauthorize: false,
    node: '24.21.0',
  },
  steps: [{ name: 'sign in', verdict: 'good', text: 'done', tookMs: 5 }],
  answers: [{ question: 'How?', answer: 'So.' }],
  exchanges: [validation('/{notifications}', 20), validation('/{lifecycle}', 30), create],
};
const created = (change: Partial<RecordedExchange>): Recording => ({
  ...recording,
  exchanges: recording.exchanges.map((each) => (each === create ? { ...create, ...change } : each)),
});
const answered = (body: RecordedExchange['response']['body'], headers = create.response.headers) =>
  created({ response: { headers, body } });
const whole = create.response.body as Record<string, string[]>;

test('a recording differs from itself in nothing', () => {
  expect(differencesOf(recording, recording)).toEqual([]);
});

test.each<[string, Recording, object]>([
  [
    'a step that ended otherwise',
    { ...recording, steps: [{ name: 'sign in', verdict: 'bad', text: 'blocked', tookMs: 5 }] },
    { about: 'verdict', where: 'sign in', microsoft: 'bad (blocked)', standIn: 'good (done)' },
  ],
  [
    'another answer to a question',
    { ...recording, answers: [{ question: 'How?', answer: 'Otherwise.' }] },
    { about: 'answer', where: 'How?', microsoft: 'Otherwise.', standIn: 'So.' },
  ],
  [
    'a key that the stand-in lacks, with everything in it',
    answered({ ...whole, more: ['object'], 'more/inside': ['text'] }),
    {
      about: 'key',
      where: 'POST {graph}/v1.0/subscriptions, answer 201, more',
      microsoft: 'object',
      standIn: 'absent',
    },
  ],
  [
    'a key that only the stand-in has',
    answered({ '': ['object'], id: ['guid'], expires_in: ['integer 7'] }),
    {
      about: 'key',
      where: 'POST {graph}/v1.0/subscriptions, answer 201, inner',
      microsoft: 'absent',
      standIn: 'object',
    },
  ],
  [
    'another kind of value',
    answered({ ...whole, id: ['text'] }),
    { about: 'kind', where: 'POST {graph}/v1.0/subscriptions, answer 201, id', microsoft: 'text', standIn: 'guid' },
  ],
  [
    'a body that is no JSON at all',
    answered('html'),
    { about: 'kind', where: 'POST {graph}/v1.0/subscriptions, answer 201, body', microsoft: 'html', standIn: 'object' },
  ],
  [
    'a header that the stand-in lacks',
    answered(whole, { ...create.response.headers, 'x-new': null }),
    {
      about: 'header',
      where: 'POST {graph}/v1.0/subscriptions, answer 201, header x-new',
      microsoft: 'there',
      standIn: 'absent',
    },
  ],
  [
    'a header that only the stand-in sends; those of single moments do not count',
    answered(whole, { 'keep-alive': null }),
    {
      about: 'header',
      where: 'POST {graph}/v1.0/subscriptions, answer 201, header request-id',
      microsoft: 'absent',
      standIn: 'there',
    },
  ],
  [
    'another agent',
    {
      ...recording,
      exchanges: recording.exchanges.map((each) =>
        each.path === '/{lifecycle}'
          ? { ...each, request: { ...each.request, headers: { 'user-agent': 'Agent/2.0' } } }
          : each,
      ),
    },
    {
      about: 'header',
      where: 'POST /{lifecycle}?validationToken, request, header user-agent',
      microsoft: 'Agent/2.0',
      standIn: 'Agent/1.0',
    },
  ],
  [
    'something that happened at Microsoft only',
    { ...recording, exchanges: [...recording.exchanges, { ...validation('/{lifecycle}', 900), query: [] }] },
    { about: 'happening', where: 'POST /{lifecycle}', microsoft: '1 times', standIn: 'never' },
  ],
  [
    'both addresses asked at once, not one after the other',
    { ...recording, exchanges: [validation('/{notifications}', 20), validation('/{lifecycle}', 22), create] },
    {
      about: 'order',
      where: 'making the first subscription',
      microsoft:
        'asks POST /{notifications}?validationToken, asks POST /{lifecycle}?validationToken, has 200, has 200, answers 201',
      standIn:
        'asks POST /{notifications}?validationToken, has 200, asks POST /{lifecycle}?validationToken, has 200, answers 201',
    },
  ],
])('%s is named, once', (_, microsoft, difference) => {
  expect(differencesOf(microsoft, recording)).toEqual([difference]);
});

test('another status is named, and that no subscription was made', () => {
  expect(differencesOf(created({ status: 403 }), recording).map(({ about }) => about)).toEqual(['order', 'status']);
});
