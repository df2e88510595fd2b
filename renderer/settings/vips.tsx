import type { ReactElement } from 'react';
import type { SettingsValues } from '../../preload/contract.ts';
import { addressProblem } from '../field-checks.ts';
import { TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { save } from '../settings-store.ts';
import { useSave } from './section.tsx';

/** Senders who always get through: a list to add to and to take from. */
export function Vips(props: { readonly values: SettingsValues; readonly isDisabled: boolean }): ReactElement {
  const { mail } = props.values;
  const state = useSave('mail.vips');
  const change = (vips: readonly string[]): Promise<boolean> => save('mail.vips', { mail: { ...mail, vips } });
  return (
    <div className="list-field">
      <TextField
        label="VIPs"
        note="People or whole domains that are announced always, and marked in the list."
        placeholder="ada@contoso.example or @contoso.example"
        inputMode="email"
        button="Add"
        value=""
        isEmptiedAfter
        isDisabled={props.isDisabled}
        problemOf={(text) => addressProblem(text, mail.vips)}
        onSave={(text) => change([...mail.vips, text.toLowerCase()])}
        state={state}
      />
      {mail.vips.length > 0 && (
        <ul className="chips" aria-label="VIPs">
          {mail.vips.map((vip) => (
            <li className="chip" key={vip}>
              <Icon name="star" />
              <bdi className="chip-text">{vip}</bdi>
              <button
                className="quiet-button"
                type="button"
                disabled={props.isDisabled}
                onClick={() => void change(mail.vips.filter((other) => other !== vip))}
              >
                <Icon name="close" />
                <span className="visually-hidden">Remove {vip}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
