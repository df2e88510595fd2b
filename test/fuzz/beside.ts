/**
 * How long something took, on a machine that does other things as well: each request is sent to a bare server too, at
 * the same moment. What that one needs is the machine's doing, and what goes beyond it is the app's.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { percentile } from './figures.ts';

const startLimitMs = 30_000;

/** Milliseconds; `atMs` by any clock that both sides of a comparison share. */
export interface Timed {
  readonly atMs: number;
  readonly tookMs: number;
}

/** For each of ours, how much longer it took than the slowest of the reference that was under way at that time. */
export function beyond(ours: readonly Timed[], reference: readonly Timed[]): readonly number[] {
  const sorted = [...reference].sort((a, b) => a.atMs - b.atMs);
  const longest = share(sorted, 1);
  return ours.map(({ atMs, tookMs }) => {
    let slowest = 0;
    for (let index = firstFrom(sorted, atMs - longest); index < sorted.length; index += 1) {
      const other = sorted[index] as Timed;
      if (other.atMs > atMs + tookMs) break;
      if (other.atMs + other.tookMs >= atMs) slowest = Math.max(slowest, other.tookMs);
    }
    return Math.max(0, tookMs - slowest);
  });
}
const share = (all: readonly Timed[], part: number): number =>
  percentile(
    all.map(({ tookMs }) => tookMs),
    part,
  );

/** Index of the first that began at `atMs` or later. */
function firstFrom(sorted: readonly Timed[], atMs: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as Timed).atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Delay {
  readonly holds: boolean;
  /** `p99 50 ms, 12 ms beyond a bare server beside it`. */
  readonly measured: string;
}

/**
 * Whether a share of all (0.99; 1 for each one) stays within the limit, in milliseconds, beyond what the bare server
 * needed at the same moments. A listener that is late is late by itself, however busy the machine is.
 */
export function judgeDelay(
  ours: readonly Timed[],
  reference: readonly Timed[],
  limit: { readonly share: 0.99 | 1; readonly ms: number },
): Delay {
  const over = percentile(beyond(ours, reference), limit.share);
  const name = limit.share === 1 ? 'worst' : 'p99';
  return {
    holds: ours.length > 0 && over <= limit.ms,
    measured: `${name} ${share(ours, limit.share).toFixed(0)} ms, ${over.toFixed(0)} ms beyond a bare server beside it`,
  };
}

/**
 * Whether a flood was as strong as it should be (900 of a thousand a second). Where it was not, a bare server flooded
 * the same way before and after tells whether the machine or the listener held it up.
 */
export function judgeStrength(rate: number, possible: readonly number[]): 'enough' | 'listener' | 'machine' {
  if (rate >= 900) return 'enough';
  return rate >= 0.8 * Math.min(...possible) ? 'machine' : 'listener';
}

export interface Bare {
  readonly port: number;
  stop(): Promise<void>;
}

/** @param folder of the same file system as what is compared with it. */
export async function startBare(folder: string): Promise<Bare> {
  const child = fork(fileURLToPath(new URL('./bare-process.ts', import.meta.url)), [join(folder, 'bare')], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [port] = await once(child, 'message', { signal: AbortSignal.timeout(startLimitMs) });
  return {
    port: port as number,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
