import type { ReactElement } from 'react';
import { dismissTrouble, useScreen } from '../store.ts';
import { Icon } from './icon.tsx';

/** What went wrong with the person's last click, until it is dismissed or the next click works. */
export function Trouble(): ReactElement {
  const trouble = useScreen((screen) => screen.trouble);
  return (
    <div className="trouble-place" role="alert">
      {trouble !== null && (
        <div className="trouble">
          <Icon name="warning" />
          <p>{trouble}</p>
          <button className="quiet-button" type="button" onClick={dismissTrouble}>
            <Icon name="close" />
            <span className="visually-hidden">Dismiss</span>
          </button>
        </div>
      )}
    </div>
  );
}
