import type { ReactElement } from 'react';
import type { SettingsValues } from '../../preload/contract.ts';
import { clientIdProblem, httpsAddressProblem } from '../field-checks.ts';
import { TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { save } from '../settings-store.ts';
import { SelectField } from './choices.tsx';
import { Managed, Section, useManaged, useSave } from './section.tsx';
import { TunnelChoice } from './tunnel-choice.tsx';

const clouds: readonly { readonly value: SettingsValues['cloud']; readonly label: string }[] = [
  { value: 'global', label: 'Worldwide' },
  { value: 'usGov', label: 'US Government (GCC High)' },
  { value: 'usGovDoD', label: 'US Government (DoD)' },
  { value: 'china', label: 'China (21Vianet)' },
];

/** How Microsoft reaches this computer, and how this computer reaches Microsoft. */
export function Connection(props: { readonly values: SettingsValues; readonly proxy: string }): ReactElement {
  const { values } = props;
  return (
    <Section
      name="connection"
      title="Connection"
      note="Changing anything here makes Tidings connect anew. Nothing is lost by it."
    >
      <TunnelChoice values={values} />
      <Registration values={values} />
      {props.proxy !== '' && (
        <p className="fact-line">
          <Icon name="feed" />
          <span>
            <strong>Way to the internet:</strong> {props.proxy}
          </span>
        </p>
      )}
    </Section>
  );
}

function Registration({ values }: { readonly values: SettingsValues }): ReactElement {
  const clientIdManaged = useManaged('clientId');
  const cloudManaged = useManaged('cloud');
  const authorityManaged = useManaged('authority');
  return (
    <details className="more-settings">
      <summary>App registration and Microsoft cloud</summary>
      <div className="sub-fields">
        <TextField
          label="Application (client) ID"
          note="The registration under which you sign in. With another one you sign in anew."
          placeholder="00001111-aaaa-2222-bbbb-3333cccc4444"
          button="Save"
          value={values.clientId ?? ''}
          isDisabled={clientIdManaged}
          problemOf={clientIdProblem}
          onSave={(clientId) => save('clientId', { clientId })}
          state={useSave('clientId')}
        />
        {clientIdManaged && <Managed />}
        <SelectField
          field="cloud"
          label="Microsoft cloud"
          note="Where your mailbox lives. Almost everybody’s is worldwide."
          value={values.cloud}
          options={clouds}
          isDisabled={cloudManaged}
          onChange={(value) => {
            const cloud = clouds.find((each) => each.value === value)?.value;
            if (cloud !== undefined) void save('cloud', { cloud });
          }}
        />
        {cloudManaged && <Managed />}
        <TextField
          label="Sign-in address"
          note="For a registration of one organisation: with that organisation’s name at the end."
          button="Save"
          value={values.authority}
          inputMode="url"
          isDisabled={authorityManaged}
          // Main says which hosts there are; here only what is no address at all.
          problemOf={(text) => (URL.canParse(text) ? null : httpsAddressProblem(text))}
          onSave={(authority) => save('authority', { authority })}
          state={useSave('authority')}
        />
        {authorityManaged && <Managed />}
      </div>
    </details>
  );
}
