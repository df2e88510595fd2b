import { Tabs } from '@base-ui/react/tabs';
import { type ReactElement, useEffect, useRef } from 'react';
import type { AppView, ViewName } from '../preload/contract.ts';
import { HelpDialog } from './parts/help-dialog.tsx';
import { Navigation } from './parts/navigation.tsx';
import { Trouble } from './parts/trouble.tsx';
import { pageCommand } from './shortcuts.ts';
import { showHelp, showView, useScreen } from './store.ts';
import { AccountsPage } from './views/accounts-page.tsx';
import { HealthPage } from './views/health-page.tsx';
import { NextPage } from './views/next-page.tsx';
import { SettingsPage } from './views/settings-page.tsx';
import { TodayPage } from './views/today-page.tsx';
import { WelcomePage } from './views/welcome-page.tsx';

/** The tab that a view stands under: signing in is a matter of the accounts. */
const tabOf = (view: ViewName): ViewName => (view === 'signIn' ? 'accounts' : view);

export function App(): ReactElement {
  const app = useScreen((screen) => screen.app);
  const tab = useScreen((screen) => tabOf(screen.view));
  useEffect(listenToKeys, []);
  return (
    <Tabs.Root className="app" orientation="vertical" value={tab} onValueChange={(value: ViewName) => showView(value)}>
      <button className="button skip-link" type="button" onClick={focusContent}>
        Skip to content
      </button>
      <Navigation app={app} />
      <main className="content" id="content" tabIndex={-1}>
        {app === null ? <Loading /> : <Page key={tab} app={app} tab={tab} />}
      </main>
      <Trouble />
      <HelpDialog />
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
    if (event.defaultPrevented || target?.closest('input, textarea, select, [role=dialog], [role=menu]')) return;
    const command = pageCommand(event, useScreen.getState().lettersAreOn);
    if (command === null) return;
    event.preventDefault();
    if (command === 'help') showHelp(true);
    else if (command === 'search') goToSearch();
    else showView(command.show);
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

function goToSearch(): void {
  showView('today');
  // Once that view is drawn.
  requestAnimationFrame(() => document.querySelector<HTMLElement>('#search')?.focus());
}
