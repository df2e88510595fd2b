import { asFailure } from '../domain/failure.ts';
import type { Actions } from '../shell/shell.ts';
import type { AccountSessions } from '../workflows/account-sessions.ts';
import type { HealthBoard } from '../workflows/health-board.ts';
import type { Notices } from '../workflows/notices.ts';
import { reconcileAccounts } from '../workflows/reconcile-accounts.ts';
import type { Remind } from '../workflows/remind.ts';
import type { SelfTestDesk } from '../workflows/self-test.ts';
import type { SignIn } from '../workflows/sign-in.ts';
import { createWaking } from '../workflows/waking.ts';
import type { DesktopWatch } from '../workflows/watch-desktop.ts';
import type { World } from '../world.ts';
import { atMost } from './at-most.ts';
import type { PublicDoor } from './door.ts';
import type { Engines } from './engines.ts';
import type { Telling } from './telling.ts';

/** Quitting takes no longer, whatever the network does, in milliseconds. */
const stopLimitMs = 2_800;
const farewellLimitMs = 2_000;

/** From the start of a core to its end, with the machine's sleep and the settings' changes in between. */
export interface Life extends Pick<Actions, 'machine' | 'stop'> {
  /** Opens the listener and begins to work; a second call does nothing. */
  start(): Promise<void>;
}

/** In which order the parts of a core begin, wake and end. Settings are listened to from now on, not from the start. */
export function composeLife(parts: {
  readonly world: World;
  readonly board: HealthBoard;
  readonly notices: Notices;
  readonly sessions: AccountSessions;
  readonly engines: Engines;
  readonly door: PublicDoor;
  readonly telling: Telling;
  readonly remind: Remind;
  readonly signIn: SignIn;
  readonly selfTest: SelfTestDesk;
  readonly desktopWatch: DesktopWatch;
  readonly stateChanged: () => void;
}): Life {
  const { world, board, notices, sessions, engines, door, telling, remind, signIn, selfTest, stateChanged } = parts;
  const { clock, log, identity, store, settings } = world;
  let started = false;
  let stopping: Promise<void> | null = null;

  function wake(cause: 'asleep' | 'offline', since?: Date): void {
    if (cause === 'asleep') remind.woke();
    door.reachable.check();
    engines.woke(cause, since);
  }
  const waking = createWaking({ clock, log, wake: (since) => wake('asleep', since) });
  const forgetSettings = settings.onChange(() => {
    telling.quietTime.look();
    remind.look();
    engines.settingsChanged();
    stateChanged();
  });

  function showWhetherOnline(): void {
    if (world.desktop.isOnline()) board.clear('offline');
    else board.raise({ code: 'offline', account: null });
  }
  /** What was found wrong while the world was opened. */
  function showWhatWasFound(): void {
    if (settings.current().clientId === null) board.raise({ code: 'client-id-missing', account: null });
    if (world.settingsProblem !== null) {
      board.raise({ code: 'configuration', account: null, message: world.settingsProblem });
    }
    if (store.problem !== null) board.raise({ code: 'history-in-memory', account: null, message: store.problem });
    if (store.condition === 'rebuilt' && store.lostSince !== null) notices.historyRebuilt(store.lostSince);
  }

  const reconcile = (): Promise<void> =>
    reconcileAccounts(identity, sessions, store.lostSince)
      .then(() => {
        // Before that, whoever has tokens may not have been told of yet.
        if (world.tokenStorage().kind === 'keyring') store.accountsSettled();
      })
      .catch((error: unknown) => log.error('accounts.unreconciled', { code: asFailure(error).code }));
  function reconsider(): void {
    try {
      sessions.reconsider();
    } catch (error) {
      // A disk that refuses is told of elsewhere; the person can still sign in again.
      log.error('permissions.not-stored', { code: asFailure(error).code });
    }
  }

  async function stop(): Promise<void> {
    log.info('app.stopping');
    signIn.cancel();
    telling.stop();
    selfTest.stop();
    remind.stop();
    waking.stop();
    forgetSettings();
    parts.desktopWatch.stop();
    // With a name that is ours for the moment only, nobody must be told of changes at it after we have gone.
    if (world.tunnel?.kind === 'localtunnel') await atMost(farewellLimitMs, engines.farewell());
    await Promise.all([engines.stop(), door.stop()]);
  }

  return {
    async start() {
      if (started) return;
      started = true;
      showWhatWasFound();
      await reconcile();
      if (world.settingsKeptAs !== null) {
        board.raise({ code: 'settings-invalid', account: null, keptAs: world.settingsKeptAs });
      }
      waking.start();
      for (const record of sessions.list()) engines.of(record);
      remind.start();
      world.onTokenStorage(() => {
        stateChanged();
        void reconcile();
      });
      await door.listen();
      showWhetherOnline();
      door.drain();
      engines.begin();
      telling.start();
      reconsider();
      stateChanged();
    },
    machine(event) {
      log.info('machine.changed', { event });
      if (event === 'suspend') waking.suspended();
      if (event === 'resume') waking.resumed();
      if (event === 'networkChanged') wake('offline');
      showWhetherOnline();
    },
    stop() {
      stopping ??= atMost(stopLimitMs, stop()).finally(() => {
        store.close();
        log.info('app.stopped');
      });
      return stopping;
    },
  };
}
