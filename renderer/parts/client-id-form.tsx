import type { ReactElement } from 'react';
import { clientIdProblem } from '../field-checks.ts';
import { isManaged, save, useSettings } from '../settings-store.ts';
import { TextField } from './field.tsx';

/** The one thing that Tidings cannot know by itself: under which registration it signs people in. */
export function ClientIdForm(): ReactElement {
  const stored = useSettings((settings) => settings.stored);
  const state = useSettings((settings) => settings.saves.clientId);
  const managed = isManaged(stored, 'clientId');
  return (
    <section className="card" aria-labelledby="client-id">
      <h2 id="client-id">Your app registration</h2>
      <p className="card-note">
        Tidings signs you in at Microsoft under the name of an app registration that you or your organisation made. It
        takes five minutes, costs nothing and needs no secret: “Register your app” in the documentation goes through it
        step by step.
      </p>
      <TextField
        label="Application (client) ID"
        note="You find it on the registration’s overview page. It is no secret."
        placeholder="00001111-aaaa-2222-bbbb-3333cccc4444"
        button="Save and go on"
        value={stored?.values.clientId ?? ''}
        isDisabled={managed}
        problemOf={clientIdProblem}
        onSave={(clientId) => save('clientId', { clientId })}
        state={state}
      />
    </section>
  );
}
