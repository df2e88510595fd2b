import { type ReactElement, useId, useState } from 'react';
import type { SettingsValues, TunnelSettingView } from '../../preload/contract.ts';
import { httpsAddressProblem, portProblem } from '../field-checks.ts';
import { ProblemNote, SaveNote, TextField } from '../parts/field.tsx';
import { Toggle } from '../parts/toggle.tsx';
import { save } from '../settings-store.ts';
import { Choices } from './choices.tsx';
import { Managed, useManaged, useSave } from './section.tsx';

type Kind = TunnelSettingView['kind'];
const publicHost = 'https://localtunnel.me';

/** Three ways to be told, each with what it means for privacy. */
export function TunnelChoice({ values }: { readonly values: SettingsValues }): ReactElement {
  const { tunnel } = values;
  const managed = useManaged('tunnel');
  /** An own address is stored only once it is typed: until then it is merely looked at. */
  const [isLookingAtOwn, setIsLookingAtOwn] = useState(false);
  const shown: Kind = isLookingAtOwn ? 'fixedAddress' : tunnel.kind;
  const state = useSave('tunnel');

  function choose(kind: Kind): void {
    setIsLookingAtOwn(kind === 'fixedAddress' && tunnel.kind !== 'fixedAddress');
    if (kind === tunnel.kind || kind === 'fixedAddress') return;
    void save('tunnel', { tunnel: kind === 'none' ? { kind } : { kind, host: publicHost } });
  }

  return (
    <div className="tunnel-choice">
      <Choices
        field="tunnel.kind"
        label="How Microsoft tells Tidings of changes"
        value={shown}
        isDisabled={managed}
        onChange={choose}
        choices={[
          {
            value: 'localtunnel',
            label: 'Through a public tunnel, at once',
            note: 'The tunnel service sees that something changed and when, never who wrote or what. It could hold notices back; Tidings checks for that by itself.',
          },
          {
            value: 'fixedAddress',
            label: 'At a public address of your own, at once',
            note: 'Nobody stands in between. You need a name, a certificate and a way through to this computer.',
          },
          {
            value: 'none',
            label: 'Not at all: Tidings checks every minute',
            note: 'Nobody reaches this computer from outside. Alerts come up to a minute late.',
          },
        ]}
      />
      {managed && <Managed />}
      <div className="sub-fields">
        {shown === 'localtunnel' && tunnel.kind === 'localtunnel' && (
          <TextField
            label="Tunnel service"
            note={`The public one is ${publicHost}. Your organisation may run its own.`}
            inputMode="url"
            button="Save"
            value={tunnel.host}
            isDisabled={managed}
            problemOf={httpsAddressProblem}
            onSave={(host) => save('tunnel', { tunnel: { kind: 'localtunnel', host } })}
            state={state}
          />
        )}
        {shown === 'fixedAddress' && (
          <OwnAddress
            tunnel={tunnel.kind === 'fixedAddress' ? tunnel : null}
            isDisabled={managed}
            onSaved={() => setIsLookingAtOwn(false)}
          />
        )}
        {shown === 'none' && <SaveNote state={state} />}
      </div>
    </div>
  );
}

function OwnAddress(props: {
  readonly tunnel: (TunnelSettingView & { kind: 'fixedAddress' }) | null;
  readonly isDisabled: boolean;
  readonly onSaved: () => void;
}): ReactElement {
  const id = useId();
  const [url, setUrl] = useState(props.tunnel?.url ?? '');
  const [port, setPort] = useState(String(props.tunnel?.port ?? 8443));
  const [expectHost, setExpectHost] = useState(props.tunnel?.expectHost ?? false);
  const [problem, setProblem] = useState<string | null>(null);
  const state = useSave('tunnel');

  async function submit(): Promise<void> {
    const found = httpsAddressProblem(url) ?? portProblem(port);
    setProblem(found);
    if (found !== null) return;
    const tunnel: TunnelSettingView = { kind: 'fixedAddress', url: url.trim(), port: Number(port), expectHost };
    if (await save('tunnel', { tunnel })) props.onSaved();
  }

  return (
    <form
      className="own-address"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="field-label" htmlFor={`${id}-url`}>
        Public address
      </label>
      <input
        id={`${id}-url`}
        className="input"
        type="text"
        inputMode="url"
        placeholder="https://tidings.contoso.example"
        autoComplete="off"
        spellCheck={false}
        disabled={props.isDisabled}
        aria-describedby={`${id}-problem`}
        value={url}
        onChange={(event) => setUrl(event.target.value)}
      />
      <label className="field-label" htmlFor={`${id}-port`}>
        Port on this computer that it leads to
      </label>
      <input
        id={`${id}-port`}
        className="input port"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        disabled={props.isDisabled}
        aria-describedby={`${id}-problem`}
        value={port}
        onChange={(event) => setPort(event.target.value)}
      />
      <Toggle
        label="Refuse requests that name another host"
        note="Leave this off if your reverse proxy does not pass the name on."
        isOn={expectHost}
        isDisabled={props.isDisabled}
        onChange={setExpectHost}
      />
      <div className="field-line" id={`${id}-problem`}>
        <button className="button" type="submit" disabled={props.isDisabled || state?.kind === 'saving'}>
          Use this address
        </button>
        <ProblemNote problem={problem} state={state} />
      </div>
    </form>
  );
}
