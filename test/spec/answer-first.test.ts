/** What Graph posts is answered first and worked on afterwards, whatever it holds and whatever else is stuck. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { exchange, rawRequest } from '../integration/webhook/raw.ts';
import { type ListenerWorld, listenerWorld, now, secrets, until } from '../integration/webhook/world.ts';
import { createCoreDriver } from '../stage/core-driver.ts';
import { startStage } from '../stage/stage.ts';

const ada = 'ada@contoso.example';

test('a post > is answered within a second while no token and no answer of Graph ever comes', async () => {
  const stage = await startStage({ start: new Date('2026-11-21T09:00:00Z'), createApp: createCoreDriver });
  onTestFinished(() => stage.stop());
  const { cloud, app } = stage;
  // Too short for MSAL to hand out again, so that every call of the app begins with a request for another token.
  cloud.entra.setTokenLifetime(290);
  await stage.startApp();
  await app.clickMenu('Sign in');
  await stage.signIn({ username: ada, action: 'accept' });
  expect(await stage.until(() => cloud.graph.subscriptions(ada).length === 2, 30_000)).not.toBeNull();

  const posts = () =>
    cloud.requests.filter(({ from, method, path }) => from === 'cloud' && method === 'POST' && path === '/…');
  const before = posts().length;
  cloud.graph.failNext({ path: '/me/', how: 'hang', times: 1_000 });
  cloud.graph.failNext({ path: '/subscriptions', how: 'hang', times: 1_000 });
  for (let n = 1; n <= 100; n += 1) cloud.entra.failNextToken({ kind: 'hang' });
  cloud.graph.challenge(ada, 'reauthorizationRequired');
  for (let n = 1; n <= 10; n += 1) {
    const arrived = posts().length;
    cloud.graph.mailbox(ada).deliver({ subject: `Mail ${n}` });
    await until(() => posts().length > arrived, `post ${n} was answered`);
  }
  const answers = posts().slice(before);
  expect(answers.length).toBeGreaterThanOrEqual(11);
  expect(answers.filter(({ status, tookMs }) => status !== 202 || tookMs > 1_000)).toEqual([]);
}, 60_000);

let world: ListenerWorld;
let listener: { readonly port: number; stop(): Promise<void> };
beforeEach(async () => {
  world = listenerWorld();
  listener = await world.start();
});
afterEach(() => listener.stop());

const post = (items: readonly unknown[]) =>
  exchange(listener.port, rawRequest(`/${secrets.notificationPath}`, { body: JSON.stringify({ value: items }) }));
const mail = { account: 'ada.contoso', resource: 'mail', subscriptionId: 'sub-1' } as const;

describe('a batch', () => {
  test('of everything at once loses nothing to its bad items', async () => {
    const good = { subscriptionId: 'sub-1', clientState: 'mail-state' };
    const answer = await post([
      null,
      { ...good, changeType: 'created' },
      'text',
      { ...good, clientState: 'forged' },
      { ...good, lifecycleEvent: 'reauthorizationRequired' },
      { clientState: 'mail-state' },
      { ...good, lifecycleEvent: 'somethingNew', schema: { changed: [true] } },
      { subscriptionId: 'sub-2', clientState: 'calendar-state', changeType: 'deleted' },
      { ...good, lifecycleEvent: 'missed' },
    ]);
    expect(answer.status).toBe(202);
    expect(world.posts).toEqual([
      {
        receivedAt: now,
        changes: [
          { ...mail, changeType: 'created' },
          { account: 'ada.contoso', resource: 'calendar', subscriptionId: 'sub-2', changeType: 'deleted' },
        ],
        lifecycle: [
          { ...mail, lifecycleEvent: 'reauthorizationRequired' },
          { ...mail, lifecycleEvent: 'somethingNew' },
          { ...mail, lifecycleEvent: 'missed' },
        ],
      },
    ]);
    expect(world.refused.sort()).toEqual(['client state', 'item shape']);
  });
});

describe('a change', () => {
  test('is the same hint in whatever form its resource is written', async () => {
    const bare = { subscriptionId: 'sub-1', clientState: 'mail-state', changeType: 'created' };
    const forms: readonly object[] = [
      {},
      {
        tenantId: 't',
        resource: 'Users/ada/Messages/AAMk',
        resourceData: { '@odata.type': '#Microsoft.Graph.Message', id: 'AAMk' },
      },
      {
        organizationId: 't',
        resource: "Users('ada')/messages('AAMk')",
        resourceData: { '@odata.type': '#microsoft.graph.message' },
      },
      { resource: 'users/ada@tenant/messages/AAMk', resourceData: null, subscriptionExpirationDateTime: 'later' },
      { resource: 7, resourceData: 'odd', encryptedContent: { data: 'AA==' } },
    ];
    for (const form of forms) expect((await post([{ ...bare, ...form }])).status).toBe(202);
    expect(world.posts).toEqual(
      forms.map(() => ({ receivedAt: now, changes: [{ ...mail, changeType: 'created' }], lifecycle: [] })),
    );
  });
});

describe('the handshake', () => {
  const validate = (path: string, token: string, headers: readonly string[] = []) =>
    exchange(
      listener.port,
      [
        `POST /${path}?validationToken=${token} HTTP/1.1`,
        'Host: t1.loca.lt',
        'Content-Length: 0',
        ...headers,
        '',
        '',
      ].join('\r\n'),
    );

  test('works on the notification path and on the lifecycle path, at the same time', async () => {
    world.validation = true;
    const answers = await Promise.all([
      validate(secrets.notificationPath, 'first'),
      validate(secrets.lifecyclePath, 'second'),
    ]);
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, 'first'],
      [200, 'second'],
    ]);
  });

  test('needs no body and no type of JSON', async () => {
    world.validation = true;
    for (const headers of [[], ['Content-Type: text/plain; charset=utf-8'], ['Content-Type: application/json']]) {
      const answer = await validate(secrets.notificationPath, 'token', headers);
      expect([answer.status, answer.body]).toEqual([200, 'token']);
    }
    expect(world.posts).toEqual([]);
  });
});
