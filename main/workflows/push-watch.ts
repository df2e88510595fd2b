import type { WatchedResource } from '../domain/alert.ts';
import type { Clock, Log } from '../domain/ports.ts';
import type { HealthBoard } from './health-board.ts';

/** An item found by the poll that push should have told of, if it was there for this long. */
const pushLateMs = 2 * 60_000;

const awaitedAtMost = 200;

/** Something that a round found. */
export interface Found {
  readonly resource: WatchedResource;
  /** When Graph says that it came. */
  readonly at: Date;
}

/** Whether push does what it promises. Health counts evidence, not the hope that a subscription exists. */
export interface PushWatch {
  /** Looks whether push works; to be called whenever that may have changed. */
  note(): void;
  arrived(resource: WatchedResource): void;
  /** Whether Microsoft got through to this computer when it was asked to call: evidence for which no mail has to be lost. */
  calledBack(works: boolean): void;
  /** What the poll finds, and push should have told long ago, was lost on the way. */
  judge(found: readonly Found[]): void;
  lastPush(): Date | null;
}

/** Watches one account, and tells the board whether its news come by push or by polling. */
export function createPushWatch(world: {
  account: string;
  clock: Clock;
  log: Log;
  board: HealthBoard;
  pushWorks: () => boolean;
  /** Push may have lost something: the subscriptions may be gone. */
  pushDoubted: () => void;
  /** Push was proven to lose items, twice in a row, or that Microsoft cannot call us. */
  pushLost: () => void;
}): PushWatch {
  const { account, clock, log, board } = world;
  const last = new Map<WatchedResource, Date>();
  /** Since when push works without a break; what is older cannot have been lost by it. */
  let worksSince: Date | null = null;
  let losses = 0;
  /** Push is said to be lost for want of a call back alone: the next one that comes says the contrary. */
  let onlyNotCalled = false;
  /** Found, and still to be told of: push may be a moment behind. */
  let awaited: readonly Found[] = [];

  function note(): void {
    if (!world.pushWorks()) worksSince = null;
    else worksSince ??= clock.now();
  }
  return {
    note,
    arrived(resource) {
      last.set(resource, clock.now());
      losses = 0;
      onlyNotCalled = false;
      board.clear('push-lost', account);
    },
    calledBack(works) {
      if (works) {
        if (onlyNotCalled) board.clear('push-lost', account);
        onlyNotCalled = false;
        return;
      }
      log.warn('push.not-called-back');
      if (!board.has('push-lost', account)) {
        onlyNotCalled = true;
        board.raise({ code: 'push-lost', account, isOnlyNotCalled: true });
      }
      world.pushDoubted();
      world.pushLost();
    },
    judge(found) {
      note();
      const since = worksSince;
      if (since === null) {
        awaited = [];
        return;
      }
      const lateBefore = clock.now().getTime() - pushLateMs;
      const unheard = [...awaited, ...found].filter(({ resource, at }) => {
        const push = last.get(resource);
        return at >= since && (push === undefined || push < at);
      });
      awaited = unheard.filter(({ at }) => at.getTime() >= lateBefore).slice(-awaitedAtMost);
      if (awaited.length === unheard.length) return;
      losses += 1;
      log.warn('push.lost', { inARow: losses });
      if (losses < 2) {
        world.pushDoubted();
        return;
      }
      losses = 0;
      onlyNotCalled = false;
      board.raise({ code: 'push-lost', account });
      world.pushLost();
    },
    lastPush() {
      const times = [...last.values()].map((at) => at.getTime());
      return times.length === 0 ? null : new Date(Math.max(...times));
    },
  };
}
