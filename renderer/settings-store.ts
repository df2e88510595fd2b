import { create } from 'zustand';
import type { FolderView, Outcome, SettingsKey, SettingsValues, SettingsView } from '../preload/contract.ts';
import { bridge } from './bridge.ts';

/** How the last change of one field stands; told beside that field. */
export type SaveState =
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'failed'; readonly userMessage: string };

export type FoldersState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly userMessage: string }
  | { readonly kind: 'there'; readonly folders: readonly FolderView[] };

/** A change that main has not answered yet. */
interface Pending {
  readonly field: string;
  readonly change: Partial<SettingsValues>;
}

export interface SettingsScreen {
  /** What main has stored; null until its first answer. */
  readonly stored: SettingsView | null;
  /** In the order they were made, and sent one after the other. */
  readonly pending: readonly Pending[];
  readonly saves: Readonly<Record<string, SaveState>>;
  readonly folders: Readonly<Record<string, FoldersState>>;
  /** The settings could not be read at all. */
  readonly isUnreadable: boolean;
}

export const useSettings = create<SettingsScreen>()(() => ({
  stored: null,
  pending: [],
  saves: {},
  folders: {},
  isUnreadable: false,
}));
const set = useSettings.setState;
const get = useSettings.getState;

/** One at a time, so that the last answer is also the newest. */
let line: Promise<unknown> = Promise.resolve();

/** How long "Saved" stays beside a field. */
export const savedMs = 4_000;
const notDone = { ok: false, userMessage: 'That did not work. Please try again.' } as const;

/** What the page shows: what is stored, and above it what the person has just chosen. */
export function shownValues({ stored, pending }: Pick<SettingsScreen, 'stored' | 'pending'>): SettingsValues | null {
  if (stored === null) return null;
  return Object.assign({}, stored.values, ...pending.map(({ change }) => change));
}

/** For drawing: `shownValues` makes a new object each time, which a selector must not. */
export function useShownValues(): SettingsValues | null {
  const stored = useSettings((settings) => settings.stored);
  const pending = useSettings((settings) => settings.pending);
  return shownValues({ stored, pending });
}

export const isManaged = (view: SettingsView | null, key: SettingsKey): boolean => view?.managed.includes(key) ?? false;

/** Asks anew each time the page is opened: the file may have been changed by hand. */
export async function loadSettings(): Promise<void> {
  const ask = (): Promise<SettingsView> => bridge().getSettings();
  const turn = line.then(ask, ask);
  line = turn.catch(() => {});
  try {
    set({ stored: await turn, isUnreadable: false });
  } catch {
    set({ isUnreadable: get().stored === null });
  }
}

/**
 * Shows a change at once and stores it. What main refuses goes back to what is stored, with its sentence beside the
 * field. The names of groups are keys of the settings: change a group by giving all of it.
 */
export async function save(field: string, change: Partial<SettingsValues>): Promise<boolean> {
  const mine: Pending = { field, change };
  set({ pending: [...get().pending, mine] });
  return await told(field, mine, () => bridge().changeSettings(change));
}

export const startAtLogin = (on: boolean): Promise<boolean> =>
  told('startAtLogin', null, () => bridge().startAtLogin(on));

async function told(field: string, mine: Pending | null, ask: () => Promise<Outcome<SettingsView>>): Promise<boolean> {
  mark(field, { kind: 'saving' });
  const turn = line.then(ask, ask).catch(() => notDone);
  line = turn;
  const outcome = await turn;
  const pending = get().pending.filter((each) => each !== mine);
  set(outcome.ok ? { pending, stored: outcome.value } : { pending });
  const state: SaveState = outcome.ok ? { kind: 'saved' } : { kind: 'failed', userMessage: outcome.userMessage };
  mark(field, state);
  if (outcome.ok) {
    setTimeout(() => {
      if (get().saves[field] === state) mark(field, null);
    }, savedMs);
  }
  return outcome.ok;
}

function mark(field: string, state: SaveState | null): void {
  const { [field]: _, ...others } = get().saves;
  set({ saves: state === null ? others : { ...others, [field]: state } });
}

export async function loadFolders(accountId: string): Promise<void> {
  const put = (state: FoldersState): void => set({ folders: { ...get().folders, [accountId]: state } });
  put({ kind: 'loading' });
  try {
    const outcome = await bridge().listFolders(accountId);
    put(outcome.ok ? { kind: 'there', folders: outcome.value } : { kind: 'failed', userMessage: outcome.userMessage });
  } catch {
    put({ kind: 'failed', userMessage: notDone.userMessage });
  }
}
