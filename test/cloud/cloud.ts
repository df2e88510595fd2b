/** The whole stand-in cloud behind one proxy: start it, give a process its `env`, and that process is in the cloud. */
import { createAuthority } from './authority.ts';
import { createManualClock, createRealClock } from './clock.ts';
import type { CloudApp } from './entra/accounts.ts';
import { createEntra } from './entra/entra.ts';
import { createPerson } from './person.ts';
import { startProxy } from './proxy.ts';
import { createPublicWeb } from './public-web.ts';
import { createRelay } from './relay/relay.ts';
import type { CloudAccount, CloudEvent, Report } from './types.ts';

export interface CloudOptions {
  /** `manual` (default): time stands still until `clock.advance`. `real`: it follows the machine. */
  readonly clock?: 'manual' | 'real';
  /** First moment of a manual clock. */
  readonly start?: Date;
  readonly accounts?: readonly CloudAccount[];
  readonly apps?: readonly CloudApp[];
  readonly relay?: { readonly holdMs?: number; readonly socketWaitMs?: number };
}

export type Cloud = Awaited<ReturnType<typeof startCloud>>;

export async function startCloud(options: CloudOptions = {}) {
  const events: CloudEvent[] = [];
  const listeners = new Set<(event: CloudEvent) => void>();
  const report: Report = (event) => {
    const stamped: CloudEvent = { at: clock.now(), ...event };
    events.push(stamped);
    for (const listener of [...listeners]) listener(stamped);
  };
  const clock =
    options.clock === 'real'
      ? createRealClock((error) => report({ site: 'proxy', name: 'timer.failed', text: String(error) }))
      : createManualClock(options.start);

  const authority = await createAuthority();
  const entra = createEntra({
    clock,
    report,
    ...(options.accounts ? { accounts: options.accounts } : {}),
    ...(options.apps ? { apps: options.apps } : {}),
  });
  const relay = await createRelay({ clock, report, ...options.relay });
  const relayHosts = new Set(relay.sites.flatMap(({ hosts }) => hosts));
  const proxy = await startProxy({
    clock,
    authority,
    report,
    sites: [entra.site, ...relay.sites],
    hidesPath: (host) =>
      [...relayHosts].some((name) => host === name || (name.startsWith('*.') && host.endsWith(name.slice(1)))),
  });
  const web = createPublicWeb({ backbonePort: proxy.backbonePort, caPem: authority.caPem, knows: proxy.knows });
  const person = createPerson({
    proxyUrl: proxy.url,
    caPem: authority.caPem,
    report,
    passwordOf: entra.currentPassword,
  });

  let stopped: Promise<void> | undefined;
  return {
    clock,
    entra,
    relay,
    person,
    web,
    proxy,
    proxyUrl: proxy.url,
    caFile: authority.caFile,
    caPem: authority.caPem,
    caKeyHash: authority.caKeyHash,
    env: cloudEnv(proxy.url, authority.caFile),
    requests: proxy.requests,
    events: events as readonly CloudEvent[],
    onEvent(listener: (event: CloudEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    inFlight: proxy.inFlight,
    idle: proxy.idle,
    /** Ends everything. Safe to call twice. */
    stop(): Promise<void> {
      stopped ??= (async () => {
        clock.stop();
        person.stop();
        await relay.stop();
        await proxy.stop();
        await authority.stop();
      })();
      return stopped;
    },
  };
}

/** What a process needs in its environment to live in the cloud; both spellings, as libraries differ. */
function cloudEnv(proxyUrl: string, caFile: string): Readonly<Record<string, string>> {
  const noProxy = '127.0.0.1,localhost,::1';
  return {
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: caFile,
    HTTPS_PROXY: proxyUrl,
    https_proxy: proxyUrl,
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}
