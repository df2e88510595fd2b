/** The browser shell's client: the messages of the contract over HTTP, to the server that this page came from. */
import type { Line } from '../preload/api.ts';
import type { PagePushes, PageRequests, Pushes, Requests } from '../preload/contract.ts';
import { type BrowserBar, showBrowserBar } from './browser-bar.ts';

type Ask = Requests & PageRequests;
type Told = Pushes & PagePushes;

const tokenName = 'tidings-token';
/** Milliseconds. The longest that main takes is a look at the mailbox over a bad network. */
const askLimitMs = 60_000;
const againMs = { first: 500, longest: 15_000, inAll: 5 * 60_000 } as const;

/**
 * Trades the one-time code in this page's address for a token, which lives in this tab only, and begins to listen.
 *
 * @throws {Error} where this page has neither; it says so itself.
 */
export async function openLine(): Promise<Line> {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1] ?? null;
  // Out of the address at once: not into the history, a bookmark or a screenshot.
  if (code !== null) history.replaceState(null, '', '/');
  const show = code === null ? null : await enter(code);
  const token = sessionStorage.getItem(tokenName);
  if (token === null) {
    showBrowserBar().end('needsAddress');
    throw new Error('this page has no token');
  }
  return talk(token, show);
}

async function enter(code: string): Promise<Pushes['view:show'] | null> {
  const response = await fetch('/api/start', post({ code }));
  if (!response.ok) return null;
  const entry: { token: string; show: Pushes['view:show'] } = await response.json();
  sessionStorage.setItem(tokenName, entry.token);
  return entry.show;
}

const post = (body: object, token?: string): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...(token === undefined ? {} : bearer(token)) },
  body: JSON.stringify(body),
  signal: AbortSignal.timeout(askLimitMs),
});
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

function talk(token: string, show: Pushes['view:show'] | null): Line {
  const listeners = new Map<keyof Told, Set<(payload: never) => void>>();
  let wanted = show;
  let ended = false;

  async function send<C extends keyof Ask>(channel: C, ...args: Ask[C]['args']): Promise<Ask[C]['result']> {
    const response = await fetch('/api/request', post({ channel, args }, token));
    if (response.status === 401) end('needsAddress');
    if (!response.ok) throw new Error(`${channel}: ${response.status}`);
    return await response.json();
  }
  function tell<P extends keyof Told>(push: P, payload: Told[P]): void {
    for (const listener of listeners.get(push) ?? []) listener(payload as never);
  }
  function add(push: keyof Told, listener: (payload: never) => void): () => void {
    const all = listeners.get(push) ?? new Set();
    listeners.set(push, all.add(listener));
    return () => void all.delete(listener);
  }
  const on = <P extends keyof Told>(push: P, listener: (payload: Told[P]) => void): (() => void) => add(push, listener);
  function end(why: Parameters<BrowserBar['end']>[0]): void {
    ended = true;
    bar.end(why);
  }

  const bar = showBrowserBar({
    quit: () => void send('page:quit').then(() => bar.quitting(), bar.lost),
    toastsAllowed: () => void send('page:toasts', true).catch(bar.lost),
  });
  on('app:changed', bar.draw);
  on('page:link', ({ url }) => bar.offer(url));
  on('page:stopped', () => end('stopped'));
  const toasts = new Map<string, Notification>();
  on('page:toast', ({ key, title, body, urgent }) => {
    const toast = new Notification(title, { body, tag: key, requireInteraction: urgent });
    toasts.set(key, toast);
    toast.addEventListener('close', () => toasts.delete(key));
    toast.addEventListener('click', () => {
      window.focus();
      toast.close();
      send('page:toast-clicked', key).catch(bar.lost);
    });
  });
  on('page:toast-closed', ({ key }) => toasts.get(key)?.close());

  /** What was told while nobody listened is asked for; then everything is as if it had been heard. */
  async function catchUp(): Promise<void> {
    const asked = [send('app:get'), send('alerts:list', null, ''), send('meetings:list')] as const;
    const [app, page, meetings] = await Promise.all(asked);
    tell('app:changed', app);
    tell('alerts:changed', page);
    tell('meetings:changed', meetings);
  }

  async function hear(isAgain: boolean): Promise<void> {
    const response = await fetch('/api/events', { headers: bearer(token) });
    if (response.status === 401) return end('needsAddress');
    if (!response.ok || response.body === null) throw new Error(`events: ${response.status}`);
    bar.found();
    await send('page:toasts', 'Notification' in window && Notification.permission === 'granted');
    if (isAgain) await catchUp();
    else bar.draw(await send('app:get'));
    let rest = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + part.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') continue;
        const { push, payload } = JSON.parse(line) as { push: keyof Told; payload: never };
        tell(push, payload);
      }
    }
  }

  async function keepListening(): Promise<void> {
    let waitMs: number = againMs.first;
    let waitedMs = 0;
    for (let isAgain = false; !ended; isAgain = true) {
      try {
        await hear(isAgain);
        waitMs = againMs.first;
        waitedMs = 0;
      } catch {
        // Told below, like an end without an error.
      }
      if (ended) return;
      // Whoever starts it again gets another page, at another port: this one could only meet a stranger there.
      if (waitedMs >= againMs.inAll) return end('needsAddress');
      bar.lost();
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitedMs += waitMs;
      waitMs = Math.min(waitMs * 2, againMs.longest);
    }
  }
  void keepListening();

  return {
    ask:
      (channel) =>
      (...args) =>
        send(channel, ...args),
    listen: (push) => (listener) => {
      const stop = add(push, listener);
      // The view that this page was opened for, as soon as somebody can show it.
      if (push === 'view:show' && wanted !== null) {
        queueMicrotask(tell.bind(null, 'view:show', wanted));
        wanted = null;
      }
      return stop;
    },
  };
}
