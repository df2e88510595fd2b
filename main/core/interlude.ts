import type { AppState } from '../domain/app-state.ts';
import type { Failure } from '../domain/failure.ts';
import type { Warning } from '../domain/health.ts';
import type { Actions } from '../shell/shell.ts';

type Looks = Pick<
  Actions,
  'state' | 'alerts' | 'alert' | 'meetings' | 'settings' | 'diagnostics' | 'isMuted' | 'isVip' | 'snoozedUntil'
>;

/** What can be looked at between two cores: all as it was a moment ago, but for the state, which says what goes on. */
export interface Interlude extends Looks {
  /** The next core could not be opened. */
  failed(failure: Failure, at: Date): void;
}

/** More than a window shows at once, few enough to be kept for some seconds. */
const keptAlerts = 500;

/** Takes the picture; call it while the core still runs. */
export function takeInterlude(core: Actions, at: Date): Interlude {
  const before = core.state();
  // A disk that refuses must not keep a core from being replaced: that may be what mends it.
  const list = read(() => core.alerts({ limit: keptAlerts }), []);
  const muted = new Set(list.filter((alert) => core.isMuted(alert)).map(({ id }) => id));
  const vips = new Set(list.filter((alert) => core.isVip(alert)).map(({ id }) => id));
  const snoozed = new Map(list.map(({ id }) => [id, core.snoozedUntil(id)]));
  const meetings = read(() => core.meetings(), []);
  const settings = core.settings();
  const diagnostics = read(() => core.diagnostics(), '');
  let state = withWarning(before, gettingReady(before, at));
  let failure: Failure | null = null;

  return {
    state: () => state,
    alerts: ({ before, limit }) => list.filter(({ at }) => before === undefined || at < before).slice(0, limit),
    alert: (id) => list.find((each) => each.id === id) ?? null,
    meetings: () => meetings,
    settings: () => settings,
    diagnostics: () => (failure === null ? diagnostics : `${diagnostics}\n\nStarting anew failed: ${failure.code}`),
    isMuted: ({ id }) => muted.has(id),
    isVip: ({ id }) => vips.has(id),
    snoozedUntil: (id) => snoozed.get(id) ?? null,
    failed(why, since) {
      failure = why;
      const message = `${why.userMessage} Tidings tries again by itself.`;
      state = withWarning(before, { code: 'configuration', account: null, message, since });
    },
  };
}

function read<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

/** Nobody is signed in: then there is nothing to get ready, and what the state says goes on to hold. */
function gettingReady({ accounts: [first] }: AppState, since: Date): Warning | null {
  return first === undefined ? null : { code: 'starting', account: first.account.homeAccountId, since };
}

function withWarning(state: AppState, cause: Warning | null): AppState {
  if (cause === null) return state;
  const health = cause.code === 'starting' ? ('catchingUp' as const) : ('configurationError' as const);
  return {
    ...state,
    health: { ...state.health, state: health, cause, warnings: [cause], since: cause.since },
    signIn: { kind: 'idle' },
  };
}
