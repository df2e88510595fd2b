import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { type ReactElement, type ReactNode, useId } from 'react';
import { FieldLabel, SaveNote } from '../parts/field.tsx';
import { useSave } from './section.tsx';

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly note?: ReactNode;
}

/** One of several, each with what it means. */
export function Choices<T extends string>(props: {
  readonly field: string;
  readonly label: string;
  /** The heading above says it already: only for those who hear the page. */
  readonly isLabelHidden?: boolean;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly isDisabled?: boolean;
  /** Side by side, where the words are few. */
  readonly isRow?: boolean;
  readonly onChange: (value: T) => void;
}): ReactElement {
  const id = useId();
  const state = useSave(props.field);
  return (
    <div className="choices-field">
      <p className={props.isLabelHidden === true ? 'visually-hidden' : 'field-label'} id={id}>
        {props.label}
      </p>
      <RadioGroup
        className={`choices ${props.isRow === true ? 'choices-row' : ''}`}
        aria-labelledby={id}
        value={props.value}
        disabled={props.isDisabled === true}
        onValueChange={(value) => props.onChange(value as T)}
      >
        {props.choices.map(({ value, label, note }) => (
          <div key={value} className="choice">
            <Radio.Root
              className="radio"
              id={`${id}-${value}`}
              value={value}
              aria-labelledby={`${id}-${value}-label`}
              aria-describedby={note === undefined ? undefined : `${id}-${value}-note`}
            >
              <Radio.Indicator className="radio-dot" />
            </Radio.Root>
            <div className="choice-text">
              <label className="choice-label" id={`${id}-${value}-label`} htmlFor={`${id}-${value}`}>
                {label}
              </label>
              {note !== undefined && (
                <div className="field-note" id={`${id}-${value}-note`}>
                  {note}
                </div>
              )}
            </div>
          </div>
        ))}
      </RadioGroup>
      <SaveNote state={state} />
    </div>
  );
}

/** One of several in a closed list: the system's own, which every reader and every finger knows. */
export function SelectField(props: {
  readonly field: string;
  readonly label: string;
  readonly note?: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly isDisabled?: boolean;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const id = useId();
  const state = useSave(props.field);
  return (
    <div className="select-field">
      <div className="field-text">
        <FieldLabel id={id} label={props.label} note={props.note} />
        <SaveNote state={state} />
      </div>
      <select
        id={id}
        className="input select"
        aria-describedby={props.note === undefined ? undefined : `${id}-note`}
        value={props.value}
        disabled={props.isDisabled === true}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
