import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { dismiss, joinFromAlert, markRead, mute } from '../actions.ts';
import type { ListedAlert } from '../alert-list.ts';
import { loadOlder } from '../search.ts';
import { isPossible, type RowCommand, rowCommand } from '../shortcuts.ts';
import { alertReached, useScreen } from '../store.ts';
import { AlertRow } from './alert-row.tsx';

/** Rows are drawn this far beyond the window, so that scrolling shows no gaps. */
const overscan = 8;
const rowHeight = 70;
/** Rows that Page Up and Page Down go over. */
const pageOfRows = 10;
/** Older alerts are asked for this many rows before the end. */
const nearEnd = 15;

/** Only the rows near the window exist: ten thousand scroll like ten. One of them is reached by Tab, keys go on from there. */
export function AlertRows(props: {
  readonly rows: readonly ListedAlert[];
  readonly hasOlder: boolean;
  readonly now: Date;
}): ReactElement {
  const { rows, hasOlder, now } = props;
  const place = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [currentId, setCurrentId] = useState<string | null>(null);
  /** Whose menu was opened by a key. */
  const [menuOf, setMenuOf] = useState<{ id: string; menu: 'more' | 'snooze' } | null>(null);
  /** The alert that the focus is on its way to: its row may have to be drawn first. */
  const goal = useRef<string | null>(null);
  const wanted = useScreen((screen) => screen.wantedAlertId);
  const isLoading = useScreen((screen) => screen.running.has('older'));
  const known = rows.findIndex(({ alert }) => alert.id === currentId);
  const current = Math.max(known, 0);

  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => document.querySelector<HTMLElement>('#content'),
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.alert.id ?? index,
    overscan,
    // Exact, not rounded: a row that begins half a pixel early hides the line above it.
    measureElement: (element) => element.getBoundingClientRect().height,
    scrollMargin: top,
    // The head of the page lies above the first rows, and stays there.
    scrollPaddingStart: 72,
    scrollPaddingEnd: 16,
    // The current row stays drawn wherever the person scrolls to: the focus may be in it.
    rangeExtractor: ({ startIndex, endIndex, overscan: beyond, count }) => {
      const from = Math.max(startIndex - beyond, 0);
      const to = Math.min(endIndex + beyond, count - 1);
      const near = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      if (current < from) return [current, ...near];
      return current > to && current < count ? [...near, current] : near;
    },
  });

  // What stands above the list can grow and shrink at any drawing of the page.
  useLayoutEffect(() => {
    const now = place.current?.offsetTop ?? 0;
    if (now !== top) setTop(now);
  });

  const last = list.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasOlder && last >= rows.length - nearEnd) void loadOlder();
  }, [hasOlder, last, rows.length]);

  useEffect(() => {
    if (wanted === null) return;
    const at = rows.findIndex(({ alert }) => alert.id === wanted);
    if (at >= 0) {
      goal.current = wanted;
      setCurrentId(wanted);
      list.scrollToIndex(at, { align: 'center' });
    }
    alertReached();
  }, [wanted, rows, list]);

  function arrive(): void {
    if (goal.current === null) return;
    const row = place.current?.querySelector<HTMLElement>(`[data-alert="${CSS.escape(goal.current)}"]`);
    if (row === null || row === undefined) return;
    goal.current = null;
    row.focus({ preventScroll: true });
  }
  // After every drawing: the row that the focus goes to may exist only now.
  useLayoutEffect(arrive);

  function goTo(index: number): void {
    const to = Math.min(Math.max(index, 0), rows.length - 1);
    const row = rows[to];
    if (row === undefined) return;
    goal.current = row.alert.id;
    setCurrentId(row.alert.id);
    // The very first lies under the heading of the page: all of that comes into view.
    if (to === 0) document.querySelector('#content')?.scrollTo(0, 0);
    else list.scrollToIndex(to, { align: 'auto' });
    arrive();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const target = event.target instanceof HTMLElement ? event.target : null;
    // Menus are drawn elsewhere, but React hands their keys on to here.
    if (target === null || event.defaultPrevented || place.current?.contains(target) !== true) return;
    // A held key is quicker than the drawing: it goes on from where the focus is going.
    const to = goal.current;
    const at = to === null ? indexAt(target) : rows.findIndex((row) => row.alert.id === to);
    const alert = rows[at]?.alert;
    const command = rowCommand(event, useScreen.getState().lettersAreOn);
    if (alert === undefined || command === null || !isPossible(command, alert)) return;
    event.preventDefault();
    const steps: Partial<Record<RowCommand, number>> = {
      next: at + 1,
      previous: at - 1,
      first: 0,
      last: rows.length - 1,
      pageDown: at + pageOfRows,
      pageUp: at - pageOfRows,
    };
    const step = steps[command];
    if (step !== undefined) goTo(step);
    else if (command === 'markRead') void markRead(alert.id);
    else if (command === 'join') void joinFromAlert(alert.id);
    else if (command === 'dismiss') void dismiss(alert.id);
    else if (command === 'mute') void mute(alert.id, !alert.isMuted);
    else if (command === 'more' || command === 'snooze') setMenuOf({ id: alert.id, menu: command });
  }

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which a ul's own items need not know */}
      <div
        className="alerts"
        ref={place}
        role="list"
        aria-label="Alerts"
        style={{ height: list.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {list.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const { alert } = row;
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            <div
              key={key}
              className="alert-place"
              role="listitem"
              data-index={index}
              ref={list.measureElement}
              aria-posinset={index + 1}
              aria-setsize={hasOlder ? -1 : rows.length}
              style={{ transform: `translateY(${start - top}px)` }}
              onFocus={() => setCurrentId(alert.id)}
            >
              <AlertRow
                row={row}
                now={now}
                isCurrent={index === current}
                openMenu={menuOf?.id === alert.id ? menuOf.menu : null}
                onMenu={(menu) => setMenuOf(menu === null ? null : { id: alert.id, menu })}
              />
            </div>
          );
        })}
      </div>
      {(hasOlder || isLoading) && (
        <p className="more">
          <button className="button" type="button" disabled={isLoading} onClick={() => void loadOlder()}>
            {isLoading ? 'Loading…' : 'Load more'}
          </button>
        </p>
      )}
    </>
  );
}

const indexAt = (target: HTMLElement): number => Number(target.closest<HTMLElement>('[data-index]')?.dataset.index);
