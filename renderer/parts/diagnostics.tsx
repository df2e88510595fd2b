import { type ReactElement, useRef, useState } from 'react';
import { bridge } from '../bridge.ts';
import { copyNote, copySelected, copyText } from '../copy-text.ts';
import { Icon } from './icon.tsx';

/** A report to paste into a question for help. It is shown as well: nobody should send what they have not seen. */
export function Diagnostics(): ReactElement {
  const field = useRef<HTMLTextAreaElement>(null);
  const [report, setReport] = useState<string | null>(null);
  const [note, setNote] = useState('');

  async function copy(): Promise<void> {
    setNote('');
    try {
      const text = await bridge().getDiagnostics();
      setReport(text);
      const isCopied = await copyText(text, {
        writeText: navigator.clipboard?.writeText.bind(navigator.clipboard),
        copySelection: () => field.current !== null && copySelected(field.current, text),
      });
      setNote(copyNote(isCopied));
    } catch {
      setNote('The report could not be made. Please try again.');
    }
  }

  return (
    <section className="card" aria-labelledby="diagnostics">
      <div className="card-head">
        <div>
          <h2 id="diagnostics">Diagnostics</h2>
          <p className="card-note">
            A report to paste into a question for help: versions, states and the latest log lines. No names, addresses,
            subjects or secrets are in it; read it before you send it.
          </p>
        </div>
        <button className="button" type="button" onClick={() => void copy()}>
          <Icon name="copy" />
          Copy report
        </button>
      </div>
      <p className="copy-note" role="status">
        {note}
      </p>
      <textarea
        className={report === null ? 'visually-hidden' : 'hand-on-text'}
        ref={field}
        aria-label="The report"
        aria-hidden={report === null}
        tabIndex={report === null ? -1 : 0}
        readOnly
        rows={10}
        spellCheck={false}
        value={report ?? ''}
      />
    </section>
  );
}
