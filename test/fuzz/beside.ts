/**
 * How long something took, on a machine that does other things as well: each request is sent to a bare server too, at
 * the same moment. What that one needs is the machine's doing, and what goes beyond it is the app's.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verdict } from '../verdicts.ts';
import { percentile } from './figures.ts';

const startLimitMs = 30_000;

/** Milliseconds; `atMs` by any clock that both sides of a comparison share. */
export interface Timed {
  readonly atMs: number;
  readonly tookMs: number;
  /** For so long of it the process was ready to run, and the machine had no processor for it. */
  readonly waitedMs?: number;
  /** The same of the process that asked. */
  readonly senderWaitedMs?: number;
}

/**
 * For each of ours, how much longer it took than the slowest of the reference that was under way at that time, and than
 * its process and the sender had to wait for a processor.
 */
export function beyond(ours: readonly Timed[], reference: readonly Timed[]): readonly number[] {
  const sorted = [...reference].sort((a, b) => a.atMs - b.atMs);
  const longest = share(sorted, 1);
  return ours.map(({ atMs, tookMs, waitedMs = 0, senderWaitedMs = 0 }) => {
    let slowest = senderWaitedMs;
    for (let index = firstFrom(sorted, atMs - longest); index < sorted.length; index += 1) {
      const other = sorted[index] as Timed;
      if (other.atMs > atMs + tookMs) break;
      if (other.atMs + other.tookMs >= atMs) slowest = Math.max(slowest, other.tookMs);
    }
    return Math.max(0, tookMs - slowest - waitedMs);
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
  readonly outcome: Verdict['outcome'];
  /** `p99 50 ms, 12 ms without the machine’s share`. */
  readonly measured: string;
}

/**
 * Whether a share of all (0.99; 1 for each one) stays within the limit, in milliseconds. A listener that is beyond it even
 * without what the machine took (what the bare server needed at the same moments, and waiting for a processor) is late by
 * itself. One that is beyond it only with that may be either: `not run`, and never a pass.
 */
export function judgeDelay(
  ours: readonly Timed[],
  reference: readonly Timed[],
  limit: { readonly share: 0.99 | 1; readonly ms: number },
): Delay {
  const own = beyond(ours, reference);
  const over = percentile(own, limit.share);
  const name = limit.share === 1 ? 'worst' : 'p99';
  const measured = `${name} ${share(ours, limit.share).toFixed(0)} ms, ${over.toFixed(0)} ms without the machine’s share`;
  if (ours.length === 0) return { outcome: 'fail', measured };
  if (share(ours, limit.share) <= limit.ms) return { outcome: 'pass', measured };
  return { outcome: over > limit.ms ? 'fail' : 'not run', measured };
}

/** A verdict about a delay and about what else has to hold, which is told even where the machine was too busy. */
export function delayVerdict(verdict: Omit<Verdict, 'outcome'>, delay: Delay, holds: boolean): Verdict {
  const outcome = holds ? delay.outcome : 'fail';
  const busy = 'this machine was too busy to tell: without its share the limit is kept';
  return { ...verdict, outcome, ...(outcome === 'not run' ? { note: busy } : {}) };
}

/**
 * For how long a process was ready to run so far and had no processor, in milliseconds: by the main thread, as the kernel
 * counts it. 0 where it does not.
 */
export function processorWaitMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * Whether a flood was as strong as it should be (900 of a thousand a second). Where it was not, the share of the time (0 to
 * 1) in which sender and listener had to wait for a processor tells whether the machine or the listener held it up.
 */
export function judgeStrength(rate: number, waitShare: number): 'enough' | 'listener' | 'machine' {
  if (rate >= 900) return 'enough';
  return rate >= 900 * (1 - Math.min(waitShare, 0.9)) ? 'machine' : 'listener';
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
