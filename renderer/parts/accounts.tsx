import { type ReactElement, useState } from 'react';
import type { AccountView, AppView } from '../../preload/contract.ts';
import { signOut, useScreen } from '../store.ts';
import { AddAccountButton } from './add-account-button.tsx';
import { Icon } from './icon.tsx';

const sessions: Readonly<Record<AccountView['session'], string>> = {
  signedIn: 'Signed in',
  signInRequired: 'Sign in needed',
  blocked: 'Blocked by your organisation',
  configurationError: 'Set-up problem',
};

export function Accounts({ app }: { readonly app: AppView }): ReactElement {
  return (
    <section className="card" aria-labelledby="accounts">
      <h2 id="accounts">{app.accounts.length === 1 ? 'Your account' : 'Your accounts'}</h2>
      <ul className="accounts">
        {app.accounts.map((account) => (
          <Account key={account.accountId} account={account} />
        ))}
      </ul>
      <AddAccountButton words="Add another account" />
    </section>
  );
}

function Account({ account }: { readonly account: AccountView }): ReactElement {
  const [asks, setAsks] = useState(false);
  const isRunning = useScreen((screen) => screen.running.has('signOut'));
  const status = account.reason === '' ? sessions[account.session] : `${sessions[account.session]}: ${account.reason}`;
  return (
    <li className="account">
      <span className="account-icon">
        <Icon name="person" />
      </span>
      <div className="account-text">
        <h3>
          <bdi dir="auto">{account.name ?? account.username}</bdi>
        </h3>
        <p>
          {account.name === null ? '' : `${account.username} · `}
          {account.kind === 'work' ? 'Work or school account' : 'Personal account'}
        </p>
        <p className={`account-${account.session}`}>{status}</p>
        {asks && (
          <p className="account-question">
            Signing out removes this account’s alerts and sign-in from this computer. Your mail is not touched.
          </p>
        )}
      </div>
      {asks ? (
        <div className="account-actions">
          <button
            className="button button-danger"
            type="button"
            disabled={isRunning}
            onClick={() => void signOut(account.accountId)}
          >
            {isRunning ? 'Signing out…' : 'Sign out'}
          </button>
          {/* biome-ignore lint/a11y/noAutofocus: focus goes to the safe answer of a question that a click asked */}
          <button className="button" type="button" autoFocus onClick={() => setAsks(false)}>
            Keep
          </button>
        </div>
      ) : (
        <button className="button account-actions" type="button" onClick={() => setAsks(true)}>
          Sign out…<span className="visually-hidden"> {account.username}</span>
        </button>
      )}
    </li>
  );
}
