/** What was genuine once: posts that were recorded on the way and come again, much later, or in a crowd. */
import { setTimeout as delay } from 'node:timers/promises';
import { item, json, post } from './corpus/case.ts';
import type { ClassResult } from './corpus-run.ts';
import { sendRaw } from './send.ts';
import { type Known, type Target, username } from './target.ts';

/** Each is a case: what is done, and how many posts may be stored by it. */
export async function runReplay(target: Target): Promise<ClassResult> {
  const failures: string[] = [];
  let cases = 0;
  let port = await target.port();
  const change = (known: Known, fields: object = {}) => post(known, known.notificationPath, json(item(known, fields)));
  const lifecycle = (known: Known, lifecycleEvent: string) =>
    post(known, known.lifecyclePath, json(item(known, { lifecycleEvent })));

  /** All at once; every one is answered as wanted, and so many are stored. */
  async function replayed(name: string, bytes: readonly Buffer[], status: number, stored: number): Promise<void> {
    cases += 1;
    const before = target.posts();
    const outcomes = await Promise.all(bytes.map((each) => sendRaw(port, each)));
    const wrong = outcomes.filter(({ answers }) => answers[0]?.status !== status).length;
    if (wrong > 0) failures.push(`replay / ${name}: ${wrong} not answered ${status}`);
    await delay(20);
    const now = target.posts() - before;
    if (now !== stored) failures.push(`replay / ${name}: ${now} stored in place of ${stored}`);
    const alerts = target.alertCount();
    if (alerts !== 0) failures.push(`replay / ${name}: ${alerts} alerts`);
  }
  const times = <T>(count: number, one: T): T[] => Array<T>(count).fill(one);

  const first = target.known();
  const recorded = change(first);
  await replayed('the same post 50 times at once', times(50, recorded), 202, 50);
  await replayed('and 50 times more', times(50, recorded), 202, 50);
  await replayed('the same on the other path', times(10, post(first, first.lifecyclePath, json(item(first)))), 202, 10);
  await replayed(
    'a batch that names it 1,000 times',
    [post(first, first.notificationPath, json(...times(1000, item(first, { resourceData: null }))))],
    202,
    1,
  );
  await replayed('a challenge 20 times', times(20, lifecycle(first, 'reauthorizationRequired')), 202, 20);
  await replayed('a removal 20 times', times(20, lifecycle(first, 'subscriptionRemoved')), 202, 20);
  await replayed('missed 20 times', times(20, lifecycle(first, 'missed')), 202, 20);
  await replayed('an unknown event 20 times', times(20, lifecycle(first, 'exploded')), 202, 20);
  const other = target.cloud.graph.subscriptionSecrets(username).find(({ id }) => id !== first.subscriptionId);
  await replayed('the id of another subscription', [change(first, { subscriptionId: other?.id })], 202, 1);
  await replayed('the secret of another subscription', [change(first, { clientState: other?.clientState })], 202, 1);
  await replayed(
    'ids and secrets swapped',
    [change(first, { subscriptionId: other?.id }), change({ ...first, clientState: other?.clientState ?? '' })],
    202,
    2,
  );

  await target.restart();
  port = await target.port();
  const restarted = target.known();
  // The relay may have given its name to nobody yet, or it may be lost; with another name come other paths.
  const [status, stored] = restarted.notificationPath === first.notificationPath ? [202, 1] : [404, 0];
  await replayed('after a restart', [recorded], status, stored);
  await replayed('after a restart, 50 times', times(50, recorded), status, 50 * stored);

  // Graph forgets everything, and what is made anew has secrets of its own.
  const forgotten = target.cloud.graph.challenge(username, 'subscriptionRemoved');
  const endMs = performance.now() + 30_000;
  const anew = (): boolean => {
    const live = target.cloud.graph.subscriptionSecrets(username);
    return live.length === forgotten && live.every(({ id }) => id !== restarted.subscriptionId);
  };
  while (!anew()) {
    if (performance.now() > endMs) throw new Error('the subscriptions were not made anew in time');
    await delay(50);
  }
  await delay(500); // until its own records follow
  const second = target.known();
  // What was recorded, sent to where we are to be found now.
  const moved = { ...second, subscriptionId: restarted.subscriptionId, clientState: restarted.clientState };
  await replayed('after new subscriptions: the old post', [change(moved)], 202, 0);
  await replayed('after new subscriptions: the old post 50 times', times(50, change(moved)), 202, 0);
  await replayed('after new subscriptions: an old challenge', [lifecycle(moved, 'reauthorizationRequired')], 202, 0);
  await replayed('after new subscriptions: an old removal', [lifecycle(moved, 'subscriptionRemoved')], 202, 0);
  await replayed('the new id with the old secret', [change(moved, { subscriptionId: second.subscriptionId })], 202, 0);
  await replayed('the old id with the new secret', [change(second, { subscriptionId: moved.subscriptionId })], 202, 1);
  await replayed('the new post', [change(second)], 202, 1);
  return { name: 'replay', cases, failures };
}
