/** Genuine notifications at a steady pace, as Graph would send them while others misbehave. */
import { setTimeout as delay } from 'node:timers/promises';
import { item, json, post } from './corpus/case.ts';
import { percentile } from './figures.ts';
import { sendRaw } from './send.ts';
import type { Target } from './target.ts';

export interface GoodRequests {
  readonly sent: number;
  /** By status; `none` where the connection ended or nothing came. */
  readonly answers: Readonly<Record<string, number>>;
  readonly p99Ms: number;
  readonly worstMs: number;
}

/** @returns ends it and tells how it went. */
export async function keepSending(target: Target, perSecond = 10): Promise<() => Promise<GoodRequests>> {
  const port = await target.port();
  const known = target.known();
  const bytes = post(known, known.notificationPath, json(item(known)));
  const times: number[] = [];
  const answers: Record<string, number> = {};
  const underWay: Promise<void>[] = [];
  let ended = false;

  async function one(): Promise<void> {
    const from = performance.now();
    const outcome = await sendRaw(port, bytes).catch(() => null);
    const status = String(outcome?.answers[0]?.status ?? 'none');
    answers[status] = (answers[status] ?? 0) + 1;
    times.push(outcome?.tookMs ?? performance.now() - from);
  }
  const sending = (async () => {
    const from = performance.now();
    for (let count = 1; !ended; count += 1) {
      underWay.push(one());
      await delay(Math.max(1, from + (count * 1000) / perSecond - performance.now()));
    }
  })();
  return async () => {
    ended = true;
    await sending;
    await Promise.all(underWay);
    return { sent: times.length, answers, p99Ms: percentile(times, 0.99), worstMs: Math.max(0, ...times) };
  };
}
