/** What the person is told, through the whole core in a process of its own. */
import { expect, onTestFinished, test } from 'vitest';
import { createCoreDriver } from '../stage/core-driver.ts';
import { type Stage, startStage } from '../stage/stage.ts';

const ada = 'ada@contoso.example';
const minute = 60_000;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

async function openStage(): Promise<Stage> {
  const stage = await startStage({ start: new Date('2026-11-21T09:00:00Z'), createApp: createCoreDriver });
  onTestFinished(() => stage.stop());
  await stage.startApp();
  return stage;
}
async function signedIn(): Promise<Stage> {
  const stage = await openStage();
  await stage.app.clickMenu('Sign in');
  await stage.signIn({ username: ada, action: 'accept' });
  expect(await stage.until((glance) => glance.app.health.state === 'allGood', 30_000)).not.toBeNull();
  return stage;
}

test('an event of a kind that nobody knows is told in health, and the tray stays as it was', async () => {
  const stage = await signedIn();
  const toasts = stage.toasts.length;
  expect(stage.cloud.graph.challenge(ada, 'mailboxSangASong', 'messages')).toBe(1);
  expect(await stage.until((glance) => glance.app.health.notices.length > 0, 5_000)).not.toBeNull();
  const { health } = (await stage.app.glance()).app;
  expect({ state: health.state, notices: health.notices, toasts: stage.toasts.length - toasts }).toMatchObject({
    state: 'allGood',
    notices: [{ code: 'something-new', explanation: expect.stringContaining('mailboxSangASong') }],
    toasts: 0,
  });
}, 60_000);

test('whoever needs an administrator gets a text and a link to hand on, and nothing asks again by itself', async () => {
  const stage = await openStage();
  stage.cloud.entra.setAdminOnlyScopes(['Mail.ReadBasic', 'Calendars.Read']);
  await stage.app.clickMenu('Sign in');
  await stage.signIn({ username: ada, action: 'accept' });
  expect(await stage.until((glance) => glance.app.health.state === 'blocked', 10_000)).not.toBeNull();
  const tokenRequests = () => stage.cloud.requests.filter(({ path }) => path.endsWith('/token')).length;
  const before = tokenRequests();
  await stage.advance(30 * minute);
  const { app } = await stage.app.glance();
  const handOn = app.health.warnings[0]?.handOn;
  const link = new URL(handOn?.link ?? 'about:blank');
  expect({
    state: app.health.state,
    text: handOn?.text,
    link: [link.host, link.pathname.endsWith('/v2.0/adminconsent'), link.searchParams.get('scope')?.split(' ').length],
    asked: [tokenRequests() - before, stage.browserPages.length],
  }).toMatchObject({
    state: 'blocked',
    text: expect.stringContaining('client'),
    link: ['login.microsoftonline.com', true, 2],
    asked: [0, 0],
  });
}, 60_000);

test('a clock that differs from Microsoft’s by more than five minutes is named, with how far', async () => {
  const stage = await signedIn();
  // The computer's clock alone is set; Microsoft's goes on as before.
  await stage.app.timeJump(stage.now().getTime() + 20 * minute);
  await stage.settle();
  await stage.app.clickMenu('Check now');
  expect(await stage.until((glance) => glance.app.health.notices.length > 0, 5_000)).not.toBeNull();
  const { health } = (await stage.app.glance()).app;
  expect(health.notices).toMatchObject([{ code: 'clock-wrong', headline: expect.stringContaining('20 minutes fast') }]);
}, 60_000);

test(`the unread number ends at the server’s after any sequence of reading, moving and deleting (SEED=${seed})`, async () => {
  const stage = await signedIn();
  const mailbox = stage.cloud.graph.mailbox(ada);
  const random = randomFrom(seed);
  /** What the server must hold: each mail of the inbox or the archive, and whether it is read. */
  const mails = new Map<string, { folder: 'inbox' | 'archive'; isRead: boolean }>();
  const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  for (let n = 1; n <= 40; n += 1) {
    const [id, mail] = any([...mails]) ?? [];
    const what = any(['arrives', 'arrives', 'read', 'unread', 'moved', 'deleted', 'time'] as const);
    if (what === 'time') await stage.advance(7_000);
    else if (what === 'arrives' || id === undefined || mail === undefined) {
      mails.set(mailbox.deliver({ subject: `Mail ${n}` }).immutableId, { folder: 'inbox', isRead: false });
    } else if (what === 'deleted') {
      mailbox.remove(id);
      mails.delete(id);
    } else if (what === 'moved') {
      mail.folder = mail.folder === 'inbox' ? 'archive' : 'inbox';
      mailbox.move(id, mail.folder);
    } else {
      mail.isRead = what === 'read';
      if (mail.isRead) mailbox.markRead(id);
      else mailbox.markUnread(id);
    }
  }
  const unread = [...mails.values()].filter(({ folder, isRead }) => folder === 'inbox' && !isRead).length;
  expect(await stage.until((glance) => glance.app.unreadCount === unread, 5 * minute)).not.toBeNull();
}, 60_000);

/** The same numbers for the same seed, in [0, 1). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
