/**
 * A relay that speaks the localtunnel protocol: an API that gives out names, a TCP port per name, and a public face for
 * `https://NAME.loca.lt`. The unmodified localtunnel client opens tunnels here. It breaks on command, in the ways seen of
 * the public one.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resetConnection } from '../faults.ts';
import type { ApiMode, Relay, RelayOptions, RelayRequest } from './controls.ts';
import { createNameBook, shortName as short } from './names.ts';

export type { ApiMode, Relay, RelayOptions } from './controls.ts';

const nameRule = /^(?:[a-z0-9][a-z0-9-]{2,61}[a-z0-9])$/;

export async function createRelay(options: RelayOptions): Promise<Relay> {
  const { clock, report } = options;
  const taken = new Set<string>();
  const requests: RelayRequest[] = [];
  const frozenOnes: (() => void)[] = [];
  const undelivered: (() => void)[] = [];
  let api: ApiMode = 'ok';
  let otherName = false;
  let dataHost: '127.0.0.1' | '::1' = '127.0.0.1';
  let isCut = false;
  let dataRefused = false;
  let frozen = false;
  let desktopOffline = false;
  let swallows = false;
  let swallowedCount = 0;
  let closesAtOnce = false;
  let inFlight = 0;
  let heldCount = 0;

  const book = createNameBook({
    clock,
    report,
    holdMs: options.holdMs ?? 60_000,
    socketWaitMs: options.socketWaitMs ?? 10_000,
    closesAtOnce: () => closesAtOnce,
    dataHost: () => dataHost,
    isDataRefused: () => dataRefused,
  });

  async function giveTunnel(asked: string | null, response: ServerResponse): Promise<void> {
    const isFree = asked !== null && !book.get(asked) && !taken.has(asked) && !otherName;
    const name = isFree ? asked : `quiet-lake-${randomBytes(3).toString('hex')}`;
    const tunnel = await book.hold(name);
    sendJson(response, 200, {
      id: name,
      port: tunnel.port(),
      max_conn_count: { endlessSockets: 100_000, oneSocket: 1 }[api as string] ?? book.socketsAtMost,
      url: `${api === 'insecureAddress' ? 'http' : 'https'}://${name}.loca.lt`,
      ip: api === 'deadDataHost' ? '255.255.255.255' : dataHost,
    });
  }

  async function answerApi(request: IncomingMessage, response: ServerResponse, gone: Promise<void>): Promise<string> {
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    if (isCut || api === 'unavailable') sendText(response, 503, 'service unavailable');
    else if (api === 'refuse') sendJson(response, 403, { message: 'Not today.' });
    else if (api === 'garbage')
      sendText(response, 200, '<!doctype html><title>Welcome to the hotel</title>', 'text/html');
    else if (api === 'reset') resetConnection(request.socket);
    else if (api === 'hang') await heldUntil(response, gone);
    else if (request.method !== 'GET') sendText(response, 404, 'Not Found');
    else if (path === '/api/status')
      sendJson(response, 200, { tunnels: book.all().length, mem: process.memoryUsage() });
    else if (path === '/' && query === 'new') await giveTunnel(null, response);
    else if (path === '/') response.writeHead(302, { location: 'https://localtunnel.github.io/www/' }).end();
    else {
      const name = path.slice(1);
      const status = /^api\/tunnels\/([^/]+)\/status$/.exec(name);
      if (status) {
        const tunnel = book.get(status[1] ?? '');
        sendJson(response, tunnel ? 200 : 404, tunnel ? { connected_sockets: tunnel.connected() } : '404');
        return status[1] ?? '';
      }
      if (nameRule.test(name)) await giveTunnel(name, response);
      else
        sendJson(response, 403, { message: 'Invalid subdomain. Use 4 to 63 lower case letters, digits and hyphens.' });
      return name;
    }
    return '';
  }

  async function answerPublic(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-localtunnel-agent-ips', JSON.stringify({ [name]: '198.51.100.23' }));
    const tunnel = book.get(name);
    if (isCut) return sendText(response, 503, '503 - Tunnel Unavailable');
    if (taken.has(name)) return sendText(response, 200, '<!doctype html><title>My first web site</title>', 'text/html');
    if (!tunnel) return sendText(response, 404, '404');
    if (looksLikeBrowser(request))
      return sendText(response, 511, '<!doctype html><title>Friendly reminder</title>', 'text/html');
    if (swallows && request.method === 'POST') {
      swallowedCount += 1;
      report({ site: 'relay', name: 'request.swallowed', text: `A stranger's socket took a POST for ${short(name)}.` });
      request.resume();
      return sendText(response, 202, '');
    }
    if (desktopOffline) await heldUntil(response, new Promise<void>((resolve) => undelivered.push(resolve)));
    if (response.destroyed) return;
    if (tunnel.connected() === 0) return sendText(response, 503, '503 - Tunnel Unavailable');
    await tunnel.forward(request, response);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = clock.now();
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const isPublic = host.endsWith('.loca.lt');
    let name = isPublic ? host.slice(0, -'.loca.lt'.length) : '';
    const gone = new Promise<void>((resolve) => response.once('close', resolve));
    if (frozen) await heldUntil(response, new Promise<void>((resolve) => frozenOnes.push(resolve)));
    if (!response.destroyed) {
      if (isPublic) await answerPublic(name, request, response);
      else name = await answerApi(request, response, gone);
    }
    await gone;
    const status = response.writableFinished ? response.statusCode : 0;
    const path = request.url ?? '';
    requests.push({ at, part: isPublic ? 'public' : 'api', name, method: request.method ?? '', path, status });
    if (!isPublic) return;
    const outcome = status === 0 ? 'got no answer' : `was answered ${status}`;
    const text = `A ${request.method ?? ''} for ${short(name)} ${outcome}.`;
    report({
      site: 'relay',
      name: status >= 200 && status < 300 ? 'request.forwarded' : 'request.failed',
      text,
      fields: { status },
    });
  }

  /** Waits for `end` or until the asker has gone. Whoever waits for quiet is told not to wait for this one. */
  async function heldUntil(response: ServerResponse, end: Promise<void>): Promise<void> {
    heldCount += 1;
    response.emit('held');
    await Promise.race([end, new Promise<void>((resolve) => response.once('close', resolve))]);
    response.emit('resumed');
    heldCount -= 1;
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    inFlight += 1;
    answer(request, response)
      .catch((error: unknown) => {
        report({ site: 'relay', name: 'relay.failed', text: error instanceof Error ? error.message : String(error) });
        response.destroy();
      })
      .finally(() => {
        inFlight -= 1;
      });
  }

  function thaw(): void {
    frozen = false;
    for (const goOn of frozenOnes.splice(0)) goOn();
  }
  function setDesktopOffline(offline: boolean): void {
    desktopOffline = offline;
    if (!offline) for (const goOn of undelivered.splice(0)) goOn();
  }
  function tell(name: string, text: string): void {
    report({ site: 'relay', name, text });
  }

  return {
    sites: [{ hosts: ['localtunnel.me', '*.loca.lt'], handle }],
    requests,
    inFlight: () => inFlight,
    held: () => heldCount,
    names: () =>
      book.all().map((tunnel) => ({
        name: tunnel.name,
        connected: tunnel.connected(),
        accepted: tunnel.accepted(),
        port: tunnel.port(),
      })),
    connected: (name, limitMs = 10_000) => book.connected(name, limitMs),

    setHoldMs: book.setHoldMs,
    setApi(mode) {
      api = mode;
      tell('relay.api', `The relay's API is now: ${mode}.`);
    },
    setDataHost(host) {
      dataHost = host;
    },
    giveOtherName(on) {
      otherName = on;
    },
    cut() {
      isCut = true;
      for (const tunnel of book.all()) tunnel.shut();
      tell('relay.cut', 'The relay lost its power.');
    },
    async restore() {
      isCut = false;
      dataRefused = false;
      api = 'ok';
      otherName = false;
      swallows = false;
      closesAtOnce = false;
      setDesktopOffline(false);
      thaw();
      await Promise.all(book.all().map((tunnel) => tunnel.reopen()));
      tell('relay.restored', 'The relay works again.');
    },
    restart() {
      book.releaseAll('the relay was restarted');
      isCut = false;
      thaw();
      tell('relay.restarted', 'The relay was restarted and has forgotten every name.');
    },
    freeze() {
      frozen = true;
      tell('relay.frozen', 'The relay hangs: nothing answers, nothing closes.');
    },
    thaw() {
      thaw();
      tell('relay.thawed', 'The relay goes on.');
    },
    setDesktopOffline,
    keepBusy(on) {
      for (const tunnel of book.all()) tunnel.keepBusy(on);
    },
    dropSockets() {
      for (const tunnel of book.all()) tunnel.dropSockets();
      tell('relay.dropped', 'The relay reset every data socket.');
    },
    async setDataRefused(refused) {
      dataRefused = refused;
      for (const tunnel of book.all()) {
        if (refused) tunnel.shut();
        else await tunnel.reopen();
      }
    },
    takeName(name) {
      book.release(name, 'it was taken');
      taken.add(name);
      tell('name.taken', `A stranger owns the name ${short(name)} now.`);
    },
    releaseName(name) {
      taken.delete(name);
    },
    swallow(on) {
      swallows = on;
      tell('relay.swallow', on ? "A stranger's socket takes our notifications." : 'The stranger is gone.');
    },
    swallowed: () => swallowedCount,
    acceptAndClose(on) {
      closesAtOnce = on;
      if (on) for (const tunnel of book.all()) tunnel.dropSockets();
    },
    stop() {
      thaw();
      setDesktopOffline(false);
      book.releaseAll('the relay was shut down');
    },
  };
}

/** The public relay shows browsers a reminder page first; the status is our choice, the operator does not document it. */
function looksLikeBrowser(request: IncomingMessage): boolean {
  return /mozilla\//i.test(request.headers['user-agent'] ?? '') && !('bypass-tunnel-reminder' in request.headers);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, JSON.stringify(value), 'application/json; charset=utf-8');
}

function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}
