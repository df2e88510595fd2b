import { type ReactElement, useRef, useState } from 'react';
import type { HandOnView } from '../../preload/contract.ts';
import { copyNote, copySelected, copyText } from '../copy-text.ts';

/** What the person can send to their administrator: one click copies it, one more shows what it says. */
export function HandOn(props: { readonly handOn: HandOnView; readonly isOpen?: boolean }): ReactElement {
  const { text } = props.handOn;
  const field = useRef<HTMLTextAreaElement>(null);
  const [note, setNote] = useState('');

  async function copy(): Promise<void> {
    // Emptied first, so that the same words are spoken again at a second click.
    setNote('');
    const isCopied = await copyText(text, {
      writeText: navigator.clipboard?.writeText.bind(navigator.clipboard),
      copySelection: () => field.current !== null && copyFrom(field.current, text),
    });
    setNote(copyNote(isCopied));
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form, and this is none
    <div className="hand-on" role="group" aria-label="For your administrator">
      <p className="hand-on-bar">
        <button className="button button-primary" type="button" onClick={() => void copy()}>
          Copy text
        </button>
        <span className="hand-on-note" role="status">
          {note}
        </span>
      </p>
      <details className="hand-on-details" open={props.isOpen === true}>
        <summary>Text for your administrator</summary>
        <textarea
          className="hand-on-text"
          ref={field}
          aria-label="Text for your administrator"
          readOnly
          rows={6}
          spellCheck={false}
          value={text}
        />
      </details>
    </div>
  );
}

/** What is folded away cannot be selected: unfolded for the copying, and left so where that fails. */
function copyFrom(field: HTMLTextAreaElement, text: string): boolean {
  const details = field.closest('details');
  const wasOpen = details?.open ?? true;
  if (details !== null) details.open = true;
  if (!copySelected(field, text)) return false;
  if (details !== null) details.open = wasOpen;
  return true;
}
