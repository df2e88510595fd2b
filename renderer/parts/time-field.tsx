import { type ReactElement, useState } from 'react';
import { readTime, timeWords } from '../field-checks.ts';

/**
 * A time of day, written as everywhere in Tidings: the system's own field would say 07:30 PM on some computers. Stored as
 * soon as it holds a whole time; what is none goes back to the last one when the field is left.
 */
export function TimeField(props: {
  readonly id: string;
  /** "19:30". */
  readonly value: string;
  readonly isDisabled: boolean;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const { value, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);

  function take(time: string | null): void {
    if (time !== null && time !== value) onChange(time);
  }
  function settle(): void {
    if (typed !== null) take(readTime(typed));
    setTyped(null);
  }
  function step(direction: 1 | -1): void {
    const [hour = 0, minute = 0] = value.split(':').map(Number);
    // From 19:07 up to 19:15, down to 19:00.
    const quarters = (hour * 60 + minute) / 15;
    const at = (direction === 1 ? Math.floor(quarters) + 1 : Math.ceil(quarters) - 1) * 15;
    const inDay = (at + 24 * 60) % (24 * 60);
    setTyped(null);
    onChange(timeWords(Math.floor(inDay / 60), inDay % 60));
  }

  return (
    <input
      id={props.id}
      className="input time"
      type="text"
      inputMode="numeric"
      maxLength={8}
      autoComplete="off"
      disabled={props.isDisabled}
      aria-invalid={typed !== null && readTime(typed) === null}
      value={typed ?? value}
      onChange={({ target }) => {
        setTyped(target.value);
        // Half a time may be one as well, "1" on the way to "19:30": only a whole one counts before the field is left.
        if (/^\d\d:\d\d$/.test(target.value)) take(readTime(target.value));
      }}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === 'Enter') settle();
        if (event.key === 'Escape') setTyped(null);
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        step(event.key === 'ArrowUp' ? 1 : -1);
      }}
    />
  );
}
