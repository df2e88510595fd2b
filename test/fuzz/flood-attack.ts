import { setTimeout as delay } from 'node:timers/promises';
import { dial } from '../integration/webhook/raw.ts';
import type { AttackContext } from './attacks.ts';
import { item, json, post } from './corpus/case.ts';
import { keepSending } from './good-requests.ts';
import { startTarget, type Target } from './target.ts';

const perSecond = 1000;
const connections = 20;

/** A thousand forged posts a second: half of them to paths nobody has, half with a `clientState` nobody gave out. */
export async function attackByFlood({ verdicts, isLong }: AttackContext): Promise<void> {
  const target = await startTarget();
  try {
    const seconds = isLong ? 60 : 10;
    await delay(3000); // the first look at the mailbox is over
    const log = target.log().length;
    const endGood = await keepSending(target);
    const before = await target.watch();
    const from = performance.now();
    const genuine = target.posts();
    const sent = await flood(target, seconds * 1000);
    const tookMs = performance.now() - from;
    const after = await target.watch();
    const good = await endGood();
    const rate = sent / (tookMs / 1000);
    const cores = (after.cpu - before.cpu) / 1000 / tookMs;
    const stored = target.posts() - genuine;
    const taken = good.answers['202'] ?? 0;
    const held = good.answers['429'] ?? 0;
    verdicts.check(
      'L5',
      `${sent} forged posts, ${rate.toFixed(0)} each second`,
      `${Math.max(0, stored - taken)} stored, ${target.alertCount()} alerts, ${target.programs.toasts().length} toasts`,
      '0 of each, at ≥ 900 each second',
      stored <= taken && target.alertCount() === 0 && target.programs.toasts().length === 0 && rate >= 900,
    );
    verdicts.check('L5', 'processor meanwhile', `${cores.toFixed(2)} cores`, '≤ 1', cores <= 1);
    verdicts.check(
      'L5',
      `${good.sent} good requests meanwhile`,
      `p99 ${good.p99Ms.toFixed(0)} ms, ${taken} taken, ${held} asked to come again`,
      'p99 ≤ 500 ms, none without an answer',
      good.p99Ms <= 500 && taken + held === good.sent,
      'who knows the path shares its budget: Graph comes again, and the periodic check finds it first',
    );
    const grown = (target.log().length - log) / 1024;
    verdicts.check('L5', 'growth of the log', `${grown.toFixed(0)} KB`, '≤ 100 KB', grown <= 100);
  } finally {
    await target.stop();
  }
}

async function flood(target: Target, forMs: number): Promise<number> {
  const port = await target.port();
  const known = target.known();
  const forged = [
    post(known, 'elsewhere', json(item(known))),
    post(known, known.notificationPath, json(item(known, { clientState: 'stranger' }))),
  ];
  const endMs = performance.now() + forMs;
  let sent = 0;
  const each = async (): Promise<void> => {
    let wire = await dial(port);
    const from = performance.now();
    for (let count = 0; performance.now() < endMs; count += 1) {
      if (wire.socket.destroyed) wire = await dial(port);
      wire.socket.write(forged[count % 2] ?? Buffer.alloc(0));
      await wire.answer();
      sent += 1;
      const aheadMs = (count * 1000 * connections) / perSecond - (performance.now() - from);
      if (aheadMs > 0) await delay(aheadMs);
    }
    wire.socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, each));
  return sent;
}
