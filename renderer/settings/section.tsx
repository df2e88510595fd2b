import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import type { SettingsKey, SettingsValues } from '../../preload/contract.ts';
import { SaveNote } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { Toggle } from '../parts/toggle.tsx';
import { isManaged, save, useSettings } from '../settings-store.ts';
import { type SectionName, sectionReached, useScreen } from '../store.ts';

/** One group of settings under its heading. */
export function Section(props: {
  readonly name: SectionName;
  readonly title: string;
  readonly note?: string;
  /** Where the whole group is set by somebody else, it says so. */
  readonly managedBy?: SettingsKey;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  const managed = useManaged(props.managedBy ?? null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isWanted = useScreen((screen) => screen.wantedSection === props.name);
  useEffect(() => {
    if (!isWanted) return;
    // After the page has gone to its top, as each does when it is opened.
    const frame = requestAnimationFrame(() => {
      heading.current?.focus({ preventScroll: true });
      heading.current?.closest('section')?.scrollIntoView();
      sectionReached();
    });
    return () => cancelAnimationFrame(frame);
  }, [isWanted]);
  return (
    <section className="card settings-section" aria-labelledby={id}>
      <h2 id={id} ref={heading} tabIndex={-1}>
        {props.title}
      </h2>
      {props.note !== undefined && <p className="card-note">{props.note}</p>}
      {managed && <Managed />}
      {props.children}
    </section>
  );
}

export function Managed(): ReactElement {
  return (
    <p className="managed">
      <Icon name="lock" />
      Set by your administrator or by the environment Tidings was started in; it cannot be changed here.
    </p>
  );
}

export const useManaged = (key: SettingsKey | null): boolean =>
  useSettings((settings) => key !== null && isManaged(settings.stored, key));

export const useSave = (field: string) => useSettings((settings) => settings.saves[field]);

/** The groups of settings that are made of several fields. */
export type Group = 'mail' | 'calendar' | 'reminders' | 'quietHours';

/** A change of one field of a group; the group is always stored whole. */
export function saveIn<G extends Group, K extends keyof SettingsValues[G] & string>(
  values: SettingsValues,
  group: G,
  key: K,
  value: SettingsValues[G][K],
): void {
  void save(`${group}.${key}`, { [group]: { ...values[group], [key]: value } });
}

/** The fields of a group that are either on or off. */
type FlagOf<G extends Group> = {
  [K in keyof SettingsValues[G]]: SettingsValues[G][K] extends boolean ? K : never;
}[keyof SettingsValues[G]] &
  string;

/** A switch for one of them. */
export function FlagToggle<G extends Group>(props: {
  readonly values: SettingsValues;
  readonly group: G;
  readonly flag: FlagOf<G>;
  readonly label: string;
  readonly isDisabled: boolean;
}): ReactElement {
  const { values, group, flag, label, isDisabled } = props;
  return (
    <SavedToggle
      field={`${group}.${flag}`}
      label={label}
      isOn={values[group][flag] === true}
      isDisabled={isDisabled}
      onChange={(isOn) => saveIn(values, group, flag, isOn as SettingsValues[G][FlagOf<G>])}
    />
  );
}

/** A switch that is stored at once. */
export function SavedToggle(props: {
  readonly field: string;
  readonly label: string;
  readonly note?: ReactNode;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}): ReactElement {
  const state = useSave(props.field);
  return (
    <Toggle
      label={props.label}
      note={props.note}
      isOn={props.isOn}
      isDisabled={props.isDisabled === true}
      onChange={props.onChange}
      status={<SaveNote state={state} />}
    />
  );
}
