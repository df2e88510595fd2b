import { backoffMs } from '../domain/backoff.ts';
import { asFailure } from '../domain/failure.ts';
import type { Cancel, Probe } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { createListener } from '../webhook/listener.ts';
import type { HealthBoard } from '../workflows/health-board.ts';
import { createKeepReachable, type KeepReachable } from '../workflows/keep-reachable.ts';
import { createReceive } from '../workflows/receive.ts';
import { createRefusals } from '../workflows/refusals.ts';
import type { World } from '../world.ts';
import type { AccountEngine } from './account.ts';

/** Between two tries to bind a port that is taken. */
const bindAgain = { baseMs: 5_000, capMs: 60_000 } as const;

/** Where Microsoft calls: the listener on this machine, the public way to it, and what was put into the queue. */
export interface PublicDoor {
  readonly reachable: KeepReachable;
  readonly probe: Probe;
  /** Binds the port. One that cannot be had is shown in Health and tried again; meanwhile Tidings looks by itself. */
  listen(): Promise<void>;
  /** Opens the way from outside, once there is somebody for whom it is worth it. */
  open(): void;
  drain(): void;
  stop(): Promise<void>;
}

/** Nothing listens before `listen()`. */
export function composeDoor(world: {
  readonly world: Pick<World, 'clock' | 'log' | 'random' | 'store' | 'tunnel' | 'probeWith'>;
  readonly settings: () => Settings;
  readonly board: HealthBoard;
  readonly engines: ReadonlyMap<string, AccountEngine>;
  /** As long as nobody is signed in, there is no reason to be reachable from the internet. */
  readonly isWanted: () => boolean;
  readonly unknownEvent: (name: string) => void;
  /** The public address came, went or changed, or the way to it did. */
  readonly changed: (event: { readonly nameLost: boolean }) => void;
}): PublicDoor {
  const { settings, board, engines } = world;
  const { clock, log, random, tunnel, probeWith } = world.world;
  const { queue, records } = world.world.store;
  // These hold as long as this core does: a change of them starts it anew.
  const wanted = settings().tunnel;
  let port: number | null = null;
  let isOpen = false;
  let stopped = false;
  let bindings = 0;
  let cancelBinding: Cancel = () => {};

  const reachable = createKeepReachable({
    provider: tunnel,
    probe: { probe: (url) => probe.probe(url) },
    records,
    clock,
    log,
    random,
    board,
    changed: world.changed,
  });
  const probe: Probe = probeWith(() => reachable.secrets());
  const refusals = createRefusals(clock, log);
  const receive = createReceive({
    queue,
    receiverFor: (account) => engines.get(account) ?? null,
    clock,
    random,
    log,
    onUnknown: world.unknownEvent,
  });
  const listener = createListener({
    clock,
    rules: {
      secrets: () => reachable.secrets(),
      expected: () => [...engines.values()].flatMap((engine) => engine.subscribed.expected()),
      // Whoever waits for one hears of it, so all of them are asked.
      validationExpected: () => [...engines.values()].map((engine) => engine.validationExpected()).includes(true),
      expectedHost: () =>
        wanted.kind === 'fixedAddress' && wanted.expectHost === true ? new URL(wanted.url).host : null,
      put(post) {
        try {
          queue.put(post);
          board.clear('storage-failing');
        } catch (error) {
          board.raise({ code: 'storage-failing', account: null });
          throw error;
        }
        setImmediate(receive.drain);
      },
      takenOver() {
        for (const { subscribed } of engines.values()) subscribed.doubted();
      },
      refused: (why) => refusals.count(why),
    },
  });
  async function listen(): Promise<void> {
    const asked = wanted.kind === 'fixedAddress' ? wanted.port : 0;
    try {
      port = await listener.start(asked);
    } catch (error) {
      bindings += 1;
      const why = codeOf(error);
      log.warn('listener.not-started', { why, attempt: bindings });
      reachable.cannotListen(cannotBind(asked, why));
      if (!stopped) cancelBinding = clock.after(backoffMs(bindings, random.fraction(), bindAgain), () => void listen());
      return;
    }
    if (stopped) return await listener.stop();
    log.info('listener.started');
    open();
  }

  function open(): void {
    if (isOpen || port === null || !world.isWanted()) return;
    isOpen = true;
    reachable.start(port);
  }

  return {
    reachable,
    probe,
    listen,
    open,
    drain: receive.drain,
    async stop() {
      stopped = true;
      cancelBinding();
      receive.stop();
      await Promise.all([reachable.stop(), listener.stop()]);
      refusals.stop();
    },
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : asFailure(error).code;

function cannotBind(port: number, why: string): string {
  if (why === 'EADDRINUSE')
    return `Another program on this computer has the port ${port}, at which Tidings should listen.`;
  if (why === 'EACCES') return `This computer does not let Tidings listen at port ${port}: choose one above 1023.`;
  return `Tidings cannot listen at port ${port} of this computer (${why}).`;
}
