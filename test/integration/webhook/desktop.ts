/**
 * A desktop in a process of its own: the listener, the real localtunnel client and the probe, with nothing but the
 * environment to tell it of a proxy and a private certificate authority. Says each fact as one line of JSON.
 */
import { createListener } from '../../../main/webhook/listener.ts';
import { createLocaltunnelProvider } from '../../../main/webhook/localtunnel.ts';
import { createProbe } from '../../../main/webhook/probe.ts';
import { digest, secrets } from './world.ts';

const say = (fact: unknown): void => void process.stdout.write(`${JSON.stringify(fact)}\n`);

const listener = createListener({
  clock: { now: () => new Date() },
  rules: {
    secrets: () => secrets,
    expected: () => [{ account: 'ada.contoso', resource: 'mail', digest: digest('mail-state') }],
    validationExpected: () => true,
    expectedHost: () => null,
    put: (post) => say({ stored: post.changes }),
    refused: (why) => say({ refused: why }),
  },
});
const port = await listener.start(0);
const provider = createLocaltunnelProvider({
  host: 'https://localtunnel.me',
  fetch: (url, init) => fetch(url, init),
});
const tunnel = await provider.open({ port, name: process.argv[2] ?? '', signal: new AbortController().signal });
const probe = createProbe({ fetch: (url, init) => fetch(url, init), secrets: () => secrets });
say({ publicUrl: tunnel.publicUrl, probe: await probe.probe(tunnel.publicUrl) });

process.stdin.once('data', async () => {
  await tunnel.close();
  await listener.stop();
  process.stdin.destroy();
  say({ ended: true });
});
