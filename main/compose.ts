import { type AccountEngine, composeAccount } from './compose-account.ts';
import type { AppState } from './domain/app-state.ts';
import { asFailure, Failure } from './domain/failure.ts';
import type {
  AccountRecord,
  Identity,
  Ledger,
  Listener,
  Log,
  MachineClock,
  Probe,
  Queue,
  Random,
  Records,
  TokenStorage,
  TunnelProvider,
} from './domain/ports.ts';
import { signInReasonText } from './domain/session.ts';
import { type Settings, scopesFor } from './domain/settings.ts';
import type { Actions, Desktop } from './shell/shell.ts';
import { createListener } from './webhook/listener.ts';
import { createAccountSessions } from './workflows/account-sessions.ts';
import { createAnnounce } from './workflows/announce.ts';
import { describe } from './workflows/describe.ts';
import { createHealthBoard } from './workflows/health-board.ts';
import { createKeepReachable } from './workflows/keep-reachable.ts';
import { createPushRepair } from './workflows/push-repair.ts';
import { drainQueue } from './workflows/receive.ts';
import { createSignIn } from './workflows/sign-in.ts';

/** What a front door brings along: its platform's adapters, opened and ready. */
export interface World {
  readonly settings: Settings;
  /** Base name, for the words. */
  readonly settingsFile: string;
  /** Name under which an unreadable settings file was kept aside. */
  readonly settingsKeptAs: string | null;
  readonly identity: Identity;
  /** Where tokens are kept at this moment: a keyring can lock while we run. */
  readonly tokenStorage: () => TokenStorage;
  readonly onTokenStorage: (listener: () => void) => void;
  /**
   * `lostSince`: this history began anew, and what happened since then was never shown. `condition` says why: the file
   * was damaged and kept aside, or it could not be opened (`problem`), so that this one lives in memory.
   */
  readonly store: {
    readonly queue: Queue;
    readonly ledger: Ledger;
    readonly records: Records;
    readonly lostSince: Date | null;
    readonly condition: 'good' | 'rebuilt';
    readonly problem: string | null;
    close(): void;
  };
  /** A setting that cannot be used, in one sentence. */
  readonly settingsProblem: string | null;
  readonly tunnel: TunnelProvider | null;
  /** Asks the public address with the given secrets. */
  readonly probeWith: (secrets: () => { readonly probePath: string; readonly probeKey: string }) => Probe;
  readonly desktop: Desktop;
  readonly fetch: typeof fetch;
  readonly clock: MachineClock;
  readonly log: Log;
  readonly random: Random;
}

/** Offline, signing out waits no longer for Microsoft, in milliseconds. */
const signOutLimitMs = 3_000;
/** Quitting takes no longer, whatever the network does, in milliseconds. */
const stopLimitMs = 2_800;
const farewellLimitMs = 2_000;
/** Tokens and reminders begin to suffer when our clock is further off. */
const clockToleranceMs = 5 * 60_000;
/** A hint that the machine was away: timers and sockets may be dead. */
const wakeGapMs = 90_000;

/**
 * The one composition root: hands the adapters to the workflows and the workflows to the shell.
 *
 * @returns `actions` for a shell; `start` opens the listener and begins to work; both doors share it.
 */
export function compose(world: World): { readonly actions: Actions; start(): Promise<void> } {
  const { clock, log, random, settings, desktop, identity, store } = world;
  const { queue, ledger, records } = store;
  const engines = new Map<string, AccountEngine>();
  const listeners = new Set<(what: 'state' | 'alerts') => void>();
  const due = new Set<'state' | 'alerts'>();
  let started = false;
  let localPort: number | null = null;
  let doorOpen = false;
  let stopping: Promise<void> | null = null;
  let unknownEvents = 0;

  /** Many facts change together: one publication for all of them. */
  const publish = (what: 'state' | 'alerts'): void => {
    if (due.size === 0) {
      queueMicrotask(() => {
        const now = [...due];
        due.clear();
        for (const each of now) for (const listener of listeners) listener(each);
      });
    }
    due.add(what);
  };
  const stateChanged = (): void => publish('state');

  const board = createHealthBoard(clock, log, stateChanged);
  const scopes = (): readonly string[] => scopesFor(settings);
  const sessions = createAccountSessions({ identity, records, clock, log, board, scopes });
  const announcer = createAnnounce({
    ledger,
    toasts: desktop.toasts,
    clock,
    log,
    board,
    settings: () => settings,
    accountName: (id) => (sessions.list().length < 2 ? null : (sessions.get(id)?.account.username ?? null)),
    changed: () => publish('alerts'),
  });
  const signIn = createSignIn({
    identity,
    sessions,
    clock,
    log,
    scopes,
    openExternal: (url) => desktop.openExternal(url),
    changed() {
      showFirstRefusal();
      stateChanged();
    },
  });
  /** Without an account there is no session to say why nobody can be told: the last attempt says it. */
  function showFirstRefusal(): void {
    const attempt = signIn.attempt();
    const refused = attempt.kind === 'failed' && sessions.list().length === 0 ? attempt : null;
    if (refused?.blocked === undefined) board.clear('blocked');
    else board.raise({ code: 'blocked', account: null, reason: refused.blocked.reason });
    if (refused?.isConfiguration === undefined) board.clear('registration-unusable');
    else board.raise({ code: 'registration-unusable', account: null, message: refused.userMessage });
  }
  const reachable = createKeepReachable({
    provider: world.tunnel,
    probe: { probe: (url) => probe.probe(url) },
    records,
    clock,
    log,
    random,
    board,
    changed({ nameLost }) {
      for (const engine of engines.values()) {
        if (nameLost) void engine.subscribed.deleteAll().then(() => engine.subscribed.reconcile());
        else engine.subscribed.reconcile();
        // Where subscriptions have to be made anew, that ends with a look of its own.
        if (engine.subscribed.complete() || reachable.publicUrl() === null) engine.catchUp.request('all', 'tunnel');
      }
      stateChanged();
    },
  });
  const repair = createPushRepair({
    clock,
    log,
    random,
    takeOtherName: () => reachable.abandonName('notifications get lost on the way'),
    subscribeAnew(id) {
      const engine = engines.get(id);
      void engine?.subscribed.deleteAll().then(() => engine.subscribed.reconcile());
    },
  });
  const probe = world.probeWith(() => reachable.secrets());

  const listener: Listener = createListener({
    clock,
    rules: {
      secrets: () => reachable.secrets(),
      expected: () => [...engines.values()].flatMap((engine) => engine.subscribed.expected()),
      validationExpected: () => [...engines.values()].some((engine) => engine.subscribed.validationExpected()),
      expectedHost: () => null,
      put(post) {
        try {
          queue.put(post);
          board.clear('storage-failing');
        } catch (error) {
          board.raise({ code: 'storage-failing', account: null });
          throw error;
        }
        setImmediate(drain);
      },
      refused: (why) => log.info('request.refused', { why }),
    },
  });
  const drain = (): void => {
    if (stopping !== null) return;
    drainQueue(
      queue,
      (account) => engines.get(account) ?? null,
      log,
      (name) => {
        unknownEvents += 1;
        board.raise({ code: 'something-new', account: null, count: unknownEvents, name });
      },
    );
  };

  function engineFor(record: AccountRecord): AccountEngine {
    const id = record.account.homeAccountId;
    const existing = engines.get(id);
    if (existing !== undefined) return existing;
    const engine = composeAccount({
      record,
      settings,
      fetch: world.fetch,
      records,
      ledger,
      sessions,
      reachable,
      repair,
      clock,
      log,
      random,
      board,
      announce(gap, settled) {
        announcer.settle(settled);
        announcer.announce(gap, id);
        publish('alerts');
      },
      changed() {
        showClock();
        stateChanged();
      },
    });
    engines.set(id, engine);
    return engine;
  }

  /** Microsoft's clock against ours, by the answers of Graph. */
  function showClock(): void {
    const offsets = [...engines.values()].map((engine) => engine.clockOffsetMs() ?? 0);
    const worst = offsets.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0);
    if (Math.abs(worst) <= clockToleranceMs) board.clear('clock-wrong');
    // In whole minutes, so that the words do not change with every answer.
    else board.raise({ code: 'clock-wrong', account: null, offsetMs: Math.round(worst / 60_000) * 60_000 });
  }

  sessions.onChange((id, session, before) => {
    stateChanged();
    const record = sessions.get(id);
    if (session === null || record === null) {
      const gone = engines.get(id);
      engines.delete(id);
      repair.forget(id);
      void gone?.stop();
      desktop.toasts.close(signInToastKey(id));
      return;
    }
    const engine = engineFor(record);
    if (session.kind === 'signedIn') {
      desktop.toasts.close(signInToastKey(id));
      if (before?.kind === 'signInRequired') engine.catchUp.expectGap('signedOut', before.since);
      openDoor();
      engine.subscribed.retryNow();
      engine.catchUp.request('all', 'signed-in');
    } else if (session.kind === 'signInRequired' && before?.kind !== 'signInRequired') {
      desktop.toasts.show({
        key: signInToastKey(id),
        title: 'Sign in needed',
        body: `${capitalised(signInReasonText(session.reason))}. Click to sign in again; nothing is lost meanwhile.`,
        urgent: true,
      });
    }
  });

  /** As long as nobody is signed in, there is no reason to be reachable from the internet. */
  function openDoor(): void {
    if (doorOpen || localPort === null || settings.clientId === null || sessions.list().length === 0) return;
    doorOpen = true;
    reachable.start(localPort);
  }

  function wake(cause: 'asleep' | 'offline', since?: Date): void {
    reachable.check();
    for (const engine of engines.values()) {
      engine.catchUp.expectGap(cause, since);
      engine.subscribed.retryNow();
      engine.catchUp.request('all', 'asked');
    }
  }
  let sleptAt: Date | null = null;
  let waking = false;
  /** The words for the gap are set first, because the clock then runs whatever fell due meanwhile. */
  function wakeAfterSleep(since: Date | null): void {
    sleptAt = null;
    waking = true;
    wake('asleep', since ?? undefined);
    clock.recheck();
    waking = false;
  }

  function state(): AppState {
    return describe({
      clock,
      board,
      reachable,
      accounts: sessions.list().flatMap((record) => {
        const engine = engines.get(record.account.homeAccountId);
        return engine === undefined ? [] : [engine.facts(record)];
      }),
      signIn: signIn.attempt(),
      tokenStorage: world.tokenStorage(),
      registration: {
        clientId: settings.clientId,
        authority: settings.authority,
        cloud: settings.cloud,
        scopes: scopes(),
      },
      settingsFile: world.settingsFile,
    });
  }

  async function stop(): Promise<void> {
    log.info('app.stopping');
    signIn.cancel();
    announcer.stop();
    const all = [...engines.values()];
    // With a name that is ours for the moment only, nobody must be told of changes at it after we have gone.
    if (world.tunnel?.kind === 'localtunnel') {
      await atMost(farewellLimitMs, Promise.all(all.map((engine) => engine.subscribed.deleteAll())));
    }
    await Promise.all([...all.map((engine) => engine.stop()), reachable.stop(), listener.stop()]);
  }

  const actions: Actions = {
    state,
    alerts: (page) => ledger.alerts(page),
    alert: (id) => ledger.alert(id),
    async signIn(homeAccountId) {
      if (settings.clientId === null) throw noClientId();
      await signIn.start(homeAccountId);
    },
    async addAccount() {
      if (settings.clientId === null) throw noClientId();
      await signIn.add();
    },
    cancelSignIn: () => signIn.cancel(),
    async signOut(homeAccountId) {
      const engine = engines.get(homeAccountId);
      let left = 0;
      if (engine !== undefined) {
        left = engine.subscribed.live().length;
        await atMost(
          signOutLimitMs,
          engine.subscribed.deleteAll().then((notDeleted) => {
            left = notDeleted;
          }),
        );
      }
      const name = sessions.get(homeAccountId)?.account.username ?? 'The account';
      await identity.signOut(homeAccountId);
      sessions.remove(homeAccountId);
      if (left > 0) {
        log.warn('sign-out.local-only', { subscriptionsLeft: left });
        desktop.toasts.show({
          key: 'signed-out-here',
          title: 'Signed out on this computer',
          body: `${name} is signed out and its data is gone from here. Microsoft could not be told; what it still sends is refused and ends by itself within 7 days.`,
          urgent: false,
        });
      }
    },
    async checkNow() {
      reachable.check();
      for (const engine of engines.values()) {
        engine.subscribed.retryNow();
        engine.catchUp.request('all', 'asked');
      }
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    machine(event) {
      log.info('machine.changed', { event });
      if (event === 'suspend') sleptAt = clock.now();
      if (event === 'resume') wakeAfterSleep(sleptAt);
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

  /** The keyring and our history can disagree after a crash, a damaged file or a keyring that was locked: reconcile. */
  async function reconcileAccounts(): Promise<void> {
    const held = await identity.accounts();
    for (const account of held) {
      const record = sessions.get(account.homeAccountId);
      if (record === null) {
        // Whoever has tokens was signed in when the history was lost; else this is left over from a sign-out.
        if (store.lostSince !== null) sessions.adopt(account, store.lostSince);
        else await identity.signOut(account.homeAccountId);
      } else if (record.session.kind === 'signInRequired' && record.session.reason === 'keyring-emptied') {
        sessions.signedIn(account);
      }
    }
  }
  const logUnreconciled = (error: unknown): void => log.error('accounts.unreconciled', { code: asFailure(error).code });
  /** Once: the next start finds a history that is whole. */
  function tellOfDamage(lostSince: Date): void {
    board.raise({ code: 'history-rebuilt', account: null, lostSince });
    desktop.toasts.show({
      key: 'history-rebuilt',
      title: 'Your earlier list is gone',
      body: 'It was damaged, or your keyring has lost its key. Tidings began a new one and kept the old file.',
      urgent: false,
    });
  }
  function showWhetherOnline(): void {
    if (desktop.isOnline()) board.clear('offline');
    else board.raise({ code: 'offline', account: null });
  }

  return {
    actions,
    async start() {
      if (started) return;
      started = true;
      if (settings.clientId === null) board.raise({ code: 'client-id-missing', account: null });
      if (world.settingsProblem !== null) {
        board.raise({ code: 'configuration', account: null, message: world.settingsProblem });
      }
      if (store.problem !== null) {
        board.raise({ code: 'history-in-memory', account: null, message: store.problem });
      }
      if (store.condition === 'rebuilt' && store.lostSince !== null) tellOfDamage(store.lostSince);
      await reconcileAccounts().catch(logUnreconciled);
      if (world.settingsKeptAs !== null)
        board.raise({ code: 'settings-invalid', account: null, keptAs: world.settingsKeptAs });
      clock.onJump((gapMs) => {
        log.warn('clock.jumped', { gapMs });
        if (gapMs > wakeGapMs && !waking) {
          const since = sleptAt ?? new Date(clock.now().getTime() - gapMs);
          sleptAt = null;
          wake('asleep', since);
        }
      });
      for (const record of sessions.list()) engineFor(record);
      world.onTokenStorage(() => {
        stateChanged();
        void reconcileAccounts().catch(logUnreconciled);
      });
      const port = await listener.start(settings.tunnel.kind === 'fixedAddress' ? settings.tunnel.port : 0);
      log.info('listener.started');
      localPort = port;
      openDoor();
      showWhetherOnline();
      drain();
      for (const engine of engines.values()) {
        engine.subscribed.reconcile();
        engine.catchUp.request('all', 'started');
      }
      stateChanged();
    },
  };
}

const noClientId = (): Failure =>
  new Failure('configuration', 'Tidings has no client id yet: set TIDINGS_CLIENT_ID or the settings file.');
const signInToastKey = (id: string): string => `sign-in:${id}`;
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Resolves when `work` has settled or the time is up; never rejects. Platform time: it guards quitting. */
async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([
    work.then(
      () => {},
      () => {},
    ),
    limit,
  ]);
  clearTimeout(timer);
}
