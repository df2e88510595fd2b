import { expect, test } from 'vitest';
import type { ReceivedPost } from '../../../main/domain/notification.ts';
import { createReceive, type NotificationReceiver } from '../../../main/workflows/receive.ts';
import { createWorld, failure } from './world.ts';

const account = 'ada-home';
const changed = (resource: 'mail' | 'calendar', of = account): ReceivedPost['changes'][number] => ({
  account: of,
  resource,
  subscriptionId: `${resource}-1`,
  changeType: 'created',
});
const lifecycle = (lifecycleEvent: string, of = account): ReceivedPost['lifecycle'][number] => ({
  account: of,
  resource: 'mail',
  subscriptionId: 'mail-1',
  lifecycleEvent,
});

function rig() {
  const world = createWorld();
  const heard: string[] = [];
  const receiver: NotificationReceiver = {
    changed: (resource) => void heard.push(`changed ${resource}`),
    reauthorizationRequired: (resource) => void heard.push(`reauthorizationRequired ${resource}`),
    subscriptionRemoved: (resource) => void heard.push(`subscriptionRemoved ${resource}`),
    missed: (resource) => void heard.push(`missed ${resource}`),
  };
  const unknown: string[] = [];
  const put = (post: Partial<ReceivedPost>): void =>
    world.queue.put({ receivedAt: world.clock.now(), changes: [], lifecycle: [], ...post });
  const { drain, stop } = createReceive({
    queue: world.queue,
    receiverFor: (id) => (id === account ? receiver : null),
    clock: world.clock,
    random: world.random,
    log: world.log,
    onUnknown: (name) => unknown.push(name),
  });
  return { ...world, heard, receiver, unknown, put, drain, stop };
}

test('hands on what Graph says, oldest first, and empties the queue', () => {
  const { put, drain, heard, queue } = rig();
  put({ changes: [changed('mail'), changed('calendar')] });
  put({ lifecycle: [lifecycle('reauthorizationRequired'), lifecycle('subscriptionRemoved'), lifecycle('missed')] });
  drain();
  expect({ heard, left: queue.size() }).toEqual({
    heard: [
      'changed mail',
      'changed calendar',
      'reauthorizationRequired mail',
      'subscriptionRemoved mail',
      'missed mail',
    ],
    left: 0,
  });
});

test('logs and counts a lifecycle event that it does not know, and goes on', () => {
  const { put, drain, heard, unknown, logged, queue } = rig();
  put({ lifecycle: [lifecycle('somethingNew'), lifecycle('toString'), lifecycle('missed')] });
  drain();
  expect({ heard, unknown, warned: logged('lifecycle.unknown'), left: queue.size() }).toEqual({
    heard: ['missed mail'],
    unknown: ['somethingNew', 'toString'],
    warned: [
      { lifecycleEvent: 'somethingNew', action: 'ignored' },
      { lifecycleEvent: 'toString', action: 'ignored' },
    ],
    left: 0,
  });
});

test('drops what is for an account that has gone', () => {
  const { put, drain, heard, queue } = rig();
  put({ changes: [changed('mail', 'gone')], lifecycle: [lifecycle('missed', 'gone')] });
  drain();
  expect([heard, queue.size()]).toEqual([[], 0]);
});

test('takes more than one page', () => {
  const { put, drain, heard, queue } = rig();
  for (let n = 0; n < 250; n += 1) put({ changes: [changed('mail')] });
  drain();
  expect([heard.length, queue.size()]).toEqual([250, 0]);
});

test('keeps a post for later when what it says could not be remembered, and tries again by itself', async () => {
  const { put, drain, heard, receiver, queue, logged, pass, timers } = rig();
  put({ lifecycle: [lifecycle('reauthorizationRequired')] });
  put({ changes: [changed('calendar')] });
  const remember = receiver.reauthorizationRequired;
  receiver.reauthorizationRequired = () => {
    throw failure('storage');
  };
  drain();
  const first = { left: queue.size(), heard: [...heard] };
  receiver.reauthorizationRequired = remember;
  await pass(5_000);
  expect({ first, heard, after: queue.size(), logged: logged('queue.held'), waiting: timers() }).toEqual({
    first: { left: 1, heard: ['changed calendar'] },
    heard: ['changed calendar', 'reauthorizationRequired mail'],
    after: 0,
    logged: [{ code: 'storage', tried: 1 }],
    waiting: 0,
  });
});

test('sets a post aside that fails for the fifth time, and reads the mailbox in its place', async () => {
  const { put, drain, heard, receiver, queue, logged, pass, timers } = rig();
  put({ lifecycle: [lifecycle('reauthorizationRequired')] });
  receiver.reauthorizationRequired = () => {
    throw failure('unexpected');
  };
  drain();
  for (let n = 0; n < 10; n += 1) await pass(60_000);
  expect({ heard, left: queue.size(), parked: logged('queue.parked'), waiting: timers() }).toEqual({
    heard: ['missed mail'],
    left: 0,
    parked: [{ code: 'unexpected', tried: 5 }],
    waiting: 0,
  });
});

test('a queue that cannot be read is tried again with back-off, and never after the end', async () => {
  const { put, drain, stop, heard, queue, logged, pass } = rig();
  put({ changes: [changed('mail')] });
  const { pending } = queue;
  queue.pending = () => {
    throw failure('storage');
  };
  drain();
  await pass(5_000);
  queue.pending = pending;
  stop();
  await pass(600_000);
  expect({ heard, tries: logged('queue.unreadable').length }).toEqual({ heard: [], tries: 2 });
});
