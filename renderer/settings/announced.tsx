import type { ReactElement } from 'react';
import type { AccountView, SettingsValues } from '../../preload/contract.ts';
import { Choices } from './choices.tsx';
import { Folders } from './folders.tsx';
import { FlagToggle, Section, saveIn, useManaged } from './section.tsx';
import { Vips } from './vips.tsx';

/** Which of the calendar's news, once any of it is announced. */
const finer = [
  { flag: 'cancelled', label: 'Cancelled meetings' },
  { flag: 'allDay', label: 'All-day events' },
  { flag: 'free', label: 'Events shown as free' },
  { flag: 'declined', label: 'Meetings you have declined' },
] as const;

/** Which mail and which happenings in the calendar pop up. */
export function Announced(props: {
  readonly values: SettingsValues;
  readonly accounts: readonly AccountView[];
}): ReactElement {
  const { values } = props;
  const mailManaged = useManaged('mail');
  const calendarManaged = useManaged('calendar');
  return (
    <>
      <Section
        name="mail"
        title="Mail that is announced"
        note="Everything is in the list in any case; this decides what pops up on your desktop."
        managedBy="mail"
      >
        <Choices
          field="mail.announce"
          label="Announce"
          isLabelHidden
          value={values.mail.announce}
          isDisabled={mailManaged}
          onChange={(announce) => saveIn(values, 'mail', 'announce', announce)}
          choices={[
            { value: 'all', label: 'All new mail' },
            {
              value: 'focused',
              label: 'Focused inbox and VIPs',
              note: 'What Outlook sorts under “Other” stays quiet.',
            },
            { value: 'important', label: 'Important mail and VIPs', note: 'Sent with high importance.' },
            { value: 'vips', label: 'VIPs only' },
            { value: 'none', label: 'No mail' },
          ]}
        />
        <Vips values={values} isDisabled={mailManaged} />
        <Folders values={values} accounts={props.accounts} isDisabled={mailManaged} />
      </Section>
      <Section name="calendar" title="Calendar news that is announced" managedBy="calendar">
        <FlagToggle
          values={values}
          group="calendar"
          flag="announce"
          label="New, moved, changed and cancelled meetings"
          isDisabled={calendarManaged}
        />
        <div className="sub-fields">
          {finer.map(({ flag, label }) => (
            <FlagToggle
              key={flag}
              values={values}
              group="calendar"
              flag={flag}
              label={label}
              isDisabled={calendarManaged || !values.calendar.announce}
            />
          ))}
        </div>
      </Section>
    </>
  );
}
