import type { AlertView, ViewName } from '../preload/contract.ts';

/** What a key does while a row of the list has the focus. */
export type RowCommand =
  | 'next'
  | 'previous'
  | 'first'
  | 'last'
  | 'pageDown'
  | 'pageUp'
  | 'markRead'
  | 'join'
  | 'snooze'
  | 'dismiss'
  | 'mute'
  | 'more';

const arrows = new Map<string, RowCommand>(
  Object.entries({
    ArrowDown: 'next',
    ArrowUp: 'previous',
    Home: 'first',
    End: 'last',
    PageDown: 'pageDown',
    PageUp: 'pageUp',
  } as const),
);
const letters = new Map<string, RowCommand>(
  Object.entries({
    j: 'next',
    k: 'previous',
    r: 'markRead',
    c: 'join',
    s: 'snooze',
    d: 'dismiss',
    m: 'mute',
    '.': 'more',
  } as const),
);

export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const isPlain = ({ ctrlKey, metaKey, altKey }: PressedKey): boolean => !ctrlKey && !metaKey && !altKey;

/** What a key means on a row of the list; null for keys that mean nothing there. Letters only where they are on. */
export function rowCommand(pressed: PressedKey, lettersAreOn: boolean): RowCommand | null {
  if (!isPlain(pressed)) return null;
  return arrows.get(pressed.key) ?? (lettersAreOn ? (letters.get(pressed.key.toLowerCase()) ?? null) : null);
}

export type PageCommand = { readonly show: ViewName } | 'search' | 'help' | 'nextPart' | 'previousPart';
const views: readonly ViewName[] = ['today', 'next', 'health', 'accounts', 'settings'];

/** What a key means anywhere in the window, also in a field that is typed into. */
export function windowCommand(pressed: PressedKey): PageCommand | null {
  if (pressed.key === 'F6' && isPlain(pressed)) return pressed.shiftKey ? 'previousPart' : 'nextPart';
  const isFind = pressed.key.toLowerCase() === 'f' && pressed.ctrlKey !== pressed.metaKey && !pressed.altKey;
  return isFind && !pressed.shiftKey ? 'search' : null;
}

/** What a key means anywhere in the window, except in a field that is typed into. */
export function pageCommand(pressed: PressedKey, lettersAreOn: boolean): PageCommand | null {
  if (!isPlain(pressed) || !lettersAreOn) return null;
  if (pressed.key === '/') return 'search';
  if (pressed.key === '?') return 'help';
  const view = views[Number(pressed.key) - 1];
  return view === undefined ? null : { show: view };
}

/** Whether a command can do anything with this alert. */
export function isPossible(command: RowCommand, alert: AlertView): boolean {
  switch (command) {
    case 'markRead':
      return alert.canMarkRead;
    case 'join':
      return alert.canJoin && !alert.settled;
    case 'snooze':
    case 'dismiss':
      return alert.canSnooze;
    case 'mute':
      return alert.canMute;
    default:
      return true;
  }
}

/** For the help dialog: keys and what they do, in the order a person needs them. */
export const shortcutHelp: readonly {
  readonly title: string;
  readonly keys: readonly { readonly keys: readonly string[]; readonly does: string }[];
}[] = [
  {
    title: 'Anywhere',
    keys: [
      { keys: ['1', '…', '5'], does: 'Today, Next, Health, Accounts, Settings' },
      { keys: ['/', 'Ctrl F'], does: 'Search the list' },
      { keys: ['F6'], does: 'Next part of the window' },
      { keys: ['?'], does: 'This help' },
      { keys: ['Esc'], does: 'Leave the search, close what is open' },
    ],
  },
  {
    title: 'In the list',
    keys: [
      { keys: ['↓', 'J'], does: 'Next alert' },
      { keys: ['↑', 'K'], does: 'Previous alert' },
      { keys: ['Home', 'End'], does: 'First and last alert' },
      { keys: ['Enter'], does: 'Open in Outlook' },
      { keys: ['R'], does: 'Mark as read' },
      { keys: ['C'], does: 'Join the call of a meeting' },
      { keys: ['S'], does: 'Snooze a reminder' },
      { keys: ['D'], does: 'Dismiss a reminder' },
      { keys: ['M'], does: 'Mute a conversation, or end that' },
      { keys: ['.'], does: 'All that can be done with an alert' },
    ],
  },
];
