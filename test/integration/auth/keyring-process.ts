/** Starts `keyring-client.ts` inside a cloud and a keyring, and talks to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { defaultClientId } from '../../cloud/entra/accounts.ts';
import type { News, Order } from './keyring-client.ts';

type Answer = Extract<News, { readonly kind: 'answer' }>;

export interface KeyringProcess {
  /** What the order came to, or `{ code, reason, userMessage }` of the failure it ended in. */
  ask(order: Order): Promise<unknown>;
  /** The address it asks the browser to open next. */
  browserUrl(): Promise<string>;
  /** Names of the events it logged. */
  readonly logged: readonly string[];
  stop(): Promise<void>;
}

const limitMs = 15_000;

export function startKeyringProcess(env: Readonly<Record<string, string>>, folder: string): KeyringProcess {
  const child = fork(fileURLToPath(new URL('keyring-client.ts', import.meta.url)), [defaultClientId, folder], {
    env: { ...env },
    execArgv: [],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  const logged: string[] = [];
  let lastOrder = 0;
  let opened = Promise.withResolvers<string>();
  child.on('message', (message) => {
    const news = message as News;
    if (news.kind === 'log') logged.push(news.event);
    if (news.kind === 'openBrowser') opened.resolve(news.url);
    if (news.kind === 'answer') waiting.get(news.order)?.(news);
  });
  return {
    logged,
    async ask(what) {
      const order = ++lastOrder;
      const answered = new Promise<Answer>((resolve) => waiting.set(order, resolve));
      child.send([order, what]);
      const answer = await within(answered, `no answer to ${what.do}`);
      waiting.delete(order);
      if (answer.ok) return answer.value;
      const { code, reason, userMessage } = answer;
      return { code, reason, userMessage };
    },
    async browserUrl() {
      const url = await within(opened.promise, 'no browser was opened');
      opened = Promise.withResolvers();
      return url;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function within<T>(work: Promise<T>, problem: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(problem)), limitMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
