/** What the app asks of Graph, and how it reads the answers, as a real server sees it. */
import { describe, expect, test } from 'vitest';
import { askedLifetimeMs } from '../../main/domain/subscription.ts';
import { createKeepSubscribed } from '../../main/workflows/keep-subscribed.ts';
import { createWorld, failing, graphErrorBody, type Script } from '../integration/graph/played-graph.ts';
import { digest } from '../integration/webhook/world.ts';
import * as workflows from '../unit/workflows/world.ts';

const wire = {
  id: 'sub-1',
  resource: "me/mailFolders('inbox')/messages",
  changeType: 'created,updated,deleted',
  notificationUrl: 'https://t1.loca.lt/n',
  lifecycleNotificationUrl: 'https://t1.loca.lt/l',
  expirationDateTime: '2026-11-28T07:40:00Z',
};
const wanted = {
  resource: 'mail',
  notificationUrl: wire.notificationUrl,
  lifecycleNotificationUrl: wire.lifecycleNotificationUrl,
  clientState: 'state-1',
  expiresAt: new Date('2026-11-28T07:40:00Z'),
} as const;
const always =
  (json: unknown, status = 200): Script =>
  () => ({ status, json });
const message = { receivedDateTime: '2026-11-21T08:00:00Z', isRead: false };
const window = { from: new Date('2026-11-20T00:00:00Z'), to: new Date('2027-01-20T00:00:00Z') };

describe('every request', () => {
  test('goes to v1.0 of the configured Graph, by its method and path', async () => {
    const { graph, asked, base } = await createWorld(({ method, path }) => {
      if (path.includes('delta')) return { json: { value: [], '@odata.deltaLink': `${base}/link` } };
      if (path.startsWith('/me/mailFolders')) return { json: { unreadItemCount: 0 } };
      return { json: method === 'GET' && path === '/subscriptions' ? { value: [wire] } : wire };
    });
    await graph.subscriptions.create(wanted);
    await graph.subscriptions.renew('sub-1', wanted.expiresAt);
    await graph.subscriptions.reauthorize('sub-1');
    await graph.subscriptions.list();
    await graph.subscriptions.remove('sub-1');
    await graph.mail.changes(null, wanted.expiresAt);
    await graph.mail.unreadCount();
    await graph.calendar.changes(null, window);
    // `path` is what follows /v1.0: anything else would still begin with its own version.
    expect(asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'POST /subscriptions',
      'PATCH /subscriptions/sub-1',
      'POST /subscriptions/sub-1/reauthorize',
      'GET /subscriptions',
      'DELETE /subscriptions/sub-1',
      'GET /me/mailFolders/inbox/messages/delta',
      'GET /me/mailFolders/inbox',
      'GET /me/calendarView/delta',
    ]);
  });
});

describe('a create', () => {
  test('sends these six properties and no other', async () => {
    const { graph, asked } = await createWorld(always(wire, 201));
    await graph.subscriptions.create(wanted);
    expect(asked.map(({ body }) => body)).toEqual([
      {
        changeType: 'created,updated,deleted',
        notificationUrl: wire.notificationUrl,
        lifecycleNotificationUrl: wire.lifecycleNotificationUrl,
        resource: "me/mailFolders('inbox')/messages",
        expirationDateTime: '2026-11-28T07:40:00.000Z',
        clientState: 'state-1',
      },
    ]);
  });
});

describe('an answer', () => {
  test('with properties that we do not know is read all the same', async () => {
    const { graph } = await createWorld(
      always({ ...wire, notificationContentType: 'application/json', creatorId: 'x', brandNew: { deep: [1] } }, 201),
    );
    await expect(graph.subscriptions.create(wanted)).resolves.toMatchObject({ id: 'sub-1' });
  });

  test('with an expiry in another offset is the same instant', async () => {
    const { graph } = await createWorld(
      always({ ...wire, expirationDateTime: '2026-11-27T23:40:00.1230000-08:00' }, 201),
    );
    const { expiresAt } = await graph.subscriptions.create(wanted);
    expect(expiresAt).toEqual(new Date('2026-11-28T07:40:00.123Z'));
  });
});

test('a renewal > asks for 10,000 minutes from now, whatever is left', async () => {
  const { keeper, graph, clock, pass } = keeping();
  await pass(0);
  const [created] = graph.asked;
  await pass(askedLifetimeMs / 2 + 60_000);
  keeper.stop();
  expect({
    created: created && created.expiresAt.getTime() - new Date('2026-11-21T09:00:00Z').getTime(),
    left: [...graph.live.values()].map(({ expiresAt }) => expiresAt.getTime() - clock.now().getTime()),
    calls: graph.subscriptionCalls.filter((call) => call.startsWith('renew')).length,
  }).toMatchObject({ created: 600_000_000, left: [600_000_000 - 60_000, 600_000_000 - 60_000], calls: 2 });
});

test('a clientState > is random, of 43 characters, another one each time, and stored as a digest only', async () => {
  const { keeper, graph, records, pass, log } = keeping();
  await pass(0);
  keeper.stop();
  const states = graph.asked.map(({ clientState }) => clientState);
  const stored = records.subscriptions();
  expect({
    count: new Set(states).size,
    lengths: states.map((state) => state.length),
    digests: stored.map(({ clientStateDigest }) => clientStateDigest).sort(),
  }).toEqual({ count: 2, lengths: [43, 43], digests: states.map(digest).sort() });
  for (const state of states) expect(JSON.stringify([stored, log.entries])).not.toContain(state);
});

test('a refusal > is judged by its status, also when its code is ExtensionError', async () => {
  const wrapped = graphErrorBody('ExtensionError', 'Operation: Create; Exception: [Status Code: Forbidden]');
  const codes: string[] = [];
  for (const status of [400, 403, 404, 409]) {
    const { graph } = await createWorld(always(wrapped, status));
    codes.push((await failing(graph.subscriptions.create(wanted))).code);
  }
  expect(codes).toEqual(['graph-refused', 'graph-forbidden', 'graph-not-found', 'graph-conflict']);
});

test('an id > with every character that an address cannot hold comes back unchanged', async () => {
  const id = 'AAMkAD/+=?#% "é&..';
  const seen: string[] = [];
  const { graph, base } = await createWorld(({ path }) => {
    seen.push(path);
    if (path.includes('delta')) return { json: { value: [{ id, isRead: true }], '@odata.deltaLink': `${base}/link` } };
    return { json: { id, ...message } };
  });
  const { changes } = await graph.mail.changes(null, wanted.expiresAt);
  await graph.subscriptions.remove(id);
  expect(changes).toMatchObject([{ kind: 'message', message: { id } }]);
  expect([seen[1]?.startsWith(`/me/messages/${id}?`), seen[2]]).toEqual([true, `/subscriptions/${id}`]);
});

/** Subscriptions kept for one account on a scripted Graph. */
function keeping() {
  const world = workflows.createWorld();
  const graph = workflows.createGraph(world.clock);
  const sessions = workflows.createSessions(world);
  sessions.signedIn(workflows.ada);
  const keeper = createKeepSubscribed({
    ...world,
    account: workflows.ada.homeAccountId,
    subscriptions: graph.subscriptions,
    sessions,
    random: {
      fraction: () => 0.5,
      secret: (bytes) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url'),
    },
    sha256: digest,
    wanted: true,
    publicUrl: () => 'https://t1.loca.lt',
    secrets: () => ({ notificationPath: 'n', lifecyclePath: 'l', probePath: 'p', probeKey: 'k' }),
    resync: () => {},
    addressDoubted: () => {},
    changed: () => {},
  });
  keeper.reconcile();
  return { ...world, graph, keeper };
}
