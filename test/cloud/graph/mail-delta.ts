/** Change tracking of one mail folder: `GET /me/mailFolders/{id}/messages/delta`. */
import { type Answer, badRequest, ok } from './answers.ts';
import { type Call, onlyGet } from './call.ts';
import type { DeltaEntry, DeltaFeed, DeltaState } from './delta.ts';
import { changedOnTheWire, type MailView, MESSAGE_PROPERTIES, messageView } from './mail-view.ts';
import type { Folder, Mailbox, StoredMail } from './mailbox.ts';
import {
  compileFilter,
  type Filter,
  onlyOptions,
  parseSelect,
  positiveInteger,
  SERVICE_ROOT,
  selected,
} from './odata.ts';
import { LARGEST_PAGE } from './paging.ts';

/** Outlook's own page size for delta when the caller names none. */
const DELTA_PAGE = 10;
/** A filtered delta sees at most this many messages. */
const FILTERED_AT_MOST = 5000;

export interface MailDeltaOptions {
  readonly select: ReadonlySet<string> | undefined;
  readonly filter: Filter | undefined;
  readonly pageSize: number | undefined;
  readonly changeType: 'created' | 'updated' | 'deleted' | undefined;
}

/** Per-mailbox behaviour that a command can switch. */
export interface MailHabits {
  /** `$deltatoken=latest` is answered with a whole enumeration, as some mailboxes do. */
  ignoresLatest: boolean;
  /** A changed read state is shown as `id` and `isRead` only. */
  partialUpdates: boolean;
}

export interface MailRoom {
  readonly mailbox: Mailbox;
  readonly feed: DeltaFeed<MailDeltaOptions>;
  readonly habits: MailHabits;
}

export function mailView(call: Call): MailView {
  const seesAll = call.scopes.has('mail.read') || call.scopes.has('mail.readwrite');
  const { immutableIds, bodyAs } = call.prefer;
  return { immutableIds, bodyAs, sees: seesAll ? 'everything' : 'basic' };
}

/** One page of `…/messages/delta`. */
export function answerMailDelta(call: Call, room: MailRoom, folder: Folder): Answer {
  onlyGet(call);
  const { feed } = room;
  const path = `${SERVICE_ROOT}/me/mailFolders('${encodeURIComponent(folder.id)}')/messages/delta`;
  const state = deltaState(call, room, folder, path);
  const size = Math.min(call.prefer.maxPageSize ?? state.options.pageSize ?? DELTA_PAGE, LARGEST_PAGE);
  const { entries, link } = feed.page(state, size);
  const value = entries.flatMap((entry) => deltaItem(call, room, folder, state.options, entry));
  const name = link.kind === '$skiptoken' ? '@odata.nextLink' : '@odata.deltaLink';
  return ok({
    '@odata.context': `${SERVICE_ROOT}/$metadata#Collection(message)`,
    [name]: `${path}?${link.kind}=${link.token}`,
    value,
  });
}

function deltaState(call: Call, room: MailRoom, folder: Folder, path: string): DeltaState<MailDeltaOptions> {
  const { feed, habits } = room;
  const { query } = call;
  const skip = query.get('$skiptoken');
  const token = query.get('$deltatoken');
  if (skip !== null || (token !== null && token !== 'latest')) {
    if ([...query.keys()].length > 1) throw badRequest('A link carries its options; nothing may be added to it.');
    const kind = skip === null ? '$deltatoken' : '$skiptoken';
    return feed.resume(kind, skip ?? token ?? '', folder.id, folder.journal, () => path);
  }
  onlyOptions(query, ['$select', '$filter', '$orderby', '$top', '$deltatoken']);
  const filter = query.get('$filter');
  const order = query.get('$orderby');
  if (order !== null && !/^receivedDateTime\s+desc$/i.test(order)) {
    throw badRequest("Only '$orderby=receivedDateTime desc' is supported for change tracking.", 'ErrorInvalidUrlQuery');
  }
  const changeType = query.get('changeType');
  if (changeType !== null && changeType !== 'created' && changeType !== 'updated' && changeType !== 'deleted') {
    throw badRequest(`Invalid changeType '${changeType}'.`, 'ErrorInvalidUrlQuery');
  }
  const top = query.get('$top');
  const options: MailDeltaOptions = {
    select: parseSelect(query, MESSAGE_PROPERTIES, 'message'),
    filter: filter === null ? undefined : compileFilter(filter, { receivedDateTime: ['ge', 'gt'] }),
    pageSize: top === null ? undefined : positiveInteger(top, '$top'),
    changeType: changeType ?? undefined,
  };
  const from = token === 'latest' && !habits.ignoresLatest ? 'latest' : 'everything';
  const state = feed.start(folder.id, options, folder.journal, from);
  const { filter: passes } = options;
  if (passes === undefined) return state;
  const view: MailView = { immutableIds: true, sees: 'basic' };
  const kept = state.entries.filter(({ key }) => {
    const mail = room.mailbox.byKey(key);
    return mail !== undefined && passes(messageView(mail, call.account, view));
  });
  return { ...state, entries: kept.slice(0, FILTERED_AT_MOST) };
}

/** None or one: what the options leave out is left out. */
function deltaItem(
  call: Call,
  room: MailRoom,
  folder: Folder,
  options: MailDeltaOptions,
  { key, since }: DeltaEntry,
): object[] {
  const { journal } = folder;
  const mail = room.mailbox.byKey(key);
  const entry = journal.entry(key);
  if (mail === undefined || entry === undefined) return [];
  const type = { '@odata.type': '#microsoft.graph.message' };
  if (!entry.isHere) {
    if (since === 0 || (options.changeType !== undefined && options.changeType !== 'deleted')) return [];
    return [{ ...type, id: removedId(call, mail, folder), '@removed': { reason: entry.goneReason } }];
  }
  const isNew = entry.arrivedSeq > since;
  if (options.changeType !== undefined && options.changeType !== (isNew ? 'created' : 'updated')) return [];
  const message = messageView(mail, call.account, mailView(call));
  if (options.filter?.(message) === false) return [];
  const changed = room.habits.partialUpdates ? changedOnTheWire(journal.propertiesSince(key, since)) : ('all' as const);
  if (changed === 'all') return [{ ...type, ...selected(message, options.select) }];
  const { select } = options;
  const shown = new Set([...changed].filter((name) => select === undefined || select.has(name)));
  return shown.size === 0 ? [] : [{ ...type, ...selected(message, shown) }];
}

/** A message that moved away has another ordinary id by now; its old folder still names it by the old one. */
function removedId(call: Call, mail: StoredMail, folder: Folder): string {
  return call.prefer.immutableIds ? mail.immutableId : (mail.formerIds.get(folder.id) ?? mail.mutableId);
}
