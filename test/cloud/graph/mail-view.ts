/** A stored message as Graph shows it. */
import type { Importance, MailFolder, Message } from '@microsoft/microsoft-graph-types';
import { placesOf } from '../clouds.ts';
import type { CloudAccount } from '../types.ts';
import { etagOf } from './ids.ts';
import type { Folder, Mailbox, StoredMail } from './mailbox.ts';
import { bodyOf, wholeSecondTime } from './odata.ts';

export const MESSAGE_PROPERTIES = [
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'categories',
  'receivedDateTime',
  'sentDateTime',
  'hasAttachments',
  'internetMessageId',
  'internetMessageHeaders',
  'subject',
  'body',
  'bodyPreview',
  'uniqueBody',
  'importance',
  'parentFolderId',
  'sender',
  'from',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'conversationId',
  'conversationIndex',
  'isDeliveryReceiptRequested',
  'isReadReceiptRequested',
  'isRead',
  'isDraft',
  'webLink',
  'inferenceClassification',
  'flag',
] as const satisfies readonly (keyof Message)[];

export const FOLDER_PROPERTIES = [
  'id',
  'displayName',
  'parentFolderId',
  'childFolderCount',
  'unreadItemCount',
  'totalItemCount',
  'isHidden',
] as const satisfies readonly (keyof MailFolder)[];

/** What `Mail.ReadBasic` does not let see. */
const BEYOND_BASIC: ReadonlySet<string> = new Set(['body', 'bodyPreview', 'uniqueBody'] satisfies (keyof Message)[]);

/** Properties of the wire that change with a property of the store. */
const ON_THE_WIRE: Readonly<Record<string, keyof Message>> = {
  isRead: 'isRead',
  isFlagged: 'flag',
  categories: 'categories',
  isFocused: 'inferenceClassification',
};

export interface MailView {
  readonly immutableIds: boolean;
  /** The caller holds more than `Mail.ReadBasic`. */
  readonly sees: 'basic' | 'everything';
  readonly bodyAs?: 'html' | 'text';
}

/** The whole message, with its annotations. */
export function messageView(mail: StoredMail, account: CloudAccount, view: MailView): Message {
  const id = view.immutableIds ? mail.immutableId : mail.mutableId;
  const from = { emailAddress: { name: mail.from.name, address: mail.from.address } };
  const whole = {
    id,
    createdDateTime: wholeSecondTime(mail.receivedAt),
    lastModifiedDateTime: wholeSecondTime(mail.changedAt),
    changeKey: mail.changeKey,
    categories: [...mail.categories],
    receivedDateTime: wholeSecondTime(mail.receivedAt),
    sentDateTime: wholeSecondTime(new Date(mail.receivedAt.getTime() - 2000)),
    hasAttachments: false,
    internetMessageId: `<${mail.immutableId.slice(-24)}@mail.${account.username.split('@')[1]}>`,
    subject: mail.subject,
    bodyPreview: mail.preview,
    importance: mail.importance satisfies Importance,
    parentFolderId: mail.folder.id,
    conversationId: mail.conversationId,
    conversationIndex: 'AQHcAAAA',
    isDeliveryReceiptRequested: false,
    isReadReceiptRequested: false,
    isRead: mail.isRead,
    isDraft: false,
    webLink: webLink(account, id),
    inferenceClassification: mail.isFocused ? 'focused' : 'other',
    body: bodyOf(mail.preview, view.bodyAs ?? 'html'),
    sender: from,
    from,
    toRecipients: [{ emailAddress: { name: account.name, address: account.username } }],
    ccRecipients: [],
    bccRecipients: [],
    replyTo: [],
    flag: { flagStatus: mail.isFlagged ? 'flagged' : 'notFlagged' },
  } satisfies Message;
  const shown = Object.entries(whole).filter(([name]) => view.sees === 'everything' || !BEYOND_BASIC.has(name));
  return { '@odata.etag': etagOf(mail.changeKey), ...Object.fromEntries(shown) } as Message;
}

function webLink(account: CloudAccount, id: string): string {
  const host = account.kind === 'personal' ? 'outlook.live.com' : placesOf(account).outlook;
  return `https://${host}/owa/?ItemID=${encodeURIComponent(id)}&exvsurl=1&viewmodel=ReadMessageItem`;
}

/**
 * The properties an incremental round shows: all of them, or only these. Outlook answers a mere change of read state, flag
 * or category with the changed properties and little else.
 *
 * @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/5544
 */
export function changedOnTheWire(properties: ReadonlySet<string> | 'all'): ReadonlySet<string> | 'all' {
  if (properties === 'all') return 'all';
  const names = [...properties].map((property) => ON_THE_WIRE[property]);
  return names.every((name) => name !== undefined) ? new Set(names) : 'all';
}

export function folderView(folder: Folder, mailbox: Mailbox): MailFolder {
  const mails = mailbox.mailsIn(folder);
  return {
    id: folder.id,
    displayName: folder.displayName,
    parentFolderId: folder.parent?.id ?? 'AQMkRoot',
    childFolderCount: mailbox.folders().filter(({ parent }) => parent === folder).length,
    unreadItemCount: mails.filter((mail) => !mail.isRead).length,
    totalItemCount: mails.length,
    isHidden: false,
  } satisfies MailFolder;
}
