import { expect, test } from 'vitest';
import type { GraphSubscription, Subscriptions } from '../../../main/domain/ports.ts';
import { createGraphsList } from '../../../main/workflows/graphs-list.ts';
import { ada, createWorld, held } from './world.ts';

const theirs: GraphSubscription = {
  id: 'theirs',
  resource: 'me/events',
  notificationUrl: 'https://laptop.example/n',
  lifecycleNotificationUrl: 'https://laptop.example/l',
  expiresAt: new Date('2026-11-28T07:40:00Z'),
};

/** Graph's list, held back until a test lets go; another computer answers at what is in it. */
function rig() {
  const world = createWorld();
  const answers = [held<void>(), held<void>()];
  let asked = 0;
  const removed: string[] = [];
  const told: string[] = [];
  let agains = 0;
  const subscriptions = {
    async list() {
      await answers[asked++]?.promise;
      return [theirs];
    },
    async remove(id: string) {
      removed.push(id);
    },
  } satisfies Pick<Subscriptions, 'list' | 'remove'>;
  const list = createGraphsList({
    ...world,
    account: ada.homeAccountId,
    subscriptions: subscriptions as unknown as Subscriptions,
    neighbours: { answers: async () => true, tellTakenOver: async (url) => void told.push(url) },
    host: () => 'here.example',
    inTurn: (job) => job(),
    again: () => {
      agains += 1;
    },
  });
  return { ...world, list, removed, told, agains: () => agains, letGo: (look: number) => answers[look]?.resolve() };
}

test('a click on “Take over here” while a look is under way is carried out by the next one', async () => {
  const { list, removed, told, letGo } = rig();
  const first = list.look();
  list.takeOver();
  letGo(0);
  await first;
  expect([list.isKnown(), list.isTakingOver(), list.elsewhere(), removed]).toEqual([false, true, 1, []]);

  letGo(1);
  await list.look();
  expect([list.isKnown(), list.isTakingOver(), list.elsewhere(), removed]).toEqual([true, true, 0, ['theirs']]);
  // Told only now, and once: before ours is there, the other computer would make its own again.
  const early = [...told];
  list.replaced();
  list.replaced();
  expect([early, told, list.isTakingOver()]).toEqual([[], ['https://laptop.example/n'], false]);
});

test('a doubt that comes up while a look is under way asks for another one', async () => {
  const { list, letGo } = rig();
  const first = list.look();
  list.doubt();
  letGo(0);
  await first;
  expect(list.isKnown()).toBe(false);

  letGo(1);
  await list.look();
  expect(list.isKnown()).toBe(true);
});

test('a list that nobody doubts is looked at every 20 minutes, and no more once it is stopped', async () => {
  const { list, letGo, agains, pass, timers } = rig();
  letGo(0);
  letGo(1);
  await list.look();
  await pass(20 * 60_000 - 1);
  const before = [agains(), list.isKnown()];
  await pass(1);
  const due = [agains(), list.isKnown()];
  await list.look();
  list.stop();
  await pass(60 * 60_000);
  expect({ before, due, after: [agains(), timers()] }).toEqual({
    before: [0, true],
    due: [1, false],
    after: [1, 0],
  });
});

test('a take-over that somebody undoes at once is insisted on, for half a minute', async () => {
  const { list, removed, letGo, pass } = rig();
  letGo(0);
  letGo(1);
  list.takeOver();
  await list.look();
  await pass(29_000);
  await list.look();
  const insisted = removed.length;
  await pass(1_000);
  await list.look();
  expect([insisted, removed.length, list.elsewhere(), list.isTakingOver()]).toEqual([2, 2, 1, false]);
});
