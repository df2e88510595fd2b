import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { AppView } from '../../preload/contract.ts';
import { type AlertList, groupByDay } from '../alert-list.ts';
import { AlertRow } from '../parts/alert-row.tsx';
import { Banner } from '../parts/banner.tsx';
import { Icon } from '../parts/icon.tsx';
import { alertReached, loadOlder, showView, useScreen } from '../store.ts';
import { useNow } from '../use-now.ts';

export function TodayPage({ app }: { readonly app: AppView }): ReactElement {
  const list = useScreen((screen) => screen.list);
  return (
    <>
      <header className="page-head">
        <h1>Today</h1>
        {app.unreadCount !== null && <p className="page-note">{unreadText(app.unreadCount)}</p>}
      </header>
      <Banner app={app} />
      {list === null && <p className="loading">One moment…</p>}
      {list !== null && list.alerts.length === 0 && <Nothing app={app} />}
      {list !== null && list.alerts.length > 0 && <Alerts list={list} />}
    </>
  );
}

function unreadText(count: number): string {
  return count === 0 ? 'No unread messages' : `${count} unread ${count === 1 ? 'message' : 'messages'}`;
}

function Nothing({ app }: { readonly app: AppView }): ReactElement {
  const isSetUp = app.accounts.length > 0;
  return (
    <div className="nothing">
      <Icon name={isSetUp ? 'bell' : 'envelope'} />
      <h2>{isSetUp ? 'Nothing new yet' : 'No account yet'}</h2>
      <p>
        {isSetUp
          ? 'New mail and changes in your calendar appear here, and as a notification on your desktop.'
          : 'Sign in once, and what happens in your mail and calendar appears here.'}
      </p>
      {!isSetUp && (
        <button className="button" type="button" onClick={() => showView('signIn')}>
          What Tidings asks for
        </button>
      )}
    </div>
  );
}

function Alerts({ list }: { readonly list: AlertList }): ReactElement {
  const now = useNow(30_000);
  const place = useRef<HTMLDivElement>(null);
  const [tabStop, setTabStop] = useState<string | null>(null);
  const wanted = useScreen((screen) => screen.wantedAlertId);
  const isLoadingOlder = useScreen((screen) => screen.running.has('older'));
  const groups = groupByDay(list.alerts, now);
  const stop = list.alerts.some((alert) => alert.id === tabStop) ? tabStop : list.alerts[0]?.id;

  useEffect(() => {
    if (wanted === null) return;
    const row = rowsIn(place.current).find((button) => button.dataset.alert === wanted);
    row?.scrollIntoView({ block: 'center' });
    row?.focus();
    alertReached();
  }, [wanted]);

  return (
    <div ref={place}>
      {groups[0]?.title !== 'Today' && <p className="none-today">Nothing new today.</p>}
      {groups.map((group) => (
        <section key={group.title} aria-labelledby={`group-${group.title}`}>
          {/* The first one repeats the page's own heading: only for those who hear the page. */}
          <h2 className={group.title === 'Today' ? 'visually-hidden' : 'group-title'} id={`group-${group.title}`}>
            {group.title}
          </h2>
          <ul className="alerts" onKeyDown={(event) => moveFocus(event, place.current)}>
            {group.alerts.map((alert) => (
              <AlertRow
                key={alert.id}
                alert={alert}
                now={now}
                isTabStop={alert.id === stop}
                onFocus={() => setTabStop(alert.id)}
              />
            ))}
          </ul>
        </section>
      ))}
      {list.next !== null && (
        <p className="more">
          <button className="button" type="button" disabled={isLoadingOlder} onClick={() => void loadOlder()}>
            {isLoadingOlder ? 'Loading…' : 'Load more'}
          </button>
        </p>
      )}
    </div>
  );
}

/** Up, Down, Home and End go from row to row, over the headings of the days. */
function moveFocus(event: KeyboardEvent, place: HTMLElement | null): void {
  const rows = rowsIn(place);
  const at = rows.findIndex((row) => row.parentElement?.contains(document.activeElement));
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined || at < 0) return;
  event.preventDefault();
  rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus();
}

const rowsIn = (place: HTMLElement | null): HTMLButtonElement[] => [
  ...(place?.querySelectorAll<HTMLButtonElement>('.alert-main') ?? []),
];
