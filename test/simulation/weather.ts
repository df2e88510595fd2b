/** Everything outside the app that can go wrong, each by its own dice. */
import type { SignInReason } from '../../main/domain/session.ts';
import type { Graph } from '../cloud/graph/graph.ts';
import type { CloudAccount } from '../cloud/types.ts';
import type { Conditions, Trouble } from './conditions.ts';
import type { Dice } from './dice.ts';
import type { Entra } from './entra.ts';
import type { Internet } from './internet.ts';
import type { Mailboxes } from './mailboxes.ts';
import { worldTime } from './world-time.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What the weather does to the computer and to the process. */
export interface Computer {
  running(): boolean;
  kill(downMs: number): void;
  quit(downMs: number): void;
  sleep(forMs: number, isTold: boolean): void;
  setOfflineKnown(isKnown: boolean): void;
}

export function createWeather(world: {
  readonly dice: Dice;
  readonly conditions: Conditions;
  readonly accounts: readonly CloudAccount[];
  readonly entra: Entra;
  readonly graph: Graph;
  readonly internet: Internet;
  readonly mailboxes: Mailboxes;
  readonly computer: Computer;
  readonly report: (text: string) => void;
}) {
  const { conditions, accounts, entra, graph, internet, mailboxes, computer } = world;
  const ends = new Set<() => void>();
  let stopped = false;

  /** Again and again, `meanMs` apart on average. */
  function now_and_then(name: string, meanMs: number, run: (dice: Dice) => void): void {
    const dice = world.dice.fork(name);
    const next = (): void => {
      worldTime.after(dice.wait(meanMs), () => {
        if (stopped) return;
        world.report(`weather: ${name}`);
        run(dice);
        next();
      });
    };
    next();
  }
  /** Short ones are frequent, long ones rare. */
  const lasting = (dice: Dice, leastMs: number, mostMs: number): number =>
    Math.exp(dice.between(Math.log(leastMs), Math.log(mostMs)));

  function spell(
    trouble: Trouble,
    meanMs: number,
    leastMs: number,
    mostMs: number,
    around?: { begun?: (dice: Dice) => void; ended?: (dice: Dice) => void },
  ): void {
    now_and_then(trouble, meanMs, (dice) => {
      const ended = conditions.begin(trouble);
      around?.begun?.(dice);
      const end = (): void => {
        ends.delete(end);
        cancel();
        ended();
        around?.ended?.(dice);
        world.report(`weather: ${trouble} is over`);
      };
      const cancel = worldTime.after(lasting(dice, leastMs, mostMs), end);
      ends.add(end);
    });
  }

  return {
    start(): void {
      spell('offline', 2.5 * day, 20 * second, 6 * hour, {
        begun(dice) {
          computer.setOfflineKnown(dice.chance(0.6));
          if (dice.chance(0.5)) internet.closeDoors('the network is gone');
        },
        ended: () => internet.closeDoors('the network changed'),
      });
      spell('relayDown', 3 * day, 5 * second, 3 * hour, { begun: () => internet.closeDoors('the relay stopped') });
      spell('blackHole', 4 * day, 30 * second, hour);
      spell('graphDown', 3 * day, 5 * second, 2 * hour);
      spell('throttled', 2 * day, 5 * second, 10 * minute);
      spell('identityDown', 3 * day, minute, 2 * hour);
      now_and_then('tunnelClosed', day, () => {
        internet.closeDoors('the connection broke');
        conditions.happened('tunnelClosed');
      });
      now_and_then('nameStolen', 6 * day, () => {
        if (internet.stealName()) conditions.happened('nameStolen');
      });
      now_and_then('clockSet', 5 * day, (dice) => {
        const offset = (dice.chance(0.5) ? 1 : -1) * lasting(dice, 2 * minute, 26 * hour);
        worldTime.setOffset(offset);
        conditions.happened('clockSet');
        const end = (): void => {
          ends.delete(end);
          worldTime.setOffset(0);
          conditions.happened('clockSet');
        };
        ends.add(end);
        worldTime.after(lasting(dice, 5 * minute, 12 * hour), () => ends.has(end) && end());
      });
      for (const account of accounts) {
        const { username } = account;
        now_and_then(`revoke ${username}`, 5 * day, (dice) => {
          if (!entra.isSignedIn(account)) return;
          const reasons: readonly SignInReason[] = ['password-changed', 'session-revoked', 'stronger-sign-in'];
          entra.revoke(account, dice.pick(reasons));
        });
        now_and_then(`spoil ${username}`, 2 * day, () => {
          if (entra.isSignedIn(account)) conditions.happened('tokenDied');
          entra.spoilTokens(account);
        });
        now_and_then(`challenge ${username}`, day, () => void graph.challenge(username, 'reauthorizationRequired'));
        now_and_then(`missed ${username}`, 3 * day, () => void graph.challenge(username, 'missed'));
        now_and_then(`unknown ${username}`, 10 * day, () => void graph.challenge(username, 'somethingNew'));
        now_and_then(`removed ${username}`, 4 * day, () => {
          if (graph.challenge(username, 'subscriptionRemoved') > 0) conditions.happened('subscriptionRemoved');
        });
        now_and_then(`forgotten ${username}`, 8 * day, (dice) => {
          if (graph.forgetSubscriptions(username) === 0) return;
          const laterMs = dice.between(second, 5 * minute);
          conditions.happened('subscriptionForgotten', laterMs);
          worldTime.after(laterMs, () => mailboxes.deliver(account));
        });
        now_and_then(`delta ${username}`, 3 * day, (dice) => {
          if (dice.chance(0.5)) graph.mailbox(username).expireDelta();
          if (dice.chance(0.5)) graph.calendar(username).expireDelta();
          graph.mailbox(username).replay(dice.whole(0, 5));
          graph.mailbox(username).emptyPages(dice.whole(0, 2));
          conditions.happened('deltaExpired');
        });
      }
      now_and_then('duplicates', day, (dice) => graph.notifications.duplicate(dice.whole(1, 6)));
      now_and_then('swallowed', 4 * day, (dice) => {
        graph.notifications.drop(dice.whole(1, 5));
        conditions.happened('pushSwallowed');
      });
      now_and_then('disorder', 2 * day, (dice) => {
        graph.notifications.disorder(dice.whole(2, 4));
        conditions.happened('pushSwallowed');
      });
      now_and_then('kill', 1.5 * day, (dice) => computer.kill(lasting(dice, 2 * second, hour)));
      now_and_then('quit', 4 * day, (dice) => computer.quit(lasting(dice, 5 * second, 10 * hour)));
      now_and_then('nap', day, (dice) => computer.sleep(lasting(dice, 2 * minute, 3 * hour), dice.chance(0.8)));
      now_and_then('night', 1.4 * day, (dice) => computer.sleep(dice.between(6 * hour, 10 * hour), dice.chance(0.8)));
    },
    /** From now on nothing more goes wrong, and what is wrong ends. */
    stop(): void {
      stopped = true;
      graph.notifications.drop(0);
      for (const end of [...ends]) end();
    },
  };
}
export type Weather = ReturnType<typeof createWeather>;
