import type { PauseChoice, ViewName } from '../../preload/contract.ts';
import type { AppState } from '../domain/app-state.ts';
import type { HealthState, Warning } from '../domain/health.ts';
import { warningText } from '../domain/health-text.ts';
import { daysBetween } from '../domain/reminder-text.ts';
import { clockText, untilText } from '../domain/wording.ts';
import { plainText } from './plain-text.ts';
import { stateText, warnedAccountName } from './views.ts';

/** What choosing a menu item asks for. */
export type TrayCommand =
  | { readonly do: 'showView'; readonly view: ViewName }
  | { readonly do: 'signIn'; readonly accountId: string | null }
  | { readonly do: 'cancelSignIn' }
  | { readonly do: 'checkNow' }
  /** Null ends the pause. */
  | { readonly do: 'pause'; readonly choice: PauseChoice | null }
  | { readonly do: 'openSettingsFolder' }
  | { readonly do: 'quit' };

export type TrayMenuItem =
  | { readonly kind: 'separator' }
  /** An item without a command is greyed out. */
  | { readonly kind: 'item'; readonly label: string; readonly command: TrayCommand | null };

/** The whole tray as one value: drawn anew each time, so icon, tooltip and menu cannot disagree. */
export interface TrayView {
  readonly icon: HealthState;
  /** At most 127 UTF-16 units: Windows cuts there. */
  readonly tooltip: string;
  readonly menu: readonly TrayMenuItem[];
}

const maxTooltip = 127;
const separator: TrayMenuItem = { kind: 'separator' };
const item = (label: string, command: TrayCommand | null): TrayMenuItem => ({ kind: 'item', label, command });

/** The tray for this state. Pure. */
export function trayView(state: AppState): TrayView {
  const { headline } = stateText(state);
  const name = warnedAccountName(state, state.health.cause);
  const line = name === null ? headline : `${headline} (${name})`;
  return {
    icon: state.health.state,
    tooltip: tooltip(headline, name),
    menu: [
      item(line, { do: 'showView', view: 'health' }),
      ...remedies(state),
      separator,
      ...unreadLine(state.unreadCount),
      ...meetingLine(state),
      item('Open Tidings', { do: 'showView', view: 'today' }),
      item('Check now', canCheck(state) ? { do: 'checkNow' } : null),
      ...quietItems(state),
      separator,
      item('Quit Tidings', { do: 'quit' }),
    ],
  };
}

/** When it is too long, the headline gives way, not the account: which one it is cannot be guessed. */
function tooltip(headline: string, name: string | null): string {
  const tail = name === null ? '' : ` (${shorten(name, 48)})`;
  const start = 'Tidings – ';
  return `${start}${shorten(headline, maxTooltip - start.length - tail.length)}${tail}`;
}

/** Never between the halves of a surrogate pair. */
function shorten(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  return `${text
    .slice(0, maxUnits - 1)
    .replace(/[\uD800-\uDBFF]$/u, '')
    .trimEnd()}…`;
}

function remedies(state: AppState): readonly TrayMenuItem[] {
  const items: TrayMenuItem[] = [];
  if (state.signIn.kind === 'waitingForBrowser') items.push(item('Cancel sign-in', { do: 'cancelSignIn' }));
  else items.push(...signInItems(state));
  if (state.health.warnings.some((warning) => warningText(warning).remedy === 'openSettingsFolder')) {
    items.push(item('Open settings folder', { do: 'openSettingsFolder' }));
  }
  return items;
}

/** One item for each account that needs it: a person with two of them must know which browser page will come up. */
function signInItems(state: AppState): readonly TrayMenuItem[] {
  if (state.health.warnings.some((warning) => warning.code === 'not-set-up')) {
    return [item('Sign in…', { do: 'signIn', accountId: null })];
  }
  return state.health.warnings.flatMap((warning) => {
    const words = signInWords(warning);
    if (words === null) return [];
    const name = warnedAccountName(state, warning);
    const label = name === null ? `${words}…` : `${words} as ${plainText(name, 48)}…`;
    return item(label, { do: 'signIn', accountId: warning.account });
  });
}

/** Null where signing in is not what helps. After a block only the person knows when it is worth another try. */
function signInWords(warning: Warning): string | null {
  if (warningText(warning).remedy !== 'signIn') return null;
  return warning.code === 'sign-in-required' ? 'Sign in again' : 'Try to sign in again';
}

function unreadLine(unreadCount: number | null): readonly TrayMenuItem[] {
  if (unreadCount === null) return [];
  const label =
    unreadCount === 0 ? 'No unread messages' : `${unreadCount} unread ${unreadCount === 1 ? 'message' : 'messages'}`;
  return [item(label, { do: 'showView', view: 'today' })];
}

/** The hour only: whatever a meeting is called stays in the window. */
function meetingLine({ nextMeeting, at }: AppState): readonly TrayMenuItem[] {
  if (nextMeeting === null) return [];
  const { start } = nextMeeting.event;
  const day = daysBetween(at, start) === 0 ? '' : 'tomorrow ';
  return [item(`Next meeting ${day}at ${clockText(start)}`, { do: 'showView', view: 'next' })];
}

/** Until when it is quiet, and what can be done about it. A pause that is the first line is not told twice. */
function quietItems({ accounts, quiet, health, at }: AppState): readonly TrayMenuItem[] {
  if (accounts.length === 0) return [];
  const isPaused = quiet?.why === 'paused';
  const isSaid = quiet === null || (isPaused && health.state === 'paused');
  const line = isSaid
    ? []
    : [item(`${isPaused ? 'Paused' : 'Quiet hours'}${untilText(quiet.until, at)}`, settingsView)];
  const choices = isPaused
    ? [item('Resume', { do: 'pause', choice: null })]
    : [
        item('Pause for 1 hour', { do: 'pause', choice: 'oneHour' }),
        item('Pause until tomorrow', { do: 'pause', choice: 'untilTomorrow' }),
      ];
  return [separator, ...line, ...choices];
}
const settingsView: TrayCommand = { do: 'showView', view: 'settings' };

/** With nobody signed in there is nothing to check. */
function canCheck(state: AppState): boolean {
  return state.accounts.some(({ session }) => session.kind === 'signedIn');
}
