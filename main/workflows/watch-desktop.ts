import { Failure } from '../domain/failure.ts';
import type { Cancel, DesktopLack } from '../domain/ports.ts';
import type { HealthBoard } from './health-board.ts';

/** What each lack is called in Health. */
const codes = {
  toasts: 'toasts-blocked',
  tray: 'no-tray',
  sandbox: 'sandbox-off',
  sandboxByChoice: 'sandbox-off-by-choice',
} as const satisfies Record<DesktopLack, string>;
const all = Object.keys(codes) as DesktopLack[];

export interface DesktopWatch {
  /** @throws {Failure} `configuration` when Tidings runs without protection, and nobody has said that this is meant. */
  mayHoldTokens(): void;
  stop(): void;
}

/** Puts into Health what the desktop does not give us, as soon as the shell knows, and takes it out when it does. */
export function watchDesktop(world: {
  readonly board: HealthBoard;
  readonly onLacks: ((listener: (lacks: ReadonlySet<DesktopLack>) => void) => Cancel) | undefined;
}): DesktopWatch {
  let known: ReadonlySet<DesktopLack> = new Set();
  const cancel = world.onLacks?.((lacks) => {
    for (const lack of all) {
      if (lacks.has(lack) === known.has(lack)) continue;
      if (lacks.has(lack)) world.board.raise({ code: codes[lack], account: null });
      else world.board.clear(codes[lack]);
    }
    known = new Set(lacks);
  });
  return {
    mayHoldTokens() {
      if (!known.has('sandbox')) return;
      throw new Failure(
        'configuration',
        'Tidings was started with --no-sandbox, so nobody can sign in. Start it without that switch.',
      );
    },
    stop: () => cancel?.(),
  };
}
