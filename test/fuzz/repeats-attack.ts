import type { AttackContext } from './attacks.ts';
import { played, tooFew } from './corpus/corpus.ts';
import { runRates } from './rates.ts';
import { runReplay } from './replay.ts';
import { startTarget } from './target.ts';

/** Posts in crowds, and posts that were genuine once: what is let through, and what comes of it. */
export async function attackByRepeats({ verdicts, say }: AttackContext): Promise<void> {
  const target = await startTarget();
  try {
    const classes = [await runRates(target), await runReplay(target)];
    say(`cases: ${classes.map((one) => `${one.name} ${one.cases}`).join(', ')}`);
    const cases = classes.reduce((sum, one) => sum + one.cases, 0);
    const failures = [...tooFew(played, classes), ...classes.flatMap((one) => one.failures)];
    verdicts.check(
      'L6',
      `${cases} crowds and replays, over a restart and over new subscriptions`,
      `${failures.length} answered wrongly`,
      '0 of ≥ 10 crowds and ≥ 20 replays',
      failures.length === 0,
      failures.slice(0, 10).join('; ') || undefined,
    );
    const shown = target.programs.toasts().length;
    const alerts = target.alertCount();
    verdicts.check('L6', 'alerts and toasts of these', `${alerts} and ${shown}`, '0 and 0', alerts + shown === 0);
    verdicts.check('L6', 'crashes', String(target.crashes()), '0', target.crashes() === 0);
  } finally {
    await target.stop();
  }
}
