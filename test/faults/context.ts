/** What every fault gets: its size, its chance, where to say what was found, and a person's world to break. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SignInChoice } from '../cloud/person.ts';
import type { Dice } from '../simulation/dice.ts';
import { type CoreDriver, createCoreDriver } from '../stage/core-driver.ts';
import { type Stage, startStage } from '../stage/stage.ts';
import type { AppGlance } from '../stage/wire.ts';
import type { Verdicts } from '../verdicts.ts';
import { scanLogs } from './log-scan.ts';

export interface FaultContext {
  /** The whole count of the goals; otherwise a part of it that fits into a few minutes. */
  readonly long: boolean;
  readonly dice: Dice;
  readonly verdicts: Verdicts;
  readonly say: (line: string) => void;
  /** False: this fault of the list was not asked for. */
  readonly wanted: (fault: string) => boolean;
}
export interface FaultTest {
  /** Goals it speaks of. */
  readonly goals: readonly string[];
  /**
   * Faults of the list that it plays. A fault gets the verdicts of its own id (`F disk.full`); without one, the worst of
   * all that this test found.
   */
  readonly plays?: readonly string[];
  readonly name: string;
  run(context: FaultContext): Promise<void>;
}

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const ada = 'ada@contoso.example';

export interface Home extends Stage {
  readonly app: CoreDriver;
  /** Virtual milliseconds until it holds. @throws with what is seen instead. */
  see(what: string, holds: (glance: AppGlance) => boolean | Promise<boolean>, withinMs: number): Promise<number>;
  /** Clicks in the tray, and does in the browser what people do. */
  click(label: string, choice?: Partial<SignInChoice>): Promise<void>;
  isGood(withinMs?: number): Promise<number>;
  /** Starts the process and does not wait for what it then does. */
  startAppUnsettled(): Promise<void>;
  state(): Promise<string>;
}

/** Of a process. */
export type Env = Readonly<Record<string, string>>;

/** The real core in a process of its own, the stand-in cloud, virtual time; signed in unless asked otherwise. */
export async function openHome(
  options: {
    readonly signedIn?: boolean;
    readonly start?: string;
    /** Beside what the stand-in cloud needs, and stronger. */
    readonly env?: Env | ((cloud: Env) => Env | Promise<Env>);
  } = {},
): Promise<Home> {
  const drivers: CoreDriver[] = [];
  const stage = await startStage({
    start: new Date(options.start ?? '2026-11-21T09:00:00Z'),
    async createApp(env, events) {
      const more = typeof options.env === 'function' ? await options.env(env) : options.env;
      const driver = createCoreDriver({ ...env, ...more }, events);
      drivers.push(driver);
      return driver;
    },
  });
  const [app] = drivers;
  if (app === undefined) throw new Error('the app was not created');
  const home: Home = {
    ...stage,
    app,
    async see(what, holds, withinMs) {
      const took = await stage.until(holds, withinMs);
      if (took !== null) return took;
      const { health } = (await app.glance()).app;
      throw new Error(`not seen within ${withinMs / second} s: ${what}; the tray says “${health.headline}”`);
    },
    async click(label, choice) {
      await app.clickMenu(label);
      await stage.settle();
      const result = await stage.signIn({ username: ada, ...choice });
      if (result.kind === 'stuck') throw new Error(`the sign-in page says: ${result.problem}`);
      // Between the code and the stored tokens the app works in real time.
      for (const endAt = performance.now() + 20_000; performance.now() < endAt; await delay(5)) {
        if ((await app.glance()).app.signIn.kind !== 'waitingForBrowser') break;
      }
      await stage.settle();
    },
    isGood: (withinMs = 3 * minute) =>
      home.see('all is good', ({ app: { health } }) => health.state === 'allGood', withinMs),
    startAppUnsettled: () => app.start(stage.now().getTime()),
    state: async () => (await app.glance()).app.health.state,
  };
  try {
    if (options.signedIn !== false) {
      await stage.startApp();
      await home.click('Sign in');
      await home.isGood();
    }
  } catch (error) {
    await stage.stop();
    throw error;
  }
  return home;
}

/** Whatever happens in it, the home is closed again. */
export async function atHome<T>(options: Parameters<typeof openHome>[0], work: (home: Home) => Promise<T>): Promise<T> {
  const home = await openHome(options);
  try {
    const result = await work(home);
    scanLogs(home, ada);
    return result;
  } finally {
    await home.stop();
  }
}

/**
 * That notifications get lost is said until one arrives: the next mail is what mends it. Virtual milliseconds, or null
 * when it did not.
 */
export async function goodWithNextMail(home: Home, before: string): Promise<number | null> {
  home.cloud.graph.mailbox(ada).deliver({ subject: `Next after ${before}` });
  return await home.until(({ app: { health } }) => health.state === 'allGood', 5 * minute);
}

export const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
