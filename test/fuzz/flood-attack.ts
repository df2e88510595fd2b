import { setTimeout as delay } from 'node:timers/promises';
import { dial } from '../integration/webhook/raw.ts';
import type { AttackContext } from './attacks.ts';
import { delayVerdict, judgeDelay, judgeStrength, processorWaitMs } from './beside.ts';
import { item, json, post } from './corpus/case.ts';
import { keepSending } from './good-requests.ts';
import { startTarget } from './target.ts';

const perSecond = 1000;
/** So many that even answers of 40 ms leave time for a thousand a second. */
const connections = 50;

/** A thousand forged posts a second: half of them to paths nobody has, half with a `clientState` nobody gave out. */
export async function attackByFlood({ verdicts, isLong }: AttackContext): Promise<void> {
  const target = await startTarget({ isTimed: true });
  try {
    const seconds = isLong ? 60 : 10;
    const known = target.known();
    const port = await target.port();
    const forged = [
      post(known, 'elsewhere', json(item(known))),
      post(known, known.notificationPath, json(item(known, { clientState: 'stranger' }))),
    ];
    await delay(3000); // the first look at the mailbox is over
    const log = target.log().length;
    const endGood = await keepSending(target);
    const before = await target.watch();
    const genuine = target.posts();
    const waited = (): number => processorWaitMs(target.pid()) + processorWaitMs(process.pid);
    const waitedMs = waited();
    const { sent, rate, tookMs } = await flood(port, forged, seconds * 1000);
    const waitShare = (waited() - waitedMs) / tookMs;
    const after = await target.watch();
    const good = await endGood();
    const cores = (after.cpu - before.cpu) / 1000 / tookMs;
    const stored = target.posts() - genuine;
    const taken = good.answers['202'] ?? 0;
    const held = good.answers['429'] ?? 0;
    verdicts.check(
      'L5',
      `${sent} forged posts`,
      `${Math.max(0, stored - taken)} stored, ${target.alertCount()} alerts, ${target.programs.toasts().length} toasts`,
      '0 of each',
      stored <= taken && target.alertCount() === 0 && target.programs.toasts().length === 0,
    );
    const strength = judgeStrength(rate, waitShare);
    if (strength === 'machine')
      verdicts.notRun(
        'L5',
        'a thousand of them each second',
        '≥ 900 each second',
        `${rate.toFixed(0)}: of each second, sender and listener waited ${waitShare.toFixed(1)} s for a processor`,
      );
    else
      verdicts.check(
        'L5',
        'a thousand of them each second',
        `${rate.toFixed(0)} each second, all answered`,
        '≥ 900 each second',
        strength === 'enough',
      );
    verdicts.check('L5', 'processor meanwhile', `${cores.toFixed(2)} cores`, '≤ 1', cores <= 1);
    const late = judgeDelay(good.times, good.bare, { share: 0.99, ms: 500 });
    verdicts.add(
      delayVerdict(
        {
          goal: 'L5',
          what: `${good.sent} good requests meanwhile`,
          measured: `${late.measured}; ${taken} taken, ${held} asked to come again`,
          wanted: 'p99 ≤ 500 ms, none without an answer',
          note: 'who knows the path shares its budget: Graph comes again, and the periodic check finds it first',
        },
        late,
        taken + held === good.sent,
      ),
    );
    const grown = (target.log().length - log) / 1024;
    verdicts.check('L5', 'growth of the log', `${grown.toFixed(0)} KB`, '≤ 100 KB', grown <= 100);
  } finally {
    await target.stop();
  }
}

async function flood(
  port: number,
  forged: readonly Buffer[],
  forMs: number,
): Promise<{ readonly sent: number; readonly rate: number; readonly tookMs: number }> {
  const startMs = performance.now();
  const endMs = startMs + forMs;
  let sent = 0;
  const each = async (): Promise<void> => {
    let wire = await dial(port);
    const from = performance.now();
    for (let count = 0; performance.now() < endMs; count += 1) {
      if (wire.socket.destroyed) wire = await dial(port);
      wire.socket.write(forged[count % forged.length] ?? Buffer.alloc(0));
      await wire.answer();
      sent += 1;
      const aheadMs = (count * 1000 * connections) / perSecond - (performance.now() - from);
      if (aheadMs > 0) await delay(aheadMs);
    }
    wire.socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, each));
  const tookMs = performance.now() - startMs;
  return { sent, rate: sent / (tookMs / 1000), tookMs };
}
