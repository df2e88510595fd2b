/** One request to Graph, read and authorized, as the parts that answer it see it. */
import type { CloudAccount } from '../types.ts';
import { accessDenied, badRequest, GraphFailure } from './answers.ts';
import type { Preferences } from './odata.ts';

export interface Call {
  readonly method: string;
  /** The path behind `/v1.0/me` or `/v1.0/subscriptions`, keys unquoted. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly prefer: Preferences;
  readonly account: CloudAccount;
  /** Lower case, without the resource in front. */
  readonly scopes: ReadonlySet<string>;
  readonly clientId: string;
  readonly tokenId: string;
  readonly tokenExpiresAt: Date;
  readonly contentType: string | undefined;
  readonly bodyText: string;
}

/** `https://graph.microsoft.com/Mail.Read` → `mail.read`. */
export function scopeNames(scopes: readonly string[]): ReadonlySet<string> {
  return new Set(scopes.map((scope) => scope.slice(scope.lastIndexOf('/') + 1).toLowerCase()));
}

export const MAIL_READ = ['mail.readbasic', 'mail.read', 'mail.readwrite'];
export const CALENDAR_READ = ['calendars.read', 'calendars.readwrite'];

/** @throws GraphFailure 403 unless the token carries one of these (lower-case) scopes. */
export function requireScope(call: Call, anyOf: readonly string[]): void {
  if (!anyOf.some((scope) => call.scopes.has(scope))) throw accessDenied();
}

/** The JSON object in the body. @throws GraphFailure 400 or 415 */
export function jsonBody(call: Call): Record<string, unknown> {
  if (call.contentType === undefined) {
    throw badRequest('Write requests (excluding DELETE) must contain the Content-Type header declaration.');
  }
  if (!/^application\/json\s*(;|$)/i.test(call.contentType)) {
    throw new GraphFailure(415, 'UnsupportedMediaType', `The content type '${call.contentType}' is not supported.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(call.bodyText);
  } catch {
    throw badRequest('Unable to read JSON request payload.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('The request payload must be a JSON object.');
  }
  return Object.fromEntries(Object.entries(value));
}

export function methodNotAllowed(call: Pick<Call, 'method'>): GraphFailure {
  return new GraphFailure(405, 'Request_BadRequest', `The method ${call.method} is not allowed here.`);
}

export function onlyGet(call: Call): void {
  if (call.method !== 'GET') throw methodNotAllowed(call);
}
