import { describe, expect, test } from 'vitest';
import type { DesktopLack } from '../../../main/domain/ports.ts';
import { createHealthBoard } from '../../../main/workflows/health-board.ts';
import { watchDesktop } from '../../../main/workflows/watch-desktop.ts';

function play(first: readonly DesktopLack[]) {
  const listeners = new Set<(lacks: ReadonlySet<DesktopLack>) => void>();
  const clock = { now: () => new Date('2026-11-21T09:00:00Z'), after: () => () => {}, onJump: () => () => {} };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const board = createHealthBoard(clock, log, () => {});
  const watch = watchDesktop({
    board,
    onLacks: (listener) => {
      listeners.add(listener);
      listener(new Set(first));
      return () => listeners.delete(listener);
    },
  });
  const tell = (...lacks: DesktopLack[]): void => {
    for (const listener of listeners) listener(new Set(lacks));
  };
  const seen = () => {
    const { state, warnings, notices } = board.health();
    return [state, ...[...warnings, ...notices].map(({ code }) => code)];
  };
  return { board, watch, tell, seen, listeners };
}

describe('what the desktop lacks', () => {
  test('is in Health from the start, and goes as soon as it is there', () => {
    const { tell, seen } = play(['toasts', 'tray']);
    expect(seen()).toEqual(['toastsBlocked', 'toasts-blocked', 'no-tray']);
    tell('tray');
    // A missing icon is worth knowing; it keeps nobody from being told.
    expect(seen()).toEqual(['allGood', 'no-tray']);
    tell();
    expect(seen()).toEqual(['allGood']);
    tell('toasts');
    expect(seen()).toEqual(['toastsBlocked', 'toasts-blocked']);
  });

  test('is not asked for any more when Tidings stops', () => {
    const { watch, listeners } = play([]);
    watch.stop();
    expect(listeners.size).toBe(0);
  });
});

describe('without Chromium’s sandbox', () => {
  test('nobody signs in, and Health says why', () => {
    const { watch, seen } = play(['sandbox']);
    expect(seen()).toEqual(['configurationError', 'sandbox-off']);
    expect(() => watch.mayHoldTokens()).toThrow(expect.objectContaining({ code: 'configuration' }));
  });

  test('whoever says that it is meant may, and Health goes on saying so', () => {
    const { watch, seen } = play(['sandboxByChoice']);
    expect(seen()).toEqual(['allGood', 'sandbox-off-by-choice']);
    expect(() => watch.mayHoldTokens()).not.toThrow();
  });

  test('a shell that cannot find out stops nobody', () => {
    const { board } = play([]);
    expect(() => watchDesktop({ board, onLacks: undefined }).mayHoldTokens()).not.toThrow();
  });
});
