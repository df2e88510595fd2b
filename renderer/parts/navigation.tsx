import { Tabs } from '@base-ui/react/tabs';
import type { ReactElement } from 'react';
import type { AppView, ViewName } from '../../preload/contract.ts';
import { showHelp, showView } from '../store.ts';
import { Brand, Icon, type IconName } from './icon.tsx';
import { PauseMenu } from './pause-menu.tsx';
import { StateBadge } from './state-badge.tsx';

const tabs: readonly { readonly view: ViewName; readonly label: string; readonly icon: IconName }[] = [
  { view: 'today', label: 'Today', icon: 'list' },
  { view: 'next', label: 'Next', icon: 'calendar' },
  { view: 'health', label: 'Health', icon: 'pulse' },
  { view: 'accounts', label: 'Accounts', icon: 'person' },
  { view: 'settings', label: 'Settings', icon: 'gear' },
];

/** The views as tabs (arrow keys, Home and End move and switch at once), the pause, and the state. */
export function Navigation({ app }: { readonly app: AppView | null }): ReactElement {
  return (
    <header className="sidebar">
      <p className="brand">
        <Brand />
        <span className="brand-name">Tidings</span>
      </p>
      <Tabs.List className="tabs" activateOnFocus aria-label="Views">
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.view} className="tab" value={tab.view}>
            <Icon name={tab.icon} />
            <span className="tab-label">{tab.label}</span>
            {tab.view === 'today' && app !== null && app.unreadCount !== null && app.unreadCount > 0 && (
              <span className={`count ${app.unreadCount > 99 ? 'count-wide' : ''}`}>
                {app.unreadCount > 999 ? '999+' : app.unreadCount}
                <span className="visually-hidden"> unread</span>
              </span>
            )}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {app !== null && (
        <div className="sidebar-foot">
          {app.accounts.length > 0 && <PauseMenu quiet={app.quiet} />}
          <button className="foot-button help-button" type="button" onClick={() => showHelp(true)}>
            <Icon name="keyboard" />
            <span className="foot-words">Keyboard</span>
          </button>
          <button
            className="foot-button state-line"
            type="button"
            title={app.health.headline}
            onClick={() => showView('health')}
          >
            <StateBadge state={app.health.state} size="small" />
            <span className="foot-words">
              <span className="visually-hidden">State: </span>
              {app.health.headline}
            </span>
          </button>
        </div>
      )}
    </header>
  );
}
