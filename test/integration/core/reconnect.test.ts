import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ada, minute, second, startLife } from './life.ts';

const from = 'Grace Roe <grace@fabrikam.example>';

/** Another program on this computer, which has the port. */
async function takePort(): Promise<{ readonly port: number; free(): Promise<void> }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const free = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  onTestFinished(() => (server.listening ? free() : undefined));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, free };
}

test('a port that another program has is named, Tidings checks every minute meanwhile, and takes it when it is free', async () => {
  const life = await startLife();
  await life.begin();
  const other = await takePort();
  const tunnel = { kind: 'fixedAddress', url: 'https://hooks.contoso.example', port: other.port } as const;
  expect(await life.app.changeSettings({ tunnel })).toBeNull();
  const { app } = await life.see('the port is named', ({ tooltip }) => tooltip.includes('the port cannot be used'));
  expect([app.health.state, app.health.explanation]).toEqual([
    'delayed',
    `Another program on this computer has the port ${other.port}, at which Tidings should listen. Tidings checks every minute until it can.`,
  ]);
  const shown = life.toasts.length;
  life.cloud.graph.mailbox(ada).deliver({ subject: 'Found by looking', from });
  await life.advance(65 * second);
  expect(life.toastsSince(shown)).toEqual(['Grace Roe | Found by looking']);

  await other.free();
  await life.advance(2 * minute);
  // Now it listens; that nobody leads the public address to it is another matter, and said as such.
  const after = (await life.app.glance()).app.health;
  expect([after.state, after.headline]).toEqual(['delayed', 'Delayed: your public address does not lead here']);
  const log = readFileSync(join(life.folder, 'logs', 'tidings.log'), 'utf8');
  expect(log).toContain('"event":"listener.not-started","why":"EADDRINUSE","attempt":1');

  expect(await life.app.changeSettings({ tunnel: { kind: 'localtunnel', host: 'https://localtunnel.me' } })).toBeNull();
  await life.see('push works again', ({ app: { health } }) => health.state === 'allGood');
  expect(life.cloud.graph.subscriptions(ada)).toHaveLength(2);
});

test('a relay that is not there leaves Tidings looking every minute, and the way back is one choice', async () => {
  const life = await startLife();
  await life.begin();
  expect(
    await life.app.changeSettings({ tunnel: { kind: 'localtunnel', host: 'https://nobody.contoso.example' } }),
  ).toBeNull();
  await life.see('it is said', ({ tooltip }) => tooltip.includes('the tunnel is down'));
  const shown = life.toasts.length;
  life.cloud.graph.mailbox(ada).deliver({ subject: 'Still told', from });
  await life.advance(65 * second);
  expect(life.toastsSince(shown)).toEqual(['Grace Roe | Still told']);
  expect(await life.app.changeSettings({ tunnel: { kind: 'localtunnel', host: 'https://localtunnel.me' } })).toBeNull();
  await life.see('push works again', ({ app: { health } }) => health.state === 'allGood');
  expect(life.cloud.graph.subscriptions(ada)).toHaveLength(2);
});

test('with an own address the name that a request must carry is a choice, and takes effect without a restart', async () => {
  const life = await startLife();
  await life.begin();
  const other = await takePort();
  await other.free();
  const tunnel = { kind: 'fixedAddress', url: 'https://hooks.contoso.example', port: other.port } as const;
  const refusals = async (host: string): Promise<string[]> => {
    const seen = () =>
      readFileSync(join(life.folder, 'logs', 'tidings.log'), 'utf8')
        .split('\n')
        .flatMap((line) => (line.includes('"request.refused"') ? [JSON.parse(line).why as string] : []));
    const before = seen().length;
    await new Promise<void>((resolve, reject) => {
      request({ host: '127.0.0.1', port: other.port, path: '/nothing', headers: { host } }, (response) => {
        response.resume().once('end', resolve);
      })
        .once('error', reject)
        .end();
    });
    return seen().slice(before);
  };
  expect(await life.app.changeSettings({ tunnel })).toBeNull();
  await life.settle();
  expect(await refusals('elsewhere.example')).toEqual(['path']);
  expect(await life.app.changeSettings({ tunnel: { ...tunnel, expectHost: true } })).toBeNull();
  await life.settle();
  expect([await refusals('elsewhere.example'), await refusals('hooks.contoso.example')]).toEqual([['host'], ['path']]);
});

test('another sign-in address of the same cloud asks nobody to sign in again; another cloud does, and keeps the list', async () => {
  const life = await startLife();
  await life.begin();
  life.cloud.graph.mailbox(ada).deliver({ subject: 'Before', from });
  await life.see('it is told', ({ alerts }) => alerts.length === 1);
  const list = async () => (await life.app.glance()).alerts.map(({ subject }) => subject);
  const opened = life.browserPages.length;

  expect(await life.app.changeSettings({ authority: 'https://login.microsoftonline.com/organizations' })).toBeNull();
  await life.see('all is good', ({ app: { health } }) => health.state === 'allGood');
  expect([await list(), life.cloud.graph.subscriptions(ada).length]).toEqual([['Before'], 2]);

  expect(await life.app.changeSettings({ cloud: 'usGov' })).toBeNull();
  const { app } = await life.see('it is said', ({ app: { health } }) => health.state === 'signInRequired', 5 * minute);
  expect([app.accounts.length, await list(), life.browserPages.length - opened]).toEqual([1, ['Before'], 0]);
  // Nothing was left behind in the cloud that was left.
  expect(life.cloud.graph.subscriptions(ada)).toEqual([]);
});
