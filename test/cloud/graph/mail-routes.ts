/** Mail over HTTP: folders, messages, and marking as read. */
import { type Answer, badRequest, GraphFailure, itemNotFound, ok } from './answers.ts';
import { type Call, jsonBody, MAIL_READ, onlyGet, requireScope } from './call.ts';
import { answerMailDelta, type MailRoom, mailView } from './mail-delta.ts';
import { FOLDER_PROPERTIES, folderView, MESSAGE_PROPERTIES, messageView } from './mail-view.ts';
import type { EditableMail, Folder, StoredMail } from './mailbox.ts';
import { compileFilter, type Filter, onlyOptions, parseSelect, SERVICE_ROOT, selected } from './odata.ts';
import { pageOf } from './paging.ts';

/** Answers what starts with `mailFolders` or `messages`; undefined when the path is neither. */
export function answerMail(call: Call, room: MailRoom): Answer | undefined {
  const [first = '', second, third, fourth] = call.segments;
  const names = [first, third, fourth].map((name) => name?.toLowerCase());
  const depth = call.segments.length;
  if (names[0] === 'messages') {
    if (depth === 1) return list(call, room.mailbox.all());
    if (depth === 2 && second !== undefined) return oneMessage(call, room, second);
  }
  if (names[0] !== 'mailfolders') return undefined;
  if (depth === 1) return folders(call, room, undefined);
  const folder = room.mailbox.findFolder(second ?? '');
  const isKnownPath =
    depth === 2 ||
    (names[1] === 'childfolders' && depth === 3) ||
    (names[1] === 'messages' && (depth === 3 || (depth === 4 && names[2] === 'delta')));
  if (!isKnownPath) return undefined;
  requireScope(call, MAIL_READ);
  // What looks like a name and is none is malformed; what looks like an id and is none is not there.
  if (folder === undefined) {
    throw /^[A-Za-z]{0,20}$/.test(second ?? '')
      ? badRequest('Id is malformed.', 'ErrorInvalidIdMalformed')
      : itemNotFound();
  }
  if (depth === 2) return oneFolder(call, room, folder);
  if (names[1] === 'childfolders') return folders(call, room, folder);
  if (depth === 3) return list(call, room.mailbox.mailsIn(folder));
  return answerMailDelta(call, room, folder);
}

/** The folders that lie directly in `parent`, or at the top. */
function folders(call: Call, { mailbox }: MailRoom, parent: Folder | undefined): Answer {
  onlyGet(call);
  requireScope(call, MAIL_READ);
  onlyOptions(call.query, ['$select', '$top', '$skip', '$count']);
  const select = parseSelect(call.query, FOLDER_PROPERTIES, 'mailFolder');
  const path = `me/${call.segments.map(encodeURIComponent).join('/')}`;
  const here = mailbox.folders().filter((folder) => folder.parent === parent);
  const { page, nextLink } = pageOf(call, here, path);
  return ok({
    '@odata.context': `${SERVICE_ROOT}/$metadata#users('${call.account.oid}')/mailFolders`,
    value: page.map((folder) => selected(folderView(folder, mailbox), select)),
    ...nextLink,
  });
}

function oneFolder(call: Call, { mailbox }: MailRoom, folder: Folder): Answer {
  onlyGet(call);
  onlyOptions(call.query, ['$select']);
  const select = parseSelect(call.query, FOLDER_PROPERTIES, 'mailFolder');
  const context = { '@odata.context': `${SERVICE_ROOT}/$metadata#users('${call.account.oid}')/mailFolders/$entity` };
  return ok({ ...context, ...selected(folderView(folder, mailbox), select) });
}

function list(call: Call, mails: readonly StoredMail[]): Answer {
  onlyGet(call);
  requireScope(call, MAIL_READ);
  onlyOptions(call.query, ['$select', '$filter', '$orderby', '$top', '$skip', '$count']);
  const select = parseSelect(call.query, MESSAGE_PROPERTIES, 'message');
  const filter = call.query.get('$filter');
  const times = ['eq', 'ge', 'gt', 'le', 'lt'];
  const passes: Filter =
    filter === null
      ? () => true
      : compileFilter(filter, { receivedDateTime: times, isRead: ['eq', 'ne'], importance: ['eq'], subject: ['eq'] });
  const order = call.query.get('$orderby') ?? 'receivedDateTime desc';
  if (!/^receivedDateTime( asc| desc)?$/.test(order)) throw badRequest(`Invalid $orderby '${order}'.`);
  const direction = order.endsWith(' desc') ? -1 : 1;
  const shown = [...mails]
    .sort((a, b) => direction * (a.receivedAt.getTime() - b.receivedAt.getTime()))
    .map((mail) => messageView(mail, call.account, mailView(call)))
    .filter(passes);
  const { page, nextLink } = pageOf(call, shown, `me/${call.segments.map(encodeURIComponent).join('/')}`);
  return ok({ value: page.map((message) => selected(message, select)), ...nextLink });
}

function oneMessage(call: Call, room: MailRoom, id: string): Answer {
  if (call.method === 'PATCH') return editMessage(call, room, id);
  onlyGet(call);
  requireScope(call, MAIL_READ);
  onlyOptions(call.query, ['$select', '$expand']);
  const select = parseSelect(call.query, MESSAGE_PROPERTIES, 'message');
  const mail = room.mailbox.find(id);
  if (mail === undefined) throw itemNotFound();
  return ok(selected(messageView(mail, call.account, mailView(call)), select));
}

function editMessage(call: Call, room: MailRoom, id: string): Answer {
  requireScope(call, ['mail.readwrite']);
  const mail = room.mailbox.find(id);
  if (mail === undefined) throw itemNotFound();
  const edited = room.mailbox.edit(mail.immutableId, readMailPatch(jsonBody(call)));
  return ok(messageView(edited, call.account, mailView(call)));
}

function readMailPatch(body: Record<string, unknown>): Partial<EditableMail> {
  let patch: Partial<EditableMail> = {};
  for (const [name, value] of Object.entries(body)) {
    if (!(MESSAGE_PROPERTIES as readonly string[]).includes(name)) {
      throw badRequest(`The property '${name}' does not exist on type 'microsoft.graph.message'.`);
    }
    if (name === 'isRead' && typeof value === 'boolean') patch = { ...patch, isRead: value };
    else if (name === 'categories' && isTextList(value)) patch = { ...patch, categories: value };
    else if (name === 'isRead' || name === 'categories') throw badRequest(`Cannot convert the value of '${name}'.`);
    else throw new GraphFailure(403, 'ErrorAccessDenied', `Changing '${name}' of a received message is not allowed.`);
  }
  return patch;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
