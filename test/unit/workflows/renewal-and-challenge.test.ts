import { expect, test } from 'vitest';
import { day, deeds, min, rig } from './keep-subscribed-rig.ts';
import { ada, failure, held, settled, signInNeeded } from './world.ts';

test('makes a new one, and reads what was missed, when Graph does not know it any more', async () => {
  const { start, subscribed, live, subscriptionCalls, resyncs, atGraph, pass } = rig();
  await start();
  await pass(2 * min);
  live.delete('mail-1');
  subscribed.challenged('mail');
  await settled();
  expect([subscriptionCalls.slice(0, 2), resyncs, atGraph()]).toEqual([
    ['renew mail-1', 'create mail'],
    ['mail subscribed'],
    ['calendar-2', 'mail-3'],
  ]);
});

test('renews after half of the life, for weeks on end, and stays subscribed at every minute', async () => {
  const { start, subscriptionCalls, pass, live, clock, subscribed } = rig();
  await start();
  for (let hour = 0; hour < 21 * 24; hour += 1) {
    await pass(60 * min);
    const soonest = Math.min(...[...live.values()].map(({ expiresAt }) => expiresAt.getTime()));
    expect(soonest).toBeGreaterThan(clock.now().getTime() + 2 * day);
  }
  expect({
    complete: subscribed.complete(),
    calls: new Set(deeds(subscriptionCalls)),
    count: deeds(subscriptionCalls).length,
    looks: subscriptionCalls.length - deeds(subscriptionCalls).length,
  }).toEqual({
    complete: true,
    calls: new Set(['renew mail-1', 'renew calendar-2']),
    count: 12,
    looks: 21 * 24 * 3,
  });
});

test('renews in peace where Graph grants a short life only', async () => {
  const { start, granted, subscriptionCalls, pass } = rig();
  granted.lifeMs = 60 * min;
  await start();
  await pass(3 * 60 * min);
  expect(deeds(subscriptionCalls).length).toBe(12);
});

test('answers a challenge by reauthorizing, then reads what was held back', async () => {
  const { start, subscribed, subscriptionCalls, resyncs, pass, records } = rig();
  await start();
  await pass(60 * min);
  subscribed.challenged('mail');
  await settled();
  expect([deeds(subscriptionCalls), resyncs, records.subscriptions().map(({ challenged }) => challenged)]).toEqual([
    ['reauthorize mail-1'],
    ['mail reauthorized'],
    [false, false],
  ]);
});

test('answers ten challenges at once with one answer', async () => {
  const { start, subscribed, subscriptionCalls, pass, records } = rig();
  await start();
  await pass(60 * min);
  for (let n = 0; n < 10; n += 1) subscribed.challenged('mail');
  await settled();
  subscribed.challenged('mail');
  await settled();
  expect([deeds(subscriptionCalls), records.subscriptions().some(({ challenged }) => challenged)]).toEqual([
    ['reauthorize mail-1'],
    false,
  ]);
});

test('keeps a challenge for as long as Graph cannot be reached, then answers it', async () => {
  const { start, subscribed, before, subscriptionCalls, pass, records, resyncs } = rig();
  await start();
  await pass(60 * min);
  before.reauthorize = async () => {
    throw failure('graph-unreachable');
  };
  subscribed.challenged('mail');
  await pass(20 * min);
  const during = records.subscriptions().map(({ challenged }) => challenged);
  const tries = subscriptionCalls.length;
  before.reauthorize = async () => {};
  await pass(5 * min);
  expect({
    during,
    tries: tries > 3 && tries < 20,
    after: records.subscriptions().map((r) => r.challenged),
    resyncs,
  }).toEqual({
    during: [true, false],
    tries: true,
    after: [false, false],
    resyncs: ['mail reauthorized'],
  });
});

test('keeps a challenge over a dead sign-in and a restart, silently, and answers it right after the sign-in', async () => {
  const first = rig();
  await first.start();
  await first.pass(60 * min);
  first.before.reauthorize = async () => {
    throw signInNeeded('password-changed');
  };
  first.subscribed.challenged('mail');
  await first.pass(5 * 60 * min);
  const asked = [...first.subscriptionCalls];
  first.subscribed.stop();
  first.before.reauthorize = async () => {};
  const second = rig(first, first.graph);
  second.subscribed.reconcile();
  await second.pass(60 * min);
  const silent = second.subscriptionCalls.length - asked.length;
  second.sessions.signedIn(ada);
  second.subscribed.retryNow();
  await settled();
  expect({
    asked: deeds(asked),
    silent,
    after: second.subscriptionCalls.slice(asked.length),
    resyncs: second.resyncs,
  }).toEqual({
    asked: ['reauthorize mail-1'],
    silent: 0,
    after: ['list', 'reauthorize mail-1'],
    resyncs: ['mail reauthorized'],
  });
});

test('does one thing at a time with each subscription', async () => {
  const { start, subscribed, before, subscriptionCalls, pass } = rig();
  await start();
  await pass(60 * min);
  const wait = held<void>();
  before.reauthorize = () => wait.promise;
  subscribed.challenged('mail');
  await settled();
  for (let n = 0; n < 5; n += 1) subscribed.reconcile();
  subscribed.challenged('mail');
  await settled();
  const during = [...subscriptionCalls];
  wait.resolve();
  await settled();
  expect([during, subscriptionCalls].map(deeds)).toEqual([['reauthorize mail-1'], ['reauthorize mail-1']]);
});
