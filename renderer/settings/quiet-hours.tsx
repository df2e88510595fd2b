import { Toggle as DayToggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { type ReactElement, useId } from 'react';
import type { SettingsValues, WeekdayName } from '../../preload/contract.ts';
import { SaveNote } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { TimeField } from '../parts/time-field.tsx';
import { spanLength, spanWords, week, withoutSpan, withSpan } from '../quiet-spans.ts';
import { FlagToggle, Section, saveIn, useManaged, useSave } from './section.tsx';

type Span = SettingsValues['quietHours']['spans'][number];
const newSpan: Span = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '19:00', to: '07:30' };

export function QuietHours({ values }: { readonly values: SettingsValues }): ReactElement {
  const managed = useManaged('quietHours');
  const state = useSave('quietHours.spans');
  const { quietHours } = values;
  const isOff = managed || !quietHours.enabled;
  const setSpans = (spans: readonly Span[]): void => saveIn(values, 'quietHours', 'spans', spans);
  return (
    <Section
      name="quietHours"
      title="Quiet hours"
      note="Nothing pops up meanwhile. What came is in the list, and one summary tells of it when they end."
      managedBy="quietHours"
    >
      <FlagToggle
        values={values}
        group="quietHours"
        flag="enabled"
        label="Keep quiet at these times"
        isDisabled={managed}
      />
      {quietHours.enabled && (
        <div className="sub-fields">
          <ul className="spans">
            {quietHours.spans.map((span, index) => (
              <SpanEditor
                // biome-ignore lint/suspicious/noArrayIndexKey: spans have no names, and two may be alike
                key={index}
                span={span}
                isDisabled={isOff}
                onChange={(changed) => setSpans(withSpan(quietHours.spans, index, changed))}
                onRemove={() => setSpans(withoutSpan(quietHours.spans, index))}
              />
            ))}
          </ul>
          <p className="field-line">
            <button
              className="button button-small"
              type="button"
              disabled={isOff || quietHours.spans.length >= 50}
              onClick={() => setSpans([...quietHours.spans, newSpan])}
            >
              <Icon name="plus" />
              Add hours
            </button>
            <SaveNote state={state} />
          </p>
          <FlagToggle
            values={values}
            group="quietHours"
            flag="vipsBreakThrough"
            label="VIPs break through"
            isDisabled={isOff}
          />
          <FlagToggle
            values={values}
            group="quietHours"
            flag="remindersBreakThrough"
            label="Reminders of meetings break through"
            isDisabled={isOff}
          />
        </div>
      )}
    </Section>
  );
}

function SpanEditor(props: {
  readonly span: Span;
  readonly isDisabled: boolean;
  readonly onChange: (span: Span) => void;
  readonly onRemove: () => void;
}): ReactElement {
  const { span, isDisabled, onChange } = props;
  const id = useId();
  return (
    <li className="span" aria-label={spanWords(span)}>
      <ToggleGroup
        className="days"
        multiple
        aria-label="Days"
        value={span.days}
        disabled={isDisabled}
        onValueChange={(chosen: readonly WeekdayName[]) =>
          // In the order of the week, however they were clicked.
          onChange({ ...span, days: week.map(({ day }) => day).filter((day) => chosen.includes(day)) })
        }
      >
        {week.map(({ day, name }) => (
          <DayToggle key={day} className="day" value={day}>
            {name.slice(0, 3)}
          </DayToggle>
        ))}
      </ToggleGroup>
      <div className="span-times">
        <label className="visually-hidden" htmlFor={`${id}-from`}>
          From
        </label>
        <TimeField
          id={`${id}-from`}
          value={span.from}
          isDisabled={isDisabled}
          onChange={(from) => onChange({ ...span, from })}
        />
        <span aria-hidden="true">to</span>
        <label className="visually-hidden" htmlFor={`${id}-to`}>
          To
        </label>
        <TimeField
          id={`${id}-to`}
          value={span.to}
          isDisabled={isDisabled}
          onChange={(to) => onChange({ ...span, to })}
        />
        <span className="span-length">{spanLength(span)}</span>
      </div>
      <button className="quiet-button" type="button" disabled={isDisabled} onClick={props.onRemove}>
        <Icon name="close" />
        <span className="visually-hidden">Remove {spanWords(span)}</span>
      </button>
    </li>
  );
}
