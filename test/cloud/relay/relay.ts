/**
 * A relay that speaks the localtunnel protocol: an API that gives out names, a TCP port per name, and a public face for
 * `https://NAME.loca.lt`. The unmodified localtunnel client opens tunnels here. It breaks on command, in the ways seen of
 * the public one.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resetConnection } from '../faults.ts';
import type { ApiMode, Relay, RelayOptions, RelayRequest } from './controls.ts';
import { type HeldName, holdName } from './held-name.ts';

export type { ApiMode, Relay, RelayOptions, RelayRequest } from './controls.ts';

const nameRule = /^(?:[a-z0-9][a-z0-9-]{2,61}[a-z0-9])$/;
const socketsPerTunnel = 10;

/** What the log may show of a name: enough to tell two apart. */
const short = (name: string): string => (name.length > 8 ? `${name.slice(0, 8)}…` : name);

export async function createRelay(options: RelayOptions): Promise<Relay> {
  const { clock, report } = options;
  const held = new Map<string, HeldName>();
  const cancelHold = new Map<string, () => void>();
  const taken = new Set<string>();
  const requests: RelayRequest[] = [];
  const arrivals = new Set<() => void>();
  const frozenOnes: (() => void)[] = [];
  const undelivered: (() => void)[] = [];
  let holdMs = options.holdMs ?? 60_000;
  let api: ApiMode = 'ok';
  let statusMissing = false;
  let otherName = false;
  let isCut = false;
  let dataRefused = false;
  let frozen = false;
  let desktopOffline = false;
  let swallows = false;
  let swallowedCount = 0;
  let closesAtOnce = false;
  let inFlight = 0;
  let heldCount = 0;

  function release(name: string, why: string): void {
    const tunnel = held.get(name);
    if (!tunnel) return;
    cancelHold.get(name)?.();
    cancelHold.delete(name);
    held.delete(name);
    tunnel.shut();
    report({ site: 'relay', name: 'tunnel.released', text: `The name ${short(name)} is free again (${why}).` });
  }

  function startHold(name: string): void {
    cancelHold.get(name)?.();
    cancelHold.set(
      name,
      clock.after(holdMs, () => release(name, 'nobody was connected any more')),
    );
  }

  async function hold(name: string): Promise<HeldName> {
    const tunnel = await holdName({
      name,
      maxSockets: socketsPerTunnel,
      socketWaitMs: options.socketWaitMs ?? 10_000,
      maxWaiting: 10,
      closesAtOnce: () => closesAtOnce,
      onConnected(connected) {
        if (!held.has(name)) return;
        cancelHold.get(name)?.();
        if (connected) {
          report({ site: 'relay', name: 'tunnel.connected', text: `A desktop is connected as ${short(name)}.` });
          for (const look of arrivals) look();
        } else {
          report({ site: 'relay', name: 'tunnel.lost', text: `The desktop behind ${short(name)} has no socket left.` });
          startHold(name);
        }
      },
    });
    held.set(name, tunnel);
    startHold(name);
    if (dataRefused) tunnel.shut();
    return tunnel;
  }

  async function giveTunnel(asked: string | null, response: ServerResponse): Promise<void> {
    const isFree = asked !== null && !held.has(asked) && !taken.has(asked) && !otherName;
    const name = isFree ? asked : `quiet-lake-${randomBytes(3).toString('hex')}`;
    const tunnel = await hold(name);
    report({ site: 'relay', name: 'tunnel.opened', text: `The name ${short(name)} was given out.` });
    sendJson(response, 200, {
      id: name,
      port: tunnel.port(),
      max_conn_count: api === 'endlessSockets' ? 100_000 : socketsPerTunnel,
      url: `${api === 'insecureAddress' ? 'http' : 'https'}://${name}.loca.lt`,
      ip: api === 'deadDataHost' ? '255.255.255.255' : '127.0.0.1',
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
    else if (path === '/api/status' && statusMissing) sendText(response, 404, 'Not Found');
    else if (path === '/api/status') sendJson(response, 200, { tunnels: held.size, mem: process.memoryUsage() });
    else if (path === '/' && query === 'new') await giveTunnel(null, response);
    else if (path === '/') response.writeHead(302, { location: 'https://localtunnel.github.io/www/' }).end();
    else {
      const name = path.slice(1);
      const status = /^api\/tunnels\/([^/]+)\/status$/.exec(name);
      if (status) {
        const tunnel = held.get(status[1] ?? '');
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
    const tunnel = held.get(name);
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
      [...held.values()].map((tunnel) => ({
        name: tunnel.name,
        connected: tunnel.connected(),
        accepted: tunnel.accepted(),
        port: tunnel.port(),
      })),
    connected(name, limitMs = 10_000) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = [...held.values()].find((t) => (name === undefined || t.name === name) && t.connected() > 0);
          if (!found) return;
          clearTimeout(limit);
          arrivals.delete(look);
          resolve(found.name);
        };
        const limit = setTimeout(() => {
          arrivals.delete(look);
          reject(new Error(`no desktop connected within ${limitMs} ms`));
        }, limitMs);
        arrivals.add(look);
        look();
      });
    },

    setHoldMs(ms) {
      holdMs = ms;
    },
    setApi(mode) {
      api = mode;
      tell('relay.api', `The relay's API is now: ${mode}.`);
    },
    setStatusMissing(missing) {
      statusMissing = missing;
    },
    giveOtherName(on) {
      otherName = on;
    },
    cut() {
      isCut = true;
      for (const tunnel of held.values()) tunnel.shut();
      tell('relay.cut', 'The relay lost its power.');
    },
    async restore() {
      isCut = false;
      dataRefused = false;
      api = 'ok';
      statusMissing = false;
      otherName = false;
      swallows = false;
      closesAtOnce = false;
      setDesktopOffline(false);
      thaw();
      await Promise.all([...held.values()].map((tunnel) => tunnel.reopen()));
      tell('relay.restored', 'The relay works again.');
    },
    restart() {
      for (const name of [...held.keys()]) release(name, 'the relay was restarted');
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
    dropSockets() {
      for (const tunnel of held.values()) tunnel.dropSockets();
      tell('relay.dropped', 'The relay reset every data socket.');
    },
    async setDataRefused(refused) {
      dataRefused = refused;
      for (const tunnel of held.values()) {
        if (refused) tunnel.shut();
        else await tunnel.reopen();
      }
    },
    takeName(name) {
      release(name, 'it was taken');
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
      if (on) for (const tunnel of held.values()) tunnel.dropSockets();
    },
    stop() {
      thaw();
      setDesktopOffline(false);
      for (const name of [...held.keys()]) release(name, 'the relay was shut down');
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
