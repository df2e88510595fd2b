/** What a subscription request must look like. Pure: reads bodies, decides, refuses. */
import type { Subscription } from '@microsoft/microsoft-graph-types';
import { badRequest, GraphFailure } from './answers.ts';
import { compileFilter, type Filter, parseInstant, pathSegments } from './odata.ts';

const MINUTE_MS = 60_000;
export const LONGEST_LIFE_MS = 10_080 * MINUTE_MS;
export const SHORTEST_LIFE_MS = 45 * MINUTE_MS;
const CLIENT_STATE_AT_MOST = 128;

/** What is watched. `folder` is as written: an id or a well-known name. */
export type Watched =
  | { readonly kind: 'messages'; readonly folder: string | undefined; readonly filter: Filter | undefined }
  | { readonly kind: 'events'; readonly filter: Filter | undefined };

export type ChangeType = 'created' | 'updated' | 'deleted';

export interface NewSubscription {
  readonly changeType: string;
  readonly changeTypes: ReadonlySet<ChangeType>;
  readonly resource: string;
  readonly watched: Watched;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  readonly clientState: string | undefined;
  readonly expiresAt: Date;
  /** Equal for requests that Graph takes for duplicates. */
  readonly combination: string;
}

const WRITABLE = [
  'changeType',
  'notificationUrl',
  'lifecycleNotificationUrl',
  'resource',
  'expirationDateTime',
  'clientState',
  'latestSupportedTlsVersion',
  'includeResourceData',
  'encryptionCertificate',
  'encryptionCertificateId',
  'notificationQueryOptions',
  'notificationUrlAppId',
] as const satisfies readonly (keyof Subscription)[];

const WEB_PUSH = ['vapidPublicKey', 'webPushEncryptionP256dhPublicKey', 'webPushEncryptionSecret'];

const FILTERABLE = {
  isRead: ['eq', 'ne'],
  importance: ['eq', 'ne'],
  subject: ['eq', 'ne'],
  receivedDateTime: ['eq', 'ge', 'gt', 'le', 'lt'],
  isAllDay: ['eq', 'ne'],
  isCancelled: ['eq', 'ne'],
  showAs: ['eq', 'ne'],
};

/**
 * Reads the body of `POST /subscriptions`.
 *
 * @param me names of the caller that `users/{…}` may carry: user name and object id.
 * @throws GraphFailure 400 naming the property, 403 for somebody else's mailbox.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/subscription?view=graph-rest-1.0
 */
export function readNewSubscription(body: Record<string, unknown>, now: Date, me: readonly string[]): NewSubscription {
  for (const name of Object.keys(body)) {
    if (WEB_PUSH.includes(name)) throw invalid(`Property '${name}' is not allowed with a webhook notificationUrl.`);
    if (name.startsWith('@odata.')) continue;
    if (!(WRITABLE as readonly string[]).includes(name)) {
      throw badRequest(`The property '${name}' does not exist on type 'microsoft.graph.subscription'.`);
    }
  }
  if (body.includeResourceData === true) {
    throw body.encryptionCertificate === undefined
      ? invalid("'encryptionCertificate' is required when 'includeResourceData' is true.")
      : new GraphFailure(501, 'NotImplemented', 'The stand-in does not play notifications with resource data.');
  }
  if (body.includeResourceData !== undefined && typeof body.includeResourceData !== 'boolean') {
    throw invalid("'includeResourceData' must be a boolean.");
  }
  const tls = body.latestSupportedTlsVersion;
  if (tls !== undefined && !(typeof tls === 'string' && /^v1_[0-3]$/.test(tls))) {
    throw invalid("'latestSupportedTlsVersion' must be one of v1_0, v1_1, v1_2, v1_3.");
  }
  const changeType = requiredText(body, 'changeType');
  const changeTypes = readChangeTypes(changeType);
  const resource = requiredText(body, 'resource');
  return {
    changeType,
    changeTypes,
    resource,
    watched: readResource(resource, me),
    notificationUrl: httpsUrl(requiredText(body, 'notificationUrl'), 'notificationUrl'),
    lifecycleNotificationUrl: optional(body, 'lifecycleNotificationUrl', (text) =>
      httpsUrl(text, 'lifecycleNotificationUrl'),
    ),
    clientState: optional(body, 'clientState', (text) => {
      if (text.length > CLIENT_STATE_AT_MOST) {
        throw invalid(`'clientState' must not be longer than ${CLIENT_STATE_AT_MOST} characters.`);
      }
      return text;
    }),
    expiresAt: readExpiration(requiredText(body, 'expirationDateTime'), now),
    combination: `${[...changeTypes].sort().join(',')} ${plainResource(resource)}`,
  };
}

/** The body of `PATCH /subscriptions/{id}`: these two properties and no other. @throws GraphFailure 400 */
export function readSubscriptionPatch(body: Record<string, unknown>, now: Date) {
  const names = Object.keys(body).filter((name) => !name.startsWith('@odata.'));
  const foreign = names.find((name) => name !== 'expirationDateTime' && name !== 'notificationUrl');
  if (foreign !== undefined) throw invalid(`Property '${foreign}' cannot be updated.`);
  if (names.length === 0) throw invalid("The request must contain 'expirationDateTime' or 'notificationUrl'.");
  return {
    expiresAt: optional(body, 'expirationDateTime', (text) => readExpiration(text, now)),
    notificationUrl: optional(body, 'notificationUrl', (text) => httpsUrl(text, 'notificationUrl')),
  };
}

function invalid(message: string): GraphFailure {
  return badRequest(message, 'InvalidRequest');
}

function requiredText(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (value === undefined || value === null || value === '') throw invalid(`'${name}' is a required property.`);
  if (typeof value !== 'string') throw badRequest(`Cannot convert the value of '${name}' to Edm.String.`);
  return value;
}

function optional<T>(body: Record<string, unknown>, name: string, read: (text: string) => T): T | undefined {
  return body[name] === undefined || body[name] === null ? undefined : read(requiredText(body, name));
}

function readChangeTypes(text: string): ReadonlySet<ChangeType> {
  const types = new Set<ChangeType>();
  for (const part of text.split(',')) {
    const name = part.trim().toLowerCase();
    if (name !== 'created' && name !== 'updated' && name !== 'deleted') {
      throw invalid(`'${part.trim()}' is not a valid changeType.`);
    }
    types.add(name);
  }
  return types;
}

function httpsUrl(text: string, property: string): string {
  const url = URL.parse(text);
  if (url === null) throw invalid(`'${property}' must be an absolute URL.`);
  if (url.protocol !== 'https:') throw invalid(`'${property}' must use the https scheme.`);
  if (url.hash !== '' || url.username !== '') throw invalid(`'${property}' must have neither fragment nor user name.`);
  const host = url.hostname;
  if (host === 'localhost' || host.endsWith('.localhost') || /^(127|10)\.|^\[|^192\.168\./.test(host)) {
    throw invalid(`'${property}' must be publicly reachable.`);
  }
  return text;
}

/** Too short is raised to 45 minutes; past and too long are refused. */
function readExpiration(text: string, now: Date): Date {
  const at = parseInstant(text);
  if (at === undefined) throw badRequest("Cannot convert the value of 'expirationDateTime' to Edm.DateTimeOffset.");
  if (at <= now) throw invalid('Subscription expiration must be in the future.');
  if (at.getTime() - now.getTime() > LONGEST_LIFE_MS) {
    throw invalid('Subscription expiration can only be 10080 minutes in the future.');
  }
  return new Date(Math.max(at.getTime(), now.getTime() + SHORTEST_LIFE_MS));
}

function readResource(text: string, me: readonly string[]): Watched {
  if (/^https?:/i.test(text)) throw invalid('The resource must be a path without the address of the service.');
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const filter = mark < 0 ? undefined : readResourceQuery(text.slice(mark + 1));
  const [root = '', ...rest] = pathSegments(path);
  let inside = rest;
  if (root.toLowerCase() === 'users') {
    const [who = '', ...behind] = rest;
    if (!me.some((name) => name.toLowerCase() === who.toLowerCase())) {
      throw new GraphFailure(403, 'ErrorAccessDenied', 'Only the signed-in user’s own mailbox can be subscribed to.');
    }
    inside = behind;
  } else if (root.toLowerCase() !== 'me') {
    throw invalid(`Invalid resource path '${path}'.`);
  }
  const names = inside.map((segment) => segment.toLowerCase());
  if (names.length === 1 && names[0] === 'messages') return { kind: 'messages', folder: undefined, filter };
  if (names.length === 1 && names[0] === 'events') return { kind: 'events', filter };
  if (names.length === 3 && names[0] === 'mailfolders' && names[2] === 'messages') {
    return { kind: 'messages', folder: inside[1], filter };
  }
  throw invalid(`Invalid resource path '${path}'.`);
}

function readResourceQuery(text: string): Filter | undefined {
  const query = new URLSearchParams(text);
  for (const name of query.keys()) {
    if (name !== '$filter' && name !== '$select') throw invalid(`Query option '${name}' is not allowed in a resource.`);
  }
  const filter = query.get('$filter');
  return filter === null ? undefined : compileFilter(filter, FILTERABLE);
}

/** The same resource written in another way counts as the same. */
function plainResource(text: string): string {
  const mark = text.indexOf('?');
  const path = pathSegments(mark < 0 ? text : text.slice(0, mark)).join('/');
  return `${path.toLowerCase()}${mark < 0 ? '' : text.slice(mark)}`;
}
