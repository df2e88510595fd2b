import { createHash } from 'node:crypto';
import { type Case, cases, item, json, post, type Row, type Table } from './case.ts';

/** Well-formed notifications: whom they claim to be from, and what they claim. */
export const meaning: Table = (known) => [...forgers(known), ...claims(known)];

/** Whoever has not the whole secret is told 202 and nothing else, and nothing is kept. */
function forgers(known: Parameters<Table>[0]): readonly Case[] {
  const state = known.clientState;
  const dropped = (name: string, fields: object): Row => [
    name,
    post(known, known.notificationPath, json(item(known, fields))),
    202,
    0,
  ];
  const clientState = (name: string, value: unknown) => dropped(`a clientState ${name}`, { clientState: value });
  const subscriptionId = (name: string, value: unknown) =>
    dropped(`a subscriptionId ${name}`, { subscriptionId: value });
  return cases([
    clientState('that is missing', undefined),
    clientState('of null', null),
    clientState('of nothing', ''),
    clientState('of one letter', 'x'),
    clientState('of a space', ' '),
    clientState('of 128 letters', 'x'.repeat(128)),
    clientState('of 129 letters', 'x'.repeat(129)),
    clientState('of 255 letters', 'x'.repeat(255)),
    clientState('of 256 letters', 'x'.repeat(256)),
    clientState('of 100,000 letters', 'x'.repeat(100_000)),
    clientState('without its last letter', state.slice(0, -1)),
    clientState('without its first letter', state.slice(1)),
    clientState('with a letter more', `${state}x`),
    clientState('with a space behind', `${state} `),
    clientState('with a line break behind', `${state}\n`),
    clientState('with a NUL behind', `${state}\u0000`),
    clientState('with another last letter', `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`),
    clientState('with another first letter', `${state.startsWith('A') ? 'B' : 'A'}${state.slice(1)}`),
    clientState('in capitals', `${state.toUpperCase()}.`),
    clientState('with a look-alike letter', `\u0430${state.slice(1)}`),
    clientState('with an accent that joins', `${state}\u0301`),
    clientState('that was hashed', createHash('sha256').update(state).digest('hex')),
    clientState('in base64', Buffer.from(state).toString('base64')),
    clientState('twice over', state + state),
    clientState('of number', 1),
    clientState('of true', true),
    clientState('in a list', [state]),
    clientState('in an object', { toString: state }),
    clientState('like SQL', `' OR 1=1 --`),
    clientState('like a pattern', '.*'),
    clientState('like a star', '*'),
    clientState('named by its path', known.notificationPath),
    clientState('named by the other path', known.lifecyclePath),
    clientState('named by the probe’s key', known.probeKey),
    subscriptionId('that is missing', undefined),
    subscriptionId('of null', null),
    subscriptionId('of nothing', ''),
    subscriptionId('of 129 letters', 'x'.repeat(129)),
    subscriptionId('of number', 7),
    subscriptionId('in a list', [known.subscriptionId]),
    dropped('a changeType in a list', { changeType: ['updated'] }),
    dropped('a lifecycleEvent in an object', { lifecycleEvent: {} }),
    dropped('a lifecycleEvent of true', { lifecycleEvent: true }),
  ]);
}

/** Whoever has the secret gives a hint, and no more than a hint: what else it says counts for nothing. */
function claims(known: Parameters<Table>[0]): readonly Case[] {
  const hint = (name: string, fields: object, segment = known.notificationPath): Row => [
    name,
    post(known, segment, json(item(known, fields))),
    202,
    1,
  ];
  return cases([
    hint('a subscription nobody has', { subscriptionId: '00000000-0000-4000-8000-000000000000' }),
    hint('a subscription that climbs', { subscriptionId: '../../me/messages' }),
    hint('a subscription with a line break', { subscriptionId: 'a\r\nb' }),
    hint('a subscription like SQL', { subscriptionId: `'; DROP TABLE queue; --` }),
    hint('a changeType nobody knows', { changeType: 'transmogrified' }),
    hint('a changeType of 10,000 letters', { changeType: 'x'.repeat(10_000) }),
    hint('a changeType with line breaks', { changeType: 'a\r\nb' }),
    hint('no changeType', { changeType: undefined }),
    hint('a deletion', { changeType: 'deleted' }),
    hint('a lifecycleEvent nobody knows', { lifecycleEvent: 'exploded' }),
    hint('a lifecycleEvent with line breaks', { lifecycleEvent: 'missed\r\nX: y' }),
    hint('a lifecycleEvent in capitals', { lifecycleEvent: 'MISSED' }),
    hint('a lifecycleEvent of a prototype', { lifecycleEvent: '__proto__' }),
    hint('a lifecycleEvent of every object', { lifecycleEvent: 'constructor' }),
    hint('an empty lifecycleEvent', { lifecycleEvent: '' }),
    hint('a lifecycleEvent on the change path', { lifecycleEvent: 'missed' }),
    hint('a change on the lifecycle path', {}, known.lifecyclePath),
    hint('another tenant', { tenantId: '00000000-0000-0000-0000-000000000000' }),
    hint('a tenant of number', { tenantId: 7 }),
    hint('a resource that climbs', { resource: '../../../me/mailFolders' }),
    hint('a resource on another host', { resource: 'https://evil.example/steal' }),
    hint('a resource with line breaks', { resource: 'Users/1\r\nHost: evil.example' }),
    hint('a resource of 10 KB', { resource: 'x'.repeat(10_240) }),
    hint('an item of 10 KB', { resourceData: { id: 'x'.repeat(10_240) } }),
    hint('a subject to be shown', { resourceData: { subject: '<img src=x onerror=alert(1)>', id: '2' } }),
    hint('a link to be opened', {
      resourceData: { webLink: 'javascript:alert(1)', '@odata.id': 'file:///etc/passwd' },
    }),
    hint('an expiry in the past', { subscriptionExpirationDateTime: '1970-01-01T00:00:00Z' }),
    hint('an expiry in the year 9999', { subscriptionExpirationDateTime: '9999-12-31T23:59:59Z' }),
    hint('an expiry that is none', { subscriptionExpirationDateTime: 'tomorrow' }),
    hint('an expiry of null', { subscriptionExpirationDateTime: null }),
  ]);
}

/** What a notification with encrypted content would carry. We ask for none, so none of it is looked at. */
export const encrypted: Table = (known) => {
  const content = {
    data: 'AAAA',
    dataSignature: 'AAAA',
    dataKey: 'AAAA',
    encryptionCertificateId: 'certificate-1',
    encryptionCertificateThumbprint: '0123456789ABCDEF',
  };
  const odd: readonly (readonly [string, unknown])[] = [
    ['of null', null],
    ['of text', 'AAAA'],
    ['of list', []],
    ['without anything', {}],
    ['as it should be', content],
    ['without its signature', { ...content, dataSignature: undefined }],
    ['without its key', { ...content, dataKey: undefined }],
    ['without its data', { ...content, data: undefined }],
    ['with a key that is no base64', { ...content, dataKey: '%%%' }],
    ['with 100,000 letters of data', { ...content, data: 'A'.repeat(100_000) }],
    ['with another certificate', { ...content, encryptionCertificateId: '../../key' }],
    ['with an address for a certificate', { ...content, encryptionCertificateId: 'https://evil.example/key' }],
  ];
  const tokens: readonly (readonly [string, unknown])[] = [
    ['of null', null],
    ['of text', 'x'],
    ['of numbers', [1, 2]],
    ['that are none', ['x']],
    ['that nobody signed', ['eyJhbGciOiJub25lIn0.e30.']],
    ['10,000 times', Array(10_000).fill('x')],
  ];
  const whole = (clientState: string, encryptedContent: unknown) =>
    post(known, known.notificationPath, json(item(known, { clientState, encryptedContent })));
  return cases([
    ...odd.map(([name, value]): Row => [`content ${name}, from who knows us`, whole(known.clientState, value), 202, 1]),
    ...odd.map(([name, value]): Row => [`content ${name}, from a stranger`, whole('stranger', value), 202, 0]),
    ...tokens.flatMap(([name, validationTokens]): Row[] => {
      const body = (clientState: string) => JSON.stringify({ validationTokens, value: [item(known, { clientState })] });
      return [
        [`tokens ${name}, from who knows us`, post(known, known.notificationPath, body(known.clientState)), 202, 1],
        [`tokens ${name}, from a stranger`, post(known, known.notificationPath, body('stranger')), 202, 0],
      ];
    }),
  ]);
};
