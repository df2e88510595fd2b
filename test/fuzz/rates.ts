/** How much is let through: five hundred at once, then a hundred a second, whoever sends it and whatever it is. */
import { setTimeout as delay } from 'node:timers/promises';
import { item, json, post } from './corpus/case.ts';
import type { ClassResult } from './corpus-run.ts';
import { flawOf, sendRaw } from './send.ts';
import type { Target } from './target.ts';

const burst = 500;
const perSecond = 100;
/** Sockets at once; more would meet the limit on sockets instead. */
const senders = 60;

export async function runRates(target: Target): Promise<ClassResult> {
  const port = await target.port();
  const known = target.known();
  const failures: string[] = [];
  let cases = 0;
  const forged = post(known, known.notificationPath, json(item(known, { clientState: 'stranger' })));
  const probe = post(known, `${known.probePath}?n=abcdefghijklmnop`, '', { method: 'GET' });
  const nobody = post(known, 'elsewhere', json(item(known)));

  async function sendMany(bytes: readonly Buffer[]): Promise<{ readonly taken: number; readonly refused: number }> {
    const left = [...bytes];
    let taken = 0;
    let refused = 0;
    await Promise.all(
      Array.from({ length: senders }, async () => {
        for (let next = left.pop(); next !== undefined; next = left.pop()) {
          const [answer] = (await sendRaw(port, next)).answers;
          if (answer?.status === 429) refused += 1;
          else if (answer !== undefined) taken += 1;
          const flaw = answer === undefined ? 'cut' : flawOf(answer, answer.status === 200 ? answer.body : '');
          if (flaw !== null) failures.push(`rate: ${flaw}`);
        }
      }),
    );
    return { taken, refused };
  }
  async function rated(
    name: string,
    bytes: readonly Buffer[],
    holds: (result: { taken: number; refused: number; tookMs: number }) => boolean,
  ): Promise<void> {
    cases += 1;
    const from = performance.now();
    const result = { ...(await sendMany(bytes)), tookMs: performance.now() - from };
    if (!holds(result)) failures.push(`rate / ${name}: ${result.taken} taken, ${result.refused} refused`);
  }
  const times = (count: number, one: Buffer): Buffer[] => Array<Buffer>(count).fill(one);
  const full = (): Promise<void> => delay((burst / perSecond) * 1000 + 100);
  const most = (tookMs: number): number => burst + Math.ceil((tookMs / 1000) * perSecond) + 1;

  await full();
  await rated('just under', times(burst, forged), ({ refused }) => refused === 0);
  await rated('over, right after', times(300, forged), ({ taken, refused }) => refused > 0 && taken + refused === 300);
  await rated('the probe has no part in it', times(100, probe), ({ refused }) => refused === 0);
  await rated('nor have strangers’ paths', times(300, nobody), ({ refused }) => refused === 0);
  await rated(
    'the lifecycle path has',
    times(200, post(known, known.lifecyclePath, '{')),
    ({ refused }) => refused > 0,
  );
  await rated(
    'validation requests have',
    times(200, post(known, `${known.notificationPath}?validationToken=x`, '')),
    ({ refused }) => refused > 0,
  );
  await delay(1000);
  await rated('a second later, a hundred again', times(90, forged), ({ refused }) => refused === 0);
  await full();
  await rated('far over', times(1500, forged), ({ taken, tookMs }) => taken >= burst && taken <= most(tookMs));
  await rated('mixed', [...times(200, forged), ...times(50, probe), ...times(50, nobody)], ({ taken }) => taken >= 100);
  await full();
  await rated('all is forgotten afterwards', times(burst, forged), ({ refused }) => refused === 0);
  return { name: 'rate', cases, failures };
}
