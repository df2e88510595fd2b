/** What the page in the browser does, without a browser: comes in by its code, asks, and listens. */
import type { Requests } from '../../preload/contract.ts';

/** Of what was heard, in letters; the oldest go first. */
const keptTraffic = 8_000_000;
const askLimitMs = 20_000;

export interface PageClient {
  /** Comes in by the address that the app had the browser open. */
  enter(address: URL): Promise<void>;
  ask<C extends keyof Requests>(channel: C, ...args: Requests[C]['args']): Promise<Requests[C]['result']>;
  port(): number;
  token(): string;
  /** Codes of all addresses so far. */
  codes(): readonly string[];
  /** Everything that the page was told or answered so far, as text. */
  traffic(): string;
}

export function createPageClient(): PageClient {
  const codes: string[] = [];
  let at: URL | null = null;
  let token = '';
  let traffic = '';

  const hear = (text: string): void => {
    traffic = (traffic + text).slice(-keptTraffic);
  };
  function post(path: string, body: unknown): Promise<Response> {
    if (at === null) throw new Error('the app has opened no page yet');
    return fetch(new URL(path, at), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(askLimitMs),
    });
  }
  async function listen(address: URL): Promise<void> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(new URL('/api/events', address), { headers });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read())
      hear(part.value);
  }

  return {
    async enter(address) {
      at = address;
      token = '';
      const code = address.hash.slice('#code='.length);
      codes.push(code);
      const entry = (await (await post('/api/start', { code })).json()) as { readonly token: string };
      token = entry.token;
      listen(address).catch(() => {}); // it ends with the process
    },
    async ask(channel, ...args) {
      const response = await post('/api/request', { channel, args });
      const text = await response.text();
      hear(text);
      if (!response.ok) throw new Error(`${channel}: ${response.status}`);
      return JSON.parse(text);
    },
    port: () => Number(at?.port),
    token: () => token,
    codes: () => codes,
    traffic: () => traffic,
  };
}
