import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { defaultClientId } from '../../cloud/entra/accounts.ts';
import { type CoreDriver, createCoreDriver } from '../../stage/core-driver.ts';
import type { AppGlance } from '../../stage/wire.ts';
import { ada, type Life, minute, second, startLife } from './life.ts';

const from = 'Grace Roe <grace@fabrikam.example>';

/** A second computer of the same person: the same cloud and clock, a folder and a keyring of its own. */
async function secondComputer(life: Life) {
  const toasts: string[] = [];
  const pages: string[] = [];
  const app: CoreDriver = createCoreDriver(
    { ...life.cloud.env, TIDINGS_CLIENT_ID: defaultClientId },
    {
      toastShown: ({ title, body }) => toasts.push(`${title} | ${body}`),
      toastClosed: () => {},
      openExternal: (url) => pages.push(url),
    },
  );
  onTestFinished(() => app.stop());
  onTestFinished(() => rmSync(app.folder, { recursive: true, force: true }));

  /** Until neither computer has anything under way; a bound in real time, because a hang must not hang the test. */
  async function settle(): Promise<void> {
    const endAt = performance.now() + 20_000;
    for (let quiet = 0; quiet < 2 && performance.now() < endAt; ) {
      await life.settle();
      quiet = (await app.busy()) === 0 ? quiet + 1 : 0;
      if (quiet === 0) await delay(3);
    }
  }
  /** Both computers and the cloud, in small steps. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 5 * second) {
      await life.advance(Math.min(left, 5 * second));
      if (app.running()) await app.advance(life.now().getTime(), settle);
      await settle();
    }
  }
  async function until(what: string, holds: (here: AppGlance, there: AppGlance) => boolean, withinMs: number) {
    for (let passed = 0; ; passed += 5 * second) {
      const [here, there] = await Promise.all([life.app.glance(), app.glance()]);
      if (holds(here, there)) return { here: here.app, there: there.app };
      if (passed > withinMs)
        throw new Error(`not seen: ${what}; ${JSON.stringify([here.app.health, there.app.health])}`);
      await pass(5 * second);
    }
  }
  return {
    app,
    toasts,
    pass,
    until,
    async begin(): Promise<void> {
      await app.start(life.now().getTime());
      await settle();
      if ((await app.glance()).app.accounts.length > 0) return;
      await app.clickMenu('Sign in');
      await settle();
      const page = pages.shift();
      if (page === undefined) throw new Error('no page was opened');
      await life.cloud.person.signIn(page, { username: ada });
      await until('signed in', (_, there) => there.app.accounts.length === 1, minute);
    },
  };
}
const isGood = ({ app }: AppGlance): boolean => app.health.state === 'allGood';
const isElsewhere = (glance: AppGlance): boolean =>
  isGood(glance) && glance.app.health.notices.some(({ code }) => code === 'told-elsewhere');
const isTold = (glance: AppGlance): boolean => isGood(glance) && glance.app.health.notices.length === 0;
const live = (life: Life) =>
  life.cloud.graph
    .subscriptions(ada)
    .map(({ id }) => id)
    .sort();

test('a second computer leaves the first one its subscriptions, says so, and checks every minute; both tell of every mail', async () => {
  const life = await startLife();
  await life.begin();
  const first = live(life);
  const laptop = await secondComputer(life);
  await laptop.begin();
  const { there } = await laptop.until(
    'the second one knows',
    (here, there) => isTold(here) && isElsewhere(there),
    minute,
  );
  expect([live(life), there.health.headline, there.health.notices]).toEqual([
    first,
    'All good: checks every minute',
    [
      {
        code: 'told-elsewhere',
        headline: 'Another computer is told at once; this one checks every minute',
        explanation:
          'Microsoft tells one computer at a time. When the other one ends or sleeps, this one takes its place by itself.',
        remedy: 'takeOver',
        accountId: there.accounts[0]?.accountId,
        accountName: null,
        since: there.health.notices[0]?.since,
      },
    ],
  ]);
  expect(there.health.chain.find(({ link }) => link === 'subscription')?.verdict).toBe('off');

  const shown = life.toasts.length;
  life.cloud.graph.mailbox(ada).deliver({ subject: 'For both', from });
  await laptop.pass(65 * second);
  expect([life.toastsSince(shown), laptop.toasts]).toEqual([['Grace Roe | For both'], ['Grace Roe | For both']]);
  // Half an hour later it is still so: nobody has taken anything from anybody.
  await laptop.pass(30 * minute);
  expect([live(life), isTold(await life.app.glance()), isElsewhere(await laptop.app.glance())]).toEqual([
    first,
    true,
    true,
  ]);
});

test('when the first computer ends, or just goes silent, the second one takes its place by itself', async () => {
  const life = await startLife();
  await life.begin();
  const laptop = await secondComputer(life);
  await laptop.begin();
  await laptop.until('the second one knows', (_, there) => isElsewhere(there), minute);
  // Killed: nobody takes its subscriptions back, and its name at the relay is answered by nobody.
  await life.app.kill();
  life.cloud.graph.mailbox(ada).deliver({ subject: 'Meanwhile', from });
  for (let passed = 0; passed < 6 * minute && !isTold(await laptop.app.glance()); passed += 5 * second) {
    await laptop.pass(5 * second);
  }
  expect([isTold(await laptop.app.glance()), live(life).length, laptop.toasts]).toEqual([
    true,
    2,
    ['Grace Roe | Meanwhile'],
  ]);
  // And the first one, back again, leaves it at that.
  const taken = live(life);
  await life.startApp();
  await laptop.until('the first one knows', (here, there) => isElsewhere(here) && isTold(there), minute);
  expect(live(life)).toEqual(taken);
});

test('“Take over here” moves the subscriptions to this computer, and the other one gives way without a fight', async () => {
  const life = await startLife();
  await life.begin();
  const first = live(life);
  const laptop = await secondComputer(life);
  await laptop.begin();
  await laptop.until('the second one knows', (_, there) => isElsewhere(there), minute);
  await laptop.app.takeOver(ada);
  await laptop.until('it is told', (_, there) => isTold(there), minute);
  const taken = live(life);
  expect(taken.filter((id) => first.includes(id))).toEqual([]);
  // The other one is told, and looks for itself: nothing has to be missed first.
  await laptop.until('the first one gives way', isElsewhere, 15 * second);
  const shown = life.toasts.length;
  life.cloud.graph.mailbox(ada).deliver({ subject: 'Pushed there, found here', from });
  const bothHaveTold = (): boolean => life.toastsSince(shown).length > 0 && laptop.toasts.length > 0;
  await laptop.until('both tell', (here, there) => isElsewhere(here) && isTold(there) && bothHaveTold(), 65 * second);
  expect([live(life), life.toastsSince(shown), laptop.toasts]).toEqual([
    taken,
    ['Grace Roe | Pushed there, found here'],
    ['Grace Roe | Pushed there, found here'],
  ]);
});
