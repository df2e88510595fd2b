import { describe, expect, test } from 'vitest';
import { createWorld, failing, graphErrorBody, type World } from './played-graph.ts';

const since = new Date('2026-11-20T09:00:00Z');
const delta = '/me/mailFolders/inbox/messages/delta';
const properties =
  'id,subject,from,sender,receivedDateTime,isRead,importance,inferenceClassification,conversationId,webLink';

const wire = (id: string, more: object = {}) => ({
  id,
  subject: `about ${id}`,
  from: { emailAddress: { name: 'Ada', address: 'ada@contoso.example' } },
  receivedDateTime: '2026-11-21T08:00:00Z',
  isRead: false,
  importance: 'normal',
  inferenceClassification: 'focused',
  conversationId: 'conv-1',
  webLink: 'https://outlook.office365.com/owa/?ItemID=x',
  ...more,
});
const message = (id: string, more: object = {}) => ({
  kind: 'message',
  message: {
    id,
    subject: `about ${id}`,
    from: { name: 'Ada', address: 'ada@contoso.example' },
    receivedAt: new Date('2026-11-21T08:00:00Z'),
    isRead: false,
    importance: 'normal',
    inferenceClassification: 'focused',
    conversationId: 'conv-1',
    preview: null,
    webLink: 'https://outlook.office365.com/owa/?ItemID=x',
    ...more,
  },
});
const removed = (id: string) => ({ id, '@removed': { reason: 'deleted' } });
const link = (world: World, name: string) => `${world.base}${delta}?$deltatoken=${name}`;

test('a first round asks from `since`, newest first, and reads every page, the empty ones too', async () => {
  const pages: Record<string, () => object> = {
    1: () => ({ value: [wire('A')], '@odata.nextLink': link(world, '2') }),
    2: () => ({ value: [], '@odata.nextLink': link(world, '3') }),
    3: () => ({ value: [wire('B', { isRead: true }), removed('C')], '@odata.deltaLink': link(world, 'end') }),
  };
  const world = await createWorld(({ path }) => ({ json: pages[path.split('token=')[1] ?? '1']?.() }));
  expect(await world.graph.mail.changes(null, since)).toEqual({
    changes: [message('A'), message('B', { isRead: true }), { kind: 'removed', id: 'C' }],
    deltaLink: link(world, 'end'),
  });
  expect(world.asked.map(({ path, headers }) => [path, headers.prefer])).toEqual(
    [
      `${delta}?$select=${properties}&$filter=receivedDateTime ge 2026-11-20T09:00:00.000Z&$orderby=receivedDateTime desc`,
      `${delta}?$deltatoken=2`,
      `${delta}?$deltatoken=3`,
    ].map((path) => [path, 'odata.maxpagesize=100, IdType="ImmutableId"']),
  );
});

test('with previews it asks for the preview and hands it on', async () => {
  const world = await createWorld(
    () => ({ json: { value: [wire('A', { bodyPreview: 'Hello' })], '@odata.deltaLink': link(world, 'end') } }),
    { previews: true },
  );
  expect((await world.graph.mail.changes(null, since)).changes).toEqual([message('A', { preview: 'Hello' })]);
  expect(world.asked[0]?.path).toContain(`$select=${properties},bodyPreview&`);
});

test('a later round follows the link as it is', async () => {
  const world = await createWorld(() => ({ json: { value: [], '@odata.deltaLink': link(world, 'next') } }));
  expect(await world.graph.mail.changes(link(world, 'a%2Bb=='), since)).toEqual({
    changes: [],
    deltaLink: link(world, 'next'),
  });
  expect(world.asked.map(({ path }) => path)).toEqual([`${delta}?$deltatoken=a+b==`]);
});

test('told twice in a round, an item comes once, as it was told last', async () => {
  const world = await createWorld(() => ({
    json: {
      value: [wire('A'), removed('B'), wire('C'), wire('B'), removed('A')],
      '@odata.deltaLink': link(world, 'end'),
    },
  }));
  expect((await world.graph.mail.changes(null, since)).changes).toEqual([
    message('C'),
    message('B'),
    { kind: 'removed', id: 'A' },
  ]);
});

describe('told only in part', () => {
  test('a message that was read elsewhere is asked for whole; one that is gone meanwhile counts as removed', async () => {
    const world = await createWorld(({ path }) => {
      if (path.startsWith(delta)) {
        return {
          json: {
            value: [{ id: 'A/=', isRead: true }, wire('B'), { id: 'gone', isRead: true }],
            '@odata.deltaLink': link(world, 'end'),
          },
        };
      }
      return path.startsWith('/me/messages/A/=')
        ? { json: wire('A/=', { isRead: true }) }
        : { status: 404, json: graphErrorBody('ErrorItemNotFound') };
    });
    expect((await world.graph.mail.changes(link(world, '1'), since)).changes).toEqual([
      message('A/=', { isRead: true }),
      message('B'),
      { kind: 'removed', id: 'gone' },
    ]);
    expect(world.asked.find(({ path }) => path.startsWith('/me/messages/A'))).toMatchObject({
      path: `/me/messages/A/=?$select=${properties}`,
      headers: { prefer: 'IdType="ImmutableId"' },
    });
  });

  test('an item that stays unreadable is dropped and logged; the others come through', async () => {
    const world = await createWorld(({ path }) =>
      path.startsWith(delta)
        ? {
            json: {
              value: [{ id: 'A', subject: 7 }, 'text', { subject: 'no id' }, wire('B')],
              '@odata.deltaLink': link(world, 'end'),
            },
          }
        : { json: { id: 'A' } },
    );
    expect((await world.graph.mail.changes(null, since)).changes).toEqual([message('B')]);
    expect(world.logged.filter(({ event }) => event === 'item.dropped').length).toBe(3);
  });

  test('trouble while asking for the whole fails the round, so nothing is lost', async () => {
    const world = await createWorld(({ path }) =>
      path.startsWith(delta)
        ? { json: { value: [{ id: 'A', isRead: true }], '@odata.deltaLink': link(world, 'end') } }
        : { status: 403, json: graphErrorBody('ErrorAccessDenied') },
    );
    expect((await failing(world.graph.mail.changes(link(world, '1'), since))).code).toBe('graph-forbidden');
  });
});

describe('a dead link', () => {
  test.each([
    [410, 'SyncStateNotFound'],
    [404, 'syncStateNotFound'],
    [400, 'SyncStateInvalid'],
    [400, 'resyncRequired'],
  ])('%d %s is a lost sync state', async (status, code) => {
    const world = await createWorld(() => ({ status, json: graphErrorBody(code) }));
    expect((await failing(world.graph.mail.changes(link(world, 'old'), since))).code).toBe('graph-sync-state-lost');
    expect(world.asked.length).toBe(1);
  });

  test('in a round from the start is trouble on their side: there is no link to drop', async () => {
    const world = await createWorld(() => ({ status: 410, json: graphErrorBody('SyncStateNotFound') }));
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
  });
});

describe('a token goes to Graph’s host only', () => {
  test.each([
    'https://graph.microsoft.com.login.example/v1.0/next',
    'https://login.example/v1.0/next',
    'http://127.0.0.1:1/v1.0/next',
    '//login.example/v1.0/next',
    'not a link',
  ])('a next page at %s is refused', async (next) => {
    const world = await createWorld(() => ({ json: { value: [wire('A')], '@odata.nextLink': next } }));
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
    expect(world.asked.length).toBe(1);
  });

  test('also not with credentials in front, or over another protocol', async () => {
    const world = await createWorld(() => ({ json: { value: [], '@odata.nextLink': next } }));
    let next = world.base.replace('http://', 'http://user:pw@');
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
    next = world.base.replace('http://', 'http://user@');
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
    next = world.base.replace('http://', 'https://');
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
    expect(world.asked.length).toBe(3);
  });

  test('a stored link to elsewhere is dropped for a new round, and never asked', async () => {
    const world = await createWorld(() => ({ json: {} }));
    const failure = await failing(world.graph.mail.changes('https://login.example/delta?$deltatoken=x', since));
    expect(failure.code).toBe('graph-sync-state-lost');
    expect(world.asked).toEqual([]);
  });

  test('a delta link to elsewhere is not handed out to be stored', async () => {
    const world = await createWorld(() => ({ json: { value: [], '@odata.deltaLink': 'https://login.example/delta' } }));
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
  });

  test('with the address left out it is https://graph.microsoft.com', async () => {
    const urls: string[] = [];
    const { createGraph } = await import('../../../main/graph/graph.ts');
    const world = await createWorld(() => ({}));
    const graph = createGraph({
      fetch: async (url) => {
        urls.push(url);
        return Response.json({ value: [], '@odata.deltaLink': 'https://graph.microsoft.com/v1.0/next' });
      },
      tokens: world.tokens,
      clock: { now: world.clock.now, after: world.clock.after, onJump: () => () => {} },
      log: { info() {}, warn() {}, error() {} },
      previews: false,
    });
    await graph.mail.changes(null, since);
    await graph.mail.changes('https://graph.microsoft.com/v1.0/next', since);
    await graph.close();
    expect(urls.map((url) => url.split('?')[0])).toEqual([
      'https://graph.microsoft.com/v1.0/me/mailFolders/inbox/messages/delta',
      'https://graph.microsoft.com/v1.0/next',
    ]);
  });
});

describe('a round that would not end', () => {
  test('because a page names one that was read already is given up', async () => {
    const world = await createWorld(({ path }) => ({
      json: { value: [], '@odata.nextLink': link(world, path.endsWith('=1') ? '2' : '1') },
    }));
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
    expect(world.asked.length).toBe(3);
  });

  test('because there is always another page is given up after 500', async () => {
    const world = await createWorld((_asked, index) => ({
      json: { value: [], '@odata.nextLink': link(world, String(index)) },
    }));
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
    expect(world.asked.length).toBe(500);
  });

  test('because the last page has no link at all is no round', async () => {
    const world = await createWorld(() => ({ json: { value: [wire('A')] } }));
    expect((await failing(world.graph.mail.changes(null, since))).code).toBe('graph-unreachable');
  });
});

test('a first round at Graph’s limit of filtered messages says so in the log', async () => {
  const world = await createWorld(() => ({
    json: {
      value: Array.from({ length: 5000 }, (_, n) => wire(`m${n}`)),
      '@odata.deltaLink': link(world, 'end'),
    },
  }));
  expect((await world.graph.mail.changes(null, since)).changes.length).toBe(5000);
  expect(world.logged.find(({ event }) => event === 'round.at-limit')?.fields).toEqual({ path: delta, items: 5000 });
});

test('the unread count is the server’s', async () => {
  const world = await createWorld(() => ({ json: { id: 'inbox', unreadItemCount: 12 } }));
  expect(await world.graph.mail.unreadCount()).toBe(12);
  expect(world.asked[0]?.path).toBe('/me/mailFolders/inbox?$select=unreadItemCount');
});

test('an account without a mailbox is told so', async () => {
  const world = await createWorld(() => ({ status: 404, json: graphErrorBody('MailboxNotEnabledForRESTAPI') }));
  const failure = await failing(world.graph.mail.changes(null, since));
  expect([failure.code, failure.userMessage]).toEqual(['graph-refused', expect.stringContaining('no mailbox')]);
});
