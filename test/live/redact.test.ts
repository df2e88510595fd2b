import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { placeOf, safeHeaders, safePath, safeQuery } from './redact.ts';
import { mergedShape, shapeOf, shapeOfForm } from './shape.ts';

test.each([
  ['/v1.0/subscriptions/7c0d1b52-3f4e-4a61-8b0a-1d2e3f405162/reauthorize', '/v1.0/subscriptions/{id}/reauthorize'],
  ["/v1.0/me/mailFolders('inbox')/messages/delta", "/v1.0/me/mailFolders('inbox')/messages/delta"],
  ["/v1.0/me/mailFolders('AAMkAGI2=')/messages/delta", '/v1.0/me/mailFolders({id})/messages/delta'],
  ['/v1.0/me/calendarView/delta()', '/v1.0/me/calendarView/delta({id})'],
  ['/5a1f6c2e-8d4b-4e1a-9c57-0b7d3f2e6a91/oauth2/v2.0/token', '/{id}/oauth2/v2.0/token'],
  ['/contoso.example/oauth2/v2.0/token', '/{id}/oauth2/v2.0/token'],
  ['/v1.0/users/ada%40contoso.example/events', '/v1.0/users/{id}/events'],
  ["Users('ada')/Messages('AAMk')", 'Users({id})/Messages({id})'],
  ['/%E0%A4%A', '/{id}'],
  ['', ''],
])('of the path %s there stays %s', (path, safe) => {
  expect(safePath(path)).toBe(safe);
});

test('of a query there stay the names, and of odd names nothing', () => {
  expect(safeQuery('?$select=subject&$filter=x&ada@contoso.example=1&validationToken=abc')).toEqual([
    '$select',
    '$filter',
    '{name}',
    'validationToken',
  ]);
});

test('headers keep their names, and values only where everybody has the same', () => {
  expect(
    safeHeaders([
      ['Authorization', 'Bearer eyJ0eXAi.abc.def'],
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Retry-After', '17'],
      ['X-Forwarded-For', '203.0.113.9'],
      ['User-Agent', 'Microsoft.Graph.Change.Tracking/1.0'],
      ['Prefer', 'IdType="ImmutableId", odata.maxpagesize=100'],
      ['Origin', 'https://login.microsoftonline.com'],
      [
        'WWW-Authenticate',
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common", error="insufficient_claims", claims="eyJhY2Nlc3M="',
      ],
      ['request-id', randomUUID()],
    ]),
  ).toEqual({
    authorization: null,
    'content-type': 'application/json; charset=utf-8',
    origin: 'https://login.microsoftonline.com',
    prefer: 'IdType="ImmutableId", odata.maxpagesize=100',
    'request-id': null,
    'retry-after': '17',
    'user-agent': 'Microsoft.Graph.Change.Tracking/1.0',
    'www-authenticate': 'Bearer realm authorization_uri error claims',
    'x-forwarded-for': null,
  });
});

test('a shown header that carries something personal is not shown', () => {
  for (const value of [
    'agent of ada@contoso.example',
    'https://ada.contoso.example/',
    `Agent/${randomUUID()}`,
    'Agent from 203.0.113.9',
    'mfcD8tguEmUOPfVAup-mVEKNJWQetuWvpXcVrQPd',
    ...Array.from({ length: 2_000 }, () => randomBytes(24).toString('base64url')),
  ]) {
    expect(safeHeaders([['user-agent', value]])).toEqual({ 'user-agent': null });
  }
});

test.each([
  'lifecycleNotificationUrl',
  'subscriptionExpirationDateTime',
  '@odata.deltaLink',
  'encryptionCertificateThumbprint',
])('the key %s is a name', (key) => {
  expect(shapeOf({ [key]: 1 })).toEqual({ '': ['object'], [key]: ['integer'] });
});

test('hosts are told by what they are', () => {
  const own = { relay: 'relay.example', isPublic: false };
  expect(
    ['login.microsoftonline.us', 'graph.microsoft.com', 'relay.example', 'localhost:4711', 'ada.example'].map((host) =>
      placeOf(host, own),
    ),
  ).toEqual(['{sign-in}', '{graph}', '{relay}', '{loopback}', '{elsewhere}']);
  expect(placeOf('whatever.loca.lt', { relay: null, isPublic: true })).toBe('{public}');
});

test('a body keeps its keys and the kinds of its values', () => {
  expect(
    shapeOf({
      value: [
        {
          '@odata.type': '#Microsoft.Graph.Message',
          resource: "Users('ada@contoso.example')/messages('AAMk')",
          changeType: 'created',
          'subject@odata.type': 'x',
          subscriptionExpirationDateTime: '2026-11-27T10:00:00.1234567-08:00',
          subscriptionId: randomUUID(),
          empty: '',
          count: 3,
        },
        { changeType: null, 'ada@contoso.example': true },
      ],
      expires_in: 5_326,
      scope: 'Mail.ReadBasic openid',
      error: { code: 'ErrorAccessDenied' },
    }),
  ).toEqual({
    '': ['object'],
    error: ['object'],
    'error/code': ['"ErrorAccessDenied"'],
    expires_in: ['integer 5326'],
    scope: ['scopes, short'],
    value: ['array'],
    'value/[]': ['object'],
    'value/[]/@odata.type': ['"#Microsoft.Graph.Message"'],
    'value/[]/changeType': ['null', 'text'],
    'value/[]/count': ['integer'],
    'value/[]/empty': ['empty text'],
    'value/[]/resource': ['path Users({id})/messages({id})'],
    'value/[]/subject@odata.type': ['text'],
    'value/[]/subscriptionExpirationDateTime': ['instant offset, long fraction'],
    'value/[]/subscriptionId': ['guid'],
    'value/[]/{key}': ['boolean'],
  });
});

test('several bodies together are everything that was seen', () => {
  expect(mergedShape([{ a: ['text'] }, { a: ['null'], b: ['guid'] }])).toEqual({ a: ['null', 'text'], b: ['guid'] });
});

test('no canary comes through any door, wherever it is put', () => {
  const seed = randomInt(2 ** 32);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  const shown = ['@odata.type', 'code', 'error', 'scope', 'resource', '@odata.id', 'lifecycleEvent', 'token_type'];
  for (let round = 0; round < 2_000; round += 1) {
    const word = `canary${(random(2 ** 31) + 2 ** 31).toString(36)}${1_000_000 + random(9_000_000)}`;
    const canary =
      [word, `${word}@contoso.example`, `+49 170 ${random(9_000_000)}${word}`, `${word}.fabrikam.example`][random(4)] ??
      '';
    const key = shown[random(shown.length)] ?? '';
    const written = JSON.stringify([
      safePath(`/v1.0/me/${encodeURIComponent(canary)}/messages('${canary}')`),
      safeQuery(`?${encodeURIComponent(canary)}=1&a=${encodeURIComponent(canary)}`),
      safeHeaders([
        [word, 'x'],
        ['user-agent', canary],
        ['prefer', `x=${canary}`],
        ['x-thing', canary],
        ['www-authenticate', `Bearer realm="${canary}", ${word}="1"`],
      ]),
      shapeOf({ [canary]: canary, [key]: canary, inside: [{ [key]: [canary] }] }),
      shapeOfForm(new URLSearchParams({ [canary]: canary, error: canary, scope: canary })),
    ]);
    expect(written.includes(word), `seed ${seed}, round ${round}: ${written}`).toBe(false);
  }
});

test('a name made of letters only stays out of every value that people write', () => {
  const name = 'Hildegard';
  const message = { subject: name, bodyPreview: name, from: { emailAddress: { name, address: name } } };
  const written = JSON.stringify([
    shapeOf({ value: [message], resource: `Users('${name}')/messages/${name}`, '@odata.id': name }),
    safePath(`/${name}/me/${name}`),
    safeHeaders([['x-user', name]]),
  ]);
  expect(written).not.toContain(name);
});
