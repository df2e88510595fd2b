import { type ReactElement, type ReactNode, useId, useState } from 'react';
import type { SaveState } from '../settings-store.ts';
import { Icon } from './icon.tsx';

/** Beside a field: that it is being stored, that it was, or why not. */
export function SaveNote({ state }: { readonly state: SaveState | undefined }): ReactElement {
  return (
    <span className={`save-note ${state === undefined ? '' : `save-${state.kind}`}`} role="status">
      {state?.kind === 'saving' && 'Saving…'}
      {state?.kind === 'saved' && (
        <>
          <Icon name="check" />
          Saved
        </>
      )}
      {state?.kind === 'failed' && (
        <>
          <Icon name="warning" />
          {state.userMessage}
        </>
      )}
    </span>
  );
}

/** What is wrong with what was typed, said at once; else how storing it goes. */
export function ProblemNote(props: {
  readonly problem: string | null;
  readonly state: SaveState | undefined;
}): ReactElement {
  if (props.problem === null) return <SaveNote state={props.state} />;
  return (
    <p className="save-note save-failed" role="alert">
      <Icon name="warning" />
      {props.problem}
    </p>
  );
}

/** What a field is called, and what more there is to say of it: `id` with `-label` and `-note` behind it. */
export function FieldLabel(props: {
  readonly id: string;
  /** Where the control has another id. */
  readonly htmlFor?: string;
  readonly label: string;
  readonly note: ReactNode | undefined;
}): ReactElement {
  const { id, htmlFor = id, label, note } = props;
  return (
    <>
      <label className="field-label" htmlFor={htmlFor} id={`${id}-label`}>
        {label}
      </label>
      {note !== undefined && (
        <p className="field-note" id={`${id}-note`}>
          {note}
        </p>
      )}
    </>
  );
}

/** One line to type into; stored by its button or Enter, after a look at what can be said at once. */
export function TextField(props: {
  readonly label: string;
  readonly note?: string;
  readonly value: string;
  readonly button: string;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
  readonly isEmptiedAfter?: boolean;
  readonly inputMode?: 'url' | 'email' | 'text';
  /** A sentence where something is wrong. */
  readonly problemOf: (text: string) => string | null;
  /** Resolves with false where it was refused: what was typed stays. */
  readonly onSave: (text: string) => Promise<boolean>;
  readonly state: SaveState | undefined;
}): ReactElement {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const text = typed ?? props.value;
  const isChanged = text.trim() !== props.value || props.isEmptiedAfter === true;

  async function submit(): Promise<void> {
    const found = props.problemOf(text);
    setProblem(found);
    if (found !== null) return;
    if (await props.onSave(text.trim())) setTyped(null);
  }

  return (
    <form
      className="text-field"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && text.trim() !== '') void submit();
      }}
    >
      <FieldLabel id={id} label={props.label} note={props.note} />
      <div className="field-line">
        <input
          id={id}
          className="input"
          type="text"
          inputMode={props.inputMode ?? 'text'}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder={props.placeholder}
          disabled={props.isDisabled === true}
          aria-invalid={problem !== null || props.state?.kind === 'failed'}
          aria-describedby={`${props.note === undefined ? '' : `${id}-note `}${id}-problem`}
          value={text}
          onChange={(event) => {
            setTyped(event.target.value);
            setProblem(null);
          }}
        />
        <button
          className="button"
          type="submit"
          disabled={props.isDisabled === true || !isChanged || text.trim() === '' || props.state?.kind === 'saving'}
        >
          {props.button}
        </button>
      </div>
      <div id={`${id}-problem`}>
        <ProblemNote problem={problem} state={props.state} />
      </div>
    </form>
  );
}
