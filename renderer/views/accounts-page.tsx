import type { ReactElement } from 'react';
import type { AppView } from '../../preload/contract.ts';
import { Accounts } from '../parts/accounts.tsx';
import { isProblem, SignInCards } from '../parts/sign-in-cards.tsx';
import { StorageNote } from '../parts/storage-note.tsx';

/** The accounts there are, what each of them needs, and another one. */
export function AccountsPage({ app }: { readonly app: AppView }): ReactElement {
  const problems = app.health.warnings.filter((warning) => warning.remedy === 'signIn' || isProblem(warning));
  return (
    <>
      <header className="page-head">
        <h1>Accounts</h1>
      </header>
      <SignInCards app={app} problems={problems} />
      <Accounts app={app} />
      <StorageNote app={app} />
    </>
  );
}
