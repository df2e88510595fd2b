import { setTimeout as delay } from 'node:timers/promises';
import type { AttackContext } from './attacks.ts';
import { delayVerdict, judgeDelay } from './beside.ts';
import { keepSending } from './good-requests.ts';
import { startTarget } from './target.ts';

const perSecond = 50;
const mebibyte = 1024 * 1024;

/** Genuine notifications without a pause: nothing is lost, nothing waits, nothing piles up. */
export async function attackSteadily({ verdicts, isLong }: AttackContext): Promise<void> {
  const target = await startTarget({ isTimed: true });
  try {
    await delay(1000); // the first look at the mailbox is over
    const before = await target.watch();
    const posts = target.posts();
    const end = await keepSending(target, perSecond);
    await delay((isLong ? 600 : 6) * 1000);
    const { sent, answers, times, bare } = await end();
    const late = judgeDelay(times, bare, { share: 1, ms: 1000 });
    const stored = target.posts() - posts;
    await delay(1000);
    const grown = ((await target.watch()).heap - before.heap) / mebibyte;
    verdicts.add(
      delayVerdict(
        {
          goal: 'L3',
          what: `${sent} notifications in ${isLong ? '10 minutes' : '6 s'}`,
          measured: `${sent - stored} lost, ${late.measured}`,
          wanted: '0 lost, none over 1 s',
        },
        late,
        stored === sent && answers['202'] === sent,
      ),
    );
    verdicts.check('L3', 'memory meanwhile', `${grown.toFixed(1)} MB more`, '≤ 20 MB', grown <= 20);
    verdicts.check('L3', 'alerts', String(target.alertCount()), '0, as nothing has changed', target.alertCount() === 0);
  } finally {
    await target.stop();
  }
}
