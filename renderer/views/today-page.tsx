import { type ReactElement, useRef } from 'react';
import type { AppView } from '../../preload/contract.ts';
import { foundText, withHeadings } from '../alert-list.ts';
import { AlertRows } from '../parts/alert-rows.tsx';
import { Banner } from '../parts/banner.tsx';
import { Icon } from '../parts/icon.tsx';
import { MissedCard } from '../parts/missed-card.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { setSearch } from '../search.ts';
import { showView, useScreen } from '../store.ts';
import { useNow } from '../use-now.ts';

export function TodayPage({ app }: { readonly app: AppView }): ReactElement {
  const list = useScreen((screen) => screen.list);
  const found = useScreen((screen) => screen.found);
  const now = useNow(30_000);
  const rows = useRef<HTMLDivElement>(null);
  const shown = found?.list ?? list;
  const hasAny = list !== null && list.alerts.length > 0;
  return (
    <>
      <header className={`page-head ${hasAny ? 'page-head-sticky' : ''}`}>
        <h1>Today</h1>
        {found !== null ? (
          <p className="page-note">{foundText(found.list)}</p>
        ) : (
          app.unreadCount !== null && <p className="page-note">{unreadText(app.unreadCount)}</p>
        )}
        {hasAny && <SearchField onLeave={() => rows.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()} />}
      </header>
      <Banner app={app} />
      {list === null && <p className="loading">One moment…</p>}
      {list !== null && !hasAny && <Nothing app={app} />}
      {found !== null && found.list.alerts.length === 0 && <NothingFound search={found.search} />}
      {shown !== null && shown.alerts.length > 0 && (
        <div ref={rows}>
          {found === null && <MissedCard list={shown} now={now} />}
          {found === null && !isToday(shown.alerts[0]?.at, now) && <p className="none-today">Nothing new today.</p>}
          <AlertRows
            key={found === null ? 'all' : 'found'}
            rows={withHeadings(shown.alerts, now)}
            hasOlder={shown.next !== null}
            now={now}
          />
        </div>
      )}
    </>
  );
}

const number = new Intl.NumberFormat('en-GB');

function unreadText(count: number): string {
  return count === 0 ? 'No unread messages' : `${number.format(count)} unread ${count === 1 ? 'message' : 'messages'}`;
}

const isToday = (at: string | undefined, now: Date): boolean =>
  at !== undefined && new Date(at).toDateString() === now.toDateString();

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

function NothingFound({ search }: { readonly search: string }): ReactElement {
  return (
    <div className="nothing">
      <Icon name="search" />
      <h2>Nothing found</h2>
      <p>
        No alert has all of these words in its sender, subject or text: <bdi dir="auto">{search}</bdi>
      </p>
      <button className="button" type="button" onClick={() => setSearch('')}>
        Show all
      </button>
    </div>
  );
}
