/** The product's listener in front of the product's store: what stands between a POST and its 202. */
import { join } from 'node:path';
import { createCipher, newCipherKey } from '../../../main/store/cipher.ts';
import { openStore } from '../../../main/store/store.ts';
import { limits } from '../../../main/webhook/limits.ts';
import { createListener } from '../../../main/webhook/listener.ts';
import { expected, secrets } from '../notifications.ts';
import { serve } from './serve.ts';

export interface ListenerCalls {
  listen(): Promise<number>;
  /** Posts in the queue. */
  stored(): number;
  refused(): Readonly<Record<string, number>>;
}

// Speed is measured with the budgets off: what they refuse at once would only flatter the figures.
Object.assign(limits, { requestsPerSecond: 1e9, requestBurst: 1e9 });

const clock = { now: () => new Date() };
const ignore = (): void => {};
const store = openStore({
  file: join(process.env.BENCH_FOLDER ?? '', 'history.db'),
  cipher: createCipher(newCipherKey()),
  clock,
  log: { info: ignore, warn: ignore, error: ignore },
});
const refused: Record<string, number> = {};
const listener = createListener({
  clock,
  rules: {
    secrets: () => secrets,
    expected: () => expected,
    validationExpected: () => false,
    expectedHost: () => null,
    put: (post) => store.queue.put(post),
    refused(why) {
      refused[why] = (refused[why] ?? 0) + 1;
    },
  },
});

serve({
  listen: () => listener.start(0),
  stored: () => store.queue.size(),
  refused: () => refused,
} satisfies ListenerCalls);
