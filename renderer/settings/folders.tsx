import { Checkbox } from '@base-ui/react/checkbox';
import { type ReactElement, useId, useState } from 'react';
import type { AccountView, FolderView, SettingsValues } from '../../preload/contract.ts';
import { DialogFrame } from '../parts/dialog-frame.tsx';
import { SaveNote } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { loadFolders, save, useSettings } from '../settings-store.ts';
import { useSave } from './section.tsx';

interface FoldersProps {
  readonly values: SettingsValues;
  readonly accounts: readonly AccountView[];
  readonly isDisabled: boolean;
}

/** The folders that are watched beside the inbox, account by account. */
export function Folders({ values, accounts, isDisabled }: FoldersProps): ReactElement | null {
  const [choosingFor, setChoosingFor] = useState<AccountView | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const state = useSave('mail.folders');
  if (accounts.length === 0) return null;
  return (
    <div className="list-field">
      <p className="field-label">Folders</p>
      <p className="field-note">The inbox is always watched. Rules may move mail elsewhere: add those folders here.</p>
      <ul className="folder-accounts">
        {accounts.map((account) => (
          <li className="folder-account" key={account.accountId}>
            <div className="field-text">
              {accounts.length > 1 && <p className="folder-of">{account.username}</p>}
              <p>{namesText(values, account)}</p>
            </div>
            <button
              className="button button-small"
              type="button"
              disabled={isDisabled || account.session !== 'signedIn'}
              onClick={() => {
                setChoosingFor(account);
                setIsOpen(true);
                void loadFolders(account.accountId);
              }}
            >
              Choose folders…<span className="visually-hidden"> of {account.username}</span>
            </button>
          </li>
        ))}
      </ul>
      <SaveNote state={state} />
      <DialogFrame
        title={accounts.length > 1 ? `Folders of ${choosingFor?.username ?? ''}` : 'Folders to watch'}
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
      >
        {choosingFor !== null && <FolderList account={choosingFor} values={values} />}
      </DialogFrame>
    </div>
  );
}

function namesText({ mail }: SettingsValues, { accountId }: AccountView): string {
  return ['Inbox', ...mail.folders.filter(({ account }) => account === accountId).map(({ name }) => name)].join(', ');
}

function FolderList({
  account,
  values,
}: {
  readonly account: AccountView;
  readonly values: SettingsValues;
}): ReactElement {
  const state = useSettings((settings) => settings.folders[account.accountId]);
  const saving = useSave('mail.folders');
  if (state === undefined || state.kind === 'loading') {
    return (
      <p className="loading" role="status">
        Reading your folders…
      </p>
    );
  }
  if (state.kind === 'failed') {
    return (
      <div className="dialog-failed" role="alert">
        <p>{state.userMessage}</p>
        <button className="button" type="button" onClick={() => void loadFolders(account.accountId)}>
          Try again
        </button>
      </div>
    );
  }
  if (state.folders.length === 0) return <p>This mailbox has no other folders.</p>;
  return (
    <>
      <ul className="folders">
        {state.folders.map((folder) => (
          <Folder key={folder.id} folder={folder} account={account} values={values} />
        ))}
      </ul>
      <SaveNote state={saving} />
    </>
  );
}

function Folder(props: {
  readonly folder: FolderView;
  readonly account: AccountView;
  readonly values: SettingsValues;
}): ReactElement {
  const { folder, account } = props;
  const { mail } = props.values;
  const id = useId();
  const isChosen = mail.folders.some((each) => each.id === folder.id && each.account === account.accountId);

  function choose(isWanted: boolean): void {
    const others = mail.folders.filter((each) => each.id !== folder.id || each.account !== account.accountId);
    const folders = isWanted ? [...others, { account: account.accountId, id: folder.id, name: folder.name }] : others;
    void save('mail.folders', { mail: { ...mail, folders } });
  }

  return (
    <li className="folder" data-depth={Math.min(folder.depth, 6)}>
      <Checkbox.Root
        id={id}
        className="checkbox"
        aria-labelledby={`${id}-label`}
        checked={isChosen}
        onCheckedChange={choose}
      >
        <Checkbox.Indicator className="checkbox-mark">
          <Icon name="check" />
        </Checkbox.Indicator>
      </Checkbox.Root>
      <label htmlFor={id} id={`${id}-label`}>
        <bdi dir="auto">{folder.name}</bdi>
      </label>
    </li>
  );
}
