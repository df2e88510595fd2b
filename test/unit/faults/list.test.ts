import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultTests } from '../../faults/all.ts';
import { faultList } from '../../faults/list.ts';

const root = new URL('../../../', import.meta.url);
const played = faultTests.flatMap(({ plays }) => plays ?? []);

test('the list has every fault that was asked for, by group and with the counts given there', () => {
  const groups = new Map<string, number>();
  for (const { id } of faultList) {
    const [group = ''] = id.split('.');
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  expect(Object.fromEntries(groups)).toEqual({
    process: 9,
    disk: 10,
    clock: 6,
    network: 9,
    tunnel: 12,
    graph: 20,
    identity: 10,
    desktop: 9,
  });
  expect(faultList.filter(({ times }) => times > 1).map(({ id, times }) => `${id} ${times}`)).toEqual([
    'process.kill 200',
    'process.kill-before-answer 50',
    'process.kill-token-write 100',
    'process.renderer-crash 20',
    'process.gpu-crash 10',
    'process.uncaught 10',
    'process.blocked 10',
    'process.second-instance 50',
    'process.quit-while-syncing 20',
    'disk.full 5',
    'disk.read-only 5',
    'disk.truncated 10',
    'disk.bit-flips 100',
    'network.flapping 50',
  ]);
});

test('no fault stands there twice', () => {
  const ids = faultList.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

describe('whoever plays a fault is there', () => {
  const stories = readdirSync(new URL('test/scenarios/stories/', root));
  test.each(faultList.map((fault) => [fault.id, fault.player] as const))('%s', (id, player) => {
    if (player.by === 'nobody') {
      expect([player.why.length > 10, played.includes(id)]).toEqual([true, false]);
      return;
    }
    expect(played).toContain(id);
    if (player.by === 'story') expect(stories).toContain(`${player.story}.json`);
    if (player.by === 'test') {
      const text = readFileSync(new URL(player.file, root), 'utf8');
      for (const title of player.titles) expect(text).toContain(`test('${title}'`);
    }
  });
});

test('nothing is played that is not in the list', () => {
  const ids = new Set(faultList.map(({ id }) => id));
  expect(played.filter((id) => !ids.has(id))).toEqual([]);
});
