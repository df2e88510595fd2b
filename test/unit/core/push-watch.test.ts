import { expect, test } from 'vitest';
import type { WatchedResource } from '../../../main/domain/alert.ts';
import { createHealthBoard } from '../../../main/workflows/health-board.ts';
import { createPushWatch } from '../../../main/workflows/push-watch.ts';
import { createManualClock } from '../../cloud/clock.ts';
import { createRecordingLog } from '../store/fixtures.ts';

const second = 1_000;

function rig() {
  const manual = createManualClock();
  const clock = { now: manual.now, after: manual.after, onJump: () => () => {} };
  const log = createRecordingLog();
  const done: string[] = [];
  const watch = createPushWatch({
    account: 'ada',
    clock,
    log,
    board: createHealthBoard(clock, log, () => {}),
    pushWorks: () => true,
    pushDoubted: () => done.push('doubted'),
    pushLost: () => done.push('lost'),
  });
  watch.note();
  /** A round that finds something which came `ago` milliseconds before. */
  const find = (ago: number, resource: WatchedResource = 'mail') =>
    watch.judge([{ resource, at: new Date(clock.now().getTime() - ago) }]);
  return { watch, done, find, pass: (ms: number) => manual.advance(ms) };
}

test('what is found young and never told counts as lost at a later look, also where every look is early', async () => {
  const { watch, done, find, pass } = rig();
  for (let minute = 0; minute < 5; minute += 1) {
    await pass(60 * second);
    if (minute < 2) find(20 * second);
    else watch.judge([]);
  }
  expect(done).toEqual(['doubted', 'lost']);
});

test('what push tells a moment later was not lost', async () => {
  const { watch, done, find, pass } = rig();
  await pass(60 * second);
  find(20 * second);
  await pass(30 * second);
  watch.arrived('mail');
  await pass(180 * second);
  watch.judge([]);
  expect(done).toEqual([]);
});

test('a notification for the calendar says nothing about mail', async () => {
  const { watch, done, find, pass } = rig();
  await pass(60 * second);
  find(20 * second);
  watch.arrived('calendar');
  await pass(180 * second);
  watch.judge([]);
  expect(done).toEqual(['doubted']);
});
