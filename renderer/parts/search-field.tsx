import type { ReactElement } from 'react';
import { foundText } from '../alert-list.ts';
import { searchLimit, setSearch } from '../search.ts';
import { useScreen } from '../store.ts';
import { Icon } from './icon.tsx';

/** Esc empties it, and leaves it when it is empty; Down goes on to the list. */
export function SearchField({ onLeave }: { readonly onLeave: () => void }): ReactElement {
  const search = useScreen((screen) => screen.search);
  const found = useScreen((screen) => (screen.found === null ? '' : foundText(screen.found.list)));
  return (
    <search className="search">
      <Icon name="search" />
      <input
        id="search"
        className="search-field"
        type="text"
        aria-label="Search alerts"
        placeholder="Search"
        autoComplete="off"
        spellCheck={false}
        maxLength={searchLimit}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          if (event.key === 'Escape' && search !== '') setSearch('');
          else onLeave();
        }}
      />
      {search !== '' && (
        <button
          className="quiet-button search-clear"
          type="button"
          onClick={() => {
            setSearch('');
            document.querySelector<HTMLElement>('#search')?.focus();
          }}
        >
          <Icon name="close" />
          <span className="visually-hidden">Clear the search</span>
        </button>
      )}
      <span className="visually-hidden" role="status">
        {found}
      </span>
    </search>
  );
}
