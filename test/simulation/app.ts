/** The computer with the app on it: the real core over the simulated world, killed, quit, started, put to sleep. */
import { compose } from '../../main/compose.ts';
import type { Core } from '../../main/core/host.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { Log, LogFields, SignInRequest, Toast } from '../../main/domain/ports.ts';
import { defaultSettings, type Settings } from '../../main/domain/settings.ts';
import { watchOnline } from '../../main/shell/watch-online.ts';
import type { Cipher } from '../../main/store/cipher.ts';
import { openStore } from '../../main/store/store.ts';
import { createSystemClock, type SystemClock } from '../../main/system/clock.ts';
import { createSystemRandom } from '../../main/system/random.ts';
import type { World } from '../../main/world.ts';
import type { Conditions } from './conditions.ts';
import type { Dice } from './dice.ts';
import { clientId, type Entra } from './entra.ts';
import type { Internet, Life } from './internet.ts';
import { closeListeners } from './listeners.ts';
import { worldTime } from './world-time.ts';

/** An orderly end takes no longer, in virtual time. */
const quitLimitMs = 3_500;

/** Sealing has its own tests, and would take a sixth of the run. */
const openSeal: Cipher = {
  seal: (text) => Buffer.from(text),
  open: (sealed) => Buffer.from(sealed).toString('utf8'),
};

export interface AppEvents {
  readonly logged: (event: string, fields: LogFields) => void;
  readonly toastShown: (toast: Toast) => void;
  readonly started: () => void;
}

export function createComputer(world: {
  readonly dice: Dice;
  readonly conditions: Conditions;
  readonly entra: Entra;
  readonly internet: Internet;
  readonly events: AppEvents;
}) {
  const { conditions, entra, internet, events } = world;
  const personDice = world.dice.fork('person');
  const settings: Settings = { ...defaultSettings, clientId };
  const log: Log = {
    info: (event, fields = {}) => events.logged(event, fields),
    warn: (event, fields = {}) => events.logged(event, fields),
    error: (event, fields = {}) => events.logged(event, fields),
  };
  const store = openStore({ file: ':memory:', cipher: openSeal, clock: { now: () => new Date() }, log });
  let lives = 0;
  let current: { readonly life: Life; readonly core: Core; readonly clock: SystemClock } | null = null;
  let ending = false;
  let offlineIsKnown = true;

  /** Whoever looks at the browser needs a while, and sometimes closes it. */
  async function person({ signal }: SignInRequest): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (): void =>
      reject(
        signal.reason === 'timeout'
          ? new Failure('sign-in-timed-out', 'Too late.')
          : new Failure('sign-in-cancelled', 'Cancelled.'),
      );
    signal.addEventListener('abort', end);
    const closes = personDice.chance(0.1);
    if (!closes) worldTime.after(personDice.between(10_000, 90_000), resolve);
    await promise;
  }

  /** Some networks are gone without the system being sure of it. */
  const isOnline = (): boolean => !conditions.has('offline') || !offlineIsKnown;

  async function start(): Promise<void> {
    if (current !== null) return;
    const life: Life = { id: ++lives, alive: true };
    const clock = createSystemClock();
    const core = compose(worldOf(life, clock));
    current = { life, core, clock };
    events.started();
    await worldTime.during(() => core.start());
    // As both shells do it.
    watchOnline(isOnline, clock, () => core.actions.machine('networkChanged'));
  }

  function worldOf(life: Life, clock: SystemClock): World {
    return {
      settings: {
        path: 'settings.json',
        current: () => settings,
        stored: () => settings,
        waits: () => false,
        managed: () => [],
        change: () => {},
        reopen: () => ({ settings, invalidKeptAs: null, problems: [], unknownKeys: [], managed: {} }) as never,
        onChange: () => () => {},
      },
      settingsKeptAs: null,
      settingsProblem: null,
      identity: entra.identityFor({
        person: (request) => internet.bring(life, () => person(request)),
        way: (work) =>
          internet
            .bring(life, async () => {
              await internet.reach().catch((cause) => {
                throw new Failure('identity-unreachable', 'No network.', { cause });
              });
              return work();
            })
            .catch((error: unknown) => {
              throw error instanceof Failure
                ? error
                : new Failure('identity-unreachable', 'No network.', { cause: error });
            }),
      }),
      tokenStorage: () => ({ kind: 'keyring' }),
      onTokenStorage: () => {},
      // A killed process leaves its history as it was: the next one goes on with it.
      store: { ...store, problem: null, close: () => {} },
      tunnel: internet.tunnelFor(life),
      probeWith: () => internet.probeFor(life),
      neighbours: { answers: async () => false, tellTakenOver: async () => {} },
      desktop: {
        isOnline,
        openExternal: async () => {},
        toasts: {
          show(toast: Toast) {
            events.toastShown(toast);
            return 'shown' as const;
          },
          close: () => {},
        },
      },
      fetch: internet.fetchFor(life),
      clock,
      log,
      recentLog: () => [],
      about: { version: 'simulated', shell: 'browser', runtimes: [], system: [] },
      random: createSystemRandom(),
    } as World;
  }

  /** After this line nothing of that process runs any more. */
  function end(): void {
    if (current === null) return;
    const { life, clock } = current;
    current = null;
    life.alive = false;
    clock.stop();
    internet.died(life);
    closeListeners();
  }

  function away(downMs: number): void {
    const back = conditions.begin('notRunning');
    worldTime.after(downMs, async () => {
      ending = false;
      await start();
      back();
    });
  }

  return {
    start,
    store,
    running: () => current !== null && !ending,
    /** The app that runs, or null. */
    actions: () => (current === null || ending ? null : current.core.actions),
    /** How many times it was started. */
    lives: () => lives,
    kill(downMs: number): void {
      if (current === null || ending) return;
      if (worldTime.asleep()) return;
      ending = true;
      end();
      away(downMs);
    },
    quit(downMs: number): void {
      if (current === null || ending || worldTime.asleep()) return;
      ending = true;
      void current.core.actions.stop();
      away(quitLimitMs + downMs);
      worldTime.after(quitLimitMs, end);
    },
    sleep(forMs: number, isTold: boolean): void {
      if (worldTime.asleep()) return;
      const told = isTold && current !== null && !ending;
      if (told) current?.core.actions.machine('suspend');
      worldTime.fallAsleep();
      const awake = conditions.begin('asleep');
      if (forMs > 60_000) internet.closeDoors('the connection was cut');
      worldTime.after(forMs, () => {
        worldTime.wakeUp();
        internet.wokeUp();
        if (told) current?.core.actions.machine('resume');
        awake();
      });
    },
    /** Whether the system will notice that the network is gone. */
    setOfflineKnown(isKnown: boolean): void {
      offlineIsKnown = isKnown;
    },
    end,
  };
}
export type PlayedComputer = ReturnType<typeof createComputer>;
