/** How much is let through: five hundred at once, then a hundred a second, whoever sends it and whatever it is. */
import { setTimeout as delay } from 'node:timers/promises';
import { dial } from '../integration/webhook/raw.ts';
import { item, json, post } from './corpus/case.ts';
import type { ClassResult } from './corpus-run.ts';
import { flawOf } from './send.ts';
import type { Target } from './target.ts';

const burst = 500;
const perSecond = 100;
/** Sockets at once; more would meet the limit on sockets instead. */
const senders = 20;
/** A machine that has no time for us sends slower than the budget fills again: then it is tried once more. */
const mostTries = 5;

interface Sent {
  readonly taken: number;
  readonly refused: number;
  readonly tookMs: number;
}

export async function runRates(target: Target): Promise<ClassResult> {
  const port = await target.port();
  const known = target.known();
  const failures: string[] = [];
  let cases = 0;
  const forged = post(known, known.notificationPath, json(item(known, { clientState: 'stranger' })));
  const probe = post(known, `${known.probePath}?n=abcdefghijklmnop`, '', { method: 'GET' });
  const nobody = post(known, 'elsewhere', json(item(known)));

  /** On each connection all of its requests in one go, so that their pace is not that of our own turns. */
  async function sendMany(bytes: readonly Buffer[]): Promise<Sent> {
    let taken = 0;
    let refused = 0;
    const from = performance.now();
    await Promise.all(
      Array.from({ length: senders }, async (_, sender) => {
        const own = bytes.filter((_each, index) => index % senders === sender);
        if (own.length === 0) return;
        const wire = await dial(port);
        wire.socket.write(Buffer.concat(own));
        for (const _each of own) {
          const answer = await wire.answer();
          if (answer.status === 429) refused += 1;
          else if (answer.status !== 0) taken += 1;
          const flaw = answer.status === 0 ? 'cut' : flawOf(answer, answer.status === 200 ? answer.body : '');
          if (flaw !== null) failures.push(`rate: ${flaw}`);
        }
        wire.socket.destroy();
      }),
    );
    return { taken, refused, tookMs: performance.now() - from };
  }
  async function rated(name: string, bytes: readonly Buffer[], holds: (sent: Sent) => boolean): Promise<void> {
    cases += 1;
    const { taken, refused, ...rest } = await sendMany(bytes);
    if (!holds({ taken, refused, ...rest })) failures.push(`rate / ${name}: ${taken} taken, ${refused} refused`);
  }
  /** More than the budget lets through: some are refused, if they were sent faster than it fills again. */
  async function tooMany(name: string, bytes: readonly Buffer[]): Promise<void> {
    cases += 1;
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const { taken, refused, tookMs } = await sendMany(bytes);
      if (refused > 0 && taken + refused === bytes.length) return;
      if (tookMs < (bytes.length / perSecond) * 1000) {
        failures.push(`rate / ${name}: ${taken} taken, ${refused} refused in ${tookMs.toFixed(0)} ms`);
        return;
      }
    }
    failures.push(`rate / ${name}: this machine sends slower than the budget fills again`);
  }
  const times = (count: number, one: Buffer): Buffer[] => Array<Buffer>(count).fill(one);
  const full = (): Promise<void> => delay((burst / perSecond) * 1000 + 100);
  const most = (tookMs: number): number => burst + Math.ceil((tookMs / 1000) * perSecond) + 1;

  await full();
  await rated('just under', times(burst, forged), ({ refused }) => refused === 0);
  await tooMany('over, right after', times(300, forged));
  await rated('the probe has no part in it', times(100, probe), ({ refused }) => refused === 0);
  await rated('nor have strangers’ paths', times(300, nobody), ({ refused }) => refused === 0);
  await tooMany('the lifecycle path has', times(200, post(known, known.lifecyclePath, '{')));
  await tooMany('validation requests have', times(200, post(known, `${known.notificationPath}?validationToken=x`, '')));
  await delay(1000);
  await rated('a second later, a hundred again', times(90, forged), ({ refused }) => refused === 0);
  await full();
  await rated('far over', times(1500, forged), ({ taken, tookMs }) => taken >= burst && taken <= most(tookMs));
  await rated('mixed', [...times(200, forged), ...times(50, probe), ...times(50, nobody)], ({ taken }) => taken >= 100);
  await full();
  await rated('all is forgotten afterwards', times(burst, forged), ({ refused }) => refused === 0);
  await full(); // whoever comes next is not to pay for this
  return { name: 'rate', cases, failures };
}
