import { withNewestPage, withOlderPage } from './alert-list.ts';
import { bridge } from './bridge.ts';
import { useScreen } from './store.ts';

/** A pause in typing after which main is asked. */
export const searchDelayMs = 150;
/** Main takes no more. */
export const searchLimit = 200;

const set = useScreen.setState;
const get = useScreen.getState;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Answers can overtake one another: only that to the latest question counts. */
let asked = 0;

export function setSearch(search: string): void {
  clearTimeout(timer);
  asked++;
  if (search.trim() === '') {
    set({ search, found: null });
    return;
  }
  set({ search });
  timer = setTimeout(() => void ask(), searchDelayMs);
}

/** When the list changes, what was found in it may have changed: asked again. Returns what stops that. */
export function keepFoundCurrent(): () => void {
  return useScreen.subscribe((screen, before) => {
    if (screen.list !== before.list && screen.found !== null && screen.search.trim() !== '') void ask();
  });
}

async function ask(): Promise<void> {
  const search = get().search.trim();
  const mine = ++asked;
  try {
    const page = await bridge().listAlerts(null, search);
    if (mine !== asked) return;
    const { found } = get();
    set({ found: { search, list: withNewestPage(found?.search === search ? found.list : null, page) } });
  } catch {
    if (mine === asked) set({ trouble: 'The search did not work. Please try again.' });
  }
}

/** The next page of what is shown: of the whole list, or of what was found. */
export async function loadOlder(): Promise<void> {
  const { list, found, running } = get();
  const shown = found?.list ?? list;
  if (shown === null || shown.next === null || running.has('older')) return;
  set({ running: new Set([...running, 'older']) });
  try {
    const page = await bridge().listAlerts(shown.next, found?.search ?? '');
    const now = get();
    // The person may have gone on to something else meanwhile.
    if (found === null && now.list !== null) set({ list: withOlderPage(now.list, page) });
    if (found !== null && now.found?.search === found.search) {
      set({ found: { search: found.search, list: withOlderPage(now.found.list, page) } });
    }
  } catch {
    set({ trouble: 'The older alerts could not be read. Please try again.' });
  } finally {
    set({ running: new Set([...get().running].filter((task) => task !== 'older')) });
  }
}
