/** Starts `tiny-app.ts` inside a cloud and talks to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AppNews, AppOrder } from './tiny-app.ts';

type WithoutId<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;
type Outcome = Extract<AppNews, { readonly id: number }>;

export interface TinyApp {
  /** Sends an order; the outcome, without its number. */
  ask(order: WithoutId<AppOrder>): Promise<WithoutId<Outcome>>;
  /** The address the app asks the browser to open next. */
  browserUrl(): Promise<string>;
  /** The body of the next notification the app receives. */
  notification(): Promise<string>;
  stop(): Promise<void>;
}

const limitMs = 15_000;

export async function startTinyApp(
  env: Readonly<Record<string, string>>,
  clientId: string,
  authority = 'https://login.microsoftonline.com/common',
): Promise<TinyApp> {
  const child = fork(fileURLToPath(new URL('tiny-app.ts', import.meta.url)), [clientId, authority], {
    env: { PATH: process.env.PATH ?? '', ...env },
    execArgv: ['--disable-warning=DEP0169'],
  });
  const outcomes = new Map<number, (outcome: Outcome) => void>();
  const ready = Promise.withResolvers<void>();
  const urls = createInbox('The app opened no browser');
  const notifications = createInbox('The app received no notification');
  let lastId = 0;
  child.on('message', (news: AppNews) => {
    switch (news.kind) {
      case 'ready':
        return ready.resolve();
      case 'openBrowser':
        return urls.put(news.url);
      case 'notification':
        return notifications.put(news.body);
      default:
        outcomes.get(news.id)?.(news);
        outcomes.delete(news.id);
    }
  });

  await within(ready.promise, 'The app did not start');
  return {
    async ask(order) {
      const id = ++lastId;
      const answered = new Promise<Outcome>((resolve) => outcomes.set(id, resolve));
      child.send({ ...order, id });
      const { id: _, ...outcome } = await within(answered, 'The app did not answer');
      return outcome;
    },
    browserUrl: urls.take,
    notification: notifications.take,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** A queue one can wait at. */
function createInbox(complaint: string) {
  const items: string[] = [];
  const takers: ((item: string) => void)[] = [];
  return {
    put(item: string): void {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    take(): Promise<string> {
      const item = items.shift();
      if (item !== undefined) return Promise.resolve(item);
      return within(new Promise<string>((resolve) => takers.push(resolve)), complaint);
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
