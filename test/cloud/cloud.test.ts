import { access } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cloud, startCloud } from './cloud.ts';
import { defaultClientId } from './entra/accounts.ts';
import { startTinyApp, type TinyApp } from './tiny-app-process.ts';

const scopes = ['Mail.Read', 'Calendars.Read'];
const username = 'ada@contoso.example';
let cloud: Cloud;
let app: TinyApp;

beforeEach(async () => {
  // MSAL and the app's own dates follow the machine, so this cloud does too.
  cloud = await startCloud({ clock: 'real' });
  app = await startTinyApp(cloud.env, defaultClientId);
});
afterEach(async () => {
  await app.stop();
  await cloud.stop();
});

async function signInAndWatch() {
  const token = app.ask({ do: 'interactive', scopes });
  await cloud.person.signIn(await app.browserUrl(), { username });
  expect(await token).toMatchObject({ kind: 'token' });
  const expiresAt = new Date(cloud.clock.now().getTime() + 24 * 3_600_000).toISOString();
  expect(await app.ask({ do: 'watch', scopes, expiresAt })).toMatchObject({ kind: 'watching', status: 201 });
}

test('an unchanged app signs in, subscribes, and hears of a mail through its tunnel', async () => {
  await signInAndWatch();
  expect(cloud.graph.subscriptions(username)).toHaveLength(1);
  cloud.graph.mailbox(username).deliver({ subject: 'Lunch?' });
  const { value } = JSON.parse(await app.notification());
  expect(value).toMatchObject([{ changeType: 'created', clientState: 'a secret of the tiny app' }]);
  await cloud.idle();
  expect(cloud.inFlight()).toBe(0);
});

test('a password reset reaches the app as a lifecycle challenge', async () => {
  await signInAndWatch();
  cloud.entra.resetPassword(username, { newPassword: 'new secret 3' });
  const { value } = JSON.parse(await app.notification());
  expect(value).toMatchObject([{ lifecycleEvent: 'reauthorizationRequired', clientState: 'a secret of the tiny app' }]);
});

test('what is told and recorded holds no token, no code, no secret and no secret path', async () => {
  const token = app.ask({ do: 'interactive', scopes });
  const url = await app.browserUrl();
  await cloud.person.signIn(url, { username });
  const outcome = await token;
  if (outcome.kind !== 'token') throw new Error('no token');
  const expiresAt = new Date(cloud.clock.now().getTime() + 24 * 3_600_000).toISOString();
  await app.ask({ do: 'watch', scopes, expiresAt });
  cloud.graph.mailbox(username).deliver();
  await app.notification();
  await cloud.idle();
  const told = JSON.stringify([cloud.events, cloud.requests]);
  const [tunnel] = cloud.relay.names();
  const texts = cloud.events.map(({ text }) => text);
  expect(texts.some((text) => text.includes('.loca.lt'))).toBe(true);
  expect(texts.filter((text) => text.includes(tunnel?.name ?? 'no tunnel'))).toEqual([]);
  const state = new URL(url).searchParams.get('state') ?? 'no state';
  const secrets = [
    outcome.accessToken,
    state,
    cloud.entra.currentPassword(username),
    'a secret of the tiny app',
    '/notifications',
    'Bearer',
  ];
  expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
});

test('a desktop without network loses proxy and tunnel, while the cloud goes on', async () => {
  await signInAndWatch();
  const isConnected = () => cloud.relay.names().some(({ connected }) => connected > 0);
  expect(isConnected()).toBe(true);
  await cloud.offline(true);
  await expect.poll(isConnected).toBe(false);
  expect(await app.ask({ do: 'silent', scopes, forceRefresh: true })).toMatchObject({ errorCode: 'network_error' });
  await cloud.offline(false);
  expect(await app.ask({ do: 'silent', scopes, forceRefresh: true })).toMatchObject({ kind: 'token' });
});

test('a killed app and a stopped cloud leave nothing behind', async () => {
  await signInAndWatch();
  await app.stop();
  await cloud.stop();
  await cloud.stop();
  await expect(fetch(cloud.proxyUrl)).rejects.toThrow();
  await expect(access(cloud.caFile)).rejects.toThrow();
});

test('two clouds run side by side and do not trust each other', async () => {
  const other = await startCloud();
  const stray = await startTinyApp({ ...other.env, NODE_EXTRA_CA_CERTS: cloud.caFile }, defaultClientId);
  const token = stray.ask({ do: 'interactive', scopes });
  await other.person.signIn(await stray.browserUrl(), { username });
  expect(await token).toMatchObject({ kind: 'error', errorCode: 'network_error' });
  await stray.stop();
  await other.stop();
});
