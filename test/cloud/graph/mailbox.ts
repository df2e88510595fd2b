/** One person's mail: folders, messages, and a journal per folder. Knows nothing of HTTP. */

import { newChangeKey, newFolderId, newImmutableId, newMutableId } from './ids.ts';
import { createJournal, type Journal } from './journal.ts';

export interface Folder {
  readonly id: string;
  /** Such as `inbox`; undefined for a folder the person made. */
  readonly wellKnownName: string | undefined;
  readonly displayName: string;
  /** Undefined for what lies at the top. */
  readonly parent: Folder | undefined;
  readonly journal: Journal;
}

export interface Person {
  readonly name: string;
  readonly address: string;
}

/** A message as it stands at one moment. Changes replace the value, so an old one stays true. */
export interface StoredMail {
  /** Never changes; the key of the store. */
  readonly immutableId: string;
  /** Changes with every move. */
  readonly mutableId: string;
  /** Folder id → the ordinary id it had there, for folders it left. */
  readonly formerIds: ReadonlyMap<string, string>;
  readonly folder: Folder;
  /** The folder it was in before it was removed. */
  readonly removedFrom: Folder | undefined;
  readonly isErased: boolean;
  readonly receivedAt: Date;
  readonly changedAt: Date;
  readonly changeKey: string;
  readonly from: Person;
  readonly subject: string;
  readonly preview: string;
  readonly importance: 'low' | 'normal' | 'high';
  readonly isRead: boolean;
  readonly isFlagged: boolean;
  readonly categories: readonly string[];
  readonly isFocused: boolean;
  readonly conversationId: string;
}

/** `before` is missing for a message that came into the folder, `after` for one that left it. */
export interface MailChange {
  readonly folder: Folder;
  readonly before: StoredMail | undefined;
  readonly after: StoredMail | undefined;
}

export type EditableMail = Pick<
  StoredMail,
  'subject' | 'preview' | 'importance' | 'isRead' | 'isFlagged' | 'categories' | 'isFocused'
>;

const WELL_KNOWN: Readonly<Record<string, string>> = {
  inbox: 'Inbox',
  drafts: 'Drafts',
  sentitems: 'Sent Items',
  deleteditems: 'Deleted Items',
  archive: 'Archive',
  junkemail: 'Junk Email',
  outbox: 'Outbox',
};

export type Mailbox = ReturnType<typeof createMailbox>;

/**
 * @param now cloud time.
 * @param onChange told after every change, once per folder concerned: a move leaves one and enters the other.
 */
export function createMailbox(now: () => Date, onChange: (change: MailChange) => void) {
  const mails = new Map<string, StoredMail>();
  const folders: Folder[] = Object.entries(WELL_KNOWN).map(([name, displayName]) => newFolder(displayName, name));

  function newFolder(displayName: string, wellKnownName: string | undefined, parent?: Folder): Folder {
    return { id: newFolderId(), wellKnownName, displayName, parent, journal: createJournal() };
  }

  /** By id or well-known name (any case), as addresses name folders. */
  function findFolder(name: string): Folder | undefined {
    return folders.find((folder) => folder.id === name || folder.wellKnownName === name.toLowerCase());
  }

  /** As people name folders: by display name too. @throws Error when there is none. */
  function folderNamed(name: string): Folder {
    const found = findFolder(name) ?? folders.find((folder) => folder.displayName === name);
    if (found === undefined) throw new Error(`No such folder: ${name}`);
    return found;
  }

  /** By either id, erased messages included. */
  function findAny(id: string): StoredMail | undefined {
    return mails.get(id) ?? [...mails.values()].find((mail) => mail.mutableId === id);
  }

  function mailNamed(id: string): StoredMail {
    const found = findAny(id);
    if (found === undefined) throw new Error(`No such message: ${id}`);
    return found;
  }

  function put(mail: StoredMail): StoredMail {
    mails.set(mail.immutableId, mail);
    return mail;
  }

  function transfer(before: StoredMail, folder: Folder, patch: Partial<StoredMail>, reason: 'deleted' | 'changed') {
    before.folder.journal.gone(before.immutableId, reason);
    const formerIds = new Map(before.formerIds).set(before.folder.id, before.mutableId);
    const stamp = { changedAt: now(), changeKey: newChangeKey(), mutableId: newMutableId(), formerIds };
    const after = put({ ...before, ...stamp, ...patch, folder });
    folder.journal.arrived(after.immutableId);
    onChange({ folder: before.folder, before, after: undefined });
    onChange({ folder, before: undefined, after });
    return after;
  }

  return {
    folders: (): readonly Folder[] => folders,
    findFolder,
    folderNamed,
    /** @param inside name of the folder it lies in; at the top without it. */
    addFolder(displayName: string, inside?: string): Folder {
      const folder = newFolder(displayName, undefined, inside === undefined ? undefined : folderNamed(inside));
      folders.push(folder);
      return folder;
    },
    /** For good, with what is in it: its messages and the folders below. */
    removeFolder(name: string): Folder {
      const gone = folderNamed(name);
      for (const below of folders.filter(({ parent }) => parent === gone)) this.removeFolder(below.id);
      for (const mail of mails.values())
        if (mail.folder === gone && !mail.isErased) this.remove(mail.immutableId, true);
      folders.splice(folders.indexOf(gone), 1);
      return gone;
    },
    /** By either id, as long as the message exists. Ids are case-sensitive. */
    find(id: string): StoredMail | undefined {
      const found = findAny(id);
      return found?.isErased === true ? undefined : found;
    },
    /** By the store's key, erased or not. */
    byKey: (immutableId: string): StoredMail | undefined => mails.get(immutableId),
    mailsIn: (folder: Folder): StoredMail[] =>
      [...mails.values()].filter((mail) => mail.folder === folder && !mail.isErased),
    all: (): StoredMail[] => [...mails.values()].filter((mail) => !mail.isErased),

    add(
      mail: EditableMail & Pick<StoredMail, 'receivedAt' | 'from' | 'conversationId'>,
      folderName: string,
    ): StoredMail {
      const folder = folderNamed(folderName);
      const after = put({
        ...mail,
        immutableId: newImmutableId(),
        mutableId: newMutableId(),
        formerIds: new Map(),
        folder,
        removedFrom: undefined,
        isErased: false,
        changedAt: now(),
        changeKey: newChangeKey(),
      });
      folder.journal.arrived(after.immutableId);
      onChange({ folder, before: undefined, after });
      return after;
    },

    /** Changes only what differs; nothing different is no change at all. */
    edit(id: string, patch: Partial<EditableMail>): StoredMail {
      const before = mailNamed(id);
      const properties = Object.entries(patch)
        .filter(([name, value]) => JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(value))
        .map(([name]) => name);
      if (properties.length === 0) return before;
      const after = put({ ...before, ...patch, changedAt: now(), changeKey: newChangeKey() });
      after.folder.journal.changed(after.immutableId, properties);
      onChange({ folder: after.folder, before, after });
      return after;
    },

    move(id: string, folderName: string): StoredMail {
      const before = mailNamed(id);
      const folder = folderNamed(folderName);
      return before.folder === folder ? before : transfer(before, folder, {}, 'changed');
    },

    /** Into Deleted Items; from there (or `permanently`) out of the world. */
    remove(id: string, permanently: boolean): StoredMail {
      const before = mailNamed(id);
      const bin = folderNamed('deleteditems');
      if (!permanently && before.folder !== bin)
        return transfer(before, bin, { removedFrom: before.folder }, 'deleted');
      before.folder.journal.gone(before.immutableId, 'deleted');
      const removedFrom = before.removedFrom ?? before.folder;
      const after = put({ ...before, isErased: true, removedFrom, changedAt: now() });
      onChange({ folder: before.folder, before, after: undefined });
      return after;
    },

    /** Back to the folder it was removed from; the immutable id stays. */
    restore(id: string): StoredMail {
      const before = mailNamed(id);
      const home = before.removedFrom;
      if (home === undefined) return before;
      if (!before.isErased) return transfer(before, home, { removedFrom: undefined }, 'changed');
      const stamp = { changedAt: now(), changeKey: newChangeKey(), mutableId: newMutableId() };
      const after = put({ ...before, ...stamp, folder: home, isErased: false, removedFrom: undefined });
      home.journal.arrived(after.immutableId);
      onChange({ folder: home, before: undefined, after });
      return after;
    },
  };
}
