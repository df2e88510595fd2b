import type { ReactElement } from 'react';
import type { SettingsValues } from '../../preload/contract.ts';
import { SelectField } from './choices.tsx';
import { FlagToggle, Section, saveIn, useManaged } from './section.tsx';

const asEventSays = 'event';
const usual = [0, 1, 5, 10, 15, 30, 60];

export function Reminders({ values }: { readonly values: SettingsValues }): ReactElement {
  const managed = useManaged('reminders');
  const { reminders } = values;
  const isOff = managed || !reminders.enabled;
  return (
    <Section name="reminders" title="Reminders" managedBy="reminders">
      <FlagToggle values={values} group="reminders" flag="enabled" label="Remind me of meetings" isDisabled={managed} />
      <div className="sub-fields">
        <SelectField
          field="reminders.minutesBefore"
          label="When"
          value={reminders.minutesBefore === null ? asEventSays : String(reminders.minutesBefore)}
          options={options(reminders.minutesBefore)}
          isDisabled={isOff}
          onChange={(value) =>
            saveIn(values, 'reminders', 'minutesBefore', value === asEventSays ? null : Number(value))
          }
        />
        <FlagToggle values={values} group="reminders" flag="allDay" label="All-day events too" isDisabled={isOff} />
        <FlagToggle values={values} group="reminders" flag="free" label="Events shown as free too" isDisabled={isOff} />
      </div>
    </Section>
  );
}

/** The usual times, and the one that somebody wrote into the file by hand. */
function options(chosen: number | null): readonly { readonly value: string; readonly label: string }[] {
  const minutes = chosen === null || usual.includes(chosen) ? usual : [...usual, chosen].sort((a, b) => a - b);
  return [
    { value: asEventSays, label: 'As each meeting says' },
    ...minutes.map((each) => ({ value: String(each), label: minutesWords(each) })),
  ];
}

function minutesWords(minutes: number): string {
  if (minutes === 0) return 'When it starts';
  if (minutes % 60 === 0) return minutes === 60 ? '1 hour before' : `${minutes / 60} hours before`;
  return minutes === 1 ? '1 minute before' : `${minutes} minutes before`;
}
