import type { SignInAttempt } from '../domain/app-state.ts';
import type { Toasts } from '../domain/ports.ts';
import type { HealthBoard } from './health-board.ts';

/** Tokens and reminders begin to suffer when our clock is further off. */
const clockToleranceMs = 5 * 60_000;
/** Whoever reads along at the relay could put words of their own into our window; a name of Graph's leaves no room for them. */
const eventName = /^[a-z]{1,40}$/i;

/** What is worth knowing beside the promises that each workflow keeps: raised here, so that it is worded once. */
export interface Notices {
  /** How far Microsoft's clock is ahead of ours, as each account has seen it; null where it has not. */
  clockOffsets(offsetsMs: readonly (number | null)[]): void;
  /** Graph sent a lifecycle event of a kind we do not know. */
  unknownEvent(name: string): void;
  /** Once: the next start finds a history that is whole. */
  historyRebuilt(lostSince: Date): void;
  /** Without an account there is no session to say why nobody can be told: the last attempt says it. */
  firstSignIn(attempt: SignInAttempt, hasAccounts: boolean): void;
}

/** Counts unknown events from the start of this run. */
export function createNotices(world: { board: HealthBoard; toasts: Toasts }): Notices {
  const { board, toasts } = world;
  let unknownEvents = 0;
  return {
    clockOffsets(offsetsMs) {
      const known = offsetsMs.filter((each) => each !== null);
      const worst = known.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0);
      if (Math.abs(worst) <= clockToleranceMs) board.clear('clock-wrong');
      // In whole minutes, so that the words do not change with every answer.
      else board.raise({ code: 'clock-wrong', account: null, offsetMs: Math.round(worst / 60_000) * 60_000 });
    },
    unknownEvent(name) {
      unknownEvents += 1;
      board.raise({
        code: 'something-new',
        account: null,
        count: unknownEvents,
        name: eventName.test(name) ? name : 'unnamed',
      });
    },
    historyRebuilt(lostSince) {
      board.raise({ code: 'history-rebuilt', account: null, lostSince });
      toasts.show({
        key: 'history-rebuilt',
        title: 'Your earlier list is gone',
        body: 'It was damaged, or your keyring has lost its key. Tidings began a new one and kept the old file.',
        urgent: false,
      });
    },
    firstSignIn(attempt, hasAccounts) {
      const refused = attempt.kind === 'failed' && !hasAccounts ? attempt : null;
      if (refused?.blocked === undefined) board.clear('blocked');
      else board.raise({ code: 'blocked', account: null, reason: refused.blocked.reason });
      if (refused?.isConfiguration === undefined) board.clear('registration-unusable');
      else board.raise({ code: 'registration-unusable', account: null, message: refused.userMessage });
    },
  };
}
