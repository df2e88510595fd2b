import type { ReactElement } from 'react';
import type { SettingsValues } from '../../preload/contract.ts';
import { save } from '../settings-store.ts';
import { Choices } from './choices.tsx';
import { Managed, SavedToggle, Section, useManaged } from './section.tsx';

/** How much of a message others can read over the person's shoulder, and how much Tidings reads itself. */
export function Privacy({ values }: { readonly values: SettingsValues }): ReactElement {
  const levelManaged = useManaged('contentLevel');
  const previewsManaged = useManaged('previews');
  return (
    <Section name="privacy" title="Privacy">
      <Choices
        field="contentLevel"
        label="What notifications on your desktop show"
        value={values.contentLevel}
        isDisabled={levelManaged}
        onChange={(contentLevel) => void save('contentLevel', { contentLevel })}
        choices={[
          { value: 'full', label: 'Sender and subject', note: 'Priya Natarajan: Offer for the lake house' },
          { value: 'senderOnly', label: 'Sender only', note: 'Priya Natarajan: New message' },
          { value: 'countOnly', label: 'Only how many', note: '1 new message' },
        ]}
      />
      {levelManaged && <Managed />}
      <SavedToggle
        field="previews"
        label="Previews"
        note={
          <>
            The first words of each message. Tidings then needs the permission <code>Mail.Read</code>, so Microsoft asks
            you once in your browser. Off, it can read no message at all, only sender, subject and time.
          </>
        }
        isOn={values.previews}
        isDisabled={previewsManaged}
        onChange={(previews) => void save('previews', { previews })}
      />
      {previewsManaged && <Managed />}
    </Section>
  );
}
