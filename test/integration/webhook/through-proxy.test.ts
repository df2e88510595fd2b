import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createAuthority } from '../../cloud/authority.ts';
import { createManualClock } from '../../cloud/clock.ts';
import { startProxy } from '../../cloud/proxy.ts';
import { createPublicWeb } from '../../cloud/public-web.ts';
import { createRelay } from '../../cloud/relay/relay.ts';
import { secrets } from './world.ts';

test('behind a company proxy with its own certificate authority, Graph reaches the desktop at its loca.lt address', async () => {
  // Arrange: the relay behind the intercepting proxy, as localtunnel.me and *.loca.lt.
  const report = (): void => {};
  const clock = createManualClock();
  const authority = await createAuthority();
  const relay = await createRelay({ clock, report });
  const proxy = await startProxy({ clock, authority, sites: relay.sites, report });
  const web = createPublicWeb({ caPem: authority.caPem, proxy: () => proxy });
  const name = 'd83c1a60b5f24e0c9a7b61f2e4d50c8b9a6e7f12';
  const desktop = spawn(process.execPath, [fileURLToPath(new URL('./desktop.ts', import.meta.url)), name], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: proxy.url,
      HTTP_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: authority.caFile,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => desktop.once('exit', resolve));
  onTestFinished(async () => {
    desktop.kill('SIGKILL');
    relay.stop();
    await proxy.stop();
    await authority.stop();
    clock.stop();
  });
  const lines = createInterface(desktop.stdout)[Symbol.asyncIterator]();
  const nextFact = async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? '"it ended"');

  // Act and assert, from the desktop's first words to its last.
  expect(await nextFact()).toEqual({ publicUrl: `https://${name}.loca.lt`, probe: 'reached' });

  const validation = await web.send({
    url: `https://${name}.loca.lt/${secrets.lifecyclePath}?validationToken=Validation%3A+a%2Bb`,
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: '',
    timeoutMs: 5_000,
  });
  expect({ status: validation.status, body: validation.body }).toEqual({ status: 200, body: 'Validation: a+b' });

  const notification = await web.send({
    url: `https://${name}.loca.lt/${secrets.notificationPath}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"value":[{"subscriptionId":"sub-1","clientState":"mail-state","changeType":"created"}]}',
    timeoutMs: 5_000,
  });
  expect(notification.status).toBe(202);
  expect(await nextFact()).toEqual({
    stored: [{ account: 'ada.contoso', resource: 'mail', subscriptionId: 'sub-1', changeType: 'created' }],
  });

  desktop.stdin.write('end\n');
  expect(await nextFact()).toEqual({ ended: true });
  expect(await exited).toBe(0); // by itself: nothing of the tunnel keeps the process alive
});
