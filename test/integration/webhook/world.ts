/** A relay on a real port, a listener of ours, and a way to send what the internet would send. */

import { createHash } from 'node:crypto';
import { createServer, request as httpRequest } from 'node:http';
import type { ReceivedPost } from '../../../main/domain/notification.ts';
import type { ExpectedClientState, ListenerRules, ListenerSecrets } from '../../../main/domain/ports.ts';
import type { Fetch } from '../../../main/webhook/fetch.ts';
import { createListener } from '../../../main/webhook/listener.ts';
import { createManualClock } from '../../cloud/clock.ts';
import { createRelay, type Relay } from '../../cloud/relay/relay.ts';
import type { CloudClock, CloudEvent } from '../../cloud/types.ts';

export const secrets: ListenerSecrets = {
  notificationPath: 'notification_00000000000000000000',
  lifecyclePath: 'lifecycle-00000000000000000000000',
  probePath: 'probe-000000000000000000000000000',
  probeKey: 'the key of the probe',
};
export const digest = (clientState: string): string => createHash('sha256').update(clientState).digest('hex');

export const now = new Date('2026-11-21T09:00:00.000Z');

export interface ListenerWorld {
  readonly rules: ListenerRules;
  readonly posts: ReceivedPost[];
  readonly refused: string[];
  /** How often somebody said that our subscriptions were taken over. */
  takeovers: number;
  expected: ExpectedClientState[];
  validation: boolean;
  host: string | null;
  storageFails: boolean;
  start(options?: { readonly requestMs?: number }): Promise<{ readonly port: number; stop(): Promise<void> }>;
}

/** One account with a mail and a calendar subscription whose client states are `mail-state` and `calendar-state`. */
export function listenerWorld(): ListenerWorld {
  const world: ListenerWorld = {
    posts: [],
    refused: [],
    takeovers: 0,
    expected: [
      { account: 'ada.contoso', resource: 'mail', digest: digest('mail-state') },
      { account: 'ada.contoso', resource: 'calendar', digest: digest('calendar-state') },
    ],
    validation: false,
    host: null,
    storageFails: false,
    rules: {
      secrets: () => secrets,
      expected: () => world.expected,
      validationExpected: () => world.validation,
      expectedHost: () => world.host,
      put(post) {
        if (world.storageFails) throw new Error('disk full');
        world.posts.push(post);
      },
      takenOver() {
        world.takeovers += 1;
      },
      refused: (why) => void world.refused.push(why),
    },
    async start(options = {}) {
      const listener = createListener({ rules: world.rules, clock: { now: () => now }, ...options });
      return { port: await listener.start(0), stop: () => listener.stop() };
    },
  };
  return world;
}

export interface RelayWorld {
  readonly relay: Relay;
  readonly events: CloudEvent[];
  readonly clock: CloudClock;
  /** The API's address, plain HTTP. */
  readonly host: string;
  /** Sends to `https://NAME.loca.lt/…` by way of the relay's public side. */
  readonly fetch: Fetch;
  close(): Promise<void>;
}

export async function relayWorld(options: { readonly socketWaitMs?: number } = {}): Promise<RelayWorld> {
  const clock = createManualClock(now);
  const events: CloudEvent[] = [];
  const relay = await createRelay({
    clock,
    report: (event) => void events.push({ at: clock.now(), ...event }),
    ...options,
  });
  const server = createServer((request, response) => relay.sites[0]?.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return {
    relay,
    events,
    clock,
    host: `http://127.0.0.1:${port}`,
    fetch: (url, init) => send(port, url, init),
    async close() {
      relay.stop();
      clock.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the proxy in front of the cloud does: connect to the site's server, name the host that was asked for. */
function send(port: number, url: string, init: RequestInit): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method: init.method ?? 'GET',
      path: `${pathname}${search}`,
      headers: { ...(init.headers as Record<string, string> | undefined), host },
      agent: false,
      ...(init.signal ? { signal: init.signal } : {}),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        const body = [204, 304].includes(status) ? null : Buffer.concat(chunks);
        resolve(new Response(body, { status, headers: response.headers as Record<string, string> }));
      });
    });
    request.end(init.body ?? undefined);
  });
}

/** Waits until `claim` holds; rejects after `limitMs`. */
export async function until(claim: () => boolean, what: string, limitMs = 10_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!claim()) {
    if (performance.now() > end) throw new Error(`did not happen within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
