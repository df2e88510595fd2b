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

export const probeEveryMs = 60_000;
export const probeAgainMs = 5_000;
/** Outages under two minutes are healed within 30 s of their end, longer ones within 90 s. */
const shortOutageMs = 120_000;
const range = (outageMs: number) => ({ baseMs: 1_500, capMs: outageMs < shortOutageMs ? 15_000 : 60_000 });

/** Name and secrets belong together: they live as long as the host name stays ours. */
interface TunnelIdentity {
  readonly name: string;
  readonly host: string | null;
  readonly secrets: ListenerSecrets;
}

export interface KeepReachable {
  /** `https://name.example` while proven reachable from outside, else null. */
  publicUrl(): string | null;
  secrets(): ListenerSecrets;
  state(): { readonly kind: 'off' | 'opening' | 'up' | 'down'; readonly since: Date };
  start(port: number): void;
  /** Probe, or try again, now: after a wake, on a click, when Graph could not validate our address. */
  check(): void;
  /** Somebody else has our name, or swallows what is sent to it: take another one. */
  abandonName(why: string): void;
  stop(): Promise<void>;
}

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
  const { provider, probe, records, clock, log, random, board } = world;
  let own = remembered();
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

  function remembered(): TunnelIdentity {
    const json = records.value('tunnel');
    if (json !== null) {
      try {
        return JSON.parse(json) as TunnelIdentity;
      } catch {
        log.warn('tunnel.identity-unreadable');
      }
    }
    return remember({ name: newName(), host: null, secrets: newSecrets() });
  }
  function remember(next: TunnelIdentity): TunnelIdentity {
    records.setValue('tunnel', JSON.stringify(next));
    return next;
  }
  function newName(): string {
    // At least 128 bits; relays take lower-case letters and digits only.
    return `t${random
      .secret(48)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, 40)}`;
  }
  function newSecrets(): ListenerSecrets {
    return {
      notificationPath: random.secret(32),
      lifecyclePath: random.secret(32),
      probePath: random.secret(32),
      probeKey: random.secret(32),
    };
  }
  const set = (kind: typeof state.kind): void => {
    if (state.kind !== kind) {
      log.info('tunnel.changed', { from: state.kind, to: kind });
      state = { kind, since: clock.now() };
    }
    if (kind === 'down') board.raise({ code: 'tunnel-down', account: null });
    else if (kind !== 'opening') board.clear('tunnel-down');
  };

  /** One job at a time; a job that fails is a bug and is logged, the next one still runs. */
  const run = (job: () => Promise<void>): void => {
    work = work.then(async () => {
      if (stopped) return;
      try {
        await job();
      } catch (error) {
        log.error('tunnel.unexpected', { error: String(error) });
      }
    });
  };
  const plan = (delayMs: number, job: () => Promise<void>): void => {
    cancelTimer();
    cancelTimer = clock.after(delayMs, () => run(job));
  };

  async function open(): Promise<void> {
    if (provider === null || tunnel !== null) return;
    opening = new AbortController();
    const signal = opening.signal;
    try {
      const opened = await provider.open({ port, name: own.name, signal });
      if (stopped || signal.aborted) return void (await opened.close());
      tunnel = opened;
      const host = new URL(opened.publicUrl).host;
      if (own.host !== host) {
        // The relay's word counts, not ours. Secrets that an older host's operator has seen are not used at a new one.
        const [name = own.name] = host.split('.');
        own = remember({ name, host, secrets: own.host === null ? own.secrets : newSecrets() });
      }
      opened.onClosed((why) => {
        if (tunnel === opened) run(() => lost(why));
      });
      await judge(await probe.probe(opened.publicUrl));
    } catch (error) {
      const failure = asFailure(error);
      const { cause, status } = failure.details;
      const deeper = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : null;
      log.warn('tunnel.open-failed', {
        attempt: attempt + 1,
        why: cause instanceof Error ? cause.message : failure.code,
        cause: deeper,
      });
      if (status === 409) return await takeAnotherName();
      // The name could not be had: it may be held for a while after a crash, so it gets a second chance, not a third.
      if (failure.details.status === 409 && attempt >= 1)
        own = remember({ name: newName(), host: null, secrets: newSecrets() });
      await lost('could not be opened');
    }
  }

  /** The relay holds our name, for us after a crash or for somebody else: whoever has it, another one is as good. */
  async function takeAnotherName(): Promise<void> {
    own = remember({ name: newName(), host: null, secrets: newSecrets() });
    attempt += 1;
    downSince ??= clock.now();
    if (attempt === 1) return await open();
    await lost('the relay gives other names than asked for');
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
    tunnel = null;
    publicUrl = null;
    downSince ??= clock.now();
    attempt += 1;
    set('down');
    world.changed({ nameLost: false });
    await dead?.close();
    plan(backoffMs(attempt, random.fraction(), range(clock.now().getTime() - downSince.getTime())), open);
  }
  async function nameLost(why: string): Promise<void> {
    log.warn('tunnel.name-lost', { why });
    const dead = tunnel;
    tunnel = null;
    publicUrl = null;
    own = remember({ name: newName(), host: null, secrets: newSecrets() });
    set('down');
    world.changed({ nameLost: true });
    await dead?.close();
    await open();
  }

  if (provider === null) board.setDelivery('polling');
  return {
    publicUrl: () => publicUrl,
    secrets: () => own.secrets,
    state: () => state,
    start(listening) {
      port = listening;
      if (provider !== null) run(open);
    },
    check() {
      if (provider === null || port === 0) return;
      attempt = 0;
      cancelTimer();
      run(probeNow);
    },
    abandonName: (why) => run(() => nameLost(why)),
    async stop() {
      stopped = true;
      cancelTimer();
      opening?.abort();
      const open = tunnel;
      tunnel = null;
      publicUrl = null;
      // A probe that is still under way is not waited for: quitting has three seconds in all.
      await open?.close();
    },
  };
}
