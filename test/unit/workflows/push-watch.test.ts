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
  const board = createHealthBoard(clock, log, () => {});
  const watch = createPushWatch({
    account: 'ada',
    clock,
    log,
    board,
    pushWorks: () => true,
    pushDoubted: () => done.push('doubted'),
    pushLost: () => done.push('lost'),
  });
  watch.note();
  /** A round that finds something which came `ago` milliseconds before. */
  const find = (ago: number, resource: WatchedResource = 'mail') =>
    watch.judge([{ resource, at: new Date(clock.now().getTime() - ago) }]);
  const said = () => board.health().warnings.map(({ since: _since, ...warning }) => warning);
  return { watch, done, find, said, pass: (ms: number) => manual.advance(ms) };
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

test('that Microsoft could not call back is said and mended at once, and is over with the next call that comes', () => {
  const { watch, done, said } = rig();
  watch.calledBack(false);
  const after = [said(), [...done]];
  watch.calledBack(true);
  expect([after, said()]).toEqual([
    [[{ code: 'push-lost', account: 'ada', isOnlyNotCalled: true }], ['doubted', 'lost']],
    [],
  ]);
});

test('a call that comes does not excuse notifications that got lost: the next one that arrives does', async () => {
  const { watch, find, said, pass } = rig();
  for (let n = 0; n < 2; n += 1) {
    await pass(200 * second);
    find(150 * second);
  }
  watch.calledBack(false);
  watch.calledBack(true);
  const standing = said();
  watch.arrived('mail');
  expect([standing, said()]).toEqual([[{ code: 'push-lost', account: 'ada' }], []]);
});

test('a notification that arrives ends what a missing call back began', () => {
  const { watch, said } = rig();
  watch.calledBack(false);
  watch.arrived('mail');
  expect(said()).toEqual([]);
});
