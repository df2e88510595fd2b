import { describe, expect, test } from 'vitest';
import { ADA, BEN, drain as drainRound, type Item, type Rig, startRig } from './rig.ts';

const INBOX_DELTA = '/me/mailFolders/inbox/messages/delta';
const IMMUTABLE = { Prefer: 'IdType="ImmutableId"' };

async function start() {
  const rig = await startRig();
  return { rig, token: rig.token(), mailbox: rig.graph.mailbox(ADA.username) };
}

const drain = (rig: Rig, token: string, path: string, headers: Record<string, string> = IMMUTABLE) =>
  drainRound(rig, token, path, headers);

describe('inbox delta', () => {
  test('shows a message as Outlook does', async () => {
    const { rig, token, mailbox } = await start();
    const mail = mailbox.deliver({
      from: 'Grace Roe <grace@fabrikam.example>',
      subject: 'Budget',
      preview: 'See page 2',
    });
    const { items } = await drain(
      rig,
      token,
      `${INBOX_DELTA}?$select=subject,from,receivedDateTime,isRead,bodyPreview`,
    );
    expect(items).toEqual([
      {
        '@odata.type': '#microsoft.graph.message',
        '@odata.etag': `W/"${mail.changeKey}"`,
        id: mail.immutableId,
        subject: 'Budget',
        from: { emailAddress: { name: 'Grace Roe', address: 'grace@fabrikam.example' } },
        receivedDateTime: '2026-11-21T09:00:00Z',
        isRead: false,
        bodyPreview: 'See page 2',
      },
    ]);
  });

  test.each([INBOX_DELTA, "/me/mailFolders('inbox')/messages/delta", '/ME/mailfolders/Inbox/Messages/Delta()'])(
    'answers under %s',
    async (path) => {
      const { rig, token, mailbox } = await start();
      mailbox.deliver();
      expect((await drain(rig, token, path)).items).toHaveLength(1);
    },
  );

  test('answers by folder id, and refuses unknown names and ids', async () => {
    const { rig, token, mailbox } = await start();
    const id = mailbox.addFolder('Projects');
    mailbox.deliver({ folder: 'Projects' });
    expect((await drain(rig, token, `/me/mailFolders/${encodeURIComponent(id)}/messages/delta`)).items).toHaveLength(1);
    expect((await rig.ask('/me/mailFolders/Projects/messages/delta', token)).status).toBe(400);
    expect((await rig.ask('/me/mailFolders/AQMkNothing-here_1=/messages/delta', token)).status).toBe(404);
  });

  test('pages by ten, by $top or by odata.maxpagesize, newest first, with opaque links', async () => {
    const { rig, token, mailbox } = await start();
    const subjects = Array.from({ length: 12 }, (_, index) => mailbox.deliver({ subject: `${index}` }).subject);
    const byTen = await drain(rig, token, INBOX_DELTA);
    expect([byTen.pages, byTen.items.map((item) => item.subject)]).toEqual([2, subjects.toReversed()]);
    expect((await drain(rig, token, `${INBOX_DELTA}?$top=5`)).pages).toBe(3);
    const headers = { Prefer: 'odata.maxpagesize=4, IdType="ImmutableId"' };
    const first = await rig.ask(INBOX_DELTA, token, { headers });
    expect(first.body.value).toHaveLength(4);
    expect(first.headers.get('preference-applied')).toBe('odata.maxpagesize=4, IdType="ImmutableId"');
    expect(first.body['@odata.nextLink']).toMatch(
      /^https:\/\/graph\.microsoft\.com\/v1\.0\/me\/mailFolders\('AQMk.*'\)\/messages\/delta\?\$skiptoken=[\w-]{240}$/,
    );
    expect((await drain(rig, token, INBOX_DELTA, headers)).pages).toBe(3);
  });

  test('a later round lists what came, changed and left; the link keeps the options', async () => {
    const { rig, token, mailbox } = await start();
    const [stays, moves, goes] = [mailbox.deliver(), mailbox.deliver(), mailbox.deliver()];
    const { link } = await drain(rig, token, `${INBOX_DELTA}?$select=subject,isRead`);
    expect((await drain(rig, token, link)).items).toEqual([]);
    mailbox.update(stays.immutableId, { subject: 'Renamed' });
    mailbox.move(moves.immutableId, 'archive');
    mailbox.remove(goes.immutableId);
    const fresh = mailbox.deliver({ subject: 'Fresh' });
    const { items } = await drain(rig, token, link);
    const type = { '@odata.type': '#microsoft.graph.message' };
    const etag = { '@odata.etag': expect.any(String) };
    expect(items).toEqual([
      { ...type, ...etag, id: stays.immutableId, subject: 'Renamed', isRead: false },
      { ...type, id: moves.immutableId, '@removed': { reason: 'changed' } },
      { ...type, id: goes.immutableId, '@removed': { reason: 'deleted' } },
      { ...type, ...etag, id: fresh.immutableId, subject: 'Fresh', isRead: false },
    ]);
    expect((await drain(rig, token, link)).items).toEqual(items);
  });

  test('a changed read state is shown with id and isRead only, and not at all when isRead was not selected', async () => {
    const { rig, token, mailbox } = await start();
    const mail = mailbox.deliver();
    const whole = await drain(rig, token, INBOX_DELTA);
    const noRead = await drain(rig, token, `${INBOX_DELTA}?$select=subject`);
    const read = mailbox.markRead(mail.immutableId);
    expect((await drain(rig, token, whole.link)).items).toEqual([
      {
        '@odata.type': '#microsoft.graph.message',
        '@odata.etag': `W/"${read.changeKey}"`,
        id: mail.immutableId,
        isRead: true,
      },
    ]);
    expect((await drain(rig, token, noRead.link)).items).toEqual([]);
    mailbox.partialUpdates(false);
    expect((await drain(rig, token, whole.link)).items).toMatchObject([{ subject: 'Hello', isRead: true }]);
  });

  test('takes $filter on receivedDateTime ge and gt only, in whole seconds', async () => {
    const { rig, token, mailbox } = await start();
    mailbox.deliver({ at: '2026-11-20T00:00:00Z' });
    const fresh = mailbox.deliver({ at: '2026-11-21T08:00:00.900Z' });
    const filtered = (text: string) => `${INBOX_DELTA}?$filter=${encodeURIComponent(text)}`;
    const { items, link } = await drain(rig, token, filtered('receivedDateTime ge 2026-11-21T08:00:00Z'));
    expect(items.map((item) => item.id)).toEqual([fresh.immutableId]);
    expect((await drain(rig, token, filtered('receivedDateTime gt 2026-11-21T08:00:00Z'))).items).toEqual([]);
    mailbox.deliver({ at: '2026-11-19T00:00:00Z' });
    expect((await drain(rig, token, link)).items).toEqual([]);
    for (const text of ['receivedDateTime le 2026-11-21T08:00:00Z', 'isRead eq false', "subject eq 'x'", 'nonsense']) {
      expect((await rig.ask(filtered(text), token)).status).toBe(400);
    }
  });

  test.each([
    '$search="x"',
    '$skip=5',
    '$count=true',
    '$orderby=subject',
    '$select=nosuch',
    '$top=0',
    'changeType=moved',
    '$top=2&$top=3',
  ])('refuses %s with 400', async (query) => {
    const { rig, token } = await start();
    expect((await rig.ask(`${INBOX_DELTA}?${query}`, token)).status).toBe(400);
  });

  test('changeType lists one kind of change', async () => {
    const { rig, token, mailbox } = await start();
    const old = mailbox.deliver();
    const { link } = await drain(rig, token, `${INBOX_DELTA}?changeType=created`);
    mailbox.markRead(old.immutableId);
    const fresh = mailbox.deliver();
    expect((await drain(rig, token, link)).items.map((item) => item.id)).toEqual([fresh.immutableId]);
  });

  test('$deltatoken=latest starts from now, or with everything on mailboxes that ignore it', async () => {
    const { rig, token, mailbox } = await start();
    mailbox.deliver();
    const latest = await drain(rig, token, `${INBOX_DELTA}?$deltatoken=latest&$select=subject`);
    expect(latest.items).toEqual([]);
    mailbox.deliver({ subject: 'After' });
    expect((await drain(rig, token, latest.link)).items.map((item) => item.subject)).toEqual(['After']);
    mailbox.ignoreLatest(true);
    expect((await drain(rig, token, `${INBOX_DELTA}?$deltatoken=latest`)).items).toHaveLength(2);
  });

  test('empty pages and replays come on command', async () => {
    const { rig, token, mailbox } = await start();
    const mail = mailbox.deliver();
    mailbox.emptyPages(2);
    const first = await drain(rig, token, INBOX_DELTA);
    expect([first.pages, first.items.length]).toEqual([3, 1]);
    mailbox.replay(1);
    const fresh = mailbox.deliver();
    const again = await drain(rig, token, first.link);
    expect(again.items.map((item) => item.id)).toEqual([fresh.immutableId, fresh.immutableId]);
    mailbox.replay(2);
    expect((await drain(rig, token, again.link)).items.map((item) => item.id)).toEqual([
      fresh.immutableId,
      mail.immutableId,
    ]);
  });

  test('expired links are refused with 410 and a Location, or with syncStateNotFound; a full round works', async () => {
    const { rig, token, mailbox } = await start();
    mailbox.deliver();
    const { link } = await drain(rig, token, INBOX_DELTA);
    mailbox.expireDelta();
    const gone = await rig.ask(link, token);
    expect([gone.status, gone.body.error.code]).toEqual([410, 'SyncStateNotFound']);
    const restart = gone.headers.get('location') ?? '';
    const full = await drain(rig, token, restart);
    expect(full.items).toHaveLength(1);
    mailbox.expireDelta({ status: 400, code: 'syncStateNotFound' });
    const refused = await rig.ask(full.link, token);
    expect([refused.status, refused.body.error.code, refused.headers.get('location')]).toEqual([
      400,
      'syncStateNotFound',
      null,
    ]);
  });

  test("refuses a link that was altered, that carries more options, or that is another folder's; another person's is unknown", async () => {
    const { rig, token, mailbox } = await start();
    mailbox.deliver();
    const { link } = await drain(rig, token, INBOX_DELTA);
    const forBen = rig.token({ account: BEN });
    const sent = link.replace(/mailFolders\('[^']*'\)/, "mailFolders('sentitems')");
    const answers = [
      await rig.ask(`${link}x`, token),
      await rig.ask(`${link}&$select=subject`, token),
      await rig.ask(link.replace('$deltatoken', '$skiptoken'), token),
      await rig.ask(sent, token),
      await rig.ask(link.replace(/mailFolders\('[^']*'\)/, "mailFolders('inbox')"), forBen),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 400, 400, 410]);
  });
});

describe('ids', () => {
  test('ordinary ids change with a move, immutable ones stay, and a link serves both', async () => {
    const { rig, token, mailbox } = await start();
    const mail = mailbox.deliver();
    const plain = await drain(rig, token, INBOX_DELTA, {});
    expect(plain.items[0]?.id).toBe(mail.mutableId);
    const moved = mailbox.move(mail.immutableId, 'archive');
    expect([moved.immutableId === mail.immutableId, moved.mutableId === mail.mutableId]).toEqual([true, false]);
    expect((await drain(rig, token, plain.link, {})).items[0]?.id).toBe(mail.mutableId);
    expect((await drain(rig, token, plain.link)).items[0]?.id).toBe(mail.immutableId);
    const status = async (id: string) => (await rig.ask(`/me/messages/${encodeURIComponent(id)}`, token)).status;
    expect(await status(mail.immutableId)).toBe(200);
    expect(await status(moved.mutableId)).toBe(200);
    expect(await status(mail.mutableId)).toBe(404);
    expect(await status(mail.immutableId.toLowerCase())).toBe(404);
  });

  test('a removed message is in Deleted Items, a restored one comes back under its immutable id', async () => {
    const { rig, token, mailbox } = await start();
    const mail = mailbox.deliver();
    mailbox.remove(mail.immutableId);
    expect([mailbox.messages().length, mailbox.messages('deleteditems').length]).toEqual([0, 1]);
    mailbox.restore(mail.immutableId);
    expect(mailbox.messages().map((one) => one.immutableId)).toEqual([mail.immutableId]);
    mailbox.remove(mail.immutableId, { permanently: true });
    expect((await rig.ask(`/me/messages/${mail.immutableId}`, token)).status).toBe(404);
    mailbox.restore(mail.immutableId);
    expect((await rig.ask(`/me/messages/${mail.immutableId}`, token)).status).toBe(200);
  });
});

describe('folders and messages', () => {
  test('unreadItemCount comes from the server', async () => {
    const { rig, token, mailbox } = await start();
    mailbox.deliver();
    mailbox.markRead(mailbox.deliver().immutableId);
    const { body } = await rig.ask('/me/mailFolders/inbox?$select=unreadItemCount,totalItemCount', token);
    expect(body).toMatchObject({ id: expect.stringMatching(/^AQMk/), unreadItemCount: 1, totalItemCount: 2 });
    expect(body.displayName).toBeUndefined();
  });

  test('folders are listed, and paged', async () => {
    const { rig, token, mailbox } = await start();
    mailbox.addFolder('Projects');
    const { body } = await rig.ask('/me/mailFolders?$top=5&$select=displayName', token);
    expect(body.value).toHaveLength(5);
    const rest = await rig.ask(body['@odata.nextLink'], token);
    expect(rest.body.value.map((one: Item) => one.displayName)).toEqual(['Junk Email', 'Outbox', 'Projects']);
  });

  test('messages of a folder are listed newest first, filtered and paged', async () => {
    const { rig, token, mailbox } = await start();
    mailbox.deliver({ subject: 'Old', at: '2026-11-20T00:00:00Z' });
    mailbox.deliver({ subject: 'Read', isRead: true });
    const path = '/me/mailFolders/inbox/messages?$select=subject&$top=1';
    const { body } = await rig.ask(path, token);
    expect(body.value.map((one: Item) => one.subject)).toEqual(['Read']);
    expect((await rig.ask(body['@odata.nextLink'], token)).body.value.map((one: Item) => one.subject)).toEqual(['Old']);
    const unread = await rig.ask(`/me/messages?$filter=${encodeURIComponent('isRead eq false')}`, token);
    expect(unread.body.value.map((one: Item) => one.subject)).toEqual(['Old']);
  });

  test('marking as read needs Mail.ReadWrite, and shows everywhere', async () => {
    const { rig, token, mailbox } = await start();
    const mail = mailbox.deliver();
    const path = `/me/messages/${mail.immutableId}`;
    const patch = (with_: string, body: unknown) => rig.ask(path, with_, { method: 'PATCH', body });
    const refused = await patch(token, { isRead: true });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'ErrorAccessDenied']);
    const writer = rig.token({ scopes: ['Mail.Read', 'Mail.ReadWrite'] });
    const done = await patch(writer, { isRead: true });
    expect([done.status, done.body.isRead, mailbox.messages()[0]?.isRead]).toEqual([200, true, true]);
    expect((await patch(writer, { isRead: 'yes' })).status).toBe(400);
    expect((await patch(writer, { isread: true })).status).toBe(400);
    expect((await patch(writer, { subject: 'Forged' })).status).toBe(403);
    expect((await rig.ask(`${path}x`, writer, { method: 'PATCH', body: { isRead: true } })).status).toBe(404);
  });

  test('Mail.ReadBasic hides body and preview; without a mail scope everything is 403', async () => {
    const { rig, mailbox } = await start();
    const mail = mailbox.deliver({ preview: 'secret' });
    const basic = rig.token({ scopes: ['Mail.ReadBasic'] });
    const none = rig.token({ scopes: ['Calendars.Read'] });
    const path = `/me/messages/${mail.immutableId}`;
    const { body } = await rig.ask(path, basic);
    expect([body.subject, 'bodyPreview' in body, 'body' in body]).toEqual(['Hello', false, false]);
    for (const refused of [path, INBOX_DELTA, '/me/mailFolders/inbox', '/me/mailFolders', '/me/messages']) {
      const answer = await rig.ask(refused, none);
      expect([answer.status, answer.body.error.code]).toEqual([403, 'ErrorAccessDenied']);
    }
  });

  test('bodies come as HTML, or as text when asked for', async () => {
    const { rig, token, mailbox } = await start();
    const { immutableId } = mailbox.deliver({ preview: 'a < b' });
    const body = async (headers: Record<string, string>) =>
      (await rig.ask(`/me/messages/${immutableId}?$select=body`, token, { headers })).body.body;
    expect(await body({})).toEqual({ contentType: 'html', content: '<html><body>a &lt; b</body></html>' });
    expect(await body({ Prefer: 'outlook.body-content-type="text"' })).toEqual({
      contentType: 'text',
      content: 'a < b',
    });
  });

  test('mail arrives and is kept while nobody asks', async () => {
    const { rig, token, mailbox } = await start();
    const { link } = await drain(rig, token, `${INBOX_DELTA}?$deltatoken=latest`);
    await rig.clock.advance(4 * 24 * 3_600_000);
    for (let count = 0; count < 30; count += 1) mailbox.deliver();
    expect((await drain(rig, token, link)).items).toHaveLength(30);
  });
});
