/** One person's world: the cloud, the app, the browser, the machine and time. Scenarios and the demo are played on it. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { defaultClientId } from '../cloud/entra/accounts.ts';
import type { SignInChoice, SignInResult } from '../cloud/person.ts';
import type { AppDriver, DriverEvents } from './core-driver.ts';
import type { AppGlance, ShownToast } from './wire.ts';

export interface StageToast extends ShownToast {
  readonly at: Date;
  /** Still on the screen. */
  open: boolean;
}
export interface Stage {
  readonly cloud: Cloud;
  readonly app: AppDriver;
  now(): Date;
  /** Every toast since the beginning; a desktop keeps them when the app dies. */
  readonly toasts: readonly StageToast[];
  /** Pages the app asked to open and nobody has looked at yet. */
  readonly browserPages: string[];
  startApp(): Promise<void>;
  /** Looks at the page that the app opened, and does there what people do. */
  signIn(choice: SignInChoice): Promise<SignInResult>;
  /** Waits until nothing is under way any more, without moving time. */
  settle(): Promise<void>;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
  /**
   * The machine sleeps: time leaps, and nothing of the app runs meanwhile. `untold`: it hears of neither end, as when a
   * virtual machine was frozen.
   */
  sleep(ms: number, untold?: 'untold'): Promise<void>;
  /** Lets time pass in small steps until `holds`; resolves with how long it took, or null when it never did. */
  until(holds: (glance: AppGlance) => boolean | Promise<boolean>, withinMs: number): Promise<number | null>;
  stop(): Promise<void>;
}

/** Real milliseconds that things may take to come to rest; a hang must not hang the stage. */
const settleLimitMs = 20_000;

export async function startStage(options: {
  readonly start: Date;
  readonly createApp: (env: Readonly<Record<string, string>>, events: DriverEvents) => AppDriver | Promise<AppDriver>;
  readonly onToast?: (toast: StageToast) => void;
}): Promise<Stage> {
  const cloud = await startCloud({
    clock: 'manual',
    start: options.start,
    // The name the sign-in pages show.
    apps: [{ clientId: defaultClientId, name: 'Tidings', redirectUris: ['http://localhost'] }],
  });
  const toasts: StageToast[] = [];
  const browserPages: string[] = [];
  const now = (): Date => cloud.clock.now();
  const app = await options.createApp(
    { ...cloud.env, TIDINGS_CLIENT_ID: defaultClientId },
    {
      toastShown(toast) {
        const shown = { ...toast, at: now(), open: true };
        for (const before of toasts) if (before.key === toast.key) before.open = false;
        toasts.push(shown);
        options.onToast?.(shown);
      },
      toastClosed(key) {
        for (const toast of toasts) if (toast.key === key) toast.open = false;
      },
      openExternal: (url) => void browserPages.push(url),
    },
  );

  const cloudBusy = (): number =>
    cloud.inFlight() + cloud.graph.inFlight() + cloud.relay.inFlight() - cloud.relay.held();
  const cloudSeen = (): number => cloud.events.length + cloud.requests.length;

  async function settle(): Promise<void> {
    const endAt = performance.now() + settleLimitMs;
    let quiet = 0;
    let rounds = 0;
    let seen = cloudSeen();
    while (quiet < app.quietRounds && performance.now() < endAt) {
      const busy = Math.max(0, (await app.busy()) - cloud.held()) + cloudBusy();
      const seenNow = cloudSeen();
      quiet = busy === 0 && seenNow === seen ? quiet + 1 : 0;
      seen = seenNow;
      rounds += 1;
      // Most things are at rest within a few turns; what takes longer must not find its CPU taken by our looking.
      if (app.quietRounds > 2 || (quiet === 0 && rounds > 25)) await delay(3);
      else if (quiet === 0) await delay(0);
    }
  }

  async function advance(ms: number): Promise<void> {
    await settle();
    const moveCloud = async (nowMs: number): Promise<void> => {
      const cloudMs = nowMs - now().getTime();
      if (cloudMs > 0) await cloud.clock.advance(cloudMs);
    };
    let seen = cloudSeen();
    const onStep = async (nowMs: number, isAtRest = false): Promise<void> => {
      await moveCloud(nowMs);
      if (!isAtRest || cloudBusy() > 0 || cloudSeen() !== seen) await settle();
      seen = cloudSeen();
    };
    await app.advance(now().getTime() + ms, onStep, {
      isDue: (untilMs) => (cloud.clock.nextDueMs() ?? Number.POSITIVE_INFINITY) <= untilMs,
      move: moveCloud,
    });
  }

  const stage: Stage = {
    cloud,
    app,
    now,
    toasts,
    browserPages,
    async startApp() {
      await app.start(now().getTime());
      await settle();
    },
    async signIn(choice) {
      const url = browserPages.shift();
      if (url === undefined) throw new Error('the app has opened no page in the browser');
      const result = await cloud.person.signIn(url, choice);
      await settle();
      return result;
    },
    settle,
    advance,
    async sleep(ms, untold) {
      await settle();
      const isTold = untold === undefined;
      if (isTold && app.running()) await app.machine('suspend');
      await cloud.clock.advance(ms);
      await app.timeJump(now().getTime());
      if (isTold && app.running()) await app.machine('resume');
      await settle();
    },
    async until(holds, withinMs) {
      const startMs = now().getTime();
      await settle();
      for (;;) {
        if (app.running() && (await holds(await app.glance()))) return now().getTime() - startMs;
        const passed = now().getTime() - startMs;
        if (passed >= withinMs) return null;
        await advance(Math.min(1_000, withinMs - passed));
      }
    },
    async stop() {
      await app.stop();
      await cloud.stop();
    },
  };
  return stage;
}
