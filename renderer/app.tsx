import { type ReactElement, useEffect, useRef } from 'react';
import type { AppView, ViewName } from '../preload/contract.ts';
import { Navigation } from './parts/navigation.tsx';
import { Trouble } from './parts/trouble.tsx';
import { useScreen } from './store.ts';
import { HealthPage } from './views/health-page.tsx';
import { SignInPage } from './views/sign-in-page.tsx';
import { TodayPage } from './views/today-page.tsx';

export function App(): ReactElement {
  const app = useScreen((screen) => screen.app);
  const view = useScreen((screen) => screen.view);
  return (
    <div className="app">
      <button className="button skip-link" type="button" onClick={focusContent}>
        Skip to content
      </button>
      <Navigation app={app} view={view} />
      <main className="content" id="content" tabIndex={-1}>
        {app === null ? <Loading /> : <Page app={app} view={view} />}
      </main>
      <Trouble />
      {/* Spoken by screen readers at every change of state, whichever view is open. */}
      <p className="visually-hidden" role="status">
        {app === null ? '' : `State: ${app.health.headline}`}
      </p>
    </div>
  );
}

function Page({ app, view }: { readonly app: AppView; readonly view: ViewName }): ReactElement {
  const top = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view starts at its top
  useEffect(() => {
    // In braces: newer Chromium returns a promise, which React would take for the effect's clean-up.
    top.current?.parentElement?.scrollTo(0, 0);
  }, [view]);
  return (
    <div className="page" ref={top} role="tabpanel" id={`panel-${view}`} aria-labelledby={`tab-${view}`}>
      {view === 'today' && <TodayPage app={app} />}
      {view === 'health' && <HealthPage app={app} />}
      {view === 'signIn' && <SignInPage app={app} />}
    </div>
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
