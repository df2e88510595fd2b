import { Tabs } from '@base-ui/react/tabs';
import { lazy, type ReactElement, Suspense, useEffect, useRef, useState } from 'react';
import type { AppView, ViewName } from '../preload/contract.ts';
import { Navigation } from './parts/navigation.tsx';
import { Trouble } from './parts/trouble.tsx';
import { pageCommand, windowCommand } from './shortcuts.ts';
import { dismissTrouble, showHelp, showView, useScreen } from './store.ts';
import { TodayPage } from './views/today-page.tsx';

// The first view is drawn with what it needs; the others are read from the package while nothing else happens.
const views = {
  next: () => import('./views/next-page.tsx'),
  health: () => import('./views/health-page.tsx'),
  accounts: () => import('./views/accounts-page.tsx'),
  settings: () => import('./views/settings-page.tsx'),
  welcome: () => import('./views/welcome-page.tsx'),
  help: () => import('./parts/help-dialog.tsx'),
};
const NextPage = lazy(async () => ({ default: (await views.next()).NextPage }));
const HealthPage = lazy(async () => ({ default: (await views.health()).HealthPage }));
const AccountsPage = lazy(async () => ({ default: (await views.accounts()).AccountsPage }));
const SettingsPage = lazy(async () => ({ default: (await views.settings()).SettingsPage }));
const WelcomePage = lazy(async () => ({ default: (await views.welcome()).WelcomePage }));
const HelpDialog = lazy(async () => ({ default: (await views.help()).HelpDialog }));

/** So that changing the view later takes no time at all. A failure shows when the view is really wanted. */
function readOtherViews(): () => void {
  const idle = requestIdleCallback(() => {
    for (const read of Object.values(views)) read().catch(() => {});
  });
  return () => cancelIdleCallback(idle);
}

/** The tab that a view stands under: signing in is a matter of the accounts. */
const tabOf = (view: ViewName): ViewName => (view === 'signIn' ? 'accounts' : view);

export function App(): ReactElement {
  const app = useScreen((screen) => screen.app);
  const tab = useScreen((screen) => tabOf(screen.view));
  useEffect(listenToKeys, []);
  useEffect(readOtherViews, []);
  return (
    <Tabs.Root className="app" orientation="vertical" value={tab} onValueChange={(value: ViewName) => showView(value)}>
      <button className="button skip-link" type="button" onClick={focusContent}>
        Skip to content
      </button>
      <Navigation app={app} />
      <main className="content" id="content" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          {app === null ? <Loading /> : <Page key={tab} app={app} tab={tab} />}
        </Suspense>
      </main>
      <Trouble />
      <Help />
      {/* Spoken by screen readers at every change of state, whichever view is open. */}
      <p className="visually-hidden" role="status">
        {app === null ? '' : `State: ${app.health.headline}`}
      </p>
    </Tabs.Root>
  );
}

/** Keyed by its tab, so another view starts at its top. */
function Page({ app, tab }: { readonly app: AppView; readonly tab: ViewName }): ReactElement {
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: newer Chromium returns a promise, which React would take for the effect's clean-up.
    top.current?.parentElement?.scrollTo(0, 0);
  }, []);
  return (
    <Tabs.Panel className="page" ref={top} value={tab} tabIndex={-1}>
      {tab === 'today' && <TodayPage app={app} />}
      {tab === 'next' && <NextPage app={app} />}
      {tab === 'health' && <HealthPage app={app} />}
      {tab === 'accounts' && (app.accounts.length === 0 ? <WelcomePage app={app} /> : <AccountsPage app={app} />)}
      {tab === 'settings' && <SettingsPage app={app} />}
    </Tabs.Panel>
  );
}

/** Stays once it was opened: a dialog that closes gives the focus back to where it came from. */
function Help(): ReactElement {
  const isOpen = useScreen((screen) => screen.isHelpOpen);
  const [wasOpened, setWasOpened] = useState(false);
  if (isOpen && !wasOpened) setWasOpened(true);
  return <Suspense>{wasOpened && <HelpDialog />}</Suspense>;
}

function Loading(): ReactElement {
  return (
    <p className="loading" role="status">
      One moment…
    </p>
  );
}

const focusContent = (): void => document.querySelector<HTMLElement>('#content')?.focus();

/** The keys that work in every view. Whoever types into a field, or has a dialog or a menu open, means something else. */
function listenToKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (event.defaultPrevented || target?.closest('[role=dialog], [role=alertdialog], [role=menu]')) return;
    const { lettersAreOn, trouble } = useScreen.getState();
    if (event.key === 'Escape' && trouble !== null) dismissTrouble();
    const isTypedInto = target?.closest('input, textarea, select') ?? null;
    const command = windowCommand(event) ?? (isTypedInto === null ? pageCommand(event, lettersAreOn) : null);
    if (command === null) return;
    event.preventDefault();
    if (command === 'help') showHelp(true);
    else if (command === 'search') goToSearch();
    else if (command === 'nextPart') goToPart(1);
    else if (command === 'previousPart') goToPart(-1);
    else showView(command.show);
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

/** The parts of the window in their order on it, each with where the focus goes to. */
const parts = [
  { place: '[role=tablist]', goal: '[role=tab][aria-selected=true]' },
  { place: '.sidebar-foot', goal: '.sidebar-foot button' },
  { place: '#content', goal: '#content' },
];

/** Round and round; from nowhere to the first or the last. */
function goToPart(step: 1 | -1): void {
  const there = parts.filter(({ goal }) => document.querySelector(goal) !== null);
  const at = there.findIndex(({ place }) => document.activeElement?.closest(place) != null);
  const to = at === -1 ? (step === 1 ? 0 : -1) : (at + step) % there.length;
  document.querySelector<HTMLElement>(there.at(to)?.goal ?? '#content')?.focus();
}

function goToSearch(): void {
  showView('today');
  // Once that view is drawn.
  requestAnimationFrame(() => document.querySelector<HTMLElement>('#search')?.focus());
}
