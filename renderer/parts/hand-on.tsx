import { type ReactElement, useRef, useState } from 'react';
import type { HandOnView } from '../../preload/contract.ts';
import { copyText } from '../copy-text.ts';

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
      copySelection: () => field.current !== null && copyFrom(field.current),
    });
    setNote(isCopied ? 'Copied' : 'It could not be copied. The text is selected: copy it with your keyboard.');
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

/** Selects the whole text and copies it. Once that is done all looks as before; otherwise the selection stays. */
function copyFrom(field: HTMLTextAreaElement): boolean {
  const details = field.closest('details');
  const wasOpen = details?.open ?? true;
  const before = document.activeElement;
  if (details !== null) details.open = true;
  field.focus();
  field.select();
  if (!document.execCommand('copy')) return false;
  if (details !== null) details.open = wasOpen;
  if (before instanceof HTMLElement) before.focus();
  return true;
}
