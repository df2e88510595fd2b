import { type KeyboardEvent, type ReactElement, useRef } from 'react';
import type { AppView, ViewName } from '../../preload/contract.ts';
import { showView } from '../store.ts';
import { Brand, Icon, type IconName } from './icon.tsx';
import { StateBadge } from './state-badge.tsx';

const tabs: readonly { readonly view: ViewName; readonly label: string; readonly icon: IconName }[] = [
  { view: 'today', label: 'Today', icon: 'list' },
  { view: 'health', label: 'Health', icon: 'pulse' },
  { view: 'signIn', label: 'Accounts', icon: 'person' },
];

/** The three views as tabs: arrow keys, Home and End move and switch at once. */
export function Navigation({ app, view }: { readonly app: AppView | null; readonly view: ViewName }): ReactElement {
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent): void {
    const at = tabs.findIndex((tab) => tab.view === view);
    const next = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: tabs.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = tabs[(next + tabs.length) % tabs.length];
    if (tab === undefined) return;
    showView(tab.view);
    list.current?.querySelector<HTMLElement>(`#tab-${tab.view}`)?.focus();
  }

  return (
    <header className="sidebar">
      <p className="brand">
        <Brand />
        Tidings
      </p>
      {/* The orientation is that of the wide window; all four arrow keys work in both. */}
      <div className="tabs" role="tablist" aria-label="Views" aria-orientation="vertical" ref={list}>
        {tabs.map((tab) => (
          <button
            key={tab.view}
            id={`tab-${tab.view}`}
            className="tab"
            type="button"
            role="tab"
            aria-selected={tab.view === view}
            aria-controls={tab.view === view ? `panel-${tab.view}` : undefined}
            tabIndex={tab.view === view ? 0 : -1}
            onClick={() => showView(tab.view)}
            onKeyDown={onKeyDown}
          >
            <Icon name={tab.icon} />
            <span className="tab-label">{tab.label}</span>
            {tab.view === 'today' && app !== null && app.unreadCount !== null && app.unreadCount > 0 && (
              <span className="count">
                {app.unreadCount > 999 ? '999+' : app.unreadCount}
                <span className="visually-hidden"> unread</span>
              </span>
            )}
          </button>
        ))}
      </div>
      {app !== null && (
        <button className="state-line" type="button" onClick={() => showView('health')}>
          <StateBadge state={app.health.state} size="small" />
          <span className="state-line-text">{app.health.headline}</span>
        </button>
      )}
    </header>
  );
}
