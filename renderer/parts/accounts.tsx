import { type ReactElement, useState } from 'react';
import type { AccountView, AppView } from '../../preload/contract.ts';
import { signOut } from '../actions.ts';
import { useScreen } from '../store.ts';
import { AddAccountButton } from './add-account-button.tsx';
import { Confirm } from './confirm.tsx';
import { Icon, type IconName } from './icon.tsx';

const sessions: Readonly<
  Record<AccountView['session'], { readonly words: string; readonly icon: IconName; readonly tone: string }>
> = {
  signedIn: { words: 'Signed in', icon: 'check', tone: 'good' },
  signInRequired: { words: 'Sign in needed', icon: 'key', tone: 'warn' },
  blocked: { words: 'Blocked by your organisation', icon: 'noEntry', tone: 'bad' },
  configurationError: { words: 'Set-up problem', icon: 'warning', tone: 'bad' },
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
  const { words, icon, tone } = sessions[account.session];
  return (
    <li className="account">
      <span className={`account-icon ${account.session === 'signedIn' ? '' : `tone-${tone} toned`}`}>
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
        <p className={`account-state tone-${tone}`}>
          <Icon name={icon} />
          {account.reason === '' ? words : `${words}: ${account.reason}`}
        </p>
      </div>
      <div className="account-actions">
        <button className="button" type="button" disabled={isRunning} onClick={() => setAsks(true)}>
          {isRunning ? 'Signing out…' : 'Sign out…'}
          <span className="visually-hidden"> {account.username}</span>
        </button>
      </div>
      <Confirm
        isOpen={asks}
        title={`Sign out ${account.username}?`}
        yes="Sign out"
        no="Keep signed in"
        onAnswer={(isYes) => {
          setAsks(false);
          if (isYes) void signOut(account.accountId);
        }}
      >
        <p>This removes from this computer:</p>
        <ul className="removals">
          <li>the sign-in of this account,</li>
          <li>its alerts, reminders and muted conversations,</li>
          <li>Microsoft’s order to tell this computer of changes.</li>
        </ul>
        <p>Your mail and your calendar at Microsoft stay as they are.</p>
      </Confirm>
    </li>
  );
}
