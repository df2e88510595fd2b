import { expect, test } from 'vitest';
import { all, min, rig, s } from './catch-up-rig.ts';
import { settled } from './world.ts';

test('concludes from two items in a row that only the poll found that push loses them', async () => {
  const { start, receive, pass, push, warnings, catchUp } = rig();
  await start();
  await pass(30 * s);
  receive('m1');
  await pass(3 * min);
  const once = { ...push };
  receive('m2');
  await pass(3 * min);
  const twice = { ...push };
  const during = warnings();
  catchUp.pushArrived('mail');
  expect({ once, twice, during, after: warnings() }).toEqual({
    once: { works: true, doubted: 1, lost: 0 },
    twice: { works: true, doubted: 1, lost: 1 },
    during: ['push-lost ada-home'],
    after: [],
  });
});

test('looks within a minute when push has ended, and not three minutes later', async () => {
  const { start, receive, pass, push, catchUp, told } = rig();
  await start();
  await pass(30 * s);
  receive('m1');
  push.works = false;
  catchUp.pushTurned();
  await pass(59 * s);
  const before = all(told);
  await pass(s);
  expect([before, all(told)]).toEqual([[], ['mail m1']]);
});

test('a call back that did not come is followed by a look at once, and by one every minute', async () => {
  const { start, receive, pass, push, catchUp, told, warnings } = rig();
  await start();
  await pass(30 * s);
  receive('m1');
  catchUp.calledBack(false);
  await settled();
  const atOnce = [all(told), warnings()];
  receive('m2');
  await pass(min);
  expect([atOnce, all(told), push]).toEqual([
    [['mail m1'], ['push-lost ada-home']],
    ['mail m1', 'mail m2'],
    { works: true, doubted: 1, lost: 1 },
  ]);
});

test('forgives a single loss once push has told of something again', async () => {
  const { start, receive, pass, push, catchUp } = rig();
  await start();
  for (let n = 0; n < 4; n += 1) {
    await pass(30 * s);
    receive(`lost-${n}`);
    await pass(150 * s);
    catchUp.pushArrived('mail');
  }
  expect(push.lost).toBe(0);
});

test('does not blame a new address for what was lost before it', async () => {
  const { start, receive, pass, push, catchUp } = rig();
  await start();
  for (const id of ['m1', 'm2', 'm3']) {
    await pass(30 * s);
    receive(id);
    if (id !== 'm3') await pass(150 * s);
  }
  expect(push.lost).toBe(1);
  push.works = false;
  catchUp.request('all', 'tunnel');
  await pass(s);
  receive('m4');
  await pass(150 * s);
  push.works = true;
  receive('m5', { receivedAt: new Date('2026-11-21T09:06:00Z') });
  catchUp.request('all', 'subscribed');
  await pass(10 * min);
  expect(push).toEqual({ works: true, doubted: 1, lost: 1 });
});

test('does not take an item for lost that push told of, or that is too fresh to tell', async () => {
  const { start, receive, pass, push, catchUp } = rig();
  await start();
  for (let n = 0; n < 10; n += 1) {
    receive(`told-${n}`);
    await pass(s);
    catchUp.pushArrived('mail');
    await pass(89 * s);
    receive(`fresh-${n}`);
    await pass(90 * s);
  }
  expect(push).toEqual({ works: true, doubted: 0, lost: 0 });
});
