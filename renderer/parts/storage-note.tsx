import type { ReactElement } from 'react';
import type { AppView } from '../../preload/contract.ts';
import { Icon } from './icon.tsx';

/** Said wherever somebody may wonder why they are asked to sign in again. */
export function StorageNote({ app }: { readonly app: AppView }): ReactElement | null {
  if (app.storageNote === null) return null;
  return (
    <section className="card card-line">
      <Icon name="key" />
      <p>{app.storageNote}</p>
    </section>
  );
}
