import { expect, test } from 'vitest';
import { createPushRepair } from '../../../main/workflows/push-repair.ts';
import { createManualClock } from '../../cloud/clock.ts';
import { createRecordingLog } from '../store/fixtures.ts';

const min = 60_000;

function rig() {
  const manual = createManualClock();
  const done: string[] = [];
  const repair = createPushRepair({
    clock: { now: manual.now, after: manual.after, onJump: () => () => {} },
    log: createRecordingLog(),
    random: { fraction: () => 0.999 },
    takeOtherName: () => done.push('another name'),
    subscribeAnew: (account) => done.push(`${account} subscribes anew`),
  });
  return { repair, done, pass: (ms: number) => manual.advance(ms) };
}

test('an address that loses notifications is left, but not again and again when that does not help', async () => {
  const { repair, done, pass } = rig();
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    repair.lost('ada');
    await pass(min);
  }
  // After 0, 10, 30, 70, 150, 310, 630, 990 and 1350 minutes: doubling, then every six hours.
  expect(done).toEqual(Array.from({ length: 9 }, () => 'another name'));
});

test('a notification that arrives makes the next loss a new one', async () => {
  const { repair, done, pass } = rig();
  repair.lost('ada');
  await pass(min);
  repair.arrived('ada');
  await pass(5 * min);
  repair.lost('ada');
  expect(done).toEqual(['another name', 'another name']);
});

test('one account whose notifications get lost does not cost the others their address', async () => {
  const { repair, done, pass } = rig();
  repair.arrived('sam');
  await pass(min);
  repair.lost('ada');
  expect(done).toEqual(['ada subscribes anew']);
});

test('what reached somebody else long ago, or at an older name, proves nothing', async () => {
  const { repair, done, pass } = rig();
  repair.arrived('sam');
  await pass(4 * min);
  repair.lost('ada');
  repair.lost('sam');
  expect(done).toEqual(['another name', 'another name']);
});

test('an account that is gone vouches for nobody', () => {
  const { repair, done } = rig();
  repair.arrived('sam');
  repair.forget('sam');
  repair.lost('ada');
  expect(done).toEqual(['another name']);
});
