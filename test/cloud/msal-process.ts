/** Starts `msal-client.ts` inside a cloud and talks to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientNews, ClientOrder } from './msal-client.ts';

type WithoutId<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;
export type Outcome = Extract<ClientNews, { readonly id: number }>;

export interface MsalProcess {
  /** Sends an order; the outcome, without its number. */
  ask(order: WithoutId<ClientOrder>): Promise<WithoutId<Outcome>>;
  /** The address the app asks the browser to open next. */
  browserUrl(): Promise<string>;
  stop(): Promise<void>;
}

const limitMs = 15_000;

export async function startMsalProcess(
  env: Readonly<Record<string, string>>,
  clientId: string,
  authority = 'https://login.microsoftonline.com/common',
): Promise<MsalProcess> {
  const child = fork(fileURLToPath(new URL('msal-client.ts', import.meta.url)), [clientId, authority], {
    env: { PATH: process.env.PATH ?? '', ...env },
    execArgv: [],
  });
  const waiting = new Map<number | 'ready', (news: ClientNews) => void>();
  const urls: string[] = [];
  const urlWaiters: ((url: string) => void)[] = [];
  let lastId = 0;
  child.on('message', (message) => {
    const news = message as ClientNews;
    if (news.kind === 'openBrowser') {
      const waiter = urlWaiters.shift();
      if (waiter) waiter(news.url);
      else urls.push(news.url);
      return;
    }
    const key = news.kind === 'ready' ? 'ready' : news.id;
    waiting.get(key)?.(news);
    waiting.delete(key);
  });

  await within(new Promise((resolve) => waiting.set('ready', resolve)), 'The client did not start');
  return {
    async ask(order) {
      const id = ++lastId;
      const answered = new Promise<ClientNews>((resolve) => waiting.set(id, resolve));
      child.send({ ...order, id });
      const { id: _, ...outcome } = (await within(answered, 'The client did not answer')) as Outcome;
      return outcome;
    },
    browserUrl() {
      const url = urls.shift();
      if (url) return Promise.resolve(url);
      return within(new Promise((resolve) => urlWaiters.push(resolve)), 'The client opened no browser');
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function within<T>(promise: Promise<T>, complaint: string): Promise<T> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => reject(new Error(`${complaint} within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(limit);
  }
}
