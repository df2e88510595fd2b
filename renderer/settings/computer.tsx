import type { ReactElement } from 'react';
import type { SettingsView, ThemeName } from '../../preload/contract.ts';
import { openSettingsFolder } from '../actions.ts';
import { Icon } from '../parts/icon.tsx';
import { save, startAtLogin } from '../settings-store.ts';
import { Choices } from './choices.tsx';
import { SavedToggle, Section, useManaged } from './section.tsx';

const themes: readonly { readonly value: ThemeName; readonly label: string }[] = [
  { value: 'system', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** What concerns this computer alone. */
export function Computer({ view, theme }: { readonly view: SettingsView; readonly theme: ThemeName }): ReactElement {
  const { state, note } = view.loginItem;
  const themeManaged = useManaged('theme');
  return (
    <Section name="computer" title="This computer">
      <SavedToggle
        field="startAtLogin"
        label="Start Tidings when I log in"
        {...(note === '' ? {} : { note })}
        // What awaits the system's approval was asked for: turning it off must be possible.
        isOn={state === 'on' || state === 'requiresApproval'}
        isDisabled={state === 'unavailable'}
        onChange={(isOn) => void startAtLogin(isOn)}
      />
      <Choices
        field="theme"
        label="Theme"
        isRow
        value={theme}
        isDisabled={themeManaged}
        onChange={(chosen) => void save('theme', { theme: chosen })}
        choices={themes}
      />
      <p className="fact-line">
        <Icon name="folder" />
        <span className="fact-text">
          All of this is kept in <bdi className="file-name">{view.settingsFile}</bdi>
        </span>
        <button className="button button-small" type="button" onClick={() => void openSettingsFolder()}>
          Open folder
        </button>
      </p>
    </Section>
  );
}
