import type { SignInAttempt } from '../domain/app-state.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import type { Clock, Identity, Log } from '../domain/ports.ts';
import type { BlockedReason } from '../domain/session.ts';
import type { AccountSessions } from './account-sessions.ts';

/** AADSTS: the person said no on Microsoft's own page; the app then says that it cannot go on, and nothing more. */
const declined = 65004;
/** How long the person has in the browser. */
export const signInLimitMs = 5 * 60_000;

/** One more permission, for one thing that the person wants to do now. */
export interface Permission {
  /** Short names, beside the usual ones. */
  readonly scopes: readonly string[];
  /** What a refusal leaves undone, in one sentence. */
  readonly declined: string;
  /** The same where only an administrator may allow it. */
  readonly adminOnly: string;
}

export interface SignIn {
  /**
   * Starts an attempt; a running one is given up first. Resolves when the browser is open; how it ends is seen in
   * `attempt()`. Rejects with a Failure when not even the browser could be opened.
   *
   * @param homeAccountId whose sign-in to mend; null mends whoever needs it first, or adds an account.
   */
  start(homeAccountId: string | null): Promise<void>;
  /** Adds an account, whatever those that are there need. Otherwise as `start`. */
  add(): Promise<void>;
  /**
   * Asks somebody who is signed in for one more permission. Whatever comes of it, the session stays as it is: a refusal
   * concerns this one wish. Resolves when the browser is open; rejects as `start`.
   */
  allow(homeAccountId: string, permission: Permission): Promise<{ readonly granted: Promise<boolean> }>;
  cancel(): void;
  attempt(): SignInAttempt;
}

/** One attempt at a time, for at most 5 minutes; a new one ends the one before. */
export function createSignIn(world: {
  identity: Identity;
  sessions: AccountSessions;
  clock: Clock;
  log: Log;
  scopes: (extra?: readonly string[]) => readonly string[];
  openExternal: (url: string) => Promise<void>;
  changed: () => void;
}): SignIn {
  const { identity, sessions, clock, log } = world;
  let attempt: SignInAttempt = { kind: 'idle' };
  let running: { readonly controller: AbortController; readonly ended: Promise<void> } | null = null;

  const set = (next: SignInAttempt): void => {
    attempt = next;
    world.changed();
  };

  /** Resolves when the one who was asked has signed in. Rejects with why not; `attempt` shows it. */
  async function run(
    id: string | null,
    controller: AbortController,
    opened: () => void,
    permission: Permission | null,
  ): Promise<'signedIn' | 'somebodyElse'> {
    const record = id === null ? null : sessions.get(id);
    const claims = record?.session.kind === 'signInRequired' ? record.session.claims : null;
    const stopTimer = clock.after(signInLimitMs, () => controller.abort('timeout'));
    log.info('sign-in.started', { again: record !== null, claims: claims !== null, extra: permission !== null });
    set({ kind: 'waitingForBrowser', account: id, until: new Date(clock.now().getTime() + signInLimitMs) });
    try {
      const account = await identity.signIn({
        ...(record === null ? {} : { account: record.account }),
        ...(claims === null ? {} : { claims }),
        scopes: world.scopes(permission?.scopes),
        signal: controller.signal,
        openBrowser: async (url) => {
          await world.openExternal(url);
          opened();
        },
      });
      if (controller.signal.aborted) {
        // Too late. What the person gave up must not leave tokens of somebody who is not shown.
        if (sessions.get(account.homeAccountId) === null) await identity.signOut(account.homeAccountId);
        throw controller.signal.reason === 'timeout'
          ? new Failure('sign-in-timed-out', 'The sign-in took too long. Please try again.')
          : new Failure('sign-in-cancelled', 'The sign-in was cancelled.');
      }
      if (record !== null && account.homeAccountId !== record.account.homeAccountId) {
        // Somebody else signed in. A newcomer is dropped, one who is known has now signed in; nothing changes for the
        // one who was asked.
        const isNew = sessions.get(account.homeAccountId) === null;
        if (isNew) await identity.signOut(account.homeAccountId);
        else sessions.signedIn(account);
        log.warn('sign-in.wrong-account');
        set({
          kind: 'failed',
          account: id,
          userMessage: `You signed in as ${account.username}, but ${record.account.username} needs the sign-in. Please try again with that account.`,
          ...(isNew ? { offerToAdd: account.username } : {}),
        });
        return 'somebodyElse';
      }
      log.info('sign-in.succeeded');
      set({ kind: 'idle' });
      sessions.signedIn(account);
      return 'signedIn';
    } catch (error) {
      const failure = asFailure(error);
      log.warn('sign-in.failed', {
        code: failure.code,
        aadsts: failure.details.aadsts ?? null,
        requestId: failure.details.requestId ?? null,
      });
      if (failure.code === 'sign-in-cancelled' && failure.details.aadsts !== declined) set({ kind: 'idle' });
      else set({ kind: 'failed', account: id, ...whatStopped(failure, permission) });
      if (id !== null && permission === null && failure.code !== 'sign-in-required') sessions.observe(id, failure);
      throw failure;
    } finally {
      stopTimer();
    }
  }

  const whoNeedsIt = (): string | null =>
    sessions.list().find((record) => record.session.kind !== 'signedIn')?.account.homeAccountId ?? null;

  async function begin(
    who: () => string | null,
    permission: Permission | null = null,
  ): Promise<{ readonly granted: Promise<boolean> }> {
    // Not `if`: while this one waited, another may have been started.
    while (running !== null) {
      running.controller.abort('replaced');
      await running.ended;
    }
    const controller = new AbortController();
    const opened = Promise.withResolvers<void>();
    const outcome = run(who(), controller, opened.resolve, permission);
    const ended = outcome
      .then(() => opened.resolve(), opened.reject)
      .then(() => {
        if (running?.controller === controller) running = null;
      });
    running = { controller, ended };
    // A failure before the browser opened is the caller's to show; later ones are seen as state.
    await opened.promise;
    return {
      granted: outcome.then(
        (who) => who === 'signedIn',
        () => false,
      ),
    };
  }

  return {
    async start(homeAccountId) {
      if (homeAccountId !== null && sessions.get(homeAccountId) === null) {
        throw new Failure('unexpected', 'That account is not known here any more.');
      }
      await begin(() => homeAccountId ?? whoNeedsIt());
    },
    async add() {
      await begin(() => null);
    },
    allow: (homeAccountId, permission) => begin(() => homeAccountId, permission),
    cancel: () => running?.controller.abort('cancelled'),
    attempt: () => attempt,
  };
}

/** What a sign-in that brought no account leaves behind for the state. */
function whatStopped(failure: Failure, permission: Permission | null): Omit<Failed, 'kind' | 'account'> {
  const { userMessage } = failure;
  const { reason, aadsts } = failure.details;
  if (failure.code === 'blocked') {
    return {
      userMessage: permission !== null && reason === 'admin-approval' ? permission.adminOnly : userMessage,
      blocked: { reason: (reason ?? 'policy') as BlockedReason, aadsts: aadsts ?? null },
      ...(permission === null ? {} : { extraScopes: permission.scopes }),
    };
  }
  if (failure.code === 'configuration') return { userMessage, ...(permission === null && { isConfiguration: true }) };
  const saidNo = failure.code === 'sign-in-cancelled' || failure.code === 'sign-in-required';
  return { userMessage: permission !== null && saidNo ? permission.declined : userMessage };
}
type Failed = SignInAttempt & { kind: 'failed' };
