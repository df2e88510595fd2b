import { type ReactElement, useEffect } from 'react';
import type { AppView } from '../../preload/contract.ts';
import { Icon } from '../parts/icon.tsx';
import { Announced } from '../settings/announced.tsx';
import { Computer } from '../settings/computer.tsx';
import { Connection } from '../settings/connection.tsx';
import { Privacy } from '../settings/privacy.tsx';
import { QuietHours } from '../settings/quiet-hours.tsx';
import { Reminders } from '../settings/reminders.tsx';
import { loadSettings, useSettings, useShownValues } from '../settings-store.ts';
import { type SectionName, showSettings } from '../store.ts';

const groups: readonly { readonly name: SectionName; readonly words: string }[] = [
  { name: 'mail', words: 'Mail' },
  { name: 'calendar', words: 'Calendar' },
  { name: 'quietHours', words: 'Quiet hours' },
  { name: 'reminders', words: 'Reminders' },
  { name: 'privacy', words: 'Privacy' },
  { name: 'connection', words: 'Connection' },
  { name: 'computer', words: 'This computer' },
];

/** All that can be chosen; every change is stored at once and says so beside its field. */
export function SettingsPage({ app }: { readonly app: AppView }): ReactElement {
  const stored = useSettings((settings) => settings.stored);
  const isUnreadable = useSettings((settings) => settings.isUnreadable);
  const values = useShownValues();
  useEffect(() => {
    const load = (): void => void loadSettings();
    load();
    // Back from the file or from the system's own settings: what stands there may be something else now.
    window.addEventListener('focus', load);
    return () => window.removeEventListener('focus', load);
  }, []);
  return (
    <>
      <header className="page-head">
        <h1>Settings</h1>
        <p className="page-note">Changes are saved at once.</p>
      </header>
      {isUnreadable && <Unreadable />}
      {values === null && !isUnreadable && <p className="loading">One moment…</p>}
      {values !== null && stored !== null && (
        <>
          <nav className="jumps" aria-label="Groups of settings">
            {groups.map(({ name, words }) => (
              <button key={name} className="jump" type="button" onClick={() => showSettings(name)}>
                {words}
              </button>
            ))}
          </nav>
          <Announced values={values} accounts={app.accounts} />
          <QuietHours values={values} />
          <Reminders values={values} />
          <Privacy values={values} />
          <Connection values={values} proxy={stored.proxy} />
          <Computer view={stored} theme={values.theme} />
        </>
      )}
    </>
  );
}

function Unreadable(): ReactElement {
  return (
    <div className="nothing" role="alert">
      <Icon name="warning" />
      <h2>The settings could not be read</h2>
      <p>Tidings itself goes on with what it knows.</p>
      <button className="button" type="button" onClick={() => void loadSettings()}>
        Try again
      </button>
    </div>
  );
}
