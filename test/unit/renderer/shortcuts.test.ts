import { describe, expect, test } from 'vitest';
import { isPossible, pageCommand, rowCommand, shortcutHelp, windowCommand } from '../../../renderer/shortcuts.ts';
import { alert } from './samples.ts';

const press = (key: string, more: object = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

describe('keys', () => {
  test.each([
    ['ArrowDown', 'next'],
    ['j', 'next'],
    ['K', 'previous'],
    ['Home', 'first'],
    ['PageDown', 'pageDown'],
    ['r', 'markRead'],
    ['c', 'join'],
    ['s', 'snooze'],
    ['d', 'dismiss'],
    ['m', 'mute'],
    ['.', 'more'],
    ['x', null],
    ['toString', null],
  ])('%s on a row means %j', (key, command) => {
    expect(rowCommand(press(key), true)).toBe(command);
  });

  test.each([
    ['1', { show: 'today' }],
    ['5', { show: 'settings' }],
    ['6', null],
    ['0', null],
    ['', null],
    ['/', 'search'],
    ['?', 'help'],
  ])('%s anywhere means %j', (key, command) => {
    expect(pageCommand(press(key), true)).toEqual(command);
  });

  test.each([
    ['F6', {}, 'nextPart'],
    ['F6', { shiftKey: true }, 'previousPart'],
    ['F6', { altKey: true }, null],
    ['f', { ctrlKey: true }, 'search'],
    ['f', { metaKey: true }, 'search'],
    ['f', {}, null],
    ['F', { ctrlKey: true, shiftKey: true }, null],
    ['f', { ctrlKey: true, altKey: true }, null],
  ])('%s with %j means %j wherever the focus is', (key, held, command) => {
    expect(windowCommand(press(key, held))).toBe(command);
  });

  test('with Ctrl, Alt or the system’s key they are the system’s', () => {
    for (const held of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }]) {
      expect([rowCommand(press('r', held), true), pageCommand(press('1', held), true)]).toEqual([null, null]);
    }
  });

  test('single letters, digits and signs can be turned off; arrows go on', () => {
    expect(['j', 'r', '.'].map((key) => rowCommand(press(key), false))).toEqual([null, null, null]);
    expect(['1', '/', '?'].map((key) => pageCommand(press(key), false))).toEqual([null, null, null]);
    expect(rowCommand(press('ArrowUp'), false)).toBe('previous');
  });
});

test('a key does only what its row allows', () => {
  const mail = alert('a', '2026-11-21T09:00:00Z');
  const reminder = alert('b', '2026-11-21T09:00:00Z', {
    kind: 'reminder',
    canMarkRead: false,
    canMute: false,
    canJoin: true,
    canSnooze: true,
  });
  const possible = (each: typeof mail) =>
    (['markRead', 'join', 'snooze', 'dismiss', 'mute', 'more', 'next'] as const).filter((key) => isPossible(key, each));

  expect(possible(mail)).toEqual(['markRead', 'mute', 'more', 'next']);
  expect(possible(reminder)).toEqual(['join', 'snooze', 'dismiss', 'more', 'next']);
  expect(isPossible('join', { ...reminder, settled: true })).toBe(false);
});

test('the help names every key that does something', () => {
  const named = new Set(shortcutHelp.flatMap(({ keys }) => keys.flatMap((each) => each.keys)));
  const letters = [...'abcdefghijklmnopqrstuvwxyz.'].filter((key) => rowCommand(press(key), true) !== null);
  expect(letters.filter((key) => !named.has(key.toUpperCase()))).toEqual([]);
  expect(['/', '?', '1', '5', 'Enter', 'Home', 'End'].filter((key) => !named.has(key))).toEqual([]);
});
