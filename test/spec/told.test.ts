/** What the person is told, through the whole core in a process of its own. */
import { expect, onTestFinished, test } from 'vitest';
import { createCoreDriver } from '../stage/core-driver.ts';
import { type Stage, startStage } from '../stage/stage.ts';

const ada = 'ada@contoso.example';
const minute = 60_000;

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
