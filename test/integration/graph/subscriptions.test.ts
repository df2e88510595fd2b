import { expect, test } from 'vitest';
import { createWorld, failing, graphErrorBody } from './played-graph.ts';

const expiresAt = new Date('2026-11-28T07:40:00Z');
const wire = {
  '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#subscriptions/$entity',
  id: 'sub/1==',
  resource: 'me/events',
  notificationUrl: 'https://name.example/n/secret',
  lifecycleNotificationUrl: 'https://name.example/l/secret',
  expirationDateTime: '2026-11-28T06:00:00.1234567Z',
};
const read = {
  id: 'sub/1==',
  resource: 'me/events',
  notificationUrl: 'https://name.example/n/secret',
  lifecycleNotificationUrl: 'https://name.example/l/secret',
  expiresAt: new Date('2026-11-28T06:00:00.123Z'),
};

test.each([
  ['mail', "me/mailFolders('inbox')/messages"],
  ['calendar', 'me/events'],
] as const)(
  'creates a %s subscription with immutable ids and trusts the expiry in the answer',
  async (resource, path) => {
    const { graph, asked, logged } = await createWorld(() => ({ status: 201, json: wire }));
    const created = await graph.subscriptions.create({
      resource,
      notificationUrl: 'https://name.example/n/secret',
      lifecycleNotificationUrl: 'https://name.example/l/secret',
      clientState: 'client-state',
      expiresAt,
    });
    expect(created).toEqual(read);
    expect(asked.map(({ method, path, body, headers }) => ({ method, path, body, prefer: headers.prefer }))).toEqual([
      {
        method: 'POST',
        path: '/subscriptions',
        prefer: 'IdType="ImmutableId"',
        body: {
          changeType: 'created,updated,deleted',
          notificationUrl: 'https://name.example/n/secret',
          lifecycleNotificationUrl: 'https://name.example/l/secret',
          resource: path,
          expirationDateTime: '2026-11-28T07:40:00.000Z',
          clientState: 'client-state',
        },
      },
    ]);
    expect(JSON.stringify(logged)).not.toMatch(/client-state|secret|sub\/1/);
  },
);

test('renews by moving the expiry and nothing else', async () => {
  const { graph, asked } = await createWorld(() => ({ json: wire }));
  expect(await graph.subscriptions.renew('sub/1==', expiresAt)).toEqual(read);
  expect(asked.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
    { method: 'PATCH', path: '/subscriptions/sub/1==', body: { expirationDateTime: '2026-11-28T07:40:00.000Z' } },
  ]);
});

test('reauthorizes without a body', async () => {
  const { graph, asked } = await createWorld(() => ({ status: 204 }));
  await graph.subscriptions.reauthorize('sub/1==');
  expect(asked.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
    { method: 'POST', path: '/subscriptions/sub/1==/reauthorize', body: null },
  ]);
});

test('lists over all pages and leaves out what it cannot read', async () => {
  const world = await createWorld(({ path }) =>
    path === '/subscriptions'
      ? { json: { value: [wire, { id: 'odd' }], '@odata.nextLink': `${world.base}/subscriptions?$skiptoken=2` } }
      : { json: { value: [{ ...wire, id: 'sub-2', lifecycleNotificationUrl: null }] } },
  );
  expect(await world.graph.subscriptions.list()).toEqual([
    read,
    { ...read, id: 'sub-2', lifecycleNotificationUrl: null },
  ]);
  expect(world.logged.filter(({ event }) => event === 'item.dropped').length).toBe(1);
});

test('removing what is gone already is done', async () => {
  const { graph } = await createWorld(() => ({ status: 404, json: graphErrorBody('ResourceNotFound') }));
  await expect(graph.subscriptions.remove('sub-1')).resolves.toBeUndefined();
});

test.each([
  [404, 'renew', 'graph-not-found'],
  [404, 'reauthorize', 'graph-not-found'],
  [403, 'renew', 'graph-forbidden'],
  [400, 'renew', 'graph-refused'],
  [403, 'remove', 'graph-forbidden'],
] as const)('%d to %s is %s', async (status, call, code) => {
  const { graph } = await createWorld(() => ({ status, json: graphErrorBody('X') }));
  const { subscriptions } = graph;
  const calls = {
    renew: () => subscriptions.renew('sub-1', expiresAt),
    reauthorize: () => subscriptions.reauthorize('sub-1'),
    remove: () => subscriptions.remove('sub-1'),
  };
  expect((await failing(calls[call]())).code).toBe(code);
});
