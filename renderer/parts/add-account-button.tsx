import type { ReactElement } from 'react';
import { addAccount } from '../actions.ts';
import { useScreen } from '../store.ts';

/** Always another account, whatever those that are there need. A sign-in that is under way is given up for it. */
export function AddAccountButton({ words }: { readonly words: string }): ReactElement {
  const running = useScreen((screen) => screen.running);
  return (
    <button
      className="button"
      type="button"
      disabled={running.has('addAccount') || running.has('signIn')}
      onClick={() => void addAccount()}
    >
      <span className="button-words">{running.has('addAccount') ? 'Opening your browser…' : words}</span>
    </button>
  );
}
