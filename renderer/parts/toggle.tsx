import { Switch } from '@base-ui/react/switch';
import { type ReactElement, type ReactNode, useId } from 'react';
import { FieldLabel } from './field.tsx';

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
        <FieldLabel id={id} htmlFor={`${id}-switch`} label={props.label} note={props.note} />
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
