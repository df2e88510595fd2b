/** For the tests of this folder: Graph on a real port, a small Entra, and receivers that play the public internet. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { createManualClock } from '../clock.ts';
import type { CloudAccount, CloudEvent, Directory, PublicWeb } from '../types.ts';
import { createGraph, type GraphOptions } from './graph.ts';

export const ADA: CloudAccount = {
  kind: 'work',
  username: 'ada@contoso.example',
  name: 'Ada Poe',
  password: 'first-password',
  oid: '11111111-1111-4111-8111-111111111111',
  tid: '99999999-9999-4999-8999-999999999999',
};
export const BEN: CloudAccount = {
  ...ADA,
  username: 'ben@contoso.example',
  name: 'Ben Roe',
  oid: '22222222-2222-4222-8222-222222222222',
};

const ALL_SCOPES = ['Mail.Read', 'Calendars.Read', 'User.Read'];

interface Token {
  readonly account: CloudAccount;
  readonly scopes: readonly string[];
  readonly clientId: string;
  readonly expiresAt: Date;
}

export interface Received {
  readonly url: string;
  readonly contentType: string | undefined;
  readonly value: readonly Record<string, unknown>[];
}

export interface Receiver {
  readonly host: string;
  /** Notifications in the order in which they came. */
  readonly received: Received[];
  /** Validation tokens as decoded. */
  readonly validated: string[];
  /** Replaces the answer to notifications; default 202. */
  onNotification: (response: ServerResponse, attempt: number) => void;
  /** Replaces the answer to validation; default the decoded token. */
  onValidation: (token: string, response: ServerResponse, request: IncomingMessage) => void;
  /** Every item of every notification. */
  items(): Record<string, unknown>[];
}

export async function startRig(limits?: GraphOptions['limits']) {
  const clock = createManualClock(new Date('2026-11-21T09:00:00Z'));
  const events: Omit<CloudEvent, 'at'>[] = [];
  const tokens = new Map<string, Token>();
  const badTokens = new Set<string>();
  const revokedListeners = new Set<(account: CloudAccount) => void>();
  const hosts = new Map<string, number>();
  let tokenCount = 0;

  const directory: Directory = {
    accounts: () => [ADA, BEN],
    byUsername(username) {
      const found = [ADA, BEN].find((account) => account.username === username);
      if (found === undefined) throw new Error(`No such account: ${username}`);
      return found;
    },
    checkAccessToken(authorization) {
      const tokenId = authorization?.replace(/^Bearer /, '') ?? '';
      const token = tokens.get(tokenId);
      if (token === undefined || badTokens.has(tokenId) || token.expiresAt <= clock.now()) {
        const message = 'Access token is empty or not valid.';
        return { ok: false, wwwAuthenticate: 'Bearer realm=""', code: 'InvalidAuthenticationToken', message };
      }
      return { ok: true, ...token, tokenId };
    },
    tokenStillGood(tokenId) {
      const token = tokens.get(tokenId);
      return token !== undefined && !badTokens.has(tokenId) && token.expiresAt > clock.now();
    },
    onRevoked(listener) {
      revokedListeners.add(listener);
      return () => revokedListeners.delete(listener);
    },
  };

  const web: PublicWeb = {
    async send({ url, method, headers, body, timeoutMs }) {
      const { hostname, pathname, search } = new URL(url);
      const port = hosts.get(hostname);
      if (port === undefined) throw new Error(`no such host: ${hostname}`);
      const answer = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
        method,
        headers,
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === '' ? {} : { body }),
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    },
  };

  const graph = createGraph({
    clock,
    directory,
    web,
    report: (event) => void events.push(event),
    ...(limits === undefined ? {} : { limits }),
  });
  const server = await listen(createServer(graph.site.handle));
  onTestFinished(async () => {
    graph.stop();
    clock.stop();
    await close(server);
  });
  const base = `http://127.0.0.1:${portOf(server)}`;

  return {
    clock,
    events,
    graph,
    base,
    /** A token for these scopes; lives a day of cloud time. */
    token(options: { account?: CloudAccount; scopes?: string[]; clientId?: string; lifeMs?: number } = {}): string {
      tokenCount += 1;
      const expiresAt = new Date(clock.now().getTime() + (options.lifeMs ?? 8 * 24 * 3_600_000));
      const { account = ADA, scopes = ALL_SCOPES, clientId = 'tidings' } = options;
      const id = `token-${tokenCount}`;
      tokens.set(id, { account, scopes, clientId, expiresAt });
      return id;
    },
    spoil: (token: string) => void badTokens.add(token),
    revoke(account: CloudAccount): void {
      for (const [id, token] of tokens) if (token.account === account) badTokens.add(id);
      for (const listener of revokedListeners) listener(account);
    },
    /** A public name with a server behind it. */
    async receiver(host: string): Promise<Receiver> {
      const { receiver, server: behind } = await startReceiver(host);
      hosts.set(host, portOf(behind));
      return receiver;
    },
    unplug: (host: string) => void hosts.delete(host),
    /** A request to Graph. `path` behind `/v1.0`, or a whole link as Graph gave it. */
    async ask(
      path: string,
      token: string,
      init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
    ) {
      const target = path.replace('https://graph.microsoft.com/v1.0', '');
      const answer = await fetch(`${base}/v1.0${target}`, {
        method: init.method ?? 'GET',
        headers: {
          authorization: `Bearer ${token}`,
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      });
      const text = await answer.text();
      const body = text === '' ? undefined : JSON.parse(text);
      return { status: answer.status, headers: answer.headers, body };
    },
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** Follows the links of one round of change tracking to its end: every item, how many pages it took, the link for the next. */
export async function drain(rig: Rig, token: string, path: string, headers: Record<string, string>) {
  const items: Item[] = [];
  for (let next = path, pages = 1; ; pages += 1) {
    const { status, body } = await rig.ask(next, token, { headers });
    expect([status, pages <= 50]).toEqual([200, true]);
    items.push(...body.value);
    const link: string | undefined = body['@odata.deltaLink'];
    if (link !== undefined) return { items, pages, link };
    next = body['@odata.nextLink'];
  }
}
export interface Item {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** A good `POST /subscriptions` body for this receiver; `change` overrides, `undefined` leaves a property out. */
export function subscriptionBody(rig: Rig, host: string, change: Record<string, unknown> = {}) {
  return {
    changeType: 'created,updated,deleted',
    notificationUrl: `https://${host}/n/secret?x=1`,
    lifecycleNotificationUrl: `https://${host}/l/secret`,
    resource: "me/mailFolders('inbox')/messages",
    expirationDateTime: new Date(rig.clock.now().getTime() + 10_000 * 60_000).toISOString(),
    clientState: 'state-of-the-client',
    ...change,
  };
}

async function startReceiver(host: string) {
  let attempts = 0;
  const receiver: Receiver = {
    host,
    received: [],
    validated: [],
    onNotification: (response) => void response.writeHead(202).end(),
    onValidation: (token, response) => void response.writeHead(200, { 'Content-Type': 'text/plain' }).end(token),
    items: () => receiver.received.flatMap((one) => one.value),
  };
  const server = await listen(
    createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const url = new URL(request.url ?? '/', `https://${host}`);
      const token = url.searchParams.get('validationToken');
      if (token !== null) {
        receiver.validated.push(token);
        receiver.onValidation(token, response, request);
        return;
      }
      const { value } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      receiver.received.push({ url: url.href, contentType: request.headers['content-type'], value });
      attempts += 1;
      receiver.onNotification(response, attempts);
    }),
  );
  onTestFinished(() => close(server));
  return { receiver, server };
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
