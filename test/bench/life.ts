/** A person's life on the virtual clock: the real core in a process of its own, the stand-in cloud, and time that leaps. */
import { setTimeout as delay } from 'node:timers/promises';
import { type CoreDriver, createCoreDriver } from '../stage/core-driver.ts';
import { type Stage, startStage } from '../stage/stage.ts';
import type { Kit } from './bench.ts';
import { ada } from './shell-app.ts';

export interface Life extends Stage {
  readonly app: CoreDriver;
  /** Signs in one more person, and waits until all is good. */
  begin(username?: string): Promise<void>;
  /** Does what the page in the browser asks for, and waits until all is good. */
  passSignIn(username?: string): Promise<void>;
}

/** Real milliseconds. */
const signInTakenLimitMs = 15_000;

export async function startLife(kit: Kit, options: { readonly nodeOptions?: string } = {}): Promise<Life> {
  let driver: CoreDriver | null = null;
  const stage = await startStage({
    start: new Date('2026-11-23T09:00:00Z'),
    createApp(env, events) {
      driver = createCoreDriver(
        options.nodeOptions === undefined ? env : { ...env, NODE_OPTIONS: options.nodeOptions },
        events,
      );
      return driver;
    },
  });
  kit.onEnd(stage.stop);
  if (driver === null) throw new Error('the app was not created');
  const app: CoreDriver = driver;

  async function passSignIn(username = ada): Promise<void> {
    const result = await stage.signIn({ username });
    if (result.kind === 'stuck') throw new Error(`the sign-in page says: ${result.problem}`);
    const endAt = performance.now() + signInTakenLimitMs;
    while ((await app.glance()).app.signIn.kind === 'waitingForBrowser') {
      if (performance.now() > endAt) throw new Error('the app did not take the answer of the browser');
      await delay(5);
    }
    const took = await stage.until(({ app: { health } }) => health.state === 'allGood', 120_000);
    if (took === null) throw new Error(`${username}: all is not good`);
  }

  return {
    ...stage,
    app,
    passSignIn,
    async begin(username = ada) {
      if (!app.running()) await stage.startApp();
      const { accounts } = (await app.glance()).app;
      await (accounts.length === 0 ? app.clickMenu('Sign in') : app.addAccount());
      await stage.settle();
      await passSignIn(username);
    },
  };
}
