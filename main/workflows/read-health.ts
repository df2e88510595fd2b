import { type Failure, isRefusal } from '../domain/failure.ts';
import type { Clock } from '../domain/ports.ts';
import type { HealthBoard } from './health-board.ts';

/** A shorter wait is over before anybody has read of it. */
const tellableWaitMs = 60_000;

/** What stands between us and the mailbox, in Health: one reason at a time. */
export interface ReadHealth {
  /**
   * @param attempt failed ones in a row, from 1: the first is not worth a word, unless the answer was clear.
   * @param delayMs until the next try.
   */
  failed(failure: Failure, attempt: number, delayMs: number): void;
  /** Only the person can help, and that is said elsewhere. */
  gaveUp(): void;
  succeeded(): void;
}

const reasons = ['graph-unreachable', 'graph-refused', 'asked-to-wait'] as const;

/** Whether the other side asks for patience: then nothing is out of reach, and nothing is wrong here. */
export const asksToWait = ({ code }: Failure): boolean => code === 'graph-busy' || code === 'identity-busy';

/** @param world.clock the computer's own: the person reads the time from it. */
export function createReadHealth(world: {
  account: string;
  board: HealthBoard;
  clock: Pick<Clock, 'now'>;
}): ReadHealth {
  const { account, board } = world;
  const clear = (except?: (typeof reasons)[number]): void => {
    for (const code of reasons) if (code !== except) board.clear(code, account);
  };
  return {
    failed(failure, attempt, delayMs) {
      // Whatever the reason: who cannot be told of anything must not be told that all is good.
      if (failure.code === 'storage') board.raise({ code: 'storage-failing', account: null });
      else if (isRefusal(failure)) {
        board.raise({ code: 'graph-refused', account, message: failure.userMessage });
        clear('graph-refused');
      } else if (asksToWait(failure)) {
        if (attempt < 2 && delayMs < tellableWaitMs) return;
        // A minute that has begun is waited for as well.
        const until = new Date(Math.ceil((world.clock.now().getTime() + delayMs) / 60_000) * 60_000);
        board.raise({ code: 'asked-to-wait', account, until });
        clear('asked-to-wait');
      } else if (attempt >= 2) {
        board.raise({ code: 'graph-unreachable', account });
        clear('graph-unreachable');
      }
    },
    gaveUp() {
      for (const code of ['catching-up', 'graph-refused', 'asked-to-wait'] as const) board.clear(code, account);
    },
    succeeded() {
      clear();
      board.clear('catching-up', account);
      board.clear('storage-failing');
    },
  };
}
