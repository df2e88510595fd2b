/** Genuine notifications at a steady pace, as Graph would send them while others misbehave. */
import { setTimeout as delay } from 'node:timers/promises';
import { rawRequest } from '../integration/webhook/raw.ts';
import { processorWaitMs, startBare, type Timed } from './beside.ts';
import { item, json, post } from './corpus/case.ts';
import { sendRaw } from './send.ts';
import type { Target } from './target.ts';

export interface GoodRequests {
  readonly sent: number;
  /** By status; `none` where the connection ended or nothing came. */
  readonly answers: Readonly<Record<string, number>>;
  readonly times: readonly Timed[];
  /** Of the same requests to a bare server, sent at the same moments. */
  readonly bare: readonly Timed[];
}

/** @returns ends it and tells how it went. */
export async function keepSending(target: Target, perSecond = 10): Promise<() => Promise<GoodRequests>> {
  const port = await target.port();
  const known = target.known();
  const body = json(item(known));
  const bytes = post(known, known.notificationPath, body);
  const bareServer = await startBare(target.folder);
  const bareBytes = rawRequest('/stored', { body });
  const times: Timed[] = [];
  const bare: Timed[] = [];
  const answers: Record<string, number> = {};
  const underWay: Promise<void>[] = [];
  let ended = false;

  async function one(): Promise<void> {
    const atMs = performance.now();
    const before = [processorWaitMs(target.pid()), processorWaitMs(process.pid)] as const;
    const outcome = await sendRaw(port, bytes).catch(() => null);
    const status = String(outcome?.answers[0]?.status ?? 'none');
    answers[status] = (answers[status] ?? 0) + 1;
    const tookMs = outcome?.tookMs ?? performance.now() - atMs;
    times.push({
      atMs,
      tookMs,
      waitedMs: processorWaitMs(target.pid()) - before[0],
      senderWaitedMs: processorWaitMs(process.pid) - before[1],
    });
  }
  async function oneBare(): Promise<void> {
    const atMs = performance.now();
    const outcome = await sendRaw(bareServer.port, bareBytes).catch(() => null);
    // One that failed says nothing about the machine.
    if (outcome?.answers[0]?.status === 202) bare.push({ atMs, tookMs: outcome.tookMs });
  }
  await oneBare(); // which opens its file and compiles what it needs
  bare.length = 0;
  const sending = (async () => {
    const from = performance.now();
    for (let count = 1; !ended; count += 1) {
      // Neither is always the first.
      underWay.push(...(count % 2 === 0 ? [one(), oneBare()] : [oneBare(), one()]));
      await delay(Math.max(1, from + (count * 1000) / perSecond - performance.now()));
    }
  })();
  return async () => {
    ended = true;
    await sending;
    await Promise.all(underWay);
    await bareServer.stop();
    return { sent: times.length, answers, times, bare };
  };
}
