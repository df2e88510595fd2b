import { backoffMs } from '../domain/backoff.ts';
import { asFailure } from '../domain/failure.ts';
import type {
  Cancel,
  Clock,
  ListenerSecrets,
  Log,
  OpenTunnel,
  Probe,
  Random,
  Records,
  TunnelProvider,
} from '../domain/ports.ts';
import type { HealthBoard } from './health-board.ts';
import { createOwnTunnel } from './tunnel-identity.ts';

const probeEveryMs = 60_000;
/** After a miss: one alone may be the way's. */
const probeAgainMs = 5_000;
/** Outages under two minutes are healed within 30 s of their end, longer ones within 90 s. */
const shortOutageMs = 120_000;
/** A tunnel that takes longer to close is left alone. */
const closeLimitMs = 5_000;
const shortOutage = { baseMs: 3_000, capMs: 15_000 } as const;
/** Fewer than sixty tries in an hour, the first two minutes included, and never longer than 90 s until the next. */
const longOutage = { leastMs: 66_000, mostMs: 88_000 } as const;

export interface KeepReachable {
  /** `https://name.example` while proven reachable from outside, else null. */
  publicUrl(): string | null;
  secrets(): ListenerSecrets;
  state(): { readonly kind: 'off' | 'opening' | 'up' | 'down'; readonly since: Date };
  start(port: number): void;
  /** There is nothing to lead to yet; `message` says why, in a sentence. Ends with `start()`. */
  cannotListen(message: string): void;
  /** Probe, or try again, now: after a wake, on a click, when Graph could not validate our address. */
  check(): void;
  /** Somebody else has our name, or swallows what is sent to it: take another one. */
  abandonName(why: string): void;
  stop(): Promise<void>;
}

/**
 * Keeps the way from the internet to the listener open and proven: probed every 60 s, rebuilt after two misses in a row,
 * with another name and other secrets where the old name is lost. Opens nothing before `start()`. Never throws: what is
 * wrong stands on the board.
 *
 * @param world.provider null where the person wants no tunnel: the state is `off` then.
 */
export function createKeepReachable(world: {
  provider: TunnelProvider | null;
  probe: Probe;
  records: Records;
  clock: Clock;
  log: Log;
  random: Random;
  board: HealthBoard;
  /** The public address came, went or changed. `nameLost`: what points to the old one must go at once. */
  changed: (event: { readonly nameLost: boolean }) => void;
}): KeepReachable {
  const { provider, probe, clock, log, random, board } = world;
  const own = createOwnTunnel(world);
  let state: { kind: 'off' | 'opening' | 'up' | 'down'; since: Date } = {
    kind: provider === null ? 'off' : 'opening',
    since: clock.now(),
  };
  let publicUrl: string | null = null;
  let tunnel: OpenTunnel | null = null;
  let port = 0;
  let attempt = 0;
  let downSince: Date | null = null;
  let stopped = false;
  let opening: AbortController | null = null;
  let work: Promise<void> = Promise.resolve();
  let cancelTimer: Cancel = () => {};

  const set = (kind: typeof state.kind): void => {
    if (state.kind !== kind) {
      log.info('tunnel.changed', { from: state.kind, to: kind });
      state = { kind, since: clock.now() };
    }
    const whose = provider?.kind === 'fixedAddress' ? { isOwnAddress: true as const } : {};
    if (kind === 'down') board.raise({ code: 'tunnel-down', account: null, ...whose });
    else if (kind !== 'opening') board.clear('tunnel-down');
  };

  /** One job at a time; one that fails (a disk that refuses, a bug) is logged, and tried again like a lost tunnel. */
  const run = (job: () => Promise<void>): void => {
    work = work.then(async () => {
      if (stopped) return;
      try {
        await job();
      } catch (error) {
        log.error('tunnel.unexpected', { error: String(error) });
        planAgain(probeNow);
      }
    });
  };
  const plan = (delayMs: number, job: () => Promise<void>): void => {
    cancelTimer();
    if (stopped) return;
    cancelTimer = clock.after(delayMs, () => run(job));
  };

  /** After one more failure, each time a little later. */
  const planAgain = (job: () => Promise<void>): void => {
    attempt += 1;
    downSince ??= clock.now();
    const isShort = clock.now().getTime() - downSince.getTime() < shortOutageMs;
    const { leastMs, mostMs } = longOutage;
    const longMs = Math.round(leastMs + (mostMs - leastMs) * random.fraction());
    plan(isShort ? backoffMs(attempt, random.fraction(), shortOutage) : longMs, job);
  };
  async function close(dead: OpenTunnel | null): Promise<void> {
    if (dead === null) return;
    const limit = Promise.withResolvers<void>();
    const cancel = clock.after(closeLimitMs, limit.resolve);
    await Promise.race([dead.close(), limit.promise]).finally(cancel);
  }

  async function open(): Promise<void> {
    if (provider === null || tunnel !== null) return;
    opening = new AbortController();
    const signal = opening.signal;
    try {
      const opened = await provider.open({ port, name: own.now().name, signal });
      if (stopped || signal.aborted) return void (await opened.close());
      tunnel = opened;
      own.movedTo(new URL(opened.publicUrl).host);
      opened.onClosed((why) => {
        // Asked again when its turn comes: by then this tunnel may have been replaced.
        run(async () => {
          if (tunnel === opened) await lost(why);
        });
      });
    } catch (error) {
      if (stopped) return;
      const failure = asFailure(error);
      const { cause, status } = failure.details;
      const deeper = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : null;
      log.warn('tunnel.open-failed', {
        attempt: attempt + 1,
        why: cause instanceof Error ? cause.message : failure.code,
        cause: deeper,
      });
      if (status === 409) return await takeAnotherName();
      return await lost('could not be opened');
    }
    await probeNow();
  }

  /** The relay holds our name, for us after a crash or for somebody else: whoever has it, another one is as good. */
  async function takeAnotherName(): Promise<void> {
    own.takeAnother();
    if (attempt > 0) return await lost('the relay gives other names than asked for');
    attempt = 1;
    downSince ??= clock.now();
    await open();
  }

  async function judge(result: 'reached' | 'unreachable' | 'foreign'): Promise<void> {
    if (tunnel === null) return;
    if (result === 'foreign') return await nameLost('something else answers at our address');
    if (result === 'unreachable') {
      plan(probeAgainMs, async () => {
        if (tunnel === null) return;
        const again = await probe.probe(tunnel.publicUrl);
        if (again === 'unreachable') await lost('two probes in a row were not answered');
        else await judge(again);
      });
      return;
    }
    attempt = 0;
    downSince = null;
    plan(probeEveryMs, probeNow);
    if (publicUrl !== tunnel.publicUrl || state.kind !== 'up') {
      publicUrl = tunnel.publicUrl;
      set('up');
      world.changed({ nameLost: false });
    }
  }
  const probeNow = async (): Promise<void> => {
    if (tunnel === null) return await open();
    await judge(await probe.probe(tunnel.publicUrl));
  };

  async function lost(why: string): Promise<void> {
    log.warn('tunnel.lost', { why });
    const dead = tunnel;
    const wasPublic = publicUrl !== null;
    tunnel = null;
    publicUrl = null;
    planAgain(open);
    set('down');
    if (wasPublic) world.changed({ nameLost: false });
    await close(dead);
  }
  async function nameLost(why: string): Promise<void> {
    log.warn('tunnel.name-lost', { why });
    const dead = tunnel;
    tunnel = null;
    publicUrl = null;
    set('down');
    own.takeAnother();
    // The first time at once; where something else answers at every name, no faster than after any other failure.
    const again = attempt > 0;
    planAgain(open);
    world.changed({ nameLost: true });
    await close(dead);
    if (!again) await open();
  }

  if (provider === null) board.setDelivery('polling');
  return {
    publicUrl: () => publicUrl,
    secrets: () => own.now().secrets,
    state: () => state,
    start(listening) {
      port = listening;
      if (provider !== null) run(open);
    },
    cannotListen(message) {
      if (provider === null) return;
      set('down');
      board.raise({ code: 'tunnel-down', account: null, message });
    },
    check() {
      if (provider === null || port === 0) return;
      attempt = 0;
      cancelTimer();
      run(probeNow);
    },
    abandonName(why) {
      const { name } = own.now();
      // Several may notice at the same time; one new name is enough.
      run(async () => {
        if (own.now().name === name) await nameLost(why);
      });
    },
    async stop() {
      stopped = true;
      cancelTimer();
      opening?.abort();
      const open = tunnel;
      tunnel = null;
      publicUrl = null;
      // A probe that is still under way is not waited for: quitting has three seconds in all.
      await close(open);
    },
  };
}
