import { type Case, cases, item, json, post, type Row, type Table } from './case.ts';

/** Legal tokens: as they are written in the address, and as they must come back (bytes, read as latin1). */
const legal: readonly (readonly [string, string])[] = [
  ['abc', 'abc'],
  ['a', 'a'],
  ['0', '0'],
  ['Validation%3A+Testing+client+application+reachability', 'Validation: Testing client application reachability'],
  ['a+b', 'a b'],
  ['a%2Bb', 'a+b'],
  ['a%20b', 'a b'],
  ['%20a%20', ' a '],
  ['a=b', 'a=b'],
  ['a==', 'a=='],
  ['a?b', 'a?b'],
  ['a/b', 'a/b'],
  ['a%2Fb', 'a/b'],
  ['a%26b', 'a&b'],
  ['a%23b', 'a#b'],
  ['100%', '100%'],
  ['%zz', '%zz'],
  ['%25', '%'],
  ['%2525', '%25'],
  ['a;b', 'a;b'],
  ['a,b', 'a,b'],
  ['%3Cscript%3Ealert(1)%3C%2Fscript%3E', '<script>alert(1)</script>'],
  ['%22%27', `"'`],
  ['%C3%A9', latin1('é')],
  ['%F0%9F%93%AC', latin1('📬')],
  ['%E2%80%AEabc', latin1('\u202eabc')],
  ['%E2%80%8B', latin1('\u200b')],
  ['%7B%22a%22%3A1%7D', '{"a":1}'],
  ['x'.repeat(2048), 'x'.repeat(2048)],
  ['%41'.repeat(2048), 'A'.repeat(2048)],
];

/** Queries that must never be echoed, even while a validation is awaited. */
const hostile: readonly (readonly [string, string])[] = [
  ['no value', 'validationToken='],
  ['no equals sign', 'validationToken'],
  ['two tokens', 'validationToken=a&validationToken=b'],
  ['the same twice', 'validationToken=a&validationToken=a'],
  ['one and an empty one', 'validationToken=a&validationToken='],
  ['one letter too many', `validationToken=${'x'.repeat(2049)}`],
  ['far too many', `validationToken=${'x'.repeat(7000)}`],
  ['a line break', 'validationToken=a%0D%0Ab'],
  ['a header', 'validationToken=a%0D%0ASet-Cookie%3A%20b%3Dc'],
  ['an answer', 'validationToken=a%0D%0A%0D%0A%3Chtml%3E'],
  ['a line feed', 'validationToken=a%0Ab'],
  ['a carriage return', 'validationToken=a%0Db'],
  ['a tab', 'validationToken=a%09b'],
  ['a NUL', 'validationToken=a%00b'],
  ['only a NUL', 'validationToken=%00'],
  ['a bell', 'validationToken=%07'],
  ['an escape', 'validationToken=%1B%5B2J'],
  ['a delete', 'validationToken=%7F'],
  ['a C1 control', 'validationToken=%C2%85'],
  ['another C1 control', 'validationToken=%C2%9B'],
  ['no UTF-8', 'validationToken=%FF%FE'],
  ['half a letter', 'validationToken=%E2%82'],
  ['an overlong slash', 'validationToken=%C0%AF'],
  ['a surrogate', 'validationToken=%ED%A0%80'],
  ['beyond Unicode', 'validationToken=%F4%90%80%80'],
  ['the sign for what could not be read', 'validationToken=%EF%BF%BD'],
  ['one behind another name', 'x=1&validationToken=a%00'],
  ['one in front of another name', 'validationToken=a%00&x=1'],
  ['an encoded name', 'validation%54oken=a%00'],
  ['a tab in front', 'validationToken=%09a'],
];

/** While nothing of ours awaits it: no token is echoed, whatever it is. */
export const validationUnasked: Table = (known) =>
  cases([
    ...legal.map(([token]): Row => [shown(token), asked(known, `validationToken=${token}`), 404]),
    ...hostile.map(([name, query]): Row => [name, asked(known, query), 404]),
    ['on the lifecycle path', asked(known, 'validationToken=abc', known.lifecyclePath), 404],
    ['by GET', post(known, `${known.notificationPath}?validationToken=abc`, '', { method: 'GET' }), 405],
    ['to the probe', post(known, `${known.probePath}?validationToken=abc`, ''), 405],
    ['to nobody', post(known, 'elsewhere?validationToken=abc', ''), 404],
    ['with a notification', post(known, `${known.notificationPath}?validationToken=abc`, json(item(known))), 404],
  ]);

/** While one is awaited: legal tokens come back to the letter as plain text, all others are refused. */
export const validationAwaited: Table = (known): readonly Case[] => [
  ...legal.map(([token, body]) => ({
    name: `awaited: ${shown(token)}`,
    bytes: asked(known, `validationToken=${token}`),
    answers: [200],
    stored: 0,
    body,
  })),
  ...cases([
    ...hostile.map(([name, query]): Row => [`awaited: ${name}`, asked(known, query), 400]),
    ['awaited, by GET', post(known, `${known.notificationPath}?validationToken=abc`, '', { method: 'GET' }), 405],
    ['awaited, to the probe', post(known, `${known.probePath}?validationToken=abc`, ''), 405],
    ['awaited, to nobody', post(known, 'elsewhere?validationToken=abc', ''), 404],
    ['awaited, misspelt', asked(known, 'validationtoken=abc'), 415],
  ]),
];

function asked(known: Parameters<Table>[0], query: string, segment = known.notificationPath): Buffer {
  return post(known, `${segment}?${query}`, '', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
const shown = (token: string): string => (token.length > 60 ? `${token.slice(0, 20)}… (${token.length})` : token);
