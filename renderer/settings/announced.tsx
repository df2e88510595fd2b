import type { ReactElement } from 'react';
import type { AccountView, SettingsValues } from '../../preload/contract.ts';
import { Choices } from './choices.tsx';
import { Folders } from './folders.tsx';
import { SavedToggle, Section, saveIn, useManaged } from './section.tsx';
import { Vips } from './vips.tsx';

/** Which mail and which happenings in the calendar pop up. */
export function Announced(props: {
  readonly values: SettingsValues;
  readonly accounts: readonly AccountView[];
}): ReactElement {
  const { values } = props;
  const mailManaged = useManaged('mail');
  const calendarManaged = useManaged('calendar');
  const { calendar } = values;
  const set = (key: keyof SettingsValues['calendar'], isOn: boolean): void => saveIn(values, 'calendar', key, isOn);
  return (
    <>
      <Section
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
      <Section title="Calendar news that is announced" managedBy="calendar">
        <SavedToggle
          field="calendar.announce"
          label="New, moved, changed and cancelled meetings"
          isOn={calendar.announce}
          isDisabled={calendarManaged}
          onChange={(isOn) => set('announce', isOn)}
        />
        <div className="sub-fields">
          <SavedToggle
            field="calendar.cancelled"
            label="Cancelled meetings"
            isOn={calendar.cancelled}
            isDisabled={calendarManaged || !calendar.announce}
            onChange={(isOn) => set('cancelled', isOn)}
          />
          <SavedToggle
            field="calendar.allDay"
            label="All-day events"
            isOn={calendar.allDay}
            isDisabled={calendarManaged || !calendar.announce}
            onChange={(isOn) => set('allDay', isOn)}
          />
          <SavedToggle
            field="calendar.free"
            label="Events shown as free"
            isOn={calendar.free}
            isDisabled={calendarManaged || !calendar.announce}
            onChange={(isOn) => set('free', isOn)}
          />
          <SavedToggle
            field="calendar.declined"
            label="Meetings you have declined"
            isOn={calendar.declined}
            isDisabled={calendarManaged || !calendar.announce}
            onChange={(isOn) => set('declined', isOn)}
          />
        </div>
      </Section>
    </>
  );
}
