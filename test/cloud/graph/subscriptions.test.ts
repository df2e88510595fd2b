import { describe, expect, test } from 'vitest';
import { BEN, type Rig, startRig, subscriptionBody } from './rig.ts';

const HOST = 'quiet-otter.relay.example';

async function create(
  rig: Rig,
  token: string,
  change: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) {
  return rig.ask('/subscriptions', token, { method: 'POST', body: subscriptionBody(rig, HOST, change), headers });
}

const minutes = (rig: Rig, count: number) => new Date(rig.clock.now().getTime() + count * 60_000).toISOString();

describe('POST /subscriptions', () => {
  test('validates both addresses and answers 201 with the subscription', async () => {
    const rig = await startRig();
    const receiver = await rig.receiver(HOST);
    const answer = await create(rig, rig.token());

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#subscriptions/$entity',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resource: "me/mailFolders('inbox')/messages",
      applicationId: 'tidings',
      changeType: 'created,updated,deleted',
      clientState: 'state-of-the-client',
      notificationUrl: `https://${HOST}/n/secret?x=1`,
      notificationQueryOptions: null,
      lifecycleNotificationUrl: `https://${HOST}/l/secret`,
      expirationDateTime: '2026-11-28T07:40:00.0000000Z',
      creatorId: '11111111-1111-4111-8111-111111111111',
      includeResourceData: null,
      latestSupportedTlsVersion: 'v1_2',
      encryptionCertificate: null,
      encryptionCertificateId: null,
      notificationUrlAppId: null,
    });
    expect(receiver.validated).toHaveLength(2);
    expect(receiver.validated[0]).toMatch(/ .*a\+b.*%25/);
    expect(receiver.received).toEqual([]);
  });

  test('sends the validation request as a form value in text/plain, keeping the query of the address', async () => {
    const rig = await startRig();
    const receiver = await rig.receiver(HOST);
    const seen: unknown[] = [];
    receiver.onValidation = (token, response, request) => {
      seen.push([request.method, request.headers['content-type'], request.url?.replace(/validationToken=.*/, '…')]);
      expect(request.url).toMatch(/validationToken=Validation%3A\+Testing\+reachability\+a%2Bb\+100%2525/);
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(token);
    };
    await create(rig, rig.token());
    expect(seen).toEqual([
      ['POST', 'text/plain; charset=utf-8', '/n/secret?x=1&…'],
      ['POST', 'text/plain; charset=utf-8', '/l/secret?…'],
    ]);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['no changeType', { changeType: undefined }, /'changeType' is a required/],
    ['an unknown changeType', { changeType: 'created,moved' }, /'moved' is not a valid changeType/],
    ['no resource', { resource: undefined }, /'resource' is a required/],
    [
      'a resource with the address of the service',
      { resource: 'https://graph.microsoft.com/v1.0/me/messages' },
      /without/,
    ],
    ['an unknown resource', { resource: 'me/contacts' }, /Invalid resource path/],
    ['$top in the resource', { resource: 'me/messages?$top=5' }, /not allowed in a resource/],
    ['a filter nobody can read', { resource: 'me/messages?$filter=isRead is false' }, /Invalid filter/],
    ['no notificationUrl', { notificationUrl: undefined }, /'notificationUrl' is a required/],
    ['a notificationUrl without https', { notificationUrl: `http://${HOST}/n` }, /must use the https scheme/],
    [
      'a lifecycleNotificationUrl without https',
      { lifecycleNotificationUrl: `http://${HOST}/l` },
      /must use the https/,
    ],
    ['a private address', { notificationUrl: 'https://127.0.0.1/n' }, /publicly reachable/],
    ['no expirationDateTime', { expirationDateTime: undefined }, /'expirationDateTime' is a required/],
    ['an expiration without offset', { expirationDateTime: '2026-11-22T00:00:00' }, /Edm.DateTimeOffset/],
    ['an expiration in the past', { expirationDateTime: '2026-11-21T08:59:59Z' }, /in the future/],
    ['an expiration beyond 10,080 minutes', { expirationDateTime: '2026-11-28T09:00:01Z' }, /10080 minutes/],
    ['a clientState of 129 characters', { clientState: 'x'.repeat(129) }, /longer than 128/],
    ['an unknown property', { clientstate: 'x' }, /'clientstate' does not exist/],
    ['a web push property', { vapidPublicKey: 'x' }, /not allowed with a webhook/],
    ['resource data without certificate', { includeResourceData: true }, /encryptionCertificate/],
  ])('refuses %s with 400', async (_name, change, message) => {
    const rig = await startRig();
    const receiver = await rig.receiver(HOST);
    const answer = await create(rig, rig.token(), change);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(message);
    expect(receiver.validated).toEqual([]);
  });

  test('raises an expiration under 45 minutes to 45, and takes 10,080 exactly', async () => {
    const rig = await startRig();
    await rig.receiver(HOST);
    const token = rig.token();
    const short = await create(rig, token, { expirationDateTime: minutes(rig, 1) });
    expect(short.body.expirationDateTime).toBe('2026-11-21T09:45:00.0000000Z');
    const long = await create(rig, token, { resource: 'me/events', expirationDateTime: minutes(rig, 10_080) });
    expect(long.body.expirationDateTime).toBe('2026-11-28T09:00:00.0000000Z');
  });

  test.each([
    "/me/mailFolders('Inbox')/messages",
    'ME/MailFolders/inbox/Messages',
    '/Me/Events',
    'users/ada@contoso.example/messages',
  ])('takes the resource %s', async (resource) => {
    const rig = await startRig();
    await rig.receiver(HOST);
    expect((await create(rig, rig.token(), { resource })).status).toBe(201);
  });

  test("refuses somebody else's mailbox with 403 and an unknown folder with 404", async () => {
    const rig = await startRig();
    await rig.receiver(HOST);
    expect((await create(rig, rig.token(), { resource: 'users/ben@contoso.example/messages' })).status).toBe(403);
    expect((await create(rig, rig.token(), { resource: "me/mailFolders('AQMkNothing')/messages" })).status).toBe(404);
  });

  test.each<[string, (token: string, encoded: string) => { status: number; type: string; body: string }]>([
    ['202', (token) => ({ status: 202, type: 'text/plain', body: token })],
    ['HTML', (token) => ({ status: 200, type: 'text/html', body: token })],
    ['JSON', (token) => ({ status: 200, type: 'application/json', body: JSON.stringify(token) })],
    ['the encoded token', (_token, encoded) => ({ status: 200, type: 'text/plain', body: encoded })],
    ['pluses left in', (_token, encoded) => ({ status: 200, type: 'text/plain', body: decodeURIComponent(encoded) })],
    ['another token', () => ({ status: 200, type: 'text/plain', body: 'another' })],
  ])('refuses an endpoint that answers %s', async (_name, reply) => {
    const rig = await startRig();
    const receiver = await rig.receiver(HOST);
    receiver.onValidation = (token, response, request) => {
      const { status, type, body } = reply(token, /validationToken=(.*)$/.exec(request.url ?? '')?.[1] ?? '');
      response.writeHead(status, { 'Content-Type': type }).end(body);
    };
    const answer = await create(rig, rig.token());
    expect([answer.status, answer.body.error.code]).toEqual([400, 'ValidationError']);
    expect(answer.body.error.message).toMatch(/^Subscription validation request failed/);
    expect(rig.graph.subscriptions('ada@contoso.example')).toEqual([]);
  });

  test('refuses an endpoint that nobody answers for, and one that is too slow', async () => {
    const rig = await startRig({ validationMs: 400 });
    const nobody = await create(rig, rig.token());
    expect(nobody.body.error.message).toMatch(/^Subscription validation request failed/);
    const receiver = await rig.receiver(HOST);
    receiver.onValidation = () => {};
    const slow = await create(rig, rig.token());
    expect([slow.status, slow.body.error.message]).toEqual([400, 'Subscription validation request timed out.']);
  });

  test('refuses when only the lifecycle address fails', async () => {
    const rig = await startRig();
    await rig.receiver(HOST);
    const answer = await create(rig, rig.token(), { lifecycleNotificationUrl: 'https://gone.relay.example/l' });
    expect(answer.status).toBe(400);
  });

  test('answers 409 naming the twin for the same changeType and resource, however written', async () => {
    const rig = await startRig();
    await rig.receiver(HOST);
    const token = rig.token();
    const first = await create(rig, token);
    const again = await create(rig, token, {
      resource: '/ME/mailfolders/Inbox/messages',
      changeType: 'deleted, updated,created',
      clientState: 'another',
    });
    expect([again.status, again.body.error.message]).toEqual([
      409,
      `Subscription Id ${first.body.id} already exists for the requested combination`,
    ]);
    expect((await create(rig, token, { changeType: 'created' })).status).toBe(201);
    expect((await create(rig, rig.token({ clientId: 'another-app' }))).status).toBe(201);
    await rig.ask(`/subscriptions/${first.body.id}`, token, { method: 'DELETE' });
    expect((await create(rig, token)).status).toBe(201);
  });

  test('answers 403 when the mailbox holds 1,000 subscriptions', async () => {
    const rig = await startRig();
    await rig.receiver(HOST);
    rig.graph.setOthersSubscriptions('ada@contoso.example', 1000);
    const answer = await create(rig, rig.token());
    expect([answer.status, answer.body.error.message]).toEqual([403, expect.stringMatching(/limit of 1000 active/)]);
  });

  test('needs the read scope of the resource; a write scope does not stand in for it', async () => {
    const rig = await startRig();
    await rig.receiver(HOST);
    const status = async (scopes: string[], resource: string) =>
      (await create(rig, rig.token({ scopes, clientId: scopes.join() }), { resource })).status;
    expect(await status(['Mail.ReadBasic'], 'me/messages')).toBe(201);
    expect(await status(['https://graph.microsoft.com/Mail.Read'], 'me/messages')).toBe(201);
    expect(await status(['Mail.ReadWrite'], 'me/messages')).toBe(403);
    expect(await status(['Mail.Read'], 'me/events')).toBe(403);
    expect(await status(['Calendars.Read'], 'me/events')).toBe(201);
  });

  test('remembers that immutable ids were asked for', async () => {
    const rig = await startRig();
    await rig.receiver(HOST);
    await create(rig, rig.token(), {}, { Prefer: 'IdType="ImmutableId"' });
    await create(rig, rig.token(), { resource: 'me/events' });
    expect(rig.graph.subscriptions('ada@contoso.example').map((one) => [one.resource, one.immutableIds])).toEqual([
      ["me/mailFolders('inbox')/messages", true],
      ['me/events', false],
    ]);
  });
});

describe('a live subscription', () => {
  async function live() {
    const rig = await startRig();
    const receiver = await rig.receiver(HOST);
    const token = rig.token();
    const { body } = await create(rig, token);
    return { rig, receiver, token, id: body.id as string, path: `/subscriptions/${body.id}` };
  }

  test('is read and listed by its own app and user only', async () => {
    const { rig, token, id, path } = await live();
    expect((await rig.ask(path, token)).body.id).toBe(id);
    expect((await rig.ask('/subscriptions', token)).body.value.map((one: { id: string }) => one.id)).toEqual([id]);
    const ben = rig.token({ account: BEN });
    const otherApp = rig.token({ clientId: 'another-app' });
    for (const stranger of [ben, otherApp]) {
      expect((await rig.ask(path, stranger)).status).toBe(404);
      expect((await rig.ask('/subscriptions', stranger)).body.value).toEqual([]);
    }
  });

  test('the list comes in pages', async () => {
    const rig = await startRig();
    await rig.receiver(HOST);
    const token = rig.token();
    const mailbox = rig.graph.mailbox('ada@contoso.example');
    for (let count = 0; count < 101; count += 1) {
      const folder = mailbox.addFolder(`Folder ${count}`);
      const answer = await create(rig, token, {
        resource: `me/mailFolders('${folder}')/messages`,
        lifecycleNotificationUrl: undefined,
      });
      expect(answer.status).toBe(201);
    }
    const first = await rig.ask('/subscriptions', token);
    expect(first.body.value).toHaveLength(100);
    expect((await rig.ask(first.body['@odata.nextLink'], token)).body.value).toHaveLength(1);
  });

  test('is renewed by PATCH of expirationDateTime', async () => {
    const { rig, token, path } = await live();
    const answer = await rig.ask(path, token, { method: 'PATCH', body: { expirationDateTime: minutes(rig, 10_080) } });
    expect([answer.status, answer.body.expirationDateTime]).toEqual([200, '2026-11-28T09:00:00.0000000Z']);
  });

  test.each<[string, Record<string, unknown>]>([
    ['lifecycleNotificationUrl', { lifecycleNotificationUrl: 'https://x.relay.example/' }],
    ['clientState', { expirationDateTime: '2026-11-22T00:00:00Z', clientState: 'new' }],
    ['changeType', { changeType: 'created' }],
    ['resource', { resource: 'me/messages' }],
    ['nothing', {}],
    ['an expiration beyond 10,080 minutes', { expirationDateTime: '2026-11-29T00:00:00Z' }],
    ['an expiration in the past', { expirationDateTime: '2026-11-20T00:00:00Z' }],
    ['an http address', { notificationUrl: `http://${HOST}/` }],
  ])('refuses PATCH of %s with 400', async (_name, body) => {
    const { rig, token, path } = await live();
    expect((await rig.ask(path, token, { method: 'PATCH', body })).status).toBe(400);
  });

  test('PATCH of notificationUrl validates the new address', async () => {
    const { rig, token, path, receiver } = await live();
    const bad = { notificationUrl: 'https://gone.relay.example/n' };
    expect((await rig.ask(path, token, { method: 'PATCH', body: bad })).status).toBe(400);
    const good = { notificationUrl: `https://${HOST}/elsewhere` };
    const answer = await rig.ask(path, token, { method: 'PATCH', body: good });
    expect([answer.status, answer.body.notificationUrl]).toEqual([200, `https://${HOST}/elsewhere`]);
    expect(receiver.validated).toHaveLength(3);
  });

  test('is reauthorized with 204 and no body, and its expiry stays', async () => {
    const { rig, token, path } = await live();
    const answer = await rig.ask(`${path}/reauthorize`, token, { method: 'POST' });
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect((await rig.ask(path, token)).body.expirationDateTime).toBe('2026-11-28T07:40:00.0000000Z');
  });

  test('PATCH and /reauthorize within 10 minutes are a violation, and refused when asked to', async () => {
    const { rig, token, path } = await live();
    const patch = () => rig.ask(path, token, { method: 'PATCH', body: { expirationDateTime: minutes(rig, 9000) } });
    const reauthorize = () => rig.ask(`${path}/reauthorize`, token, { method: 'POST' });
    expect([(await patch()).status, (await patch()).status]).toEqual([200, 200]);
    expect(rig.graph.violations).toEqual([]);
    expect((await reauthorize()).status).toBe(204);
    expect(rig.graph.violations.map((one) => one.name)).toEqual(['mixedAnswers']);
    rig.graph.rules({ refuseMixedAnswers: true });
    expect((await patch()).status).toBe(409);
    await rig.clock.advance(10 * 60_000);
    expect((await patch()).status).toBe(200);
  });

  test('is deleted with 204, and is then unknown to every call', async () => {
    const { rig, token, path } = await live();
    expect((await rig.ask(path, token, { method: 'DELETE' })).status).toBe(204);
    const body = { expirationDateTime: minutes(rig, 9000) };
    const answers = [
      await rig.ask(path, token, { method: 'DELETE' }),
      await rig.ask(path, token),
      await rig.ask(path, token, { method: 'PATCH', body }),
      await rig.ask(`${path}/reauthorize`, token, { method: 'POST' }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404]);
  });

  test("lapses by the cloud's clock", async () => {
    const { rig, token, path } = await live();
    rig.graph.rules({ challengeByItself: false });
    await rig.clock.advance(10_000 * 60_000 - 1);
    expect((await rig.ask(path, token)).status).toBe(200);
    await rig.clock.advance(1);
    expect((await rig.ask(path, token)).status).toBe(404);
    expect(rig.graph.subscriptions('ada@contoso.example')).toEqual([]);
    expect(rig.events.some((event) => event.name === 'subscription.lapsed')).toBe(true);
  });
});
