import { backoffMs } from '../domain/backoff.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import type { Cancel, Clock, Log } from '../domain/ports.ts';
import type { Actions } from '../shell/shell.ts';
import type { SettingsDesk } from '../system/settings-desk.ts';
import { type Interlude, takeInterlude } from './interlude.ts';

/** The app without its shell. */
export interface Core {
  readonly actions: Actions;
  /** Opens the listener and begins to work. */
  start(): Promise<void>;
}

/** How long a click may wait for a core that starts anew, in milliseconds. */
const patienceMs = 10_000;
const openAgain = { baseMs: 2_000, capMs: 5 * 60_000 } as const;

/**
 * Keeps one core running and starts it anew, within the process, when a setting that decides how Tidings connects has
 * changed. A shell attaches to `actions` once and for all: its listeners stay, whichever core answers.
 *
 * Between two cores the last state stays visible as "getting ready", and the list as it was. If the next core cannot
 * be opened, Health says why and it is tried again: an app that listened must not be gone because of a setting.
 *
 * @param door.open opens the world anew and composes it; see `openWorld()` and `compose()`.
 * @throws whatever `open` throws the first time: then there is no app.
 */
export async function createCoreHost(door: {
  readonly settings: SettingsDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly open: () => Promise<Core>;
}): Promise<Core> {
  const { settings, clock, log } = door;
  const listeners = new Set<Parameters<Actions['onChange']>[0]>();
  let core: Core = await door.open();
  let interlude: Interlude | null = null;
  let detach = attached(core);
  let restarting: Promise<void> | null = null;
  let nextTry: PromiseWithResolvers<void> | null = null;
  /** Clicks that wait for the next core. */
  const patient = new Set<() => void>();
  let stopping: Promise<void> | null = null;

  function tell(...what: readonly Parameters<Parameters<Actions['onChange']>[0]>[0][]): void {
    for (const each of what) for (const listener of listeners) listener(each);
  }
  function attached(to: Core): Cancel {
    return to.actions.onChange((what) => tell(what));
  }
  const looks = () => interlude ?? core.actions;

  /** One at a time; a change that comes meanwhile makes for one more. */
  function restart(): void {
    nextTry?.resolve();
    restarting ??= startAnew().finally(() => {
      restarting = null;
    });
  }

  async function startAnew(): Promise<void> {
    for (let attempt = 1; stopping === null && (interlude !== null || settings.waits()); attempt += 1) {
      interlude ??= await endCore();
      try {
        await openNext();
        attempt = 0;
      } catch (error) {
        const failure = asFailure(error);
        log.error('core.not-started', { code: failure.code, error: String(error), attempt });
        interlude.failed(failure, clock.now());
        tell('state');
        await untilNextTry(attempt);
      }
    }
  }

  async function endCore(): Promise<Interlude> {
    log.info('core.restarting');
    const between = takeInterlude(core.actions, clock.now());
    interlude = between;
    detach();
    tell('state');
    await ended(core);
    return between;
  }

  /** Whatever it says to that: the next one opens everything anew. */
  const ended = (last: Core): Promise<void> =>
    last.actions.stop().catch((error: unknown) => log.error('core.not-stopped', { code: asFailure(error).code }));

  async function openNext(): Promise<void> {
    if (stopping !== null) return;
    const next = await door.open();
    try {
      if (stopping === null) await next.start();
    } catch (error) {
      await ended(next);
      throw error;
    }
    if (stopping !== null) return await ended(next);
    core = next;
    interlude = null;
    detach = attached(core);
    log.info('core.restarted');
    tell('state', 'alerts', 'meetings');
    for (const waiting of patient) waiting();
  }

  /** Or until somebody changes a setting, or quits. */
  async function untilNextTry(attempt: number): Promise<void> {
    if (stopping !== null) return;
    const ready = Promise.withResolvers<void>();
    const cancel = clock.after(backoffMs(attempt, 0.5, openAgain), ready.resolve);
    nextTry = ready;
    await ready.promise;
    cancel();
    nextTry = null;
  }

  const reconnecting = (cause?: unknown): Failure =>
    new Failure(
      'unexpected',
      'Tidings is just starting anew with the changed settings. Please try again in a moment.',
      { cause },
    );

  /** Clicks wait for the next core, for a while. */
  async function running(): Promise<Core> {
    if (interlude === null) return core;
    const ready = Promise.withResolvers<void>();
    const cancel = clock.after(patienceMs, ready.resolve);
    patient.add(ready.resolve);
    await ready.promise;
    patient.delete(ready.resolve);
    cancel();
    if (interlude !== null) throw reconnecting();
    return core;
  }
  async function later<T>(ask: (actions: Actions) => Promise<T>): Promise<T> {
    const asked = await running();
    try {
      return await ask(asked.actions);
    } catch (error) {
      // What was under way when its core ended says nothing about the world.
      throw interlude === null && asked === core ? error : reconnecting(error);
    }
  }
  function now<T>(act: (actions: Actions) => T): T {
    if (interlude !== null) throw reconnecting();
    return act(core.actions);
  }

  const actions: Actions = {
    state: () => looks().state(),
    alerts: (page) => looks().alerts(page),
    alert: (id) => looks().alert(id),
    meetings: () => looks().meetings(),
    isMuted: (alert) => looks().isMuted(alert),
    isVip: (alert) => looks().isVip(alert),
    snoozedUntil: (id) => looks().snoozedUntil(id),
    diagnostics: () => looks().diagnostics(),
    settings: () => ({ ...looks().settings(), settings: settings.stored(), managed: settings.managed() }),
    async changeSettings(change) {
      settings.change(change);
      if (settings.waits()) restart();
    },
    signIn: (id) => later((to) => to.signIn(id)),
    addAccount: () => later((to) => to.addAccount()),
    signOut: (id) => later((to) => to.signOut(id)),
    checkNow: () => later((to) => to.checkNow()),
    takeOver: (id) => later((to) => to.takeOver(id)),
    markRead: (id) => later((to) => to.markRead(id)),
    folders: (id) => later((to) => to.folders(id)),
    runSelfTest: () => later((to) => to.runSelfTest()),
    cancelSignIn: () => core.actions.cancelSignIn(),
    muteConversation: (id, muted) => now((to) => to.muteConversation(id, muted)),
    snooze: (id, choice) => now((to) => to.snooze(id, choice)),
    dismiss: (id) => now((to) => to.dismiss(id)),
    pause: (choice) => now((to) => to.pause(choice)),
    // A core that starts looks at everything anew.
    machine: (event) => (interlude === null ? core.actions.machine(event) : undefined),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };

  async function stop(): Promise<void> {
    nextTry?.resolve();
    for (const waiting of patient) waiting();
    // Whatever is between two cores ends by itself, because it looks whether it should go on.
    await Promise.all([core.actions.stop(), restarting]);
  }

  return { actions, start: () => core.start() };
}
