/** `/subscriptions` over HTTP: create, renew, reauthorize, read, delete. */
import { randomUUID } from 'node:crypto';
import type { CloudClock, PublicWeb, Report } from '../types.ts';
import { type Answer, accessDenied, badRequest, GraphFailure, ok } from './answers.ts';
import { type Call, jsonBody, methodNotAllowed } from './call.ts';
import { validateEndpoint } from './handshake.ts';
import { onlyOptions, SERVICE_ROOT } from './odata.ts';
import {
  type NewSubscription,
  readNewSubscription,
  readSubscriptionPatch,
  type Watched,
} from './subscription-rules.ts';
import { type LiveSubscription, type SubscriptionStore, subscriptionView } from './subscription-store.ts';

const QUOTA = 1000;
const LIST_PAGE = 100;
/** `PATCH` and `/reauthorize` for one subscription within this time can corrupt its state. */
const MIXING_MS = 10 * 60_000;

export interface SubscriptionRoom {
  readonly clock: CloudClock;
  readonly web: PublicWeb;
  readonly report: Report;
  readonly store: SubscriptionStore;
  /** Real milliseconds a validation request may take. */
  readonly validationLimitMs: number;
  /** Subscriptions of other apps that count against the mailbox's quota. */
  othersOf(username: string): number;
  hasFolder(username: string, folder: string): boolean;
  /** Told when a caller mixes both ways of answering; returns true to refuse. */
  onMixed(subscription: LiveSubscription): boolean;
  /** Told after an authorization was renewed, so that held deliveries go on. */
  onRenewed(subscription: LiveSubscription): void;
}

/** Answers the path behind `/subscriptions`; undefined when there is no such path. */
export async function answerSubscriptions(call: Call, room: SubscriptionRoom): Promise<Answer | undefined> {
  const [id, action] = call.segments;
  if (id === undefined) {
    if (call.method === 'GET') return list(call, room);
    if (call.method === 'POST') return create(call, room);
    throw methodNotAllowed(call);
  }
  if (action?.toLowerCase() === 'reauthorize' && call.segments.length === 2) {
    if (call.method !== 'POST') throw methodNotAllowed(call);
    return reauthorize(call, room, id);
  }
  if (call.segments.length > 1) return undefined;
  if (call.method === 'GET') return ok({ ...context('$entity'), ...subscriptionView(own(call, room, id)) });
  if (call.method === 'PATCH') return patch(call, room, id);
  if (call.method === 'DELETE') {
    room.store.remove(own(call, room, id).id, 'deleted');
    return { status: 204 };
  }
  throw methodNotAllowed(call);
}

function context(suffix?: string) {
  const path = suffix === undefined ? 'subscriptions' : `subscriptions/${suffix}`;
  return { '@odata.context': `${SERVICE_ROOT}/$metadata#${path}` };
}

/** A subscription of this app and user. A write scope does not stand in for the read scope. */
function own(call: Call, { store }: SubscriptionRoom, id: string): LiveSubscription {
  const found = store.get(id);
  if (found === undefined || found.account.oid !== call.account.oid || found.clientId !== call.clientId) {
    throw new GraphFailure(404, 'ResourceNotFound', 'The object was not found.');
  }
  requireWatchScope(call, found.watched);
  return found;
}

function requireWatchScope(call: Call, watched: Watched): void {
  const anyOf = watched.kind === 'messages' ? ['mail.read', 'mail.readbasic'] : ['calendars.read'];
  if (!anyOf.some((scope) => call.scopes.has(scope))) throw accessDenied();
}

function list(call: Call, { store }: SubscriptionRoom): Answer {
  onlyOptions(call.query, ['$skiptoken']);
  const mine = store.of(call.account.username).filter((one) => one.clientId === call.clientId);
  const offset = Number(call.query.get('$skiptoken') ?? '0');
  if (!Number.isSafeInteger(offset) || offset < 0) throw badRequest('Badly formed token.');
  const end = offset + LIST_PAGE;
  const next = end < mine.length ? { '@odata.nextLink': `${SERVICE_ROOT}/subscriptions?$skiptoken=${end}` } : {};
  return ok({ ...context(), value: mine.slice(offset, end).map(subscriptionView), ...next });
}

async function create(call: Call, room: SubscriptionRoom): Promise<Answer> {
  onlyOptions(call.query, []);
  const { account } = call;
  const wanted = readNewSubscription(jsonBody(call), room.clock.now(), [account.username, account.oid]);
  requireWatchScope(call, wanted.watched);
  const folder = wanted.watched.kind === 'messages' ? wanted.watched.folder : undefined;
  if (folder !== undefined && !room.hasFolder(account.username, folder)) {
    throw new GraphFailure(404, 'ErrorItemNotFound', 'The specified folder could not be found in the store.');
  }
  refuseDuplicate(call, room, wanted);
  refuseOverQuota(call, room);
  for (const url of [wanted.notificationUrl, wanted.lifecycleNotificationUrl]) {
    if (url !== undefined) await validate(call, room, url);
  }
  // Another request may have been quicker while the endpoints were asked.
  refuseDuplicate(call, room, wanted);
  const subscription: LiveSubscription = {
    ...wanted,
    id: randomUUID(),
    account,
    clientId: call.clientId,
    immutableIds: call.prefer.immutableIds,
    tokenId: call.tokenId,
    tokenExpiresAt: call.tokenExpiresAt,
    patchedAt: undefined,
    reauthorizedAt: undefined,
  };
  room.store.put(subscription);
  room.report({
    site: 'graph',
    name: 'subscription.created',
    text: `${account.username} subscribes to ${wanted.resource} until ${wanted.expiresAt.toISOString()}.`,
    fields: { id: subscription.id, host: new URL(wanted.notificationUrl).hostname },
  });
  return { status: 201, body: { ...context('$entity'), ...subscriptionView(subscription) } };
}

async function validate(call: Call, room: SubscriptionRoom, url: string): Promise<void> {
  const who = `${new URL(url).hostname} for ${call.account.username}`;
  try {
    await validateEndpoint(room.web, url, room.validationLimitMs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    room.report({ site: 'graph', name: 'endpoint.refused', text: `Validation of ${who}: ${why}` });
    throw error;
  }
  room.report({ site: 'graph', name: 'endpoint.validated', text: `Validation of ${who} succeeded.` });
}

function refuseDuplicate(call: Call, { store }: SubscriptionRoom, { combination }: NewSubscription): void {
  const twin = store
    .of(call.account.username)
    .find((one) => one.clientId === call.clientId && one.combination === combination);
  if (twin === undefined) return;
  throw new GraphFailure(
    409,
    'ExtensionError',
    `Subscription Id ${twin.id} already exists for the requested combination`,
  );
}

function refuseOverQuota(call: Call, room: SubscriptionRoom): void {
  const { username } = call.account;
  if (room.store.of(username).length + room.othersOf(username) < QUOTA) return;
  throw new GraphFailure(403, 'Forbidden', `The mailbox has reached its limit of ${QUOTA} active subscriptions.`);
}

async function patch(call: Call, room: SubscriptionRoom, id: string): Promise<Answer> {
  const now = room.clock.now();
  const { account } = own(call, room, id);
  const change = readSubscriptionPatch(jsonBody(call), now);
  refuseMixing(room, own(call, room, id), 'patch');
  if (change.notificationUrl !== undefined) await validate(call, room, change.notificationUrl);
  const before = own(call, room, id);
  const after: LiveSubscription = {
    ...before,
    expiresAt: change.expiresAt ?? before.expiresAt,
    notificationUrl: change.notificationUrl ?? before.notificationUrl,
    tokenId: call.tokenId,
    tokenExpiresAt: call.tokenExpiresAt,
    patchedAt: now,
  };
  room.store.put(after);
  room.onRenewed(after);
  const text = `${account.username} renews the subscription to ${after.resource} until ${after.expiresAt.toISOString()}.`;
  room.report({ site: 'graph', name: 'subscription.renewed', text, fields: { id } });
  return ok({ ...context('$entity'), ...subscriptionView(after) });
}

function reauthorize(call: Call, room: SubscriptionRoom, id: string): Answer {
  const before = own(call, room, id);
  refuseMixing(room, before, 'reauthorize');
  const now = room.clock.now();
  const after = { ...before, tokenId: call.tokenId, tokenExpiresAt: call.tokenExpiresAt, reauthorizedAt: now };
  room.store.put(after);
  room.onRenewed(after);
  const text = `${call.account.username} reauthorizes the subscription to ${after.resource}.`;
  room.report({ site: 'graph', name: 'subscription.reauthorized', text, fields: { id } });
  return { status: 204 };
}

function refuseMixing(room: SubscriptionRoom, subscription: LiveSubscription, how: 'patch' | 'reauthorize'): void {
  const other = how === 'patch' ? subscription.reauthorizedAt : subscription.patchedAt;
  if (other === undefined || room.clock.now().getTime() - other.getTime() >= MIXING_MS) return;
  if (room.onMixed(subscription)) {
    throw new GraphFailure(409, 'Conflict', 'PATCH and reauthorize were mixed within 10 minutes.');
  }
}
