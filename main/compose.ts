import { type AccountEngine, composeAccount } from './core/account.ts';
import { composeActions } from './core/actions.ts';
import { composeDoor } from './core/door.ts';
import { createEngines } from './core/engines.ts';
import type { Core } from './core/host.ts';
import { composeLife } from './core/life.ts';
import { createPublication } from './core/publication.ts';
import { composeTelling } from './core/telling.ts';
import type { AppState } from './domain/app-state.ts';
import type { AccountRecord } from './domain/ports.ts';
import { scopesFor } from './domain/settings.ts';
import { accountLabel } from './domain/wording.ts';
import { createNeighbours } from './webhook/neighbours.ts';
import { createAccountSessions } from './workflows/account-sessions.ts';
import { describe } from './workflows/describe.ts';
import { forgetFolders } from './workflows/forget-folders.ts';
import { createHealthBoard } from './workflows/health-board.ts';
import { createMarkRead } from './workflows/mark-read.ts';
import { createNotices } from './workflows/notices.ts';
import { createPushRepair } from './workflows/push-repair.ts';
import { createRemind, noticing } from './workflows/remind.ts';
import { createSelfTest } from './workflows/self-test.ts';
import { createSessionToasts } from './workflows/session-toasts.ts';
import { createSignIn } from './workflows/sign-in.ts';
import { watchDesktop } from './workflows/watch-desktop.ts';
import type { World } from './world.ts';

/**
 * The one composition root: hands the adapters to the workflows and the workflows to the shell.
 *
 * @returns `actions` for a shell; `start` opens the listener and begins to work.
 */
export function compose(world: World): Core {
  const { clock, log, random, desktop, identity, store } = world;
  const settings = world.settings.current;
  const { ledger, records } = store;
  const { toasts } = desktop;
  const neighbours = createNeighbours({ fetch: world.fetch });
  const { publish, onChange } = createPublication();

  const stateChanged = (): void => publish('state');

  const board = createHealthBoard(clock, log, stateChanged);
  const notices = createNotices({ board, toasts });
  const desktopWatch = watchDesktop({ board, onLacks: desktop.onLacks });
  const sessionToasts = createSessionToasts(toasts, (id) => {
    const found = sessions.list().length < 2 ? null : sessions.get(id);
    return found === null ? null : accountLabel(found.account.username, settings().contentLevel);
  });
  const scopes = (extra?: readonly string[]): readonly string[] => scopesFor(settings(), extra);
  const sessions = createAccountSessions({ identity, records, clock, log, board, scopes });
  // Before anything was looked at, nobody knows whether all is good. The subscriptions' own health takes over.
  for (const { account, session } of sessions.list()) {
    if (session.kind === 'signedIn') board.raise({ code: 'starting', account: account.homeAccountId });
  }
  const telling = composeTelling({ store, toasts, clock, log, board, sessions, settings, publish });
  const { announcer, quietTime } = telling;
  const remind = createRemind({
    ledger,
    notes: store.reminders,
    accounts: () => sessions.list().map(({ account }) => account.homeAccountId),
    rules: () => settings().reminders,
    accountName: (id) => sessions.get(id)?.account.username ?? '',
    clock,
    log,
    board,
    tell: () => announcer.remind(),
    closeToast: (id) => announcer.settle([id]),
    changed: publish,
  });
  const signIn = createSignIn({
    identity,
    sessions,
    clock,
    log,
    scopes,
    openExternal: (url) => desktop.openExternal(url),
    changed() {
      notices.firstSignIn(signIn.attempt(), sessions.list().length > 0);
      stateChanged();
    },
  });
  const markRead = createMarkRead({
    ledger,
    sessions,
    signIn,
    mail: (account) => engines.byAccount.get(account)?.mail ?? null,
    toasts,
    log,
    marked({ id, account }) {
      announcer.settle([id]);
      publish('alerts');
      engines.byAccount.get(account)?.catchUp.request('mail', 'marked');
    },
  });
  const engines = createEngines((record) => engineFor(record));
  const door = composeDoor({
    world,
    settings,
    board,
    engines: engines.byAccount,
    isWanted: () => settings().clientId !== null && sessions.list().length > 0,
    unknownEvent: notices.unknownEvent,
    changed(event) {
      engines.addressChanged(event, reachable.publicUrl() !== null);
      stateChanged();
    },
  });
  const { reachable } = door;
  const selfTest = createSelfTest({
    accounts: () => engines.tested(sessions.list()),
    tunnel: {
      state: () => reachable.state().kind,
      publicUrl: () => reachable.publicUrl(),
      probe: (url) => door.probe.probe(url),
      check: () => reachable.check(),
    },
    toasts,
    clock,
    log,
    board,
    changed: stateChanged,
  });
  const repair = createPushRepair({
    clock,
    log,
    random,
    takeOtherName: () => reachable.abandonName('notifications get lost on the way'),
    subscribeAnew: engines.subscribeAnew,
  });
  function engineFor(record: AccountRecord): AccountEngine {
    const id = record.account.homeAccountId;
    return composeAccount({
      record,
      settings,
      fetch: world.fetch,
      records,
      ledger: noticing(ledger, remind.stored),
      sessions,
      reachable,
      repair,
      clock,
      log,
      random,
      neighbours,
      board,
      announce(gap, settled) {
        announcer.settle(settled);
        announcer.announce(gap, id);
        remind.roundEnded();
        publish('alerts');
      },
      changed() {
        notices.clockOffsets(engines.clockOffsetsMs());
        stateChanged();
      },
    });
  }

  sessions.onChange((id, session, before) => {
    stateChanged();
    sessionToasts.changed(id, session, before);
    // Whose news is listed has changed, and whether it says whose it is.
    if (session === null || before === null) {
      publish('alerts');
      publish('meetings');
    }
    const record = sessions.get(id);
    if (session === null || record === null) {
      engines.drop(id);
      repair.forget(id);
      remind.forget(id);
      forgetFolders(id, world.settings, log);
      return;
    }
    const engine = engines.of(record);
    if (session.kind === 'signedIn') {
      if (before !== null && before.kind !== 'signedIn') engine.catchUp.expectGap('signedOut', before.since);
      door.open();
      engine.subscribed.retryNow();
      if (before !== null && before.kind !== 'signedIn') engine.subscribed.doubted();
      engine.catchUp.request('all', 'signed-in');
    }
  });

  function state(): AppState {
    return describe({
      clock,
      board,
      reachable,
      accounts: engines.facts(sessions.list()),
      signIn: signIn.attempt(),
      tokenStorage: world.tokenStorage(),
      quiet: quietTime.now(),
      announced: settings().mail.announce,
      selfTest: selfTest.now(),
      theme: settings().theme,
      nextMeeting: remind.nextMeeting(),
      registration: {
        clientId: settings().clientId,
        authority: settings().authority,
        cloud: settings().cloud,
        scopes: scopes(),
      },
      settingsFile: world.settings.path,
    });
  }

  const { start, machine, stop } = composeLife({
    world,
    board,
    notices,
    sessions,
    engines,
    door,
    telling,
    remind,
    signIn,
    selfTest,
    desktopWatch,
    stateChanged,
  });
  const asked = composeActions({
    world,
    state,
    sessions,
    engines,
    reachable,
    telling,
    remind,
    signIn,
    markRead,
    selfTest,
    desktopWatch,
  });
  return { actions: { ...asked, onChange, machine, stop }, start };
}
