import { type ReactElement, useMemo } from 'react';
import type { AlertList } from '../alert-list.ts';
import { missedOf } from '../missed.ts';
import { momentText } from '../moments.ts';
import { dismissMissed, useScreen } from '../store.ts';
import { Icon } from './icon.tsx';

/** One line for whoever comes back to many alerts. */
export function MissedCard({ list, now }: { readonly list: AlertList; readonly now: Date }): ReactElement | null {
  const lookedAt = useScreen((screen) => screen.lookedAt);
  const openedAt = useScreen((screen) => screen.openedAt);
  const missed = useMemo(() => missedOf(list, lookedAt, openedAt), [list, lookedAt, openedAt]);
  if (missed === null) return null;
  return (
    <section className="card card-line missed" aria-label="Since you last looked">
      <Icon name="list" />
      <p>
        <strong>{missed.words}</strong> since you last looked, {lookText(missed.since, now)}
      </p>
      <button className="quiet-button" type="button" onClick={dismissMissed}>
        <Icon name="close" />
        <span className="visually-hidden">Dismiss</span>
      </button>
    </section>
  );
}

const lookText = (since: Date, now: Date): string =>
  since.toDateString() === now.toDateString() ? `at ${momentText(since, now)}` : momentText(since, now);
