/** One person's life with the app: the real core in a process of its own, the stand-in cloud, virtual time. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { AppView } from '../../../preload/contract.ts';
import type { SignInChoice } from '../../cloud/person.ts';
import { type CoreDriver, createCoreDriver } from '../../stage/core-driver.ts';
import { type Stage, startStage } from '../../stage/stage.ts';
import type { AppGlance } from '../../stage/wire.ts';

export const ada = 'ada@contoso.example';
export const sam = 'sam@outlook.example';
export const second = 1_000;
export const minute = 60_000;

export interface Life extends Stage {
  readonly app: CoreDriver;
  /** The app's own folder. */
  readonly folder: string;
  readonly policyFile: string;
  view(): Promise<AppView>;
  /** Waits in virtual time; throws with what was there instead. */
  see(what: string, holds: (glance: AppGlance) => boolean, withinMs?: number): Promise<AppGlance>;
  /** Starts the app, signs in, and waits until all is good. */
  begin(choice?: Partial<SignInChoice>): Promise<void>;
  /** Clicks in the tray, and does in the browser what people do. */
  click(label: string, choice?: Partial<SignInChoice>): Promise<void>;
  /** Waits, in real time, for the app to finish what the browser brought. */
  signedIn(): Promise<void>;
  toastsSince(count: number): readonly string[];
}

export async function startLife(options: { readonly start?: string } = {}): Promise<Life> {
  const drivers: CoreDriver[] = [];
  const stage = await startStage({
    start: new Date(options.start ?? '2026-11-21T09:00:00Z'),
    createApp(env, events) {
      const driver = createCoreDriver(env, events);
      drivers.push(driver);
      return driver;
    },
  });
  onTestFinished(() => stage.stop());
  const [app] = drivers;
  if (app === undefined) throw new Error('the app was not created');

  const life: Life = {
    ...stage,
    app,
    folder: join(app.folder, 'app'),
    policyFile: join(app.folder, 'app-policy.json'),
    view: async () => (await app.glance()).app,
    async see(what, holds, withinMs = minute) {
      const took = await stage.until(holds, withinMs);
      const glance = await app.glance();
      if (took === null) {
        const events = stage.cloud.events.slice(-15).map(({ site, text }) => `${site}: ${text}`);
        throw new Error(`not seen in time: ${what}; instead: ${JSON.stringify(glance.app)}\n${events.join('\n')}`);
      }
      return glance;
    },
    async begin(choice) {
      await stage.startApp();
      await life.click('Sign in', choice);
      await life.see('all is good', ({ app: { health } }) => health.state === 'allGood');
    },
    async click(label, choice) {
      await app.clickMenu(label);
      await stage.settle();
      if (stage.browserPages.length === 0) throw new Error(`“${label}” opened no page in the browser`);
      const result = await stage.signIn({ username: ada, ...choice });
      if (result.kind === 'stuck') throw new Error(`the sign-in page says: ${result.problem}`);
      await life.signedIn();
    },
    async signedIn() {
      // Between the code and the stored tokens the app works in real time; on a busy machine virtual time would run away.
      const endAt = performance.now() + 10_000;
      while ((await life.view()).signIn.kind === 'waitingForBrowser') {
        if (performance.now() > endAt) throw new Error('the app has got its code and goes on waiting');
        await delay(5);
      }
      await stage.settle();
    },
    toastsSince: (count) => stage.toasts.slice(count).map(({ title, body }) => `${title} | ${body}`),
  };
  return life;
}
