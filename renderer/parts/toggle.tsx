import { Switch } from '@base-ui/react/switch';
import { type ReactElement, type ReactNode, useId } from 'react';

/** A labelled switch; the whole line is its target. */
export function Toggle(props: {
  readonly label: string;
  readonly note?: ReactNode;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
  /** Told below the label: "Saved", or what went wrong. */
  readonly status?: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <div className="toggle">
      <div className="field-text">
        <label className="field-label" htmlFor={`${id}-switch`} id={`${id}-label`}>
          {props.label}
        </label>
        {props.note !== undefined && (
          <p className="field-note" id={`${id}-note`}>
            {props.note}
          </p>
        )}
        {props.status}
      </div>
      <Switch.Root
        id={`${id}-switch`}
        className="switch"
        aria-labelledby={`${id}-label`}
        aria-describedby={props.note === undefined ? undefined : `${id}-note`}
        checked={props.isOn}
        disabled={props.isDisabled === true}
        onCheckedChange={props.onChange}
      >
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
    </div>
  );
}
