/** Lessons of others that cut across the rooms. */
import { spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Log } from '../../main/domain/ports.ts';
import { createAccountSessions } from '../../main/workflows/account-sessions.ts';
import { createHealthBoard } from '../../main/workflows/health-board.ts';
import { until } from '../integration/webhook/world.ts';
import { createCoreDriver } from '../stage/core-driver.ts';
import { startStage } from '../stage/stage.ts';
import { ada, createIdentity, createWorld, signInNeeded } from '../unit/workflows/world.ts';

test('with logging off > a refused grant is noticed, remembered and told all the same', async () => {
  const silent: Log = { info() {}, warn() {}, error() {} };
  const world = createWorld();
  const { identity, script, asked } = createIdentity();
  const board = createHealthBoard(world.clock, silent, () => {});
  const rig = { ...world, log: silent, board, identity, scopes: () => ['Mail.ReadBasic'] };
  const sessions = createAccountSessions(rig);
  sessions.signedIn(ada);
  script.token = async () => {
    throw signInNeeded('password-changed');
  };
  const tokens = sessions.tokenSource(ada.homeAccountId);
  for (let n = 1; n <= 3; n += 1)
    sessions.observe(ada.homeAccountId, await tokens.accessToken().catch((error) => error));
  const restarted = createAccountSessions(rig);
  expect({
    asked: asked.length,
    state: board.health().state,
    remembered: restarted.get(ada.homeAccountId)?.session.kind,
  }).toEqual({ asked: 1, state: 'signInRequired', remembered: 'signInRequired' });
});

test('a lock file > that the keyring library left behind costs no time', async () => {
  const stage = await startStage({ start: new Date('2026-11-21T09:00:00Z'), createApp: createCoreDriver });
  onTestFinished(() => stage.stop());
  const { cloud, app } = stage;
  const isSubscribed = () => cloud.graph.subscriptions('ada@contoso.example').length === 2;
  await stage.startApp();
  await app.clickMenu('Sign in');
  await stage.signIn({ username: 'ada@contoso.example', action: 'accept' });
  expect(await stage.until(isSubscribed, 30_000)).not.toBeNull();
  await app.kill();

  // As a killed process leaves them beside the entries of the keyring: the number in them is nobody's any more.
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const entries = globSync('**/{token-cache,secret-history-key}', { cwd: app.folder });
  expect(entries.length).toBe(2);
  for (const entry of entries) writeFileSync(join(app.folder, `${entry}.lockfile`), String(dead));
  const before = cloud.graph.requests.length;
  const startedAt = performance.now();
  await stage.startApp();
  await until(() => cloud.graph.requests.slice(before).some(({ status }) => status === 200), 'Graph was asked');
  expect(performance.now() - startedAt).toBeLessThan(10_000);
}, 60_000);

test('missed > leads to a look at what was lost, and leaves the subscriptions alone', async () => {
  const stage = await startStage({ start: new Date('2026-11-21T09:00:00Z'), createApp: createCoreDriver });
  onTestFinished(() => stage.stop());
  const { cloud, app } = stage;
  const person = 'ada@contoso.example';
  const ids = () => cloud.graph.subscriptions(person).map(({ id }) => id);
  await stage.startApp();
  await app.clickMenu('Sign in');
  await stage.signIn({ username: person, action: 'accept' });
  expect(await stage.until(() => ids().length === 2, 30_000)).not.toBeNull();
  await stage.advance(15_000);
  const before = { ids: ids(), requests: cloud.graph.requests.length };

  cloud.graph.notifications.drop(1);
  cloud.graph.mailbox(person).deliver({ subject: 'Lost on the way' });
  await stage.settle();
  expect(stage.toasts).toEqual([]);
  cloud.graph.challenge(person, 'missed', 'messages');
  expect(await stage.until(() => stage.toasts.length > 0, 2_000)).not.toBeNull();
  const asked = cloud.graph.requests.slice(before.requests).map(({ path }) => path);
  expect({
    told: stage.toasts.map(({ body }) => body),
    ids: ids(),
    aboutSubscriptions: asked.filter((path) => path.includes('/subscriptions')),
  }).toEqual({ told: ['Lost on the way'], ids: before.ids, aboutSubscriptions: [] });
}, 60_000);
