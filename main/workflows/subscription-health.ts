import type { Cancel, Clock } from '../domain/ports.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { HealthBoard } from './health-board.ts';

/** A new subscription may take this long before the person is told that push is not there yet. */
const graceMs = 30_000;

/** How one account stands with its subscriptions, as far as it matters to the person. */
export interface SubscriptionFactsForHealth {
  /** Both are live, or none is wanted. */
  readonly complete: boolean;
  /** A try has failed. */
  readonly inTrouble: boolean;
  /** Without an address the tunnel is the trouble, and says so itself. */
  readonly hasHost: boolean;
  /** What Graph says no with, in words for the person; null while it says nothing of the kind. */
  readonly refusal: string | null;
  /** Another computer is told in place of this one. */
  readonly isElsewhere: boolean;
}

export interface SubscriptionHealth {
  show(facts: SubscriptionFactsForHealth): void;
  stop(): void;
}

/** "Getting ready" for a while, and for as long as there is no address; then "not subscribed". */
export function createSubscriptionHealth(world: {
  account: string;
  clock: Clock;
  board: HealthBoard;
  sessions: AccountSessions;
}): SubscriptionHealth {
  const { account, clock, board, sessions } = world;
  let cancelGrace: Cancel = () => {};
  let incompleteSince: Date | null = null;
  let stopped = false;

  function show(facts: SubscriptionFactsForHealth): void {
    cancelGrace();
    if (stopped) return;
    if (facts.isElsewhere && !facts.complete && sessions.mayCallGraph(account))
      board.raise({ code: 'told-elsewhere', account });
    else board.clear('told-elsewhere', account);
    if (facts.complete || facts.isElsewhere) {
      incompleteSince = null;
      board.clear('not-subscribed', account);
      board.clear('starting', account);
      return;
    }
    if (!sessions.mayCallGraph(account)) {
      // Nothing else than the sign-in is missing; afterwards the grace begins anew.
      incompleteSince = null;
      return;
    }
    incompleteSince ??= clock.now();
    const graceLeftMs = incompleteSince.getTime() + graceMs - clock.now().getTime();
    const isPatient = graceLeftMs > 0 && !facts.inTrouble;
    // A tunnel that takes its time is not down yet, and nothing is good meanwhile. Once it is down, that is what is shown.
    if (isPatient || !facts.hasHost) {
      board.raise({ code: 'starting', account });
      if (isPatient) cancelGrace = clock.after(graceLeftMs, () => show(facts));
      return;
    }
    board.clear('starting', account);
    const { refusal } = facts;
    board.raise({ code: 'not-subscribed', account, ...(refusal !== null && { message: refusal }) });
  }
  return {
    show,
    stop() {
      stopped = true;
      cancelGrace();
    },
  };
}
