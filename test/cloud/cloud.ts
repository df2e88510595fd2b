/** The whole stand-in cloud behind one proxy: start it, give a process its `env`, and that process is in the cloud. */
import { createAuthority } from './authority.ts';
import { createManualClock, createRealClock } from './clock.ts';
import type { CloudApp } from './entra/accounts.ts';
import { createEntra } from './entra/entra.ts';
import { createGraph, type GraphOptions } from './graph/graph.ts';
import { createPerson } from './person.ts';
import { type CloudProxy, startProxy } from './proxy.ts';
import { createPublicWeb } from './public-web.ts';
import { createRelay, type RelayOptions } from './relay/relay.ts';
import { siteFinder } from './site-finder.ts';
import { shortTunnelNames } from './tunnel-names.ts';
import type { CloudAccount, CloudEvent, PublicWeb, Report } from './types.ts';

export interface CloudOptions {
  /** `manual` (default): time stands still until `clock.advance`. `real`: it follows the machine. */
  readonly clock?: 'manual' | 'real';
  /** First moment of a manual clock. */
  readonly start?: Date;
  readonly accounts?: readonly CloudAccount[];
  readonly apps?: readonly CloudApp[];
  readonly relay?: Omit<RelayOptions, 'clock' | 'report'>;
  readonly graph?: Pick<GraphOptions, 'limits'>;
}

export type Cloud = Awaited<ReturnType<typeof startCloud>>;

/**
 * Starts every part on loopback ports of its own, so that clouds can run side by side.
 *
 * `env` is all another process needs: start it with that environment and its production addresses lead here.
 */
export async function startCloud(options: CloudOptions = {}) {
  const events: CloudEvent[] = [];
  const listeners = new Set<(event: CloudEvent) => void>();
  const report: Report = (event) => {
    const stamped: CloudEvent = { at: clock.now(), ...event, text: shortTunnelNames(event.text) };
    events.push(stamped);
    for (const listener of [...listeners]) listener(stamped);
  };
  const clock =
    options.clock === 'real'
      ? createRealClock((error) => report({ site: 'proxy', name: 'timer.failed', text: `A timer failed: ${error}` }))
      : createManualClock(options.start);

  const endings: (() => void | Promise<void>)[] = [clock.stop];
  let stopped: Promise<void> | undefined;
  /** Ends everything, last started first. Safe to call twice. */
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      for (const end of endings.reverse()) await end();
    })();
    return stopped;
  };

  try {
    const authority = await createAuthority();
    endings.push(authority.stop);
    const { caPem } = authority;
    const { accounts, apps } = options;
    const entra = createEntra({ clock, report, ...(accounts ? { accounts } : {}), ...(apps ? { apps } : {}) });
    let started: CloudProxy | undefined;
    const web: PublicWeb = createPublicWeb({
      caPem,
      proxy() {
        if (!started) throw new Error('The cloud is still starting');
        return started;
      },
    });
    const graph = createGraph({ clock, directory: entra.directory, web, report, ...options.graph });
    endings.push(graph.stop);
    const relay = await createRelay({ clock, report, ...options.relay });
    endings.push(relay.stop);
    const relaySite = siteFinder(relay.sites);
    const proxy = await startProxy({
      clock,
      authority,
      report,
      sites: [entra.site, graph.site, ...relay.sites],
      hidesPath: (host) => relaySite(host) !== undefined,
    });
    started = proxy;
    endings.push(proxy.stop);
    const person = createPerson({
      proxyUrl: proxy.url,
      caPem,
      report,
      passwordOf: entra.currentPassword,
      codeOf: entra.currentCode,
    });
    endings.push(person.stop);

    return {
      clock,
      entra,
      graph,
      relay,
      person,
      web,
      proxy,
      proxyUrl: proxy.url,
      caFile: authority.caFile,
      caPem,
      caKeyHash: authority.caKeyHash,
      env: cloudEnv(proxy.url, authority.caFile),
      requests: proxy.requests,
      events: events as readonly CloudEvent[],
      onEvent(listener: (event: CloudEvent) => void): () => void {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      /** Zero when nothing moves: no request, no delivery. Requests that are held on purpose are not counted. */
      inFlight: () => proxy.inFlight() + graph.inFlight(),
      /** Requests that the desktop waits for in vain; MSAL's have a limit in real time, and are not among them. */
      held: () => proxy.held((host) => !entra.site.hosts.includes(host)),
      /** Resolves once nothing moves; rejects after `limitMs` real milliseconds. */
      async idle(limitMs = 10_000): Promise<void> {
        const endMs = performance.now() + limitMs;
        do {
          await proxy.idle(Math.max(1, endMs - performance.now()));
          // What a request set off starts its own requests in the same turn or the next.
          await new Promise((resolve) => setImmediate(resolve));
          if (performance.now() > endMs) throw new Error(`The cloud is not quiet after ${limitMs} ms`);
        } while (proxy.inFlight() + graph.inFlight() > 0);
      },
      /** The desktop loses its network: the proxy, and the data connections to the relay. The cloud itself goes on. */
      async offline(isOffline: boolean): Promise<void> {
        proxy.offline(isOffline);
        await relay.setDataRefused(isOffline);
        if (isOffline) relay.dropSockets();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
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
